import { epochSeconds, startOfLocalDay, zoneOffset } from "../../../../model/index.ts";
import type { Span } from "../app.ts";

/** Hours, days, weeks… as people have them: in a zone, with days of 23 and 25 hours. Weeks begin on Monday. */
export const UNITS = ["hour", "day", "week", "month", "year"] as const;
export type Unit = (typeof UNITS)[number];

const DAY_S = 86_400;
/** Zones change their offset at a quarter hour. */
const QUARTER_S = 900;
/** Offset by quarter hour, of one zone: a page shows no other. */
const known = { zone: "", offsets: new Map<number, number>() };

/** A chart asks this for thousands of instants at a time, and Intl takes microseconds for each. */
export function offsetAt(at: number, zone: string): number {
  if (known.zone !== zone || known.offsets.size > 50_000) {
    known.zone = zone;
    known.offsets.clear();
  }
  const quarter = Math.floor(at / QUARTER_S);
  const found = known.offsets.get(quarter);
  if (found !== undefined) return found;
  const offset = zoneOffset(epochSeconds(quarter * QUARTER_S), zone);
  known.offsets.set(quarter, offset);
  return offset;
}

/** What the clock on the wall shows, as if it were UTC. */
export function wallClock(at: number, zone: string): number {
  return at + offsetAt(at, zone);
}

/** The first instant at which the clock on the wall shows `wall`; one that is left out is moved on by what is missing. */
export function instantOf(wall: number, zone: string): number {
  const candidates = [wall - offsetAt(wall - DAY_S, zone), wall - offsetAt(wall + DAY_S, zone)].sort((a, b) => a - b);
  return candidates.find((at) => wallClock(at, zone) === wall) ?? candidates[1] ?? wall;
}

interface Day {
  readonly year: number;
  /** 1…12 */
  readonly month: number;
  readonly day: number;
  /** 0 = Monday */
  readonly weekday: number;
}

export function dayOf(at: number, zone: string): Day {
  const date = new Date(wallClock(at, zone) * 1000);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  return { year, month, day, weekday: (date.getUTCDay() + 6) % 7 };
}

/** The start of the unit that holds `at`, or of the one `later` units on. */
export function startOf(unit: Unit, at: number, zone: string, later = 0): number {
  if (unit === "hour") {
    const wall = wallClock(at, zone);
    return at - (((wall % 3600) + 3600) % 3600) + later * 3600;
  }
  const { year, month, day, weekday } = dayOf(at, zone);
  if (unit === "year") return startOfLocalDay(year + later, 1, 1, zone);
  if (unit === "month") return startOfLocalDay(year, month + later, 1, zone);
  if (unit === "week") return startOfLocalDay(year, month, day - weekday + 7 * later, zone);
  return startOfLocalDay(year, month, day + later, zone);
}

export function unitAround(unit: Unit, at: number, zone: string): Span {
  return { from: startOf(unit, at, zone), to: startOf(unit, at, zone, 1) };
}

/** The unit that a span is exactly one of; undefined for any other span. */
export function unitOf({ from, to }: Span, zone: string): Unit | undefined {
  return UNITS.find((unit) => startOf(unit, from, zone) === from && startOf(unit, from, zone, 1) === to);
}

/** The same time of day so many units before; the 31st of a month without one is its last day. */
export function sameTimeBefore(at: number, unit: Exclude<Unit, "hour">, zone: string): number {
  if (unit === "day" || unit === "week") return instantOf(wallClock(at, zone) - (unit === "day" ? 1 : 7) * DAY_S, zone);
  const date = new Date(wallClock(at, zone) * 1000);
  const months = unit === "year" ? 12 : 1;
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), length);
  const ofDay = wallClock(at, zone) - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) / 1000;
  return instantOf(first.getTime() / 1000 + (day - 1) * DAY_S + ofDay, zone);
}
