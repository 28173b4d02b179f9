import type uPlot from "uplot";
import type { Span } from "../app.ts";
import type { Mark, MarkKind } from "./marks.ts";
import type { Theme } from "./theme.ts";

/** Height of the stripe at the top that tells of what the bars below it cannot. */
const LANE = 5;

interface Box {
  readonly ctx: CanvasRenderingContext2D;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly px: number;
  readonly x: (at: number) => number;
}

function boxOf(u: uPlot): Box {
  const { left, top, width, height } = u.bbox;
  const [right, bottom] = [left + width, top + height];
  const x = (at: number) => Math.min(right, Math.max(left, u.valToPos(at, "x", true)));
  return { ctx: u.ctx, left, right, top, bottom, px: devicePixelRatio, x };
}

/** Behind the lines: where nothing is known, and what is selected. */
export function drawBehind(u: uPlot, marks: readonly Mark[], selection: Span | null, theme: Theme): void {
  const box = boxOf(u);
  const { ctx, top, bottom, x } = box;
  ctx.save();
  for (const { kind, from, to } of marks) {
    const width = x(to) - x(from);
    if (kind !== "hole" || width < 2 * box.px) continue;
    ctx.fillStyle = hatch(ctx, theme.hole, box.px) ?? theme.hole;
    ctx.fillRect(x(from), top, width, bottom - top);
  }
  if (selection !== null) {
    ctx.fillStyle = theme.selection;
    ctx.fillRect(x(selection.from), top, Math.max(box.px, x(selection.to) - x(selection.from)), bottom - top);
  }
  ctx.restore();
}

/** In front of them: the stripe, rebases, and the present. */
export function drawBefore(u: uPlot, marks: readonly Mark[], now: number, theme: Theme): void {
  const box = boxOf(u);
  const { ctx, top, x, px } = box;
  const { min = 0, max = 0 } = u.scales.x ?? {};
  const color: Readonly<Record<MarkKind, string>> = {
    ...{ hole: theme.muted, partly: theme.muted, recovered: theme.recovered },
    ...{ corrected: theme.corrected, rebase: theme.text },
  };
  ctx.save();
  for (const { kind, from, to } of marks) {
    if (kind === "rebase") continue;
    ctx.fillStyle = color[kind];
    ctx.globalAlpha = kind === "partly" ? 0.45 : 1;
    // Two lanes: a corrected span may hold recovered energy.
    const offset = kind === "corrected" ? 0 : (LANE + 1) * px;
    ctx.fillRect(x(from), top + offset, Math.max(2 * px, x(to) - x(from)), LANE * px);
  }
  ctx.globalAlpha = 1;
  for (const { kind, from } of marks) {
    if (kind === "rebase" && from >= (min ?? 0) && from <= (max ?? 0)) flag(box, x(from), theme.text, [4, 3]);
  }
  if (now > (min ?? 0) && now < (max ?? 0)) {
    ctx.strokeStyle = theme.muted;
    ctx.globalAlpha = 0.5;
    line(box, x(now), []);
  }
  ctx.restore();
}

function line({ ctx, top, bottom, px }: Box, at: number, dash: number[]): void {
  ctx.beginPath();
  ctx.lineWidth = px;
  ctx.setLineDash(dash.map((length) => length * px));
  ctx.moveTo(Math.round(at) + 0.5, top);
  ctx.lineTo(Math.round(at) + 0.5, bottom);
  ctx.stroke();
}

function flag(box: Box, at: number, color: string, dash: number[]): void {
  const { ctx, top, px } = box;
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  line(box, at, dash);
  ctx.beginPath();
  ctx.moveTo(at, top);
  ctx.lineTo(at + 9 * px, top + 4 * px);
  ctx.lineTo(at, top + 8 * px);
  ctx.fill();
}

const hatches = new Map<string, CanvasPattern | null>();

function hatch(ctx: CanvasRenderingContext2D, color: string, px: number): CanvasPattern | null {
  const key = `${color} ${px}`;
  const known = hatches.get(key);
  if (known !== undefined) return known;
  const tile = document.createElement("canvas");
  const size = Math.round(7 * px);
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext("2d");
  if (pen !== null) {
    pen.strokeStyle = color;
    pen.lineWidth = px;
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
    }
    pen.stroke();
  }
  const made = ctx.createPattern(tile, "repeat");
  hatches.set(key, made);
  return made;
}
