import type { Adjustment, ReadingRow, Resolution } from "../../../../model/index.ts";
import { energy, power } from "../../parts/format.ts";
import { wall } from "../../parts/time.ts";
import type { Span } from "../app.ts";
import { dayOf, startOf, type Unit, unitOf } from "./calendar.ts";
import type { MarkKind } from "./marks.ts";
import { isEnergy } from "./resolution.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"],
  ...["November", "December"],
];
const SPACE = "\u00a0";

/** @param now its year is left out. A span as people call it: "Tuesday 17 November 2026", "18:00, 17 Nov – 06:30, 18 Nov 2026", "November 2026". */
export function spanName(span: Span, zone: string, now = 0): string {
  const unit = unitOf(span, zone);
  const { year, month, day, weekday } = dayOf(span.from, zone);
  const name = `${day} ${MONTHS[month - 1]} ${year}`;
  if (unit === "year") return String(year);
  if (unit === "month") return `${MONTHS[month - 1]} ${year}`;
  if (unit === "day") return `${DAYS[weekday]} ${name}`;
  if (unit === "hour") return `${name}, ${wall(span.from, zone).minute} – ${wall(span.to, zone).minute}`;
  const last = dayOf(span.to - 1, zone);
  const isDays = startOf("day", span.from, zone) === span.from && startOf("day", span.to, zone) === span.to;
  const from = isDays ? wall(span.from, zone).date : instant(span.from, span, zone);
  const isSameDay = last.day === day && last.month === month && last.year === year && !isDays;
  const to = isDays ? `${wall(span.to - 1, zone).date}` : instant(span.to, span, zone);
  if (isSameDay) return `${name}, ${clock(span.from, span, zone)} – ${clock(span.to, span, zone)}`;
  // Nobody needs to be told which year it is.
  const years = dayOf(now, zone).year === last.year && last.year === year ? ["", ""] : [` ${year}`, ` ${last.year}`];
  return `${from}${last.year === year ? "" : years[0]} – ${to}${years[1]}`;
}

function clock(at: number, { from, to }: Span, zone: string): string {
  return to - from < 600 ? wall(at, zone).second : wall(at, zone).minute;
}

/** In a span of many weeks the time of day says nothing. */
function instant(at: number, span: Span, zone: string): string {
  const date = wall(at, zone).date.replace(" ", SPACE);
  return span.to - span.from > 60 * 86_400 ? date : `${clock(at, span, zone)}, ${date}`;
}

/** "last 24 hours", for a span that follows the present. */
export function lastName(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [365 * 86_400, "year"],
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ];
  for (const [size, name] of units) {
    const count = Math.round(seconds / size);
    if (count >= (name === "day" ? 2 : 1) && Math.abs(seconds - count * size) < size * 0.02) {
      return count === 1 ? `Last ${name}` : `Last ${count} ${name}s`;
    }
  }
  const hours = seconds / 3600;
  return hours < 48 ? `Last ${hours.toFixed(1)} hours` : `Last ${(hours / 24).toFixed(1)} days`;
}

/** kWh with as many digits as are worth reading. */
export function kwh(wh: number | null): string {
  if (wh === null) return "–";
  const size = Math.abs(wh) / 1000;
  const text = size.toFixed(size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0);
  return `${wh < 0 && Number(text) !== 0 ? "\u2212" : ""}${grouped(text)}${SPACE}kWh`;
}

/** Thousands apart by a thin space: 12 345.6 */
function grouped(text: string): string {
  return text.replace(/\B(?=(\d{3})+(?!\d)(?:\.|$))/g, "\u202f");
}

/** "18:15 – 18:30", "17 Nov", "November 2026": when a row was. */
export function rowTime({ start, end }: ReadingRow, resolution: Resolution, zone: string): string {
  const from = wall(start, zone);
  if (resolution === "month") return `${MONTHS[dayOf(start, zone).month - 1]} ${dayOf(start, zone).year}`;
  if (resolution === "day") return `${DAYS[dayOf(start, zone).weekday]?.slice(0, 3)} ${from.date}`;
  const isExact = resolution === "raw" && end - start < 300;
  const to = wall(end, zone);
  const clocks = isExact ? `${from.second} – ${to.second}` : `${from.minute} – ${to.minute}`;
  return `${from.date} ${clocks}`;
}

/** What a row says: "2.84 kW · 710 Wh", of a day "12.4 kWh · mean 516 W". */
export function rowWords(row: ReadingRow, resolution: Resolution): string {
  if (isEnergy(resolution)) return `${kwh(row.wh)}, mean ${power(row.watts)}`;
  return `${power(row.watts)}, ${energy(row.wh)}`;
}

/** Remarks on a row, in words; empty for a plain measurement. */
export function remarks(row: ReadingRow, resolution: Resolution, now: number): string[] {
  const found: string[] = [];
  const length = Math.min(row.end, now) - row.start;
  const isBucket = resolution !== "raw";
  if (row.source === "register-gap" || row.quality.includes("estimated-span"))
    found.push("recovered from the register");
  else if (row.source === "synthetic") found.push("filled in");
  if (isBucket && length > 0 && row.coveredS < 0.98 * length)
    found.push(`readings for ${Math.floor((row.coveredS / length) * 100)}${SPACE}%`);
  if (row.quality.includes("rebase")) found.push("register began anew");
  if (row.quality.includes("suspect")) found.push("implausible");
  return found;
}

export const MARK_WORDS: Readonly<Record<MarkKind, string>> = {
  hole: "no readings: what was used is not known",
  partly: "readings for a part of it",
  recovered: "recovered from the register: its course is not known",
  corrected: "corrected by hand",
  rebase: "the register began anew",
};

export const UNIT_WORDS: Readonly<Record<Unit, string>> = {
  ...{ hour: "Hour", day: "Day", week: "Week", month: "Month", year: "Year" },
};

/** What the value axis counts. */
export function axisName(showing: "power" | "used" | "register", resolution: Resolution): string {
  if (showing === "used") return "kWh used since the left edge";
  if (showing === "register") return "kWh on the register";
  if (isEnergy(resolution)) return `kWh per ${resolution}`;
  return "kW";
}

export function correctionsWords(all: readonly Adjustment[]): string {
  return all.length === 1 ? "1 correction" : `${all.length} corrections`;
}
