import type { ReadingRow, Resolution } from "../../../../model/index.ts";
import type { Span } from "../app.ts";
import { rankOf, resolutionFor } from "./resolution.ts";

/** Rows of one meter as one answer brought them. */
export interface Chunk extends Span {
  readonly meter: string;
  readonly resolution: Resolution;
  readonly rows: readonly ReadingRow[];
  /** Rows per second that were allowed; 0 where the resolution was asked for by name. */
  readonly density: number;
  /** Something in it has changed since, or it has grown older than the present. */
  readonly stale: boolean;
}

/** Which rows somebody wants. */
export interface Want {
  readonly meter: string;
  readonly span: Span;
  readonly points: number;
  /** Exactly this resolution; null takes what fits the points. */
  readonly resolution: Resolution | null;
}

export interface Found {
  readonly chunk: Chunk;
  /** It covers the span, and no finer one would be shown. */
  readonly isEnough: boolean;
}

const KEPT = 80;

/** What was loaded: panning and zooming back need no question, and a coarse chunk is shown until a finer one is there. */
export class Chunks {
  #all: Chunk[] = [];

  put(chunk: Chunk): void {
    const isReplaced = (old: Chunk) =>
      old.meter === chunk.meter && old.resolution === chunk.resolution && old.from >= chunk.from && old.to <= chunk.to;
    this.#all = [chunk, ...this.#all.filter((old) => !isReplaced(old))].slice(0, KEPT);
  }

  /** The best there is for it; undefined when nothing overlaps. */
  find(want: Want): Found | undefined {
    const { meter, span, resolution } = want;
    const ours = this.#all.filter(
      (one) =>
        one.meter === meter &&
        one.from < span.to &&
        one.to > span.from &&
        (resolution === null || one.resolution === resolution),
    );
    const good = ours.filter((one) => covers(one, span) && isFine(one, want));
    const [coarsest] = good.sort((a, b) => rankOf(b.resolution) - rankOf(a.resolution));
    if (coarsest !== undefined) return { chunk: this.#used(coarsest), isEnough: true };
    const [most] = ours.sort((a, b) => share(b, span) - share(a, span) || rankOf(a.resolution) - rankOf(b.resolution));
    return most === undefined ? undefined : { chunk: this.#used(most), isEnough: false };
  }

  /** What reaches beyond `from` is no longer what the server would say. */
  spoil(meter: string, from: number): void {
    this.#all = this.#all.map((one) =>
      one.meter === meter && one.to > from && !one.stale ? { ...one, stale: true } : one,
    );
  }

  clear(): void {
    this.#all = [];
  }

  #used(chunk: Chunk): Chunk {
    this.#all = [chunk, ...this.#all.filter((one) => one !== chunk)];
    return chunk;
  }
}

export function covers(one: Span, span: Span): boolean {
  return one.from <= span.from && one.to >= span.to;
}

function isFine(chunk: Chunk, { span, points, resolution }: Want): boolean {
  if (resolution !== null) return true;
  const wanted = points / (span.to - span.from);
  return chunk.density >= wanted * 0.99 || rankOf(chunk.resolution) <= rankOf(resolutionFor(span, points));
}

function share(one: Span, span: Span): number {
  return (Math.min(one.to, span.to) - Math.max(one.from, span.from)) / (span.to - span.from);
}

/** Rows that overlap the span. Rows are in the order of their start. */
export function rowsIn(rows: readonly ReadingRow[], { from, to }: Span): readonly ReadingRow[] {
  let first = firstFrom(rows, from);
  // One that began before may reach into it.
  while (first > 0 && (rows[first - 1]?.end ?? 0) > from) first -= 1;
  return rows.slice(first, firstFrom(rows, to));
}

/** Index of the first row that starts at or after `at`. */
function firstFrom(rows: readonly ReadingRow[], at: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.start ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row that holds `at`. */
export function rowAt(rows: readonly ReadingRow[], at: number): ReadingRow | undefined {
  const index = firstFrom(rows, at + 1e-6) - 1;
  const row = rows[index];
  return row !== undefined && at >= row.start && at < row.end ? row : undefined;
}
