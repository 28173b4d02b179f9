import type uPlot from "uplot";

/** Gap between bars in CSS pixels, where they are wide enough to have one. */
const GAP = 1.5;
/** Narrower than this, bars are a picket fence: they are drawn as one stepped line. */
export const BAR_PX = 5;
/** Days and months stay bars as long as they can be told apart: each is a sum of its own. */
export const DAY_PX = 2;

type Values = readonly (number | null | undefined)[];

interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly zero: number;
}

function placeOf(u: uPlot): Place {
  const y = (value: number) => u.valToPos(value, "y", true);
  return { x: (value) => u.valToPos(value, "x", true), y, zero: y(Math.max(0, u.scales.y?.min ?? 0)) };
}

/** Calls `see` with each value, and the place where it begins and the next one does. */
function each(u: uPlot, index: number, see: (from: number, to: number, value: number | null) => void): void {
  const xs = u.data[0];
  const ys = u.data[index] as Values;
  let at = -1;
  for (let i = 0; i < xs.length; i += 1) {
    if (ys[i] === undefined) continue;
    if (at >= 0) see(xs[at] ?? 0, xs[i] ?? 0, ys[at] ?? null);
    at = i;
  }
  if (at >= 0) see(xs[at] ?? 0, xs[at] ?? 0, ys[at] ?? null);
}

/** One bar per value, from its place to the next. */
export const bars: uPlot.Series.PathBuilder = (u, index) => {
  const { x, y, zero } = placeOf(u);
  const gap = GAP * devicePixelRatio;
  const fill = new Path2D();
  each(u, index, (from, to, value) => {
    if (value === null || to <= from) return;
    const [left, right] = [x(from), x(to)];
    const space = right - left > 4 * gap ? gap : 0;
    // What is more than nothing is never less than a hair.
    const height = value > 0 ? Math.max(devicePixelRatio, zero - y(value)) : 0;
    fill.rect(left + space / 2, zero - height, right - left - space, height);
  });
  return { stroke: null, fill, flags: 2 };
};

/** A short stroke at the height of each value: what was in the bar's place before. */
export const caps: uPlot.Series.PathBuilder = (u, index) => {
  const { x, y } = placeOf(u);
  const stroke = new Path2D();
  each(u, index, (from, to, value) => {
    if (value === null || to <= from) return;
    stroke.moveTo(x(from), y(value));
    stroke.lineTo(x(to), y(value));
  });
  return { stroke, fill: null, flags: 2 };
};

/** A stepped line: each value holds until the next place; null ends it. */
export const steps: uPlot.Series.PathBuilder = (u, index) => {
  const { x, y, zero } = placeOf(u);
  const [stroke, fill] = [new Path2D(), new Path2D()];
  let open = false;
  each(u, index, (from, to, value) => {
    const [left, right] = [x(from), x(to)];
    if (value === null) {
      if (open) fill.lineTo(left, zero);
      open = false;
      return;
    }
    const height = y(value);
    if (!open) {
      stroke.moveTo(left, height);
      fill.moveTo(left, zero);
    }
    stroke.lineTo(left, height);
    fill.lineTo(left, height);
    stroke.lineTo(right, height);
    fill.lineTo(right, height);
    open = true;
  });
  return { stroke, fill, flags: 2 };
};

/** Straight from value to value; null ends it. */
export const slopes: uPlot.Series.PathBuilder = (u, index) => {
  const { x, y, zero } = placeOf(u);
  const [stroke, fill] = [new Path2D(), new Path2D()];
  let last: number | null = null;
  each(u, index, (from, _to, value) => {
    if (value === null) {
      if (last !== null) fill.lineTo(last, zero);
      last = null;
      return;
    }
    const [left, height] = [x(from), y(value)];
    if (last === null) {
      stroke.moveTo(left, height);
      fill.moveTo(left, zero);
    } else stroke.lineTo(left, height);
    fill.lineTo(left, height);
    last = left;
  });
  if (last !== null) fill.lineTo(last, zero);
  return { stroke, fill, flags: 2 };
};
