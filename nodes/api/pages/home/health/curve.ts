import { h, type Piece } from "../../parts/tree.ts";

/** One point of a curve: epoch seconds, and a figure. */
export type Point = readonly [at: number, value: number];

const WIDTH = 160;
const HEIGHT = 30;
/** More points than pixels draw nothing more. */
const MOST_POINTS = 160;
/** A device that said nothing for so many of its usual steps leaves a hole. */
const HOLE = 4;

export interface CurveOptions {
  readonly from: number;
  readonly to: number;
  /** What the curve shows, as a screen reader says it. */
  readonly label: string;
  /** Below it somebody must do something. */
  readonly threshold?: number | undefined;
  /** A range smaller than this is drawn flat: noise must not look like a fall. */
  readonly least: number;
}

/** A small curve without axes: its figures stand beside it. null when there is too little to draw. */
export function curve(points: readonly Point[], { from, to, label, threshold, least }: CurveOptions): Piece | null {
  const few = thinned(points.filter(([at]) => at >= from && at <= to));
  if (few.length < 2) return null;
  const values = few.map(([, value]) => value);
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const half = Math.max(least, Math.max(...values) - Math.min(...values)) / 2;
  const y = (value: number) => HEIGHT / 2 - ((value - middle) / half) * (HEIGHT / 2 - 3);
  const x = (at: number) => ((at - from) / (to - from)) * WIDTH;
  const line = threshold === undefined ? Number.NaN : y(threshold);
  return h(
    "svg",
    {
      class: "curve",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": label,
    },
    line > 0 &&
      line < HEIGHT &&
      h("line", { class: "threshold", x1: 0, x2: WIDTH, y1: line.toFixed(1), y2: line.toFixed(1) }),
    h("path", { d: pathOf(few, x, y) }),
  );
}

function pathOf(points: readonly Point[], x: (at: number) => number, y: (value: number) => number): string {
  const steps = points.slice(1).map(([at], i) => at - (points[i]?.[0] ?? at));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return points
    .map(([at, value], i) => {
      const isHole = i === 0 || (steps[i - 1] ?? 0) > HOLE * usual;
      return `${isHole ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join("");
}

/** Means of neighbours, so that at most MOST_POINTS remain. */
function thinned(points: readonly Point[]): Point[] {
  const size = Math.ceil(points.length / MOST_POINTS);
  if (size <= 1) return [...points];
  const few: Point[] = [];
  for (let i = 0; i < points.length; i += size) {
    const group = points.slice(i, i + size);
    const mean = (part: 0 | 1) => group.reduce((sum, point) => sum + point[part], 0) / group.length;
    few.push([mean(0), mean(1)]);
  }
  return few;
}
