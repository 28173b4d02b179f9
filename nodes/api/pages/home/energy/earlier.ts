import { epochSeconds, type ReadingRow } from "../../../../model/index.ts";
import type { Span } from "../app.ts";
import { instantOf, sameTimeBefore, wallClock } from "./calendar.ts";
import type { Earlier } from "./state.ts";

export function earlierSpan({ from, to }: Span, unit: Earlier, zone: string): Span {
  return { from: sameTimeBefore(from, unit, zone), to: sameTimeBefore(to, unit, zone) };
}

/**
 * Rows of an earlier span as they stand below the present one: the same time of day, also when summer time began
 * meanwhile. Those behind the right edge, as of a month that was longer, are left out.
 */
export function movedUp(rows: readonly ReadingRow[], then: Span, now: Span, zone: string): ReadingRow[] {
  const shift = wallClock(now.from, zone) - wallClock(then.from, zone);
  const move = (at: number) => epochSeconds(instantOf(wallClock(at, zone) + shift, zone));
  const moved: ReadingRow[] = [];
  for (const row of rows) {
    const [start, end] = [move(row.start), move(row.end)];
    if (end > start && start < now.to) moved.push({ ...row, start, end });
  }
  return moved;
}

/** "than the week before"; of a span that is none, "than at the same time a week before". */
export function earlierWords(unit: Earlier, isWhole: boolean): string {
  return isWhole ? `the ${unit} before` : `a ${unit} earlier`;
}
