import type { Tariff, WindowMinutes } from "./tariff.ts";

/**
 * Public holidays of Sweden and the eves that SEOM's rules name. Those that move by their weekday lie on Saturdays and
 * Sundays anyway, but for Midsummer Eve, which stands here with its dates.
 */
const SWEDISH_HOLIDAYS = [
  "01-01",
  "01-06",
  "easter-2",
  "easter+1",
  "05-01",
  "easter+39",
  "06-06",
  "2026-06-19",
  "2027-06-25",
  "2028-06-23",
  "2029-06-22",
  "2030-06-21",
  "12-24",
  "12-25",
  "12-26",
  "12-31",
] as const;

/** The tariffs that ship. Prices are examples of 2026 unless another year is named: look at your own bill. */
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
    holidays: SWEDISH_HOLIDAYS,
    highest: 3,
    price: {
      kind: "per-kw",
      currency: "SEK",
      per: "month",
      rates: [{ months: [4, 5, 6, 7, 8, 9, 10], perKw: 55.75 }, { perKw: 111.5 }],
    },
  },
  // Ellevio 2025: at night half of the power counts.
  "sweden-ellevio": {
    name: "Sweden (Ellevio)",
    windowMinutes: 60,
    zone: "Europe/Stockholm",
    weights: [{ when: { hours: [[22, 6]] }, factor: 0.5 }],
    highest: 3,
    distinctDays: true,
    price: { kind: "per-kw", currency: "SEK", per: "month", rates: [{ perKw: 81.25 }] },
  },
  // Energex counts from 16 to 21 h, others from 15: see the bill.
  australia: {
    name: "Australia (Queensland)",
    windowMinutes: 30,
    zone: "Australia/Brisbane",
    counts: [{ hours: [[15, 21]] }],
    highest: 1,
    price: { kind: "per-kw", currency: "AUD", per: "day", rates: [{ perKw: 0.15 }] },
  },
  // As in New South Wales up to 2024. Holidays that move by their weekday stand here with their dates.
  "australia-weekdays": {
    name: "Australia (workdays, by season)",
    windowMinutes: 30,
    zone: "Australia/Sydney",
    counts: [{ months: [1, 2, 3, 6, 7, 8, 11, 12], weekdays: [1, 2, 3, 4, 5], hours: [[15, 21]], holidays: false }],
    holidays: ["01-01", "01-26", "easter-2", "easter+1", "04-25", "2026-06-08", "2027-06-14", "12-25", "12-26"],
    highest: 1,
    price: {
      kind: "per-kw",
      currency: "AUD",
      per: "day",
      rates: [{ months: [1, 2, 3, 11, 12], perKw: 0.25 }, { perKw: 0.12 }],
    },
  },
  // Ergon's Tariff 14 of 2020, without its least demand of 3 kW outside the summer.
  "australia-four-days": {
    name: "Australia (four highest days)",
    windowMinutes: 30,
    zone: "Australia/Brisbane",
    counts: [{ hours: [[15, 21.5]] }],
    highest: 4,
    distinctDays: true,
    price: {
      kind: "per-kw",
      currency: "AUD",
      per: "month",
      rates: [{ months: [12, 1, 2], perKw: 56.8579 }, { perKw: 8.1653 }],
    },
    energy: { currency: "AUD", rates: [{ perKwh: 0.17056 }] },
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
