import type { BatteryTrend } from "../../model/index.ts";
import { DAY_S, dayOf } from "./days.ts";

/** The battery's voltage by days: one figure per hour of the last day, the median of each day before. */
export interface Battery {
  readonly days: readonly BatteryDay[];
  /** The hour (since 1970) of the last figure. */
  readonly hour: number;
}

interface BatteryDay {
  readonly day: number;
  readonly mv: readonly number[];
}

export const NO_BATTERY: Battery = { days: [], hour: 0 };
const KEPT_DAYS = 90;
/** Nothing but new cells makes the voltage rise so much from one day to the next. */
const NEW_CELLS_MV = 150;
const MIN_POINTS = 10;
const MIN_SPAN_DAYS = 14;
/** The devices measure in steps of about 12 mV: a line through fewer than that is no better for it. */
const NOISE_MV = 4;
/** A slope this many standard errors from level is no chance. */
const CERTAIN = 3;
/** No promise for longer than so many times what was seen. */
const AHEAD = 10;

/** Takes in a figure; the same object when this hour has one. */
export function addBattery(battery: Battery, mv: number, atS: number): Battery {
  const [day, hour] = [dayOf(atS), Math.floor((atS * 24) / DAY_S)];
  if (hour === battery.hour) return battery;
  // A clock that was set back makes days that have not been yet.
  const before = battery.days.filter((one) => one.day <= day);
  const last = before.at(-1);
  if (last?.day === day) return { days: before.with(-1, { day, mv: [...last.mv, mv].slice(-24) }), hour };
  const closed = last === undefined ? [] : before.with(-1, { day: last.day, mv: [median(last.mv)] });
  return { days: [...closed, { day, mv: [mv] }].filter((one) => one.day > day - KEPT_DAYS), hour };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return Math.round(((sorted[middle] ?? 0) + (sorted[(sorted.length - 1) >> 1] ?? 0)) / 2);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function pointsOf(battery: Battery): Point[] {
  const points = battery.days.map(({ day, mv }) => ({ x: day, y: median(mv) }));
  const fresh = points.findLastIndex(({ y }, i) => i > 0 && y - (points[i - 1]?.y ?? y) >= NEW_CELLS_MV);
  return points.slice(Math.max(0, fresh));
}

/**
 * The straight line through the days since the cells were new.
 * @param nowS days are left from here on, also when the last figure is older
 * @returns undefined before there are enough days for one
 */
export function trendOf(battery: Battery, lowMv: number, nowS: number): BatteryTrend | undefined {
  const points = pointsOf(battery);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const span = last.x - first.x;
  if (points.length < MIN_POINTS || span < MIN_SPAN_DAYS) return undefined;
  const { slope, error, end } = lineThrough(points, Math.max(last.x, dayOf(nowS)));
  const rounded = Math.round(slope * 100) / 100;
  const trend = { days: span + 1, mvPerDay: rounded === 0 ? 0 : rounded, lowMv };
  const daysLeft = Math.max(0, Math.floor((end - lowMv) / -slope));
  if (!(slope < -CERTAIN * error) || daysLeft > AHEAD * span) {
    return { ...trend, assumes: `Over ${trend.days} days nothing says when it will be empty.` };
  }
  const pace = `${Math.abs(rounded)} mV a day as over the last ${trend.days} days`;
  const assumes = `It goes on falling by ${pace}, to ${lowMv} mV. Cold makes it fall faster, and so does its end.`;
  return { ...trend, daysLeft, assumes };
}

/** Least squares. @returns the line's slope, its standard error, and where the line is at `x` */
function lineThrough(points: readonly Point[], x: number): { slope: number; error: number; end: number } {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean((point) => point.x), mean((point) => point.y)];
  const sxx = mean((point) => (point.x - mx) ** 2) * points.length;
  const slope = (mean((point) => (point.x - mx) * (point.y - my)) * points.length) / sxx;
  const square = mean((point) => (point.y - my - slope * (point.x - mx)) ** 2);
  const noise = Math.max(NOISE_MV, Math.sqrt((square * points.length) / (points.length - 2)));
  return { slope, error: noise / Math.sqrt(sxx), end: my + slope * (x - mx) };
}
