import { type EpochSeconds, epochSeconds } from "./units.ts";

/**
 * Local time from an IANA zone, by Intl only. Local days may have 23, 24 or 25 hours; windows and roll-ups align to
 * instants, labels to local time.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  // Intl takes names in any case: each way to write one must not be remembered.
  const key = zone.toLowerCase();
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(key, made);
  }
  return made;
}

export function isZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

export interface LocalTime {
  readonly year: number;
  /** 1…12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 = Sunday … 6 = Saturday */
  readonly weekday: number;
}

export function localTime(at: EpochSeconds, zone: string): LocalTime {
  const part: Record<string, number> = {};
  for (const { type, value } of format(zone).formatToParts(at * 1000)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, hour, minute, second, weekday };
}

/** Seconds to add to UTC to get local time at that instant. */
export function zoneOffset(at: EpochSeconds, zone: string): number {
  const t = localTime(at, zone);
  return Math.floor(Date.UTC(t.year, t.month - 1, t.day, t.hour, t.minute, t.second) / 1000) - Math.floor(at);
}

/**
 * The instant at which the local calendar day starts; `day` and `month` may overflow (day 32, month 13).
 * Where midnight does not exist (DST at 00:00) it is the first instant of the day.
 */
export function startOfLocalDay(year: number, month: number, day: number, zone: string): EpochSeconds {
  const naive = Math.floor(Date.UTC(year, month - 1, day) / 1000);
  // The offset is looked up on both sides of the wanted instant: they differ only on a DST day.
  const before = zoneOffset(epochSeconds(naive - 86_400), zone);
  const after = zoneOffset(epochSeconds(naive + 86_400), zone);
  const candidates = [naive - before, naive - after].sort((a, b) => a - b);
  const target = new Date(naive * 1000);
  const isFirst = (at: number) => {
    const t = localTime(epochSeconds(at), zone);
    const p = localTime(epochSeconds(at - 1), zone);
    return t.day === target.getUTCDate() && p.day !== t.day;
  };
  return epochSeconds(candidates.find(isFirst) ?? candidates[0] ?? naive);
}
