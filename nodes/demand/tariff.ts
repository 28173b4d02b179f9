import { type EpochSeconds, localTime, type Watts } from "../model/index.ts";
import { CALENDAR_SCHEMA, type Calendar, HOLIDAY_PATTERN, inCalendar } from "./calendar.ts";
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

const months = CALENDAR_SCHEMA.properties.months;
const price = { type: "number", minimum: 0, maximum: 1e9 } as const;
const currency = { type: "string", minLength: 1, maxLength: 8 } as const;

export const TARIFF_SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["name", "windowMinutes", "zone", "highest"],
  properties: {
    name: { type: "string", minLength: 1, maxLength: 80 },
    windowMinutes: { enum: WINDOW_MINUTES },
    stepMinutes: { type: "integer", minimum: 1, maximum: 30 },
    zone: { type: "string", minLength: 1, maxLength: 64 },
    counts: { type: "array", items: CALENDAR_SCHEMA, maxItems: 24 },
    onPeak: { type: "array", items: CALENDAR_SCHEMA, maxItems: 24 },
    holidays: { type: "array", items: { type: "string", pattern: HOLIDAY_PATTERN }, maxItems: 100 },
    highest: { type: "integer", minimum: 1, maximum: 31 },
    distinctDays: { type: "boolean" },
    floorW: { type: "number", minimum: 0, maximum: 1e6 },
    limitW: { type: "number", exclusiveMinimum: 0, maximum: 1e6 },
    weights: {
      type: "array",
      maxItems: 24,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["when", "factor"],
        properties: { when: CALENDAR_SCHEMA, factor: { type: "number", exclusiveMinimum: 0, maximum: 10 } },
      },
    },
    averageMonths: { type: "integer", minimum: 1, maximum: 12 },
    price: {
      oneOf: [
        {
          type: "object",
          additionalProperties: false,
          required: ["kind", "currency", "per", "rates"],
          properties: {
            kind: { const: "per-kw" },
            currency,
            per: { enum: ["day", "month", "year"] },
            rates: {
              type: "array",
              minItems: 1,
              maxItems: 12,
              items: {
                type: "object",
                additionalProperties: false,
                required: ["perKw"],
                properties: { months, perKw: price },
              },
            },
          },
        },
        {
          type: "object",
          additionalProperties: false,
          required: ["kind", "currency", "steps"],
          properties: {
            kind: { const: "steps" },
            currency,
            steps: {
              type: "array",
              minItems: 1,
              maxItems: 40,
              items: {
                type: "object",
                additionalProperties: false,
                required: ["perMonth"],
                properties: { belowKw: price, perMonth: price },
              },
            },
          },
        },
      ],
    },
    energy: {
      type: "object",
      additionalProperties: false,
      required: ["currency", "rates"],
      properties: {
        currency,
        rates: {
          type: "array",
          minItems: 1,
          maxItems: 24,
          items: {
            type: "object",
            additionalProperties: false,
            required: ["perKwh"],
            properties: {
              when: { type: "array", items: CALENDAR_SCHEMA, minItems: 1, maxItems: 24 },
              // Below zero where the market is.
              perKwh: { type: "number", minimum: -1e6, maximum: 1e6 },
              dear: { type: "boolean" },
            },
          },
        },
      },
    },
  },
} as const;

/**
 * What a JSON Schema cannot say of a tariff that fits TARIFF_SCHEMA.
 * @returns what to change, in words; null when nothing is wrong
 */
export function tariffFault(tariff: Tariff): string | null {
  const { windowMinutes, stepMinutes = windowMinutes } = tariff;
  if (windowMinutes % stepMinutes !== 0) {
    return `stepMinutes: ${stepMinutes} does not divide the window of ${windowMinutes} minutes`;
  }
  return null;
}

/** The grid of a tariff. A step that does not divide the window is taken as the whole window. */
export function gridOf(tariff: Tariff): Grid {
  const windowS = tariff.windowMinutes * 60;
  const stepS = (tariff.stepMinutes ?? tariff.windowMinutes) * 60;
  return { windowS, stepS: windowS % stepS === 0 ? stepS : windowS, zone: tariff.zone };
}

export function counts(tariff: Tariff, at: EpochSeconds): boolean {
  return tariff.counts === undefined || inCalendar(at, tariff.zone, tariff.counts, tariff.holidays ?? []);
}

export function isOnPeak(tariff: Tariff, at: EpochSeconds): boolean {
  return inCalendar(at, tariff.zone, tariff.onPeak ?? [], tariff.holidays ?? []);
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

/** Days in the local month of an instant. */
export function monthOf(at: EpochSeconds, zone: string): { month: number; days: number } {
  const { year, month } = localTime(at, zone);
  return { month, days: (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / 86_400_000 };
}
