import type { Adjustment, MeterEvent, ReadingRow, Resolution } from "../../../../model/index.ts";
import type { Span } from "../app.ts";
import { rowsIn } from "./chunks.ts";
import { stepOf } from "./resolution.ts";

export const MARK_KINDS = ["hole", "partly", "recovered", "corrected", "rebase"] as const;
/**
 * `hole`: no reading, so nothing is known. `partly`: a bucket with a hole in it. `recovered`: only the sum of a span is
 * known, from the register after it. `corrected`: somebody changed readings. `rebase`: the register began anew.
 */
export type MarkKind = (typeof MARK_KINDS)[number];

export interface Mark extends Span {
  readonly kind: MarkKind;
}

/** A bucket with less than this share of readings is told as one that has a hole. */
const WHOLE = 0.98;
/** Newer than this, a reading may just not have arrived yet. */
const ON_ITS_WAY_S = 900;

/** What the rows of a span say of themselves. Nothing is marked before the first row there ever was, or after now. */
export function rowMarks(rows: readonly ReadingRow[], span: Span, resolution: Resolution, now: number): Mark[] {
  const marks: Mark[] = [];
  const add = (kind: MarkKind, from: number, to: number) => {
    const last = marks.findLast((mark) => mark.kind === kind);
    // Rows that meet become one mark: thousands of them would be one stripe all the same.
    if (last !== undefined && last.to >= from) marks[marks.indexOf(last)] = { kind, from: last.from, to };
    else marks.push({ kind, from, to });
  };
  const shown = rowsIn(rows, span);
  const step = stepOf(resolution);
  let reached = rows[0]?.start ?? Number.POSITIVE_INFINITY;
  for (const row of rows[0] === shown[0] ? shown : [rows[rows.indexOf(shown[0] as ReadingRow) - 1], ...shown]) {
    if (row === undefined) continue;
    // A pause that is shorter than a row of its kind is rounding.
    if (row.start > reached + 1) add("hole", reached, row.start);
    reached = Math.max(reached, row.end);
    const known = Math.min(row.end, now - ON_ITS_WAY_S) - row.start;
    if (row.source === "register-gap" || row.quality.includes("estimated-span")) add("recovered", row.start, row.end);
    else if (step > 60 && known > 0 && row.coveredS < WHOLE * known) add("partly", row.start, row.end);
  }
  const end = Math.min(span.to, now);
  if (rows.length > 0 && reached < end && now - reached > ON_ITS_WAY_S) add("hole", reached, end);
  return marks.filter(({ from, to }) => to > span.from && from < span.to);
}

/** Rebases, at their instant; a register of which nothing was known before only began. */
export function eventMarks(events: readonly MeterEvent[]): Mark[] {
  return events
    .filter((event) => event.kind === "rebase" && event.fromWh !== null)
    .map(({ at }) => ({ kind: "rebase", from: at, to: at }));
}

/** Whether it changes what is drawn: names and readings of the display do not. */
export function isDrawn({ kind, undone, from }: Adjustment): boolean {
  return undone === null && from !== null && kind !== "rename" && kind !== "check";
}

/** What people corrected. One without an end lasts until now. */
export function adjustmentMarks(adjustments: readonly Adjustment[], now: number): Mark[] {
  return adjustments.filter(isDrawn).map(({ kind, from, to }) => {
    const start = from ?? now;
    // A register that was set does so at one instant, whatever follows from it.
    if (kind === "rebase") return { kind: "rebase", from: start, to: start };
    return { kind: "corrected", from: start, to: to ?? now };
  });
}
