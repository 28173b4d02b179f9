import type { ReadingRow } from "../../../../model/index.ts";
import type { Span } from "../app.ts";
import { rowsIn } from "./chunks.ts";

/** What the rows of a span come to. */
export interface Sum {
  /** null: nothing is known of the span. */
  readonly wh: number | null;
  /** Seconds with data. */
  readonly coveredS: number;
  /** Mean over what is covered. */
  readonly watts: number | null;
  /** The row with the highest power that lies in it for the most part. */
  readonly most: ReadingRow | null;
}

/** Days are as high as their energy, also one of 23 hours. */
function heightIn({ wh, watts, start, end }: ReadingRow): number {
  return end - start > 80_000 ? wh : watts;
}

/** Rows that reach over an edge count in part, evenly: a first answer, until the server has an exact one. */
export function sumOf(rows: readonly ReadingRow[], span: Span, now = Number.POSITIVE_INFINITY): Sum {
  let [energy, coveredS, weighted] = [0, 0, 0];
  let most: ReadingRow | null = null;
  const inside = rowsIn(rows, span);
  for (const row of inside) {
    const share = shareOf(row, span, now);
    energy += row.wh * share;
    coveredS += row.coveredS * share;
    weighted += row.watts * row.coveredS * share;
    if (share > 0.5 && (most === null || heightIn(row) > heightIn(most))) most = row;
  }
  if (inside.length === 0) return { wh: null, coveredS: 0, watts: null, most: null };
  return { wh: energy, coveredS, watts: coveredS > 0 ? weighted / coveredS : null, most };
}

/** The bucket that holds the present ends there: the rest of it has no energy yet. */
function shareOf({ start, end }: ReadingRow, { from, to }: Span, now: number): number {
  const reached = now > start ? Math.min(end, now) : end;
  if (reached <= start) return 1;
  return Math.max(0, Math.min(reached, to) - Math.max(start, from)) / (reached - start);
}

/** "18 % less than the week before", with what that is in energy; null where there is nothing to compare. */
export function difference(now: number | null, then: number | null): { percent: number | null; wh: number } | null {
  if (now === null || then === null) return null;
  return { percent: then > 0 ? ((now - then) / then) * 100 : null, wh: now - then };
}
