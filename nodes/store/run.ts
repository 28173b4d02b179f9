import type { Reading } from "../model/index.ts";
import { flagsOf } from "./flags.ts";

/** A reading inside the store: plain numbers, seconds and Wh; `register` and `lifetime` stand at `end`. */
export interface Row {
  readonly start: number;
  readonly end: number;
  readonly wh: number;
  readonly register: number;
  readonly lifetime: number;
  readonly amps: number | undefined;
  readonly flags: number;
  /** Of what it is a piece: energy within it is spread as it was in the whole. Never on disk. */
  readonly of?: Whole | undefined;
}

/** A reading before a correction took something off its ends. */
export type Whole = Pick<Row, "start" | "end" | "wh">;

/**
 * Readings that follow each other without a hole, of one duration and one kind: only their energies are kept, times
 * and registers are implied. The same shape in memory, in the journal and in the day documents.
 */
export interface Run {
  readonly t0: number;
  readonly register0: number;
  readonly lifetime0: number;
  readonly duration: number;
  readonly flags: number;
  readonly wh: number[];
  readonly amps: number[] | undefined;
  /** Σ wh, so that a reading can be added without adding up. */
  sum: number;
  /** Only where the run is one piece of a reading. */
  readonly of?: Whole | undefined;
}

/** Where older readings go: those that lie wholly within, and start before `until` where it is set. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly until?: number;
}

export function rowOf(reading: Reading): Row {
  return {
    start: reading.start,
    end: reading.end,
    wh: reading.wh,
    register: reading.registerWh,
    lifetime: reading.lifetimeWh,
    amps: reading.amps,
    flags: flagsOf(reading.source, reading.quality),
  };
}

export function endOf(run: Run): number {
  return run.t0 + run.duration * run.wh.length;
}

/** Adds a row behind the last run, or as a new run when it does not follow from it. */
export function extend(runs: Run[], row: Row): void {
  const last = runs.at(-1);
  if (last !== undefined && follows(last, row)) {
    last.wh.push(row.wh);
    if (row.amps !== undefined) last.amps?.push(row.amps);
    last.sum += row.wh;
    return;
  }
  runs.push({
    t0: row.start,
    register0: row.register - row.wh,
    lifetime0: row.lifetime - row.wh,
    duration: row.end - row.start,
    flags: row.flags,
    wh: [row.wh],
    amps: row.amps === undefined ? undefined : [row.amps],
    sum: row.wh,
    of: row.of,
  });
}

function follows(run: Run, row: Row): boolean {
  return (
    run.of === undefined &&
    row.of === undefined &&
    row.flags === run.flags &&
    row.start === endOf(run) &&
    row.end - row.start === run.duration &&
    row.register - row.wh === run.register0 + run.sum &&
    row.lifetime - row.wh === run.lifetime0 + run.sum &&
    (row.amps === undefined) === (run.amps === undefined)
  );
}

/** All readings of the runs, in their order. */
export function expand(runs: readonly Run[]): Row[] {
  const rows: Row[] = [];
  for (const { t0, register0, lifetime0, duration, flags, wh, amps, of } of runs) {
    let start = t0;
    let sum = 0;
    for (let i = 0; i < wh.length; i += 1) {
      const energy = wh[i] ?? 0;
      sum += energy;
      const end = start + duration;
      rows.push({
        start,
        end,
        wh: energy,
        register: register0 + sum,
        lifetime: lifetime0 + sum,
        amps: amps?.[i],
        flags,
        of,
      });
      start = end;
    }
  }
  return rows;
}

/** What tells one reading from another, in the order they are sorted by: after a clock set back, times overlap. */
export type Key = Pick<Row, "start" | "end" | "lifetime" | "register">;

export function compareRows(a: Key, b: Key): number {
  return a.start - b.start || a.end - b.end || a.lifetime - b.lifetime || a.register - b.register;
}

/**
 * Energy of the row before the instant `at`: spread evenly and rounded to whole Wh, so that pieces cut at any instants
 * add up to the whole. A reading without duration counts from its instant on.
 */
export function energyBefore(row: Row, at: number): number {
  if (at <= row.start) return 0;
  if (at >= row.end) return row.wh;
  if (row.of === undefined) return spread(row, at);
  return spread(row.of, at) - spread(row.of, row.start);
}

function spread({ start, end, wh }: Whole, at: number): number {
  return Math.round((wh * (at - start)) / (end - start));
}

/** The part of a row between two instants within it; no Wh of other parts changes. */
export function pieceOf(row: Row, start: number, end: number): Row {
  if (start === row.start && end === row.end) return row;
  const [before, until] = [energyBefore(row, start), energyBefore(row, end)];
  return {
    ...row,
    start,
    end,
    wh: until - before,
    register: row.register - row.wh + until,
    lifetime: row.lifetime - row.wh + until,
    of: row.of ?? { start: row.start, end: row.end, wh: row.wh },
  };
}
