import { type EpochSeconds, meanWatts, seconds, type Watts, watts, wh } from "../model/index.ts";
import { localDay, monthsBefore } from "./clock.ts";
import { rulesAt } from "./rules.ts";
import { addParts, dropSlot, forgetSlots, noSlots, type Slots, slotAt, steps } from "./slots.ts";
import { gridOf, type Tariff } from "./tariff.ts";
import type { Window } from "./window.ts";

export interface Candidate {
  readonly start: EpochSeconds;
  /** As it counts: mean power times the weight of the window. */
  readonly watts: Watts;
}

/**
 * The windows that may make a month's figure. Of recent days all are kept, because late data can lower a peak and bring
 * the runner-up back; of older days what can still matter, and of months that are over what made their figure.
 */
export interface PeakBook {
  /** Energy of the candidates of the last days, by their start. */
  readonly windows: Slots;
  /** The highest candidates of each local day, `2026-04-03`, highest first. */
  readonly days: ReadonlyMap<string, readonly Candidate[]>;
  /** By month, `2026-04`: the windows that make its figure, highest first. */
  readonly months: ReadonlyMap<string, readonly Candidate[]>;
}

export const emptyBook: PeakBook = { windows: noSlots, days: new Map(), months: new Map() };

/** A year of months, and those of the year before that are in their means. */
const KEPT_MONTHS = 24;
const LONG_DAY_S = 25 * 3600;

const descending = (a: Candidate, b: Candidate) => b.watts - a.watts || a.start - b.start;

/** Windows of one day that can be among the month's. */
const perDay = (tariff: Tariff) => (tariff.distinctDays === true ? 1 : tariff.highest);

function insert(highest: readonly Candidate[], one: Candidate, count: number): readonly Candidate[] {
  const last = highest[count - 1];
  return last !== undefined && descending(last, one) <= 0
    ? highest
    : [...highest, one].sort(descending).slice(0, count);
}

/** What a window of this energy counts as. */
export function candidateOf(tariff: Tariff, start: EpochSeconds, energy: number): Candidate {
  const { windowS } = gridOf(tariff);
  return { start, watts: watts(meanWatts(wh(energy), seconds(windowS)) * rulesAt(tariff, start).factor) };
}

/** The highest windows of the day of `at`, highest first. */
function topOf(windows: Slots, at: EpochSeconds, tariff: Tariff): readonly Candidate[] {
  const { key } = localDay(at, tariff.zone);
  let top: readonly Candidate[] = [];
  for (const start of steps(windows, at - LONG_DAY_S, at + LONG_DAY_S)) {
    if (localDay(start, tariff.zone).key !== key) continue;
    top = insert(top, candidateOf(tariff, start, slotAt(windows, start) ?? 0), perDay(tariff));
  }
  return top;
}

/** The windows of a month that make its figure, from those of its days. */
export function highestOf(days: PeakBook["days"], period: string, tariff: Tariff): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const [key, top] of days) if (key.startsWith(period)) found.push(...top);
  return found.sort(descending).slice(0, tariff.highest);
}

/** The highest of two lists of one day. */
export function mergeTop(a: readonly Candidate[], b: readonly Candidate[], tariff: Tariff): readonly Candidate[] {
  return b.reduce((top, one) => insert(top, one, perDay(tariff)), a);
}

/** Puts a closed window into the book, or takes it out when it is no candidate (any more). */
export function record(book: PeakBook, window: Window, tariff: Tariff): PeakBook {
  const { start } = window;
  const { key, period } = localDay(start, tariff.zone);
  const top = book.days.get(key) ?? [];
  const before = slotAt(book.windows, start);
  if (!window.candidate && before === undefined) return book;
  const others = before === undefined ? book.windows : dropSlot(book.windows, start);
  const windows = window.candidate ? addParts(others, [{ step: start, energy: window.wh }]) : others;
  const after =
    before === undefined
      ? insert(top, candidateOf(tariff, start, window.wh), perDay(tariff))
      : topOf(windows, start, tariff);
  if (after === top) return { ...book, windows };
  const days = new Map(book.days).set(key, after);
  return { windows, days, months: new Map(book.months).set(period, highestOf(days, period, tariff)) };
}

/** The windows that make the figure of a month so far, highest first. */
export function candidates(book: PeakBook, period: string): readonly Candidate[] {
  return book.months.get(period) ?? [];
}

/** The same once this window is closed. On distinct days it competes with its own day's first. */
export function candidatesWith(
  book: PeakBook,
  period: string,
  window: Candidate,
  tariff: Tariff,
): readonly Candidate[] {
  const before = candidates(book, period);
  const last = before[tariff.highest - 1];
  if (last !== undefined && last.watts >= window.watts) return before;
  const day = localDay(window.start, tariff.zone).key;
  const isOfDay = (one: Candidate) => tariff.distinctDays === true && localDay(one.start, tariff.zone).key === day;
  const own = before.find((one) => isOfDay(one) || one.start === window.start);
  if (own !== undefined && own.watts >= window.watts) return before;
  const others = before.filter((one) => one !== own);
  return insert(others, window, tariff.highest);
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

/** Figures of the months with data among those that the tariff averages with `period`, oldest first. */
export function figuresBefore(book: PeakBook, period: string, tariff: Tariff): readonly Watts[] {
  const { averageMonths = 1 } = tariff;
  if (averageMonths === 1) return [];
  const oldest = monthsBefore(period, averageMonths - 1);
  return [...book.months]
    .filter(([month, highest]) => month >= oldest && month < period && highest.length > 0)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, highest]) => figure(highest, tariff));
}

/**
 * How high a window that starts at `at` may be without raising the month's figure: what has been reached is paid for
 * already. With distinct days that is the day's own peak, or the lowest of the days that count, whichever is higher.
 */
export function freeWatts(book: PeakBook, at: EpochSeconds, tariff: Tariff): Watts {
  const { key, period } = localDay(at, tariff.zone);
  const highest = candidates(book, period);
  const lowest = highest.length < tariff.highest ? 0 : (highest.at(-1)?.watts ?? 0);
  const today = tariff.distinctDays === true ? (book.days.get(key)?.[0]?.watts ?? 0) : 0;
  return watts(Math.max(lowest, today) / rulesAt(tariff, at).factor);
}

/** Lets go of what cannot matter any more: windows before `horizon`, days before the last two months. */
export function forget(book: PeakBook, horizon: EpochSeconds): PeakBook {
  const recent = [...new Set([...book.days.keys()].map((key) => key.slice(0, 7)))].sort().slice(-2);
  return {
    windows: forgetSlots(book.windows, horizon),
    days: new Map([...book.days].filter(([key]) => recent.includes(key.slice(0, 7)))),
    months: latest(book.months),
  };
}

/** The entries of the last months. */
export function latest<T>(months: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  if (months.size <= KEPT_MONTHS) return months;
  return new Map([...months].sort(([a], [b]) => a.localeCompare(b)).slice(-KEPT_MONTHS));
}
