import type { Adjustment, ReadingRow, Resolution } from "../../../../model/index.ts";
import type { House, Span } from "../app.ts";
import type { Chunks, Want } from "./chunks.ts";
import { rowsIn } from "./chunks.ts";
import { earlierSpan, movedUp } from "./earlier.ts";
import type { Line } from "./lines.ts";
import { adjustmentMarks, type Mark, rowMarks } from "./marks.ts";
import { resolutionFor } from "./resolution.ts";
import { canCompare, type Look } from "./state.ts";
import { addUp } from "./sum.ts";

/** What is on the chart: lines with their rows, from what is loaded. */
export interface Scene {
  readonly lines: readonly Line[];
  /** Rows of the earlier period where they were, for their sum. */
  readonly earlier: { readonly rows: readonly ReadingRow[]; readonly span: Span } | null;
  readonly resolution: Resolution;
}

/** What must be there to draw it, by the name of each line. */
export function wantsOf(look: Look, scene: Scene, points: number, now: number, zone: string): Map<string, Want> {
  const wants = new Map<string, Want>();
  const { span } = look;
  const resolution = fixed(look, points);
  for (const meter of look.meters) wants.set(meter, { meter, span, points, resolution });
  const then = compared(look, now, zone);
  if (then === null || scene.lines.length === 0) return wants;
  for (const meter of look.meters) {
    wants.set(`${meter} earlier`, { meter, span: then, points, resolution: scene.resolution });
  }
  return wants;
}

export function sceneOf(look: Look, chunks: Chunks, points: number, house: House, now: number): Scene {
  const { span, meters, manner } = look;
  const resolution = fixed(look, points);
  const found = meters.map((meter) => chunks.find({ meter, span, points, resolution })?.chunk);
  const nameOf = (meter: string) => house.items.find(({ id }) => id === meter)?.name || meter;
  const lines: Line[] = [];
  if (manner === "sum") {
    const all = found.map((chunk) => (chunk === undefined ? [] : rowsIn(chunk.rows, span)));
    // A sum that grows while its parts come in would be read as one that is known.
    const rows = found.includes(undefined) ? [] : addUp(all);
    const name = meters.map(nameOf).join(" + ");
    if (rows.length > 0) lines.push({ key: "sum", name, color: 0, rows, resolution: resolution ?? "1m" });
  } else {
    found.forEach((chunk, index) => {
      const meter = meters[index] ?? "";
      if (chunk === undefined) return;
      lines.push({ key: meter, name: nameOf(meter), color: index, rows: chunk.rows, resolution: chunk.resolution });
    });
  }
  const shown = lines[0]?.resolution ?? resolutionFor(span, points);
  const then = lines.length > 0 ? compared(look, now, house.zone) : null;
  if (then === null) return { lines, earlier: null, resolution: shown };
  const before = meters.map((meter) => {
    const chunk = chunks.find({ meter, span: then, points, resolution: shown })?.chunk;
    return chunk === undefined ? [] : rowsIn(chunk.rows, then);
  });
  const rows = manner === "sum" ? addUp(before) : (before[0] ?? []);
  const moved = movedUp(rows, then, span, house.zone);
  const line: Line = { key: "earlier", name: "", color: null, rows: moved, resolution: shown };
  return { lines: moved.length > 0 ? [...lines, line] : lines, earlier: { rows, span: then }, resolution: shown };
}

/** Only rows with the same edges can be added up. */
function fixed({ manner, span }: Look, points: number): Resolution | null {
  return manner === "sum" ? resolutionFor(span, points, "1m") : null;
}

/** The earlier span that is shown along; null for none. */
function compared(look: Look, now: number, zone: string): Span | null {
  if (look.against === null || !canCompare(look) || look.span.from >= now) return null;
  return earlierSpan(look.span, look.against, zone);
}

/** As much of the earlier span as has passed of this one: half a week is not compared with a whole one. */
export function comparable(look: Look, now: number, zone: string): Span | null {
  if (look.against === null) return null;
  const to = Math.max(look.span.from, Math.min(look.span.to, now));
  return earlierSpan({ from: look.span.from, to }, look.against, zone);
}

export function marksOf(
  { lines }: Scene,
  { span }: Look,
  adjustments: readonly Adjustment[],
  events: readonly Mark[],
  now: number,
): Mark[] {
  const own = lines.filter(({ color }) => color !== null);
  const ofRows = own.flatMap(({ rows, resolution }) => rowMarks(rows, span, resolution, now));
  // Where lines overlap, a hole of one is no hole of the others.
  const shown = own.length > 1 ? ofRows.filter(({ kind }) => kind !== "hole") : ofRows;
  const all = [...shown, ...adjustmentMarks(adjustments, now), ...events];
  return all.filter(({ from, to }) => to >= span.from && from <= span.to);
}
