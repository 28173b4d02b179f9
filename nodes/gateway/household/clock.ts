/** Power is constant within a slot of this length, aligned to the epoch. */
export const SLOT_S = 10;
export const DAY_S = 86_400;

/** A local wall clock without DST: enough for a believable house. */
export interface LocalClock {
  /** Days since 1970. */
  readonly day: number;
  /** Seconds since local midnight. */
  readonly second: number;
  /** Hour of the day with fraction, 0 ≤ h < 24. */
  readonly hour: number;
  readonly weekend: boolean;
}

export function localClock(at: number, utcOffsetS: number): LocalClock {
  const local = at + utcOffsetS;
  const day = Math.floor(local / DAY_S);
  const second = local - day * DAY_S;
  // Day 0 was a Thursday.
  const weekday = (day + 4) % 7;
  return { day, second, hour: second / 3600, weekend: weekday === 0 || weekday === 6 };
}

/** Position in the year, 0 at the turn of it, 1 a year later; good to a day. */
export function yearShare(day: number): number {
  return (day % 365.2425) / 365.2425;
}
