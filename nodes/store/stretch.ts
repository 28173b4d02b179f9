import { qualityBits, REBASE_BIT, shownFlags, sourceBit } from "./flags.ts";
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

/** Clocks that were set back leave stretches that lie beside each other: so many are looked through for the one to go on. */
const BESIDE = 4;

/** Cuts rows, sorted by time, where the register jumps. Only what lies in [from, to) counts. */
export function stretchesOf(
  rows: readonly Row[],
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): Stretch[] {
  const stretches: Stretch[] = [];
  for (const row of rows) {
    if (row.start >= to || (row.end <= from && row.start < from)) continue;
    const flags = from > row.start || to < row.end ? shownFlags(row.flags) : row.flags;
    join(stretches, {
      register0: row.register - row.wh,
      register1: row.register,
      start: Math.max(row.start, from),
      end: Math.min(row.end, to),
      wh: energyBefore(row, to) - energyBefore(row, from),
      sources: sourceBit(flags),
      bridge: (qualityBits(flags) & REBASE_BIT) !== 0,
    });
  }
  return stretches;
}

/** Adds `next` to the stretch whose register it goes on from, behind all of them when there is none. */
export function join(stretches: Stretch[], next: Stretch): void {
  for (let i = stretches.length - 1; i >= Math.max(0, stretches.length - BESIDE) && !next.bridge; i -= 1) {
    const one = stretches[i];
    if (one === undefined || one.bridge || one.register1 !== next.register0) continue;
    stretches[i] = {
      register0: one.register0,
      register1: next.register1,
      start: Math.min(one.start, next.start),
      end: Math.max(one.end, next.end),
      wh: one.wh + next.wh,
      sources: one.sources | next.sources,
      bridge: false,
    };
    return;
  }
  stretches.push(next);
}
