import { type EpochSeconds, type Watts, type Wh, watts } from "../model/index.ts";
import { dayKey } from "./calendar.ts";
import { type Amount, charge, monthOf, type Tariff } from "./tariff.ts";
import type { Window } from "./window.ts";

type DayWindows = ReadonlyMap<EpochSeconds, Watts>;

/**
 * The windows that may make a month's figure. Recent days keep all of theirs, because late data can lower a peak and
 * bring the runner-up back; older days keep only what can still matter, and months that are over only their figure.
 */
export interface PeakBook {
  /** By local day, `2026-04-03`. */
  readonly days: ReadonlyMap<string, DayWindows>;
  /** By month, `2026-04`. */
  readonly figures: ReadonlyMap<string, Watts>;
}

export const emptyBook: PeakBook = { days: new Map(), figures: new Map() };

export interface Candidate {
  readonly start: EpochSeconds;
  readonly watts: Watts;
}

/** The figure of a billing month so far, and what it costs. */
export interface PeriodPeak {
  /** `2026-04` in the tariff's zone. */
  readonly period: string;
  /** The windows that make it, highest first. */
  readonly candidates: readonly Candidate[];
  readonly figureWatts: Watts;
  /** Mean of the figures of the last months, where the tariff averages. */
  readonly billedWatts: Watts;
  /** How many months with data are in `billedWatts`. */
  readonly months: number;
  readonly charge: Amount | null;
  /** Energy of the month; null when it was not counted. */
  readonly energyWh: Wh | null;
  /** What that energy costs by the time of use; null without prices. */
  readonly energyCharge: Amount | null;
  /** The month is over; late data may still send it again. */
  readonly final: boolean;
}

/** Puts a closed window into the book, or takes it out when it is no candidate (any more). */
export function record(book: PeakBook, window: Window, tariff: Tariff): PeakBook {
  const key = dayKey(window.start, tariff.zone);
  const day = new Map(book.days.get(key));
  day.delete(window.start);
  if (window.candidate) day.set(window.start, window.watts);
  return { ...book, days: new Map(book.days).set(key, day) };
}

const descending = (a: Candidate, b: Candidate) => b.watts - a.watts || a.start - b.start;

/** The highest windows of a day, highest first. Sliding windows make days of 1440, too many to sort each minute. */
function top(day: DayWindows, count: number): Candidate[] {
  const best: Candidate[] = [];
  for (const [start, watts] of day) {
    const last = best.at(-1);
    const one = { start, watts };
    if (best.length === count && last !== undefined && descending(last, one) < 0) continue;
    best.push(one);
    best.sort(descending);
    if (best.length > count) best.pop();
  }
  return best;
}

/** The windows of a month (or any prefix of a day's key) that make its figure, highest first. */
export function candidates(book: PeakBook, period: string, tariff: Tariff): readonly Candidate[] {
  const perDay = tariff.distinctDays === true ? 1 : tariff.highest;
  const found: Candidate[] = [];
  for (const [key, day] of book.days) if (key.startsWith(period)) found.push(...top(day, perDay));
  return found.sort(descending).slice(0, tariff.highest);
}

/** Mean of the highest windows, at least the floor. With fewer windows than the tariff asks for: the mean of those. */
export function figure(highest: readonly Candidate[], tariff: Tariff): Watts {
  const mean = highest.length === 0 ? 0 : highest.reduce((sum, one) => sum + one.watts, 0) / highest.length;
  return watts(Math.max(tariff.floorW ?? 0, mean));
}

/** Mean of the last months' figures, each at least the floor. */
export function averageFigure(figures: readonly Watts[], tariff: Tariff): Watts {
  const last = figures.slice(-(tariff.averageMonths ?? 1));
  const sum = last.reduce((total, one) => total + Math.max(one, tariff.floorW ?? 0), 0);
  return watts(last.length === 0 ? (tariff.floorW ?? 0) : sum / last.length);
}

/** @param at any instant of the month; @returns null when the month has no window that counts */
export function periodPeak(book: PeakBook, at: EpochSeconds, tariff: Tariff, final: boolean): PeriodPeak | null {
  const period = dayKey(at, tariff.zone).slice(0, 7);
  const highest = candidates(book, period, tariff);
  if (highest.length === 0) return null;
  const figureWatts = figure(highest, tariff);
  const earlier = new Map([...book.figures].filter(([month]) => month < period));
  for (const key of book.days.keys()) {
    const month = key.slice(0, 7);
    const windows = month < period && !earlier.has(month) ? candidates(book, month, tariff) : [];
    if (windows.length > 0) earlier.set(month, figure(windows, tariff));
  }
  const figures = [...earlier].sort(([a], [b]) => a.localeCompare(b)).map(([, watts]) => watts);
  const billed = [...figures, figureWatts];
  const billedWatts = averageFigure(billed, tariff);
  return {
    period,
    candidates: highest,
    figureWatts,
    billedWatts,
    months: Math.min(billed.length, tariff.averageMonths ?? 1),
    charge: charge(tariff, billedWatts, monthOf(at, tariff.zone)),
    energyWh: null,
    energyCharge: null,
    final,
  };
}

/**
 * How high a window at `at` may be without raising the month's figure: what has been reached is paid for already. With
 * distinct days that is today's own peak, or the lowest of the days that count, whichever is higher.
 */
export function freeWatts(book: PeakBook, at: EpochSeconds, tariff: Tariff): Watts {
  const day = dayKey(at, tariff.zone);
  const highest = candidates(book, day.slice(0, 7), tariff);
  const lowest = highest.length < tariff.highest ? 0 : (highest.at(-1)?.watts ?? 0);
  const today = tariff.distinctDays === true ? (candidates(book, day, tariff)[0]?.watts ?? 0) : 0;
  return watts(Math.max(lowest, today));
}

/** Lets go of what cannot matter any more: windows below the top of days before `horizon`, days before the last two months. */
export function forget(book: PeakBook, horizon: EpochSeconds, tariff: Tariff): PeakBook {
  const oldest = dayKey(horizon, tariff.zone);
  const recent = [...new Set([...book.days.keys()].map((key) => key.slice(0, 7)))].sort().slice(-2);
  const days = new Map<string, DayWindows>();
  const figures = new Map(book.figures);
  for (const [key, day] of book.days) {
    const month = key.slice(0, 7);
    if (key >= oldest) days.set(key, day);
    else if (recent.includes(month)) {
      days.set(key, new Map(top(day, tariff.highest).map(({ start, watts }) => [start, watts])));
    } else if (!figures.has(month)) {
      const windows = candidates(book, month, tariff);
      if (windows.length > 0) figures.set(month, figure(windows, tariff));
    }
  }
  const kept = [...figures].sort(([a], [b]) => a.localeCompare(b)).slice(-12);
  return { days, figures: new Map(kept) };
}
