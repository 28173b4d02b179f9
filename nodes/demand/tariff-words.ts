import type { Calendar } from "./calendar.ts";
import type { Price, Tariff } from "./tariff.ts";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Weeks are read from Monday on. */
const WEEK = [1, 2, 3, 4, 5, 6, 0];
const YEAR = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** `Nov–Mar, Jun`: neighbours are named by the first and the last, also over the end of the circle. */
function runs(chosen: readonly number[], circle: readonly number[], nameOf: (one: number) => string): string {
  const marks = circle.map((one) => chosen.includes(one));
  if (marks.every((one) => one)) return "";
  const size = circle.length;
  const found: string[] = [];
  for (let first = 0; first < size; first += 1) {
    if (!marks[first] || marks[(first + size - 1) % size]) continue;
    let length = 1;
    while (marks[(first + length) % size]) length += 1;
    const from = nameOf(circle[first] ?? 0);
    const to = nameOf(circle[(first + length - 1) % size] ?? 0);
    found.push(length === 1 ? from : `${from}–${to}`);
  }
  return found.join(", ");
}

/** `7`, or `21:30` for half hours. */
export function hourWords(hour: number): string {
  return Number.isInteger(hour) ? String(hour) : `${Math.floor(hour)}:30`;
}

/** A part of the year in words, `Nov–Mar, Mon–Fri, 7–19 h, not on holidays`; empty when nothing is left out. */
export function calendarWords(calendar: Calendar): string {
  const { months = YEAR, weekdays = WEEK, hours, holidays } = calendar;
  // An empty list fits no instant.
  if ([months, weekdays, hours ?? YEAR].some((list) => list.length === 0)) return "never";
  const parts = [
    runs(months, YEAR, (month) => MONTHS[month - 1] ?? ""),
    runs(weekdays, WEEK, (day) => WEEKDAYS[day] ?? ""),
    hours === undefined ? "" : `${hours.map(([from, to]) => `${hourWords(from)}–${hourWords(to)}`).join(", ")} h`,
    holidays === false ? "not on holidays" : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

const anyOf = (calendars: readonly Calendar[]) => calendars.map((one) => calendarWords(one) || "always").join("; or ");

/** `54.20`, `155`, `0.2841`: cents where there are any, and no digit is lost. */
function money(amount: number): string {
  const text = String(amount);
  return /^\d+\.\d$/.test(text) ? `${text}0` : text;
}

const kw = (watts: number) => `${Number((watts / 1000).toFixed(3))} kW`;

function windowWords(minutes: number, count: number): string {
  const name = { 15: "quarter hour", 30: "half hour", 60: "hour" }[minutes] ?? `${minutes} minutes`;
  return count === 1 || name.endsWith("s") ? name : `${name}s`;
}

function figureWords({ windowMinutes, stepMinutes = windowMinutes, highest, distinctDays }: Tariff): string {
  const sliding = stepMinutes < windowMinutes;
  const name = windowWords(windowMinutes, highest);
  const which =
    highest === 1 ? `the highest ${name} of the month` : `the mean of the ${highest} highest ${name} of the month`;
  const days = highest > 1 && distinctDays === true ? ", each on another day" : "";
  const step = stepMinutes === 1 ? "minute" : `${stepMinutes} minutes`;
  return `${which}${days}${sliding ? `; a new window begins every ${step}` : ""}`;
}

/** `54.20 EUR per kW`; with several prices `per kW: 55.75 SEK in Apr–Oct, 111.50 SEK otherwise`. */
function rateWords(unit: string, rates: readonly { readonly price: string; readonly when: string }[]): string {
  const [only] = rates;
  if (rates.length === 1 && only?.when === "") return `${only.price} per ${unit}`;
  return `per ${unit}: ${rates.map(({ price, when }) => `${price} ${when || "otherwise"}`).join(", ")}`;
}

function priceWords(price: Price): string {
  const { currency } = price;
  if (price.kind === "per-kw") {
    const rates = price.rates.map(({ months, perKw }) => {
      const when = months === undefined ? "" : runs(months, YEAR, (month) => MONTHS[month - 1] ?? "");
      return { price: `${money(perKw)} ${currency}`, when: when && `in ${when}` };
    });
    return rateWords(`kW and ${price.per}`, rates);
  }
  let from = "";
  const steps = price.steps.map(({ belowKw, perMonth }, i) => {
    const amount = i === 0 ? `${money(perMonth)} ${currency} a month` : money(perMonth);
    const range = belowKw !== undefined ? ` below ${belowKw} kW` : from && ` from ${from} kW`;
    from = String(belowKw ?? from);
    return `${amount}${range}`;
  });
  return steps.join(", ");
}

function energyWords({ currency, rates }: NonNullable<Tariff["energy"]>): string {
  const words = rates.map(({ when, perKwh, dear }) => ({
    price: `${money(perKwh)} ${currency}`,
    when: `${when === undefined ? "" : anyOf(when)}${dear === true ? " (dear)" : ""}`.trim(),
  }));
  return rateWords("kWh", words);
}

/**
 * The rules of a tariff, one short line each, for people: what makes the month's figure, what it costs, and when.
 * Times are those of the tariff's zone, which is named in the last line.
 */
export function tariffWords(tariff: Tariff): string[] {
  const { counts, weights = [], floorW, limitW, averageMonths, price, energy, onPeak = [], zone } = tariff;
  const lines = [figureWords(tariff)];
  if (floorW !== undefined && floorW > 0) lines.push(`at least ${kw(floorW)}`);
  if (counts !== undefined)
    lines.push(counts.length === 0 ? "no window counts" : `windows that count: ${anyOf(counts)}`);
  for (const { when, factor } of weights) {
    lines.push(`windows ${calendarWords(when) || "at any time"} count ${factor === 0.5 ? "half" : `× ${factor}`}`);
  }
  if (averageMonths !== undefined && averageMonths > 1)
    lines.push(`billed: the mean of the last ${averageMonths} months`);
  if (limitW !== undefined) lines.push(`fixed limit ${kw(limitW)}, whatever the month has reached`);
  if (price !== undefined) lines.push(priceWords(price));
  if (energy !== undefined) lines.push(energyWords(energy));
  if (onPeak.length > 0) lines.push(`dear: ${anyOf(onPeak)}`);
  return [...lines, `clock of ${zone}`];
}
