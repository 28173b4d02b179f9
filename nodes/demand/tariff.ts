import type { Watts } from "../model/index.ts";
import type { Calendar } from "./calendar.ts";
import type { Grid } from "./grid.ts";

export const WINDOW_MINUTES = [5, 6, 10, 12, 15, 20, 30, 60] as const;
/** All of them fit into an hour a whole number of times. */
export type WindowMinutes = (typeof WINDOW_MINUTES)[number];

/** How a utility makes money out of power: data, so that anyone can write down their own. */
export interface Tariff {
  readonly name: string;
  readonly windowMinutes: WindowMinutes;
  /** For sliding windows: a new one ends every so many minutes, a divisor of the window. Absent: clock-aligned blocks. */
  readonly stepMinutes?: number;
  /** IANA zone of its clock. */
  readonly zone: string;
  /** When windows count. Absent: always. */
  readonly counts?: readonly Calendar[];
  /** When energy is dear: loads that are marked so wait for the end of it. Absent: never. */
  readonly onPeak?: readonly Calendar[];
  readonly holidays?: readonly string[];
  /** The month's figure is the mean of this many highest windows; 1 is the maximum. */
  readonly highest: number;
  /** At most one window per local day. */
  readonly distinctDays?: boolean;
  /** The month's figure is at least this. */
  readonly floorW?: number;
  /** Never to be passed, whatever the month has reached and whether the window counts or not: a fuse, an inverter. */
  readonly limitW?: number;
  /** Windows that count more or less than others; the first that fits. Absent: each counts in full. */
  readonly weights?: readonly { readonly when: Calendar; readonly factor: number }[];
  /** What is billed is the mean of the figures of so many months. Absent: 1. */
  readonly averageMonths?: number;
  readonly price?: Price;
  readonly energy?: EnergyPrice;
}

/** Price of energy by the time of use. */
export interface EnergyPrice {
  readonly currency: string;
  /** The first that fits the local time; the last has no `when`. `dear`: loads that are marked so wait for the end of it. */
  readonly rates: readonly { readonly when?: readonly Calendar[]; readonly perKwh: number; readonly dear?: boolean }[];
}

export type Price =
  | {
      readonly kind: "per-kw";
      readonly currency: string;
      readonly per: "day" | "month" | "year";
      /** The first that fits the month counts. */
      readonly rates: readonly { readonly months?: readonly number[]; readonly perKw: number }[];
    }
  | {
      readonly kind: "steps";
      readonly currency: string;
      /** Ascending; a figure below `belowKw` pays `perMonth`. The last has none. */
      readonly steps: readonly { readonly belowKw?: number; readonly perMonth: number }[];
    };

const grids = new WeakMap<Tariff, Grid>();

/** The grid of a tariff. */
export function gridOf(tariff: Tariff): Grid {
  let grid = grids.get(tariff);
  if (grid === undefined) {
    const { windowMinutes, stepMinutes = windowMinutes, zone } = tariff;
    grid = { windowS: windowMinutes * 60, stepS: stepMinutes * 60, zone };
    grids.set(tariff, grid);
  }
  return grid;
}

/** A type and no interface, so that it is plain JSON. */
export type Amount = { readonly amount: number; readonly currency: string };

/**
 * What a figure costs in one billing period.
 * @param period its month (1…12) and its length: prices per day are charged for `days`, prices per year by twelfths
 */
export function charge(tariff: Tariff, figure: Watts, period: { month: number; days: number }): Amount | null {
  const { price } = tariff;
  if (price === undefined) return null;
  const kw = figure / 1000;
  if (price.kind === "steps") {
    const step = price.steps.find(({ belowKw }) => belowKw === undefined || kw < belowKw);
    return step === undefined ? null : { amount: step.perMonth, currency: price.currency };
  }
  const rate = price.rates.find(({ months }) => months?.includes(period.month) ?? true);
  if (rate === undefined) return null;
  const share = { day: period.days, month: 1, year: 1 / 12 }[price.per];
  return { amount: kw * rate.perKw * share, currency: price.currency };
}
