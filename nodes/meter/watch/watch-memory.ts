import type { Json } from "../../model/index.ts";
import type { Battery } from "./battery.ts";
import type { ClockPace } from "./clock.ts";
import type { Days } from "./days.ts";
import type { Still } from "./still.ts";
import { NEW_WATCH, type Stopped, type Watch } from "./watch.ts";

/** The watch as the store keeps it. */
export function packWatch({ days, battery, clock, boots, still, stopped, hour }: Watch): Json {
  return {
    days: days.map((t) => [
      t.day,
      t.intervals,
      t.coveredS,
      t.coveredWh,
      t.gapS,
      t.gapWh,
      t.lostS,
      t.unknownS,
      t.stillS,
    ]),
    battery: [battery.hour, battery.days.map(({ day, mv }) => [day, ...mv])],
    clock: clock === null ? [] : [clock.driftS, clock.atS, clock.movedS, clock.elapsedS],
    boots,
    still: still === null ? [] : [still.wh, still.sinceS, still.untilS],
    stopped: stopped === null ? [] : [stopped.sinceS, stopped.wh],
    hour,
  };
}

/**
 * Reads the watch back. It is no part of the account: what does not fit is begun anew, and never refused.
 * @param lifetimeWh of the account: energy that the watch has not seen was counted in the hour before a kill
 */
export function parseWatch(json: Json | undefined, lifetimeWh: number): Watch {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return NEW_WATCH;
  const part = (key: string): Json | undefined => (json as { readonly [key: string]: Json })[key];
  const still = stillOf(part("still"));
  const hour = part("hour");
  return {
    days: daysOf(part("days")),
    battery: batteryOf(part("battery")),
    clock: clockOf(part("clock")),
    boots: numbers(part("boots")) ?? [],
    still: still?.wh === lifetimeWh ? still : null,
    stopped: stoppedOf(part("stopped")),
    edition: 0,
    hour: typeof hour === "number" ? hour : 0,
  };
}

function numbers(json: Json | undefined, length?: number): readonly number[] | undefined {
  if (!Array.isArray(json) || (length !== undefined && json.length !== length)) return undefined;
  return json.every((value): value is number => typeof value === "number" && Number.isFinite(value)) ? json : undefined;
}

function rows(json: Json | undefined): readonly (readonly number[])[] {
  return Array.isArray(json) ? json.flatMap((row: Json) => [numbers(row) ?? []]).filter((row) => row.length > 0) : [];
}

function daysOf(json: Json | undefined): Days {
  return rows(json).flatMap(([day, intervals, coveredS, coveredWh, gapS, gapWh, lostS, unknownS, stillS]) => {
    const isWhole = intervals !== undefined && coveredS !== undefined && coveredWh !== undefined && gapS !== undefined;
    if (
      day === undefined ||
      !isWhole ||
      gapWh === undefined ||
      lostS === undefined ||
      unknownS === undefined ||
      stillS === undefined
    )
      return [];
    return [{ day, intervals, coveredS, coveredWh, gapS, gapWh, lostS, unknownS, stillS }];
  });
}

function batteryOf(json: Json | undefined): Battery {
  const [hour, days]: readonly Json[] = Array.isArray(json) ? json : [];
  if (typeof hour !== "number") return NEW_WATCH.battery;
  const known = rows(days).flatMap(([day, ...mv]) => (day === undefined || mv.length === 0 ? [] : [{ day, mv }]));
  return { hour, days: known };
}

function clockOf(json: Json | undefined): ClockPace | null {
  const [driftS, atS, movedS, elapsedS] = numbers(json, 4) ?? [];
  if (driftS === undefined || atS === undefined || movedS === undefined || elapsedS === undefined) return null;
  return { driftS, atS, movedS, elapsedS };
}

function stillOf(json: Json | undefined): Still | null {
  const [energyWh, sinceS, untilS] = numbers(json, 3) ?? [];
  if (energyWh === undefined || sinceS === undefined || untilS === undefined) return null;
  return { wh: energyWh, sinceS, untilS };
}

function stoppedOf(json: Json | undefined): Stopped | null {
  const [sinceS, energyWh] = numbers(json, 2) ?? [];
  return sinceS === undefined || energyWh === undefined ? null : { sinceS, wh: energyWh };
}
