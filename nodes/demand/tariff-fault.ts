import { isZone } from "../model/index.ts";
import type { Calendar } from "./calendar.ts";
import type { Price, Tariff } from "./tariff.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function stepsFault(steps: Extract<Price, { kind: "steps" }>["steps"]): string | null {
  const bounds = steps.map((step) => step.belowKw);
  if (bounds.at(-1) !== undefined) return "price: the last step must have no belowKw, it is for all that is higher";
  const inner = bounds.slice(0, -1);
  if (inner.includes(undefined)) return "price: only the last step may be without belowKw";
  const falls = inner.findIndex((bound, i) => i > 0 && (bound ?? 0) <= (inner[i - 1] ?? 0));
  return falls < 0 ? null : `price: the steps must rise, but ${inner[falls]} kW comes after ${inner[falls - 1]} kW`;
}

function priceFault(price: Price): string | null {
  if (price.kind === "steps") return stepsFault(price.steps);
  const missing = MONTHS.filter((_, i) => !price.rates.some(({ months }) => months?.includes(i + 1) ?? true));
  return missing.length === 0
    ? null
    : `price: nothing fits ${missing.join(", ")}: leave out the months of the last price, so that it is for the rest`;
}

function hoursFault(field: string, calendars: readonly Calendar[]): string | null {
  const empty = calendars.flatMap(({ hours = [] }) => hours).find(([from, to]) => from === to);
  return empty === undefined
    ? null
    : `${field}: the hours from ${empty[0]} to ${empty[1]} are none; write 0 to 24 for the whole day`;
}

function holidayFault(holiday: string): string | null {
  if (holiday.startsWith("easter")) return null;
  const [month = 0, day = 0] = holiday.split("-").slice(-2).map(Number);
  return day >= 1 && day <= (DAYS[month - 1] ?? 0) ? null : `holidays: there is no day ${holiday}`;
}

/**
 * What a JSON Schema cannot say of a tariff that fits TARIFF_SCHEMA.
 * @returns what to change, in words, beginning with the name of the field; null when nothing is wrong
 */
export function tariffFault(tariff: Tariff): string | null {
  const { windowMinutes, stepMinutes = windowMinutes, zone, counts, onPeak = [], weights = [], energy } = tariff;
  if (windowMinutes % stepMinutes !== 0) {
    return `stepMinutes: ${stepMinutes} minutes do not fit into the window of ${windowMinutes} minutes a whole number of times`;
  }
  if (!isZone(zone)) return "zone: this time zone is unknown; use a name like Europe/Brussels";
  if (counts?.length === 0) return "counts: no window would count; leave it out if all do";
  const rates = energy?.rates ?? [];
  if (energy !== undefined && rates.at(-1)?.when !== undefined) {
    return "energy: the last price must have no times, so that it is for the rest of the day";
  }
  const calendars: Record<string, readonly Calendar[]> = {
    counts: counts ?? [],
    onPeak,
    weights: weights.map(({ when }) => when),
    energy: rates.flatMap(({ when = [] }) => when),
  };
  const faults = [
    ...Object.entries(calendars).map(([field, list]) => hoursFault(field, list)),
    ...(tariff.holidays ?? []).map(holidayFault),
    tariff.price === undefined ? null : priceFault(tariff.price),
  ];
  return faults.find((fault) => fault !== null) ?? null;
}
