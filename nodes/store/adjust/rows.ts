import { DAY_S } from "../day.ts";
import { compareRows, expand, extend, pieceOf, type Row, type Run, type Span } from "../run.ts";
import type { DayView } from "../views.ts";

/**
 * Rows in order as runs. Pieces of readings that overlapped may look alike; paging tells rows apart by their keys, so a
 * second one like it gets the next lifetime, which nobody sees.
 */
export function runsOf(rows: Row[]): Run[] {
  const runs: Run[] = [];
  let last: Row | undefined;
  for (const row of rows.sort(compareRows)) {
    const isLike = last !== undefined && compareRows(last, row) >= 0;
    last = isLike && last !== undefined ? { ...row, lifetime: last.lifetime + 1 } : row;
    extend(runs, last);
  }
  return runs;
}

/** The readings of a day that reach behind it. */
export async function carriesOf(view: DayView): Promise<readonly Row[]> {
  if (view.whole !== undefined) return view.whole.carries;
  const end = (view.day + 1) * DAY_S;
  return view.reach > end ? expand(await view.runs()).filter((row) => row.end > end) : [];
}

/** All rows of the views that have a part at or behind the start of `day`, unsorted. */
export async function rowsAround(views: readonly DayView[], day: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const view of views) {
    if (view.day === day) rows.push(...expand(await view.runs()));
    else if (view.day < day && view.reach > day * DAY_S) {
      rows.push(...(await carriesOf(view)).filter((row) => row.end > day * DAY_S));
    }
  }
  return rows;
}

/** Cuts a row at the edges of spans. @param inside what becomes of its parts in a span; undefined: they go */
export function split(row: Row, spans: readonly Span[], inside: (piece: Row) => Row | undefined): Row[] {
  const pieces: Row[] = [];
  const put = (piece: Row | undefined) => {
    if (piece !== undefined) pieces.push(piece);
  };
  let i = firstBehind(spans, row.start);
  if (row.start === row.end) {
    const isIn = (spans[i]?.start ?? Number.POSITIVE_INFINITY) <= row.start;
    // A span without duration is about readings without duration.
    put(isIn || spans[i - 1]?.start === row.start ? inside(row) : row);
    return pieces;
  }
  let at = row.start;
  for (; i < spans.length; i += 1) {
    const span = spans[i];
    if (span === undefined || span.start >= row.end) break;
    if (span.start === span.end) continue;
    if (span.start > at) put(pieceOf(row, at, span.start));
    const end = Math.min(span.end, row.end);
    put(inside(pieceOf(row, Math.max(at, span.start), end)));
    at = end;
  }
  if (at < row.end) put(pieceOf(row, at, row.end));
  return pieces;
}

/** Index of the first span that ends behind `at`. */
function firstBehind(spans: readonly Span[], at: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
