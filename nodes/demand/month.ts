import { type EpochSeconds, type Watts, type Wh, watts } from "../model/index.ts";
import { daysInMonth, localDay } from "./clock.ts";
import { type EnergyBook, energyOf } from "./energy.ts";
import {
  averageFigure,
  type Candidate,
  candidates,
  candidatesWith,
  figure,
  figuresBefore,
  type PeakBook,
} from "./peaks.ts";
import { rulesAt } from "./rules.ts";
import { type Amount, charge, type Tariff } from "./tariff.ts";

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
  /** Energy of the month; null when none was counted. */
  readonly energyWh: Wh | null;
  /** What that energy costs by the time of use; null without prices. */
  readonly energyCharge: Amount | null;
  /** The month is over; late data may still send it again. */
  readonly final: boolean;
}

export interface Bill {
  readonly figureWatts: Watts;
  readonly billedWatts: Watts;
  readonly months: number;
  readonly charge: Amount | null;
}

/** What these windows make of the month of `at`, and what it costs. */
export function billOf(book: PeakBook, at: EpochSeconds, highest: readonly Candidate[], tariff: Tariff): Bill {
  const { period, month } = localDay(at, tariff.zone);
  const figureWatts = figure(highest, tariff);
  const figures = [...figuresBefore(book, period, tariff), figureWatts];
  const billedWatts = averageFigure(figures, tariff);
  const paid = charge(tariff, billedWatts, { month, days: daysInMonth(at, tariff.zone) });
  return { figureWatts, billedWatts, months: figures.length, charge: paid };
}

/** @param at any instant of the month; @returns null when the month has no window that counts */
export function periodPeak(
  book: PeakBook,
  energy: EnergyBook,
  at: EpochSeconds,
  tariff: Tariff,
  final: boolean,
): PeriodPeak | null {
  const { period } = localDay(at, tariff.zone);
  const highest = candidates(book, period);
  if (highest.length === 0) return null;
  return {
    period,
    candidates: highest,
    ...billOf(book, at, highest, tariff),
    ...energyOf(energy, period, tariff),
    final,
  };
}

/** The month as it stands, as part of a demand state. */
export interface MonthSoFar {
  readonly period: string;
  readonly peakWatts: Watts | null;
  readonly charge: Amount | null;
  readonly adds: { readonly watts: Watts; readonly charge: Amount | null } | null;
}

/** The running month changes with a window that closes, and is asked for with every tick. */
const bills = new WeakMap<PeakBook, { readonly tariff: Tariff; readonly period: string; readonly bill: Bill }>();

function billNow(book: PeakBook, start: EpochSeconds, highest: readonly Candidate[], tariff: Tariff): Bill {
  const { period } = localDay(start, tariff.zone);
  const known = bills.get(book);
  if (known?.tariff === tariff && known.period === period) return known.bill;
  const bill = billOf(book, start, highest, tariff);
  bills.set(book, { tariff, period, bill });
  return bill;
}

/**
 * The month of the window that starts at `start`, and what that window would add: the month's figure and charge with it
 * among the candidates, less those of now. The first windows of a mean may lower it.
 * @param projectedWatts mean power at its end; null: not known
 */
export function monthSoFar(
  book: PeakBook,
  start: EpochSeconds,
  projectedWatts: Watts | null,
  tariff: Tariff,
): MonthSoFar {
  const { period } = localDay(start, tariff.zone);
  const highest = candidates(book, period);
  const now = billNow(book, start, highest, tariff);
  const known = highest.length > 0;
  const month = { period, peakWatts: known ? now.figureWatts : null, charge: known ? now.charge : null };
  if (projectedWatts === null) return { ...month, adds: null };
  const { counts, factor } = rulesAt(tariff, start);
  const window = { start, watts: watts(projectedWatts * factor) };
  const higher = counts ? candidatesWith(book, period, window, tariff) : highest;
  const then = higher === highest ? now : billOf(book, start, higher, tariff);
  const dearer =
    then.charge === null || now.charge === null
      ? null
      : { amount: then.charge.amount - now.charge.amount, currency: now.charge.currency };
  return { ...month, adds: { watts: watts(then.figureWatts - now.figureWatts), charge: dearer } };
}

/** Where nothing is paid for by the peak. */
export function noMonth(start: EpochSeconds, tariff: Tariff): MonthSoFar {
  return { period: localDay(start, tariff.zone).period, peakWatts: null, charge: null, adds: null };
}
