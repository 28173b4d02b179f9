import type { Calendar, Tariff } from "../../../demand/index.ts";
import { ALWAYS, type CalendarForm, calendarForm } from "./calendar.ts";

/** A tariff as the form shows it: numbers as they are typed, and every list there, if empty. */
export interface TariffForm {
  readonly name: string;
  readonly zone: string;
  readonly windowMinutes: string;
  /** Empty: blocks of the clock. */
  readonly stepMinutes: string;
  readonly highest: string;
  readonly distinctDays: boolean;
  readonly floorW: string;
  readonly limitW: string;
  readonly averageMonths: string;
  readonly holidays: string;
  /** Empty: every window counts. */
  readonly counts: readonly CalendarForm[];
  readonly weights: readonly (CalendarForm & { readonly factor: string })[];
  readonly price: PriceForm;
  readonly energyCurrency: string;
  readonly energy: readonly (CalendarForm & { readonly perKwh: string; readonly dear: boolean })[];
  readonly onPeak: readonly CalendarForm[];
}

export interface PriceForm {
  readonly kind: "none" | "per-kw" | "steps";
  readonly currency: string;
  readonly per: "day" | "month" | "year";
  readonly rates: readonly { readonly months: readonly number[]; readonly perKw: string }[];
  readonly steps: readonly { readonly belowKw: string; readonly perMonth: string }[];
}

const typed = (value: number | undefined) => (value === undefined ? "" : String(value));

function priceForm(price: Tariff["price"]): PriceForm {
  const none = { kind: "none", currency: "", per: "month", rates: [], steps: [] } as const;
  if (price === undefined) return none;
  const { kind, currency } = price;
  if (kind === "per-kw") {
    const rates = price.rates.map(({ months = [], perKw }) => ({ months, perKw: typed(perKw) }));
    return { ...none, kind, currency, per: price.per, rates };
  }
  const steps = price.steps.map(({ belowKw, perMonth }) => ({ belowKw: typed(belowKw), perMonth: typed(perMonth) }));
  return { ...none, kind, currency, steps };
}

/** A rate with several times becomes a row for each: the first that fits counts, so they mean the same. */
function energyForm(energy: Tariff["energy"]): TariffForm["energy"] | null {
  const rows = (energy?.rates ?? []).flatMap(({ when, perKwh, dear = false }) =>
    (when ?? [{}]).map((calendar) => {
      const form = calendarForm(calendar);
      return form === null ? null : { ...form, perKwh: typed(perKwh), dear };
    }),
  );
  return allOf(rows);
}

function allOf<T>(rows: readonly (T | null)[]): readonly T[] | null {
  const there = rows.filter((row) => row !== null);
  return there.length === rows.length ? there : null;
}

const calendars = (list: readonly Calendar[]) => allOf(list.map(calendarForm));

function hasEmptyList({ counts, price, energy }: Tariff): boolean {
  const lists = [counts, ...(energy?.rates ?? []).map(({ when }) => when)];
  if (price?.kind === "per-kw")
    lists.push(...price.rates.map(({ months }) => months as readonly Calendar[] | undefined));
  return lists.some((list) => list?.length === 0);
}

/** @returns null for a tariff that only JSON can show: one with a list that is there but empty, which never fits */
export function formOf(tariff: Tariff): TariffForm | null {
  const counts = calendars(tariff.counts ?? []);
  const onPeak = calendars(tariff.onPeak ?? []);
  const energy = energyForm(tariff.energy);
  const weights = allOf(
    (tariff.weights ?? []).map(({ when, factor }) => {
      const form = calendarForm(when);
      return form === null ? null : { ...form, factor: typed(factor) };
    }),
  );
  if (counts === null || onPeak === null || energy === null || weights === null || hasEmptyList(tariff)) return null;
  const { windowMinutes, stepMinutes = windowMinutes, price } = tariff;
  return {
    name: tariff.name,
    zone: tariff.zone,
    windowMinutes: typed(windowMinutes),
    stepMinutes: stepMinutes < windowMinutes ? typed(stepMinutes) : "",
    highest: typed(tariff.highest),
    distinctDays: tariff.distinctDays === true,
    floorW: typed(tariff.floorW),
    limitW: typed(tariff.limitW),
    averageMonths: typed(tariff.averageMonths),
    holidays: (tariff.holidays ?? []).join(", "),
    ...{ counts, weights, energy, onPeak },
    price: priceForm(price),
    energyCurrency: tariff.energy?.currency ?? price?.currency ?? "",
  };
}

export { ALWAYS, type CalendarForm };
