/** Wall clocks of a zone. Zones come from the server; one that the browser does not know becomes UTC. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = newClock(zone);
  clocks.set(zone, made);
  return made;
}

function newClock(timeZone: string): Intl.DateTimeFormat {
  const fields = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", { ...fields, second: "2-digit", hourCycle: "h23", timeZone });
  } catch {
    return newClock("UTC");
  }
}

export interface Wall {
  /** "18 Nov". */
  readonly date: string;
  /** "18:20". */
  readonly minute: string;
  /** "18:20:03". */
  readonly second: string;
  /** Seconds since midnight by the clock on the wall. */
  readonly ofDay: number;
}

export function wall(at: number, zone: string): Wall {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at * 1000)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
  const minute = `${part("hour")}:${part("minute")}`;
  const ofDay = Number(part("hour")) * 3600 + Number(part("minute")) * 60 + Number(part("second"));
  return { date: `${part("day")} ${part("month")}`, minute, second: `${minute}:${part("second")}`, ofDay };
}

/** "18:20", with the date when it is not the day of `now`. */
export function moment(at: number, now: number, zone: string, seconds = false): string {
  const one = wall(at, zone);
  const time = seconds ? one.second : one.minute;
  return one.date === wall(now, zone).date ? time : `${one.date} ${time}`;
}

/** Seconds until the next midnight in `zone`, right also on days of 23 or 25 hours. At least 1. */
export function untilMidnight(now: number, zone: string): number {
  const guess = 86_400 - wall(now, zone).ofDay;
  const { ofDay } = wall(now + guess, zone);
  const offBy = ofDay > 43_200 ? ofDay - 86_400 : ofDay;
  return Math.max(1, Math.round(guess - offBy));
}

/** "November 2026" of "2026-11". */
export function monthName(period: string): string {
  const time = Date.parse(`${period}-15T00:00:00Z`);
  if (!Number.isFinite(time)) return period;
  return new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }).format(time);
}
