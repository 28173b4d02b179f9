import { type LinkHealth, wh } from "../../model/index.ts";

/** What arrived of one UTC day, and how. */
export interface Tally {
  /** Days since 1970. */
  readonly day: number;
  readonly intervals: number;
  readonly coveredS: number;
  readonly coveredWh: number;
  /** Spans of which only the energy is known. */
  readonly gapS: number;
  readonly gapWh: number;
  /** Those of them that the radio lost; in longer ones the meter, the gateway or Node-RED was away. */
  readonly lostS: number;
  /** Spans of which nothing is known: the register began anew. */
  readonly unknownS: number;
  /** The longest time without an impulse that ended on this day. */
  readonly stillS: number;
}

/** In the order of time. */
export type Days = readonly Tally[];

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly wh: number;
}

/** `pulses`: of a counter that sends no intervals. */
export type Kind = "interval" | "pulses" | "gap" | "unknown";

export const DAY_S = 86_400;
/** A day more than is told of: today is not over. */
export const KEPT_DAYS = 31;
const NOTHING = { intervals: 0, coveredS: 0, coveredWh: 0, gapS: 0, gapWh: 0, lostS: 0, unknownS: 0, stillS: 0 };
/** What the radio loses are some frames of minutes. */
const LOST_S = 3600;

export const dayOf = (atS: number) => Math.floor(atS / DAY_S);

/**
 * Counts a span, or takes it back when better data replaced it: the same span has the same parts both times.
 * @returns the same object where the span lies before all days that are kept
 */
export function addSpan(days: Days, { start, end, wh: energyWh }: Span, kind: Kind, sign: 1 | -1 = 1): Days {
  const last = dayOf(end - 1);
  const share = (toS: number) => Math.floor((energyWh * (toS - start)) / (end - start));
  const isLost = kind === "gap" && end - start <= LOST_S;
  let next = days;
  for (let day = Math.max(dayOf(start), last - KEPT_DAYS); day <= last; day += 1) {
    const from = Math.max(start, day * DAY_S);
    const to = Math.min(end, (day + 1) * DAY_S);
    const [s, partWh, intervals] = [to - from, share(to) - share(from), day === last ? 1 : 0];
    next = change(next, day, (tally) => counted(tally, kind, sign * s, sign * partWh, sign * intervals));
    if (isLost) next = change(next, day, (tally) => ({ ...tally, lostS: Math.max(0, tally.lostS + sign * s) }));
  }
  return next;
}

function counted(tally: Tally, kind: Kind, s: number, partWh: number, intervals: number): Tally {
  // What is taken back may have been lost with the power: then there is less than was written.
  const sum = (before: number, more: number) => Math.max(0, before + more);
  if (kind === "gap") return { ...tally, gapS: sum(tally.gapS, s), gapWh: sum(tally.gapWh, partWh) };
  if (kind === "unknown") return { ...tally, unknownS: sum(tally.unknownS, s) };
  return {
    ...tally,
    intervals: sum(tally.intervals, kind === "interval" ? intervals : 0),
    coveredS: sum(tally.coveredS, s),
    coveredWh: sum(tally.coveredWh, partWh),
  };
}

export function addStill(days: Days, stillS: number, atS: number): Days {
  return change(days, dayOf(atS), (tally) => ({ ...tally, stillS: Math.max(tally.stillS, stillS) }));
}

function change(days: Days, day: number, make: (tally: Tally) => Tally): Days {
  const newest = days.at(-1)?.day ?? day;
  if (day <= newest - KEPT_DAYS) return days;
  const i = days.findLastIndex((tally) => tally.day <= day);
  const found = days[i];
  if (found?.day === day) return days.with(i, make(found));
  const all = days.toSpliced(i + 1, 0, make({ day, ...NOTHING }));
  return all.filter((tally) => tally.day > Math.max(day, newest) - KEPT_DAYS);
}

/** The days up to `nowS`: a clock that once ran ahead must not hide what followed. */
export function lastDays(days: Days, nowS: number, count: number): Days {
  const today = dayOf(nowS);
  return days.filter(({ day }) => day <= today && day > today - count);
}

/** The share of time that the radio lost, in per cent; undefined before there is a day of data. */
export function lostPercent(days: Days): number | undefined {
  const [coveredS, lostS] = days.reduce(([a, b], tally) => [a + tally.coveredS, b + tally.lostS], [0, 0]);
  return coveredS + lostS < DAY_S ? undefined : percent(lostS, coveredS + lostS);
}

/** How long an interval is on average, in seconds. @returns `otherwise` where none arrived */
export function meanInterval(days: Days, otherwise = 300): number {
  const sum = (key: "intervals" | "coveredS") => days.reduce((total, tally) => total + tally[key], 0);
  return sum("intervals") > 0 ? Math.max(1, sum("coveredS") / sum("intervals")) : otherwise;
}

/**
 * How much arrived as it was measured.
 * @param intervalS that the device says it uses, for when nothing but gaps arrived
 * @returns undefined where nobody can tell: before the first data, and for counters that send no intervals
 */
export function linkOf(days: Days, intervalS = 60): LinkHealth | undefined {
  const sum = (key: Exclude<keyof Tally, "day">) => days.reduce((total, tally) => total + tally[key], 0);
  const [intervals, coveredWh, gapWh, unknownS] = [sum("intervals"), sum("coveredWh"), sum("gapWh"), sum("unknownS")];
  const lostS = sum("gapS") + unknownS;
  if (intervals === 0 && lostS === 0) return undefined;
  const missed = Math.round(lostS / meanInterval(days, intervalS));
  const expected = intervals + missed;
  return {
    days: days.length,
    expected,
    missed,
    missedPercent: percent(missed, expected),
    recoveredWh: wh(gapWh),
    recoveredPercent: percent(gapWh, gapWh + coveredWh),
    unknownS,
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10;
}
