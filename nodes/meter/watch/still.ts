import { DAY_S, type Days } from "./days.ts";

/** Since when the count stands still. */
export interface Still {
  /** All energy counted at that time: whatever came since shows, also after a restart. */
  readonly wh: number;
  readonly sinceS: number;
  /** End of the last reading: silence of the radio is no silence of the meter. */
  readonly untilS: number;
}

/** Nobody is called before, however busy the house usually is. */
const LEAST_S = 4 * 3600;
/** So many times the usual is not usual. */
const MARGIN = 3;
/** A meter that stands still for so long every other day is one of feed-in, or of something that is switched off. */
const REGULAR_S = 6 * 3600;
const ENOUGH_DAYS = 7;
const FULL_DAY_S = DAY_S / 4;

export const runOf = (still: Still | null): number => (still === null ? 0 : still.untilS - still.sinceS);

/**
 * How long this meter stands still as a rule: longer happened on one day at most, so that one accident is not learned.
 * @param days the last ones
 * @returns undefined before it is known
 */
export function usualStill(days: Days): number | undefined {
  if (days.filter(({ coveredS }) => coveredS >= FULL_DAY_S).length < ENOUGH_DAYS) return undefined;
  return days.map(({ stillS }) => stillS).toSorted((a, b) => b - a)[1] ?? 0;
}

/**
 * After how long without an impulse something must be wrong.
 * @param afterS as set by the user; absent: learned
 * @returns undefined when nothing can be said
 */
export function stillLimit(days: Days, afterS: number | undefined): number | undefined {
  const usualS = usualStill(days);
  if (usualS !== undefined && usualS >= REGULAR_S) return undefined;
  if (afterS !== undefined) return Math.max(afterS, usualS ?? 0);
  return usualS === undefined ? undefined : Math.max(LEAST_S, MARGIN * usualS);
}
