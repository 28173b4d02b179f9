import type { ReadingRow, Resolution } from "../../../../model/index.ts";
import type { Span } from "../app.ts";
import { rowsIn } from "./chunks.ts";
import { isEnergy } from "./resolution.ts";
import type { Showing } from "./state.ts";

/** One line of the chart. */
export interface Line {
  readonly key: string;
  readonly name: string;
  /** Which of the chart's colours; null is the muted one of an earlier period. */
  readonly color: number | null;
  readonly rows: readonly ReadingRow[];
  readonly resolution: Resolution;
}

/** Places and values; null ends a stretch, so that nothing is drawn where nothing is known. */
export interface Points {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** What a row shows in its bucket: kWh where people think in energy, else W. */
export function heightOf(row: ReadingRow, resolution: Resolution): number {
  return isEnergy(resolution) ? row.wh / 1000 : row.watts;
}

/** Steps for power, slopes for the other two. */
export function pointsOf({ rows, resolution }: Line, showing: Showing, span: Span): Points {
  const seen = rowsIn(rows, span);
  if (showing === "power") return steps(seen, resolution);
  return showing === "used" ? rising(seen, span) : registers(seen);
}

class Pen {
  readonly x: number[] = [];
  readonly y: (number | null)[] = [];

  put(x: number, y: number | null): void {
    const last = this.x.at(-1);
    // Readings of a clock that was set back overlap: places must not go back.
    if (last !== undefined && x < last) return;
    if (last === x && y === null && this.y.at(-1) === null) return;
    this.x.push(x);
    this.y.push(y);
  }
}

function steps(rows: readonly ReadingRow[], resolution: Resolution): Points {
  const pen = new Pen();
  rows.forEach((row, index) => {
    pen.put(row.start, heightOf(row, resolution));
    const next = rows[index + 1];
    if (next === undefined || next.start > row.end) pen.put(row.end, null);
  });
  return pen;
}

/** Where a slope ends and the next begins at the same place, the end comes first. */
const HAIR_S = 0.001;

/** kWh since the left edge. A stretch of which nothing is known is left out; what follows goes on from what is known. */
function rising(rows: readonly ReadingRow[], { from, to }: Span): Points {
  const pen = new Pen();
  let sum = 0;
  rows.forEach((row, index) => {
    const [start, end] = [Math.max(row.start, from), Math.min(row.end, to)];
    const share = row.end > row.start ? (end - start) / (row.end - row.start) : 1;
    if (index === 0 || (rows[index - 1]?.end ?? 0) < row.start) pen.put(start, sum / 1000);
    sum += row.wh * share;
    pen.put(end, sum / 1000);
    const next = rows[index + 1];
    if (next === undefined || next.start > row.end) pen.put(end + HAIR_S, null);
  });
  return pen;
}

/** kWh as the meter shows them; a rebase is a break, not a slope. */
function registers(rows: readonly ReadingRow[]): Points {
  const pen = new Pen();
  let last: number | null = null;
  rows.forEach((row, index) => {
    if (row.registerWh === null) {
      if (last !== null) pen.put(row.start + HAIR_S, null);
      last = null;
      return;
    }
    const before = (row.registerWh - row.wh) / 1000;
    const isBroken = last === null || Math.abs(before - last) > 0.0015 || (rows[index - 1]?.end ?? 0) < row.start;
    if (isBroken && last !== null) pen.put((rows[index - 1]?.end ?? 0) + HAIR_S, null);
    if (isBroken) pen.put(row.start + 2 * HAIR_S, before);
    last = row.registerWh / 1000;
    pen.put(row.end, last);
  });
  return pen;
}

/** All lines over the same places, as uPlot wants them: undefined where a line has nothing to say. */
export function joined(all: readonly Points[]): [number[], ...(number | null | undefined)[][]] {
  const [only] = all;
  if (all.length === 1 && only !== undefined) return [[...only.x], [...only.y]];
  const places = [...new Set(all.flatMap(({ x }) => x))].sort((a, b) => a - b);
  const index = new Map(places.map((place, i) => [place, i]));
  const lines = all.map(({ x, y }) => {
    const values = new Array<number | null | undefined>(places.length).fill(undefined);
    x.forEach((place, i) => {
      const at = index.get(place) ?? 0;
      // Where a stretch ends and another begins, the beginning counts.
      if (y[i] !== null || values[at] === undefined) values[at] = y[i];
    });
    return values;
  });
  return [places, ...lines];
}

/** The largest and smallest value in the span; [0, 0] for nothing. */
export function rangeOf(points: readonly Points[], { from, to }: Span): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y } of points) {
    for (let i = 0; i < x.length; i += 1) {
      const value = y[i];
      if (value === null || value === undefined || (x[i] ?? 0) > to || (x[i + 1] ?? to) < from) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 0];
}
