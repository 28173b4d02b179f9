import { decodeRuns, encodeRuns } from "./codec.ts";
import { DAY_S, HALF_S, HALVES } from "./day.ts";
import { flagsOf, qualityBits, sourceBit } from "./flags.ts";
import { energyBefore, expand, extend, type Row, type Run } from "./run.ts";
import type { PackedRoll } from "./shapes.ts";
import { type Stretch, stretchesOf } from "./stretch.ts";

/** 48 values, or one that stands for 48 equal ones. */
export type Column<T = number> = T | readonly T[];

export function at<T extends number | null>(column: Column<T>, half: number): T | undefined {
  return typeof column === "object" && column !== null ? column[half] : column;
}

/**
 * What long queries need to know of the readings that START on one UTC day. Their parts behind midnight are not in the
 * half hours: the readings that reach over it are kept as `carries`.
 */
export interface Roll {
  readonly day: number;
  /** Where the day's line stands in its month's file. */
  readonly offset: number;
  readonly length: number;
  readonly count: number;
  /** Wh by half hour. */
  readonly wh: readonly number[];
  /** Seconds with data, masks of sources and bits of qualities by half hour; no source means no data. */
  readonly covered: Column;
  readonly sources: Column;
  readonly qualities: Column;
  /**
   * The register at the end of each half hour with data; or, on a day whose register never jumps, one number: the
   * register at midnight or where the data end before, from which the others follow.
   */
  readonly registers: Column<number | null>;
  readonly maxEnd: number;
  readonly carries: readonly Row[];
  readonly stretches: readonly Stretch[];
}

/** @param runs sorted, all starting on `day` */
export function rollOf(day: number, runs: readonly Run[], offset = 0, length = 0): Roll {
  const dayStart = day * DAY_S;
  const dayEnd = dayStart + DAY_S;
  const rows = expand(runs);
  const wh = new Array<number>(HALVES).fill(0);
  const covered = new Array<number>(HALVES).fill(0);
  const sources = new Array<number>(HALVES).fill(0);
  const qualities = new Array<number>(HALVES).fill(0);
  const registers = new Array<number | null>(HALVES).fill(null);
  const carries: Row[] = [];
  let maxEnd = 0;
  let reached = 0;
  let smooth = true;
  let register: number | undefined;
  for (const row of rows) {
    if (register !== undefined && row.register - row.wh !== register) smooth = false;
    register = row.register;
    if (row.end > dayEnd) carries.push(row);
    const last = Math.min(HALVES - 1, Math.floor((Math.max(row.start, row.end - 1) - dayStart) / HALF_S));
    let before = 0;
    for (let half = Math.floor((row.start - dayStart) / HALF_S); half <= last; half += 1) {
      const from = dayStart + half * HALF_S;
      const upTo = from + HALF_S;
      const until = row.end === row.start ? row.wh : energyBefore(row, upTo);
      wh[half] = (wh[half] ?? 0) + until - before;
      before = until;
      covered[half] = (covered[half] ?? 0) + Math.max(0, Math.min(row.end, upTo) - Math.max(row.start, from, reached));
      sources[half] = (sources[half] ?? 0) | sourceBit(row.flags);
      qualities[half] = (qualities[half] ?? 0) | qualityBits(row.flags);
      registers[half] = row.register - row.wh + until;
    }
    reached = Math.max(reached, row.end);
    maxEnd = Math.max(maxEnd, row.end);
  }
  return {
    day,
    offset,
    length,
    count: rows.length,
    wh,
    covered: column(covered),
    sources: column(sources),
    qualities: column(qualities),
    registers: smooth ? (registers.findLast((value) => value !== null) ?? 0) : registers,
    maxEnd,
    carries,
    stretches: stretchesOf(rows),
  };
}

function column(values: readonly number[]): Column {
  const [first = 0] = values;
  return values.every((value) => value === first) ? first : values;
}

/** Registers at the ends of the half hours, whichever way they are kept. */
export function registersOf(roll: Roll): readonly (number | null)[] {
  if (typeof roll.registers !== "number") return roll.registers ?? [];
  const registers = new Array<number | null>(HALVES).fill(null);
  let register = roll.registers;
  for (let half = HALVES - 1; half >= 0; half -= 1) {
    if (at(roll.sources, half) !== 0) registers[half] = register;
    register -= roll.wh[half] ?? 0;
  }
  return registers;
}

export function encodeRoll(roll: Roll): string {
  const carried: Run[] = [];
  for (const row of roll.carries) extend(carried, row);
  const packed = {
    d: roll.day,
    at: [roll.offset, roll.length],
    n: roll.count,
    h: roll.wh,
    c: roll.covered,
    s: roll.sources,
    q: roll.qualities,
    r: roll.registers,
    e: roll.maxEnd,
    x: encodeRuns(carried),
    p: roll.stretches.map((s) => [s.register0, s.register1, s.start, s.end, s.wh, s.sources, s.bridge ? 1 : 0]),
  };
  return JSON.stringify(packed);
}

/** @returns undefined when a run contradicts itself */
export function decodeRoll(packed: PackedRoll): Roll | undefined {
  const carried = decodeRuns(packed.x);
  if (carried === undefined) return undefined;
  return {
    day: packed.d,
    offset: packed.at[0],
    length: packed.at[1],
    count: packed.n,
    wh: packed.h,
    covered: packed.c,
    sources: packed.s,
    qualities: packed.q,
    registers: packed.r,
    maxEnd: packed.e,
    carries: expand(carried),
    stretches: packed.p.map(([register0, register1, start, end, wh, sources, bridge]) => {
      return { register0, register1, start, end, wh, sources, bridge: bridge === 1 };
    }),
  };
}

/**
 * The day from its summary alone: one reading per half hour with data, marked as not measured. The readings that reach
 * over midnight are known exactly.
 */
export function estimated(roll: Roll): Run[] {
  const rows: Row[] = [];
  const registers = registersOf(roll);
  const flags = flagsOf("synthetic", ["suspect"]);
  const dayStart = roll.day * DAY_S;
  for (let half = 0; half < HALVES; half += 1) {
    const start = dayStart + half * HALF_S;
    const end = start + HALF_S;
    const carried = roll.carries.reduce((sum, row) => sum + energyBefore(row, end) - energyBefore(row, start), 0);
    const wh = (roll.wh[half] ?? 0) - carried;
    const register = registers[half] ?? null;
    if (register === null || (wh === 0 && carried > 0)) continue;
    rows.push({ start, end, wh, register: register - carried, lifetime: register, amps: undefined, flags });
  }
  const runs: Run[] = [];
  for (const row of [...rows, ...roll.carries]) extend(runs, row);
  return runs;
}
