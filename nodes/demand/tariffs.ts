import type { Tariff, WindowMinutes } from "./tariff.ts";

/** The tariffs that ship. Prices are examples of 2026: look at your own bill. */
export const TARIFFS = {
  belgium: {
    name: "Belgium (Flanders)",
    windowMinutes: 15,
    zone: "Europe/Brussels",
    highest: 1,
    floorW: 2500,
    averageMonths: 12,
    price: { kind: "per-kw", currency: "EUR", per: "year", rates: [{ perKw: 54.2 }] },
  },
  norway: {
    name: "Norway",
    windowMinutes: 60,
    zone: "Europe/Oslo",
    highest: 3,
    distinctDays: true,
    price: {
      kind: "steps",
      currency: "NOK",
      steps: [
        { belowKw: 2, perMonth: 155 },
        { belowKw: 5, perMonth: 250 },
        { belowKw: 10, perMonth: 415 },
        { belowKw: 15, perMonth: 600 },
        { belowKw: 20, perMonth: 770 },
        { belowKw: 25, perMonth: 940 },
        { perMonth: 1800 },
      ],
    },
  },
  sweden: {
    name: "Sweden (SEOM)",
    windowMinutes: 60,
    zone: "Europe/Stockholm",
    counts: [{ weekdays: [1, 2, 3, 4, 5], hours: [[7, 19]], holidays: false }],
    holidays: [
      "01-01",
      "01-06",
      "easter-2",
      "easter+1",
      "05-01",
      "easter+39",
      "06-06",
      "12-24",
      "12-25",
      "12-26",
      "12-31",
    ],
    highest: 3,
    price: {
      kind: "per-kw",
      currency: "SEK",
      per: "month",
      rates: [{ months: [4, 5, 6, 7, 8, 9, 10], perKw: 55.75 }, { perKw: 111.5 }],
    },
  },
  australia: {
    name: "Australia (Queensland)",
    windowMinutes: 30,
    zone: "Australia/Brisbane",
    counts: [{ hours: [[15, 21]] }],
    highest: 1,
    price: { kind: "per-kw", currency: "AUD", per: "day", rates: [{ perKw: 0.15 }] },
  },
} as const satisfies Record<string, Tariff>;

export type TariffKey = keyof typeof TARIFFS;

export function isTariffKey(key: string): key is TariffKey {
  return Object.hasOwn(TARIFFS, key);
}

/** No tariff: the highest window of the month, without a price. */
export function plainTariff(windowMinutes: WindowMinutes, zone: string, stepMinutes?: number): Tariff {
  return { name: "none", windowMinutes, zone, highest: 1, ...(stepMinutes === undefined ? {} : { stepMinutes }) };
}
