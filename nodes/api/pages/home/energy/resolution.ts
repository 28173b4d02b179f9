import type { Resolution } from "../../../../model/index.ts";
import type { Span } from "../app.ts";
import { startOf } from "./calendar.ts";

/** From the finest on, with about how many seconds a row covers; a raw one is as long as the meter's interval. */
const STEPS: readonly (readonly [Resolution, number])[] = [
  ["raw", 15],
  ["1m", 60],
  ["15m", 900],
  ["30m", 1800],
  ["hour", 3600],
  ["day", 86_400],
  ["month", 2_629_800],
];

export function rankOf(resolution: Resolution): number {
  return STEPS.findIndex(([name]) => name === resolution);
}

export function stepOf(resolution: Resolution): number {
  return STEPS[rankOf(resolution)]?.[1] ?? 15;
}

/**
 * The finest resolution that gives at most `points` rows for a span, as the server has it, too.
 * @param finest so that rows of several meters have the same edges it is "1m" where they are added up
 */
export function resolutionFor({ from, to }: Span, points: number, finest: Resolution = "raw"): Resolution {
  const fits = STEPS.find(([name, step]) => rankOf(name) >= rankOf(finest) && (to - from) / step <= points);
  return fits?.[0] ?? "month";
}

/**
 * Rows that a chart of that width can show: more would only fall on the same pixels.
 * @param asBars wide enough to stand beside another one: two dense lines over each other tell nothing
 */
export function pointsFor(width: number, asBars = false): number {
  if (asBars) return Math.max(48, Math.round(width / 6));
  return Math.min(2000, Math.max(300, Math.round(width * 1.5)));
}

/** Some more on both sides, so that a small move needs no question; on edges where no row is cut in two. */
export function loadedSpan({ from, to }: Span, resolution: Resolution, zone: string): Span {
  const more = (to - from) / 2;
  const unit = resolution === "month" ? "month" : "day";
  if (rankOf(resolution) < rankOf("15m")) {
    return { from: Math.max(0, Math.floor((from - more) / 60) * 60), to: Math.ceil((to + more) / 60) * 60 };
  }
  return { from: Math.max(0, startOf(unit, Math.max(0, from - more), zone)), to: startOf(unit, to + more, zone, 1) };
}

/** Energy of a bucket in kWh is what people know of days and months; of shorter spans they know the power. */
export function isEnergy(resolution: Resolution): boolean {
  return resolution === "day" || resolution === "month";
}
