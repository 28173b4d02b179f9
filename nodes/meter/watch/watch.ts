import type { Reading } from "../../model/index.ts";
import { addBattery, type Battery, NO_BATTERY } from "./battery.ts";
import { addBoot, type Boots } from "./boots.ts";
import { addDrift, type ClockPace } from "./clock.ts";
import { addSpan, addStill, DAY_S, type Days, type Kind, type Span } from "./days.ts";
import { runOf, type Still } from "./still.ts";

/** What is remembered of a meter to judge its device by: weeks of it, while the account itself knows only now. */
export interface Watch {
  readonly days: Days;
  readonly battery: Battery;
  readonly clock: ClockPace | null;
  readonly boots: Boots;
  readonly still: Still | null;
  /** Since when there are no impulses, and all energy counted, when that was found to be wrong. */
  readonly stopped: Stopped | null;
  /** Changes when it is worth a write: every hour, and with what is rare. A kill costs an hour of these figures. */
  readonly edition: number;
  readonly hour: number;
}

export interface Stopped {
  readonly sinceS: number;
  readonly wh: number;
}

export const NEW_WATCH: Watch = {
  days: [],
  battery: NO_BATTERY,
  clock: null,
  boots: [],
  still: null,
  stopped: null,
  edition: 0,
  hour: 0,
};

const written = (watch: Watch): Watch => ({ ...watch, edition: watch.edition + 1 });

function hourly(watch: Watch, atS: number): Watch {
  const hour = Math.floor(atS / 3600);
  // Late data is of an hour that has been; a clock that was set back by days begins anew.
  return hour <= watch.hour && hour > watch.hour - 48 ? watch : written({ ...watch, hour });
}

/** Energy between two clocks of which nothing is known is no more than a month, or it is nonsense. */
const LONGEST_UNKNOWN_S = 31 * DAY_S;

/**
 * Readings that were counted, and spans of earlier ones that they replace.
 * @param impulseWh of the impulses, where the reading's whole Wh say less
 */
export function watchReadings(
  watch: Watch,
  readings: readonly Reading[],
  replaces: readonly { readonly start: number; readonly end: number }[],
  impulseWh?: number,
): Watch {
  let { days, still } = watch;
  for (const { start, end } of replaces) {
    const inside = readings.filter((reading) => reading.start >= start && reading.end <= end);
    const energyWh = inside.reduce((sum, reading) => sum + reading.wh, 0);
    days = addSpan(days, { start, end, wh: energyWh }, "gap", -1);
  }
  for (const reading of readings) {
    days = addSpan(days, reading, kindOf(reading));
    const moved = (impulseWh ?? reading.wh) > 0;
    const run = still !== null && reading.end > still.untilS && moved ? runOf(still) : 0;
    if (run > 0) days = addStill(days, run, reading.end);
    still = stillAfter(still, reading, moved);
  }
  const isRare = replaces.length > 0 || readings.some(({ source }) => source === "register-gap");
  const next = { ...watch, days, still };
  const last = readings.at(-1);
  if (last === undefined) return watch;
  return isRare ? written(next) : hourly(next, last.end);
}

function kindOf({ source }: Reading): Kind {
  if (source === "register-gap") return "gap";
  return source === "pulses" ? "pulses" : "interval";
}

/** @param moved whether there was an impulse in `reading` */
function stillAfter(still: Still | null, { start, end, lifetimeWh }: Reading, moved: boolean): Still | null {
  if (still !== null && end <= still.untilS) return still;
  if (still === null || moved) return { wh: lifetimeWh, sinceS: moved ? end : start, untilS: end };
  return { ...still, untilS: end };
}

/** The register began anew: from `fromS` to `toS` nothing is known. */
export function watchUnknown(watch: Watch, fromS: number, toS: number): Watch {
  const s = toS - fromS;
  const span: Span = { start: fromS, end: toS, wh: 0 };
  const days = s > 0 && s <= LONGEST_UNKNOWN_S ? addSpan(watch.days, span, "unknown") : watch.days;
  return written({ ...watch, days, still: null });
}

export const watchBoot = (watch: Watch, atS: number): Watch => written({ ...watch, boots: addBoot(watch.boots, atS) });

/** Figures that the device reported just now. */
export function watchFigures(
  watch: Watch,
  batteryMv: number | undefined,
  driftS: number | undefined,
  atS: number,
): Watch {
  const battery = batteryMv === undefined ? watch.battery : addBattery(watch.battery, batteryMv, atS);
  const clock = driftS === undefined ? watch.clock : addDrift(watch.clock, driftS, atS);
  return hourly({ ...watch, battery, clock }, atS);
}

export const watchStopped = (watch: Watch, stopped: Stopped | null): Watch => written({ ...watch, stopped });
