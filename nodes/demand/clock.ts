import { type EpochSeconds, epochSeconds, localTime, startOfLocalDay, zoneOffset } from "../model/index.ts";

/** A day of the local calendar. */
export interface LocalDay {
  /** `2026-04-03` */
  readonly key: string;
  /** Its billing month, `2026-04`. */
  readonly period: string;
  readonly year: number;
  /** 1…12 */
  readonly month: number;
  readonly day: number;
  /** 0 = Sunday … 6 = Saturday */
  readonly weekday: number;
}

/** No zone changes its offset within a quarter of an hour of UTC, and none twice within hours. */
const QUARTER_S = 900;
const STRETCH_S = 6 * 3600;
const DAY_S = 86_400;
/** Small enough to forget at once when late data has filled them. */
const REMEMBERED = 1000;
const offsets = new Map<string, Map<number, number>>();
const days = new Map<number, LocalDay>();

function lookUp(start: number, zone: string): number {
  let known = offsets.get(zone);
  if (known === undefined || known.size > REMEMBERED) {
    known = new Map();
    offsets.set(zone, known);
  }
  let offset = known.get(start);
  if (offset === undefined) {
    offset = zoneOffset(epochSeconds(start), zone);
    known.set(start, offset);
  }
  return offset;
}

/** Seconds to add to UTC: one look-up serves hours, except around a change of the clock. */
function offsetAt(at: number, zone: string): number {
  const start = Math.floor(at / STRETCH_S) * STRETCH_S;
  const offset = lookUp(start, zone);
  return lookUp(start + STRETCH_S, zone) === offset ? offset : lookUp(Math.floor(at / QUARTER_S) * QUARTER_S, zone);
}

/** The local day of an instant. */
export function localDay(at: number, zone: string): LocalDay {
  const number = Math.floor((at + offsetAt(at, zone)) / DAY_S);
  let found = days.get(number);
  if (found === undefined) {
    if (days.size > REMEMBERED) days.clear();
    const { year, month, day, weekday } = localTime(epochSeconds(number * DAY_S), "UTC");
    const period = `${year}-${String(month).padStart(2, "0")}`;
    found = { key: `${period}-${String(day).padStart(2, "0")}`, period, year, month, day, weekday };
    days.set(number, found);
  }
  return found;
}

/** Hours since local midnight by the clock on the wall, `14.5` at half past two. */
export function localHour(at: number, zone: string): number {
  const local = at + offsetAt(at, zone);
  return (local - Math.floor(local / DAY_S) * DAY_S) / 3600;
}

/** Days of the month of an instant. */
export function daysInMonth(at: EpochSeconds, zone: string): number {
  const { year, month } = localDay(at, zone);
  return (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / 86_400_000;
}

/** The month that is `count` months before, `2026-04`. */
export function monthsBefore(period: string, count: number): string {
  const [year = 1970, month = 1] = period.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - count, 1)).toISOString().slice(0, 7);
}

/** The first instant of a month, `2026-04`. */
export function monthStart(period: string, zone: string): EpochSeconds {
  const [year = 1970, month = 1] = period.split("-").map(Number);
  return startOfLocalDay(year, month, 1, zone);
}
