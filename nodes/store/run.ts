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
}

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
  });
}

function follows(run: Run, row: Row): boolean {
  return (
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
  for (const { t0, register0, lifetime0, duration, flags, wh, amps } of runs) {
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
  return Math.round((row.wh * (at - row.start)) / (row.end - row.start));
}
