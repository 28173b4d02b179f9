import { qualityBits, REBASE_BIT, sourceBit } from "./flags.ts";
import { energyBefore, type Row } from "./run.ts";

/** Readings between two rebases: the register runs through without a jump. A bridge is one reading across a rebase. */
export interface Stretch {
  readonly register0: number;
  readonly register1: number;
  readonly start: number;
  readonly end: number;
  readonly wh: number;
  /** Mask of sources. */
  readonly sources: number;
  readonly bridge: boolean;
}

/**
 * Cuts rows where the register jumps. Rows are taken in the order in which their energy was counted: where a clock was
 * set back, two stretches share their times and must not be cut into each other. Only what lies in [from, to) counts.
 */
export function stretchesOf(
  rows: readonly Row[],
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): Stretch[] {
  const stretches: Stretch[] = [];
  for (const row of byLifetime(rows)) {
    if (row.start >= to || (row.end <= from && row.start < from)) continue;
    join(stretches, {
      register0: row.register - row.wh,
      register1: row.register,
      start: Math.max(row.start, from),
      end: Math.min(row.end, to),
      wh: energyBefore(row, to) - energyBefore(row, from),
      sources: sourceBit(row.flags),
      bridge: (qualityBits(row.flags) & REBASE_BIT) !== 0,
    });
  }
  return stretches;
}

/** Adds `next` to the last stretch when the register runs through, behind it otherwise. */
export function join(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  if (last === undefined || last.bridge || next.bridge || last.register1 !== next.register0) {
    stretches.push(next);
    return;
  }
  stretches[stretches.length - 1] = {
    register0: last.register0,
    register1: next.register1,
    start: Math.min(last.start, next.start),
    end: Math.max(last.end, next.end),
    wh: last.wh + next.wh,
    sources: last.sources | next.sources,
    bridge: false,
  };
}

function byLifetime(rows: readonly Row[]): readonly Row[] {
  const isSorted = rows.every((row, i) => row.lifetime >= (rows[i - 1]?.lifetime ?? 0));
  return isSorted ? rows : [...rows].sort((a, b) => a.lifetime - b.lifetime || a.start - b.start);
}
