import { DAY_S, HALF_S } from "./day.ts";
import { joinedFlags, qualityBits, REBASE_BIT, sourceBit } from "./flags.ts";
import { energyBefore, expand, extend, type Row, type Run } from "./run.ts";

/**
 * The readings of a day with those of each half hour joined into one, as far as they follow each other without a hole or
 * a jump of the register. Sums, registers, sources and qualities of all half hours, and consumption between any of their
 * edges, are what they were. Long readings, those across a rebase or midnight, and those that lie over others stay.
 * Joined again, they stay as they are.
 * @param runs sorted, all starting on `day`
 * @param stays half hours, by number since 1970, of which every reading stays
 */
export function joined(day: number, runs: readonly Run[], stays: ReadonlySet<number> = new Set()): Run[] {
  const rows = expand(runs);
  const dayEnd = (day + 1) * DAY_S;
  const made: Row[] = [];
  /** The last one of `made`, as long as it may grow. */
  let last: Row | undefined;
  let reached = 0;
  for (const [i, row] of rows.entries()) {
    const overlaps = row.start < reached || (rows[i + 1]?.start ?? row.end) < row.end;
    const isRebase = (qualityBits(row.flags) & REBASE_BIT) !== 0;
    const isWanted = stays.has(halfOf(row.start)) || stays.has(halfOf(row.end - 1));
    reached = Math.max(reached, row.end);
    if (overlaps || isRebase || isWanted || row.end - row.start > HALF_S || row.end > dayEnd) {
      made.push(row);
      last = undefined;
      continue;
    }
    for (const piece of piecesOf(row)) {
      const grown = last === undefined ? undefined : together(last, piece);
      if (grown !== undefined) made.pop();
      last = grown ?? piece;
      made.push(last);
    }
  }
  const packed: Run[] = [];
  for (const row of made) extend(packed, row);
  return packed;
}

export function halfOf(at: number): number {
  return Math.floor(at / HALF_S);
}

/** A reading over the edge of half hours is cut there, as their sums are. */
function piecesOf(row: Row): Row[] {
  const edge = (halfOf(row.start) + 1) * HALF_S;
  if (row.end <= edge) return [row];
  const before = energyBefore(row, edge);
  const after = row.wh - before;
  const flags = joinedFlags(sourceBit(row.flags), qualityBits(row.flags));
  const [register, lifetime] = [row.register - after, row.lifetime - after];
  return [
    { ...row, end: edge, wh: before, register, lifetime, amps: undefined, flags },
    { ...row, start: edge, wh: after, amps: undefined, flags },
  ];
}

/** @returns undefined when `b` does not go on from `a` within its half hour */
function together(a: Row, b: Row): Row | undefined {
  if (a.end !== b.start || halfOf(a.start) !== halfOf(b.start) || a.register !== b.register - b.wh) return undefined;
  const sources = sourceBit(a.flags) | sourceBit(b.flags);
  const flags = joinedFlags(sources, qualityBits(a.flags) | qualityBits(b.flags));
  return { ...b, start: a.start, wh: a.wh + b.wh, amps: undefined, flags };
}
