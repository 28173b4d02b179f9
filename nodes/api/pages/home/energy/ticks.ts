import type { Span } from "../app.ts";
import { dayOf, instantOf, startOf, wallClock } from "./calendar.ts";

/** Marks of the time axis, where people expect them: on whole hours, midnights, Mondays, firsts of a month. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SHORT_S = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
const DAYS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6];
const DAY_S = 86_400;
const TOO_MANY = 200;

/** @param room how many there may be at most */
export function ticksOf({ from, to }: Span, room: number, zone: string): Tick[] {
  const length = to - from;
  const short = SHORT_S.find((step) => length / step <= room);
  if (short !== undefined) return clockTicks(from, to, short, zone);
  const days = DAYS.find((step) => length / (step * DAY_S) <= room);
  if (days !== undefined) return dayTicks(from, to, days, zone);
  const months = MONTH_STEPS.find((step) => length / (step * 30.4 * DAY_S) <= room);
  if (months !== undefined) return monthTicks(from, to, months, zone);
  const years = [1, 2, 5, 10].find((step) => length / (step * 365 * DAY_S) <= room) ?? 20;
  return monthTicks(from, to, 12 * years, zone);
}

/** Counted on the clock on the wall, so that 06:00 stays 06:00 on days of 23 and 25 hours. */
function clockTicks(from: number, to: number, step: number, zone: string): Tick[] {
  const ticks: Tick[] = [];
  // The hour that comes twice is passed through twice.
  let wall = Math.floor((wallClock(from, zone) - 3600) / step) * step;
  for (let i = 0; i < TOO_MANY; i += 1, wall += step) {
    const at = instantOf(wall, zone);
    if (at > to) break;
    if (at < from || at <= (ticks.at(-1)?.at ?? -1)) continue;
    ticks.push({ at, text: clockText(at, step, zone) });
  }
  return ticks;
}

function clockText(at: number, step: number, zone: string): string {
  const wall = ((wallClock(at, zone) % DAY_S) + DAY_S) % DAY_S;
  if (wall === 0) return dayText(at, zone);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const minute = `${two(wall / 3600)}:${two((wall / 60) % 60)}`;
  return step < 60 ? `${minute}:${two(wall % 60)}` : minute;
}

function dayText(at: number, zone: string): string {
  const { day, month } = dayOf(at, zone);
  return `${day} ${MONTHS[month - 1]}`;
}

function dayTicks(from: number, to: number, step: number, zone: string): Tick[] {
  const ticks: Tick[] = [];
  const isWeeks = step % 7 === 0;
  let at = startOf(isWeeks ? "week" : "day", from, zone);
  for (let i = 0; at <= to && i < TOO_MANY; i += 1) {
    if (at >= from) ticks.push({ at, text: dayText(at, zone) });
    const next = startOf("day", at, zone, step);
    // Every other day begins anew with each month, so that marks stay where they are while one pans.
    const first = startOf("month", at, zone, 1);
    at = step === 2 && next >= first - 12 * 3600 ? first : next;
  }
  return ticks;
}

function monthTicks(from: number, to: number, step: number, zone: string): Tick[] {
  const ticks: Tick[] = [];
  const { year, month } = dayOf(from, zone);
  const months = year * 12 + month - 1;
  let at = startOf("month", from, zone, -(months % step));
  for (let i = 0; at <= to && i < TOO_MANY; i += 1) {
    const day = dayOf(at, zone);
    const text = day.month === 1 ? String(day.year) : (MONTHS[day.month - 1] ?? "");
    if (at >= from) ticks.push({ at, text });
    at = startOf("month", at, zone, step);
  }
  return ticks;
}

/** Steps of 1, 2 or 5 of the value axis, from `low` to at least `high`. */
export function valueTicks(low: number, high: number, room: number): number[] {
  const rough = Math.max(high - low, 1e-9) / Math.max(1, room);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((size) => size * unit >= rough * 0.999) ?? 10) * unit;
  const ticks: number[] = [];
  const first = Math.floor(low / step + 1e-9);
  for (let i = first; i - first < 20; i += 1) {
    ticks.push(Number((i * step).toPrecision(12)));
    if (i * step >= high - step * 1e-6) break;
  }
  return ticks;
}
