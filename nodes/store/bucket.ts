import { epochSeconds, type ReadingRow, wh } from "../model/index.ts";
import { DAY_S, HALF_S, HALVES } from "./day.ts";
import { qualityBits, qualityOf, shownFlags, sourceBit, sourceOfMask } from "./flags.ts";
import { at, type Roll, registersOf } from "./roll.ts";
import { energyBefore, type Row } from "./run.ts";

/** Sums over the buckets between `edges`, filled day by day in order of time. */
export class Buckets {
  readonly edges: readonly number[];
  readonly #wh: number[];
  readonly #covered: number[];
  readonly #sources: number[];
  readonly #qualities: number[];
  readonly #registers: (number | null)[];

  constructor(edges: readonly number[]) {
    this.edges = edges;
    const count = edges.length - 1;
    this.#wh = new Array<number>(count).fill(0);
    this.#covered = new Array<number>(count).fill(0);
    this.#sources = new Array<number>(count).fill(0);
    this.#qualities = new Array<number>(count).fill(0);
    this.#registers = new Array<number | null>(count).fill(null);
  }

  get from(): number {
    return this.edges[0] ?? 0;
  }

  get to(): number {
    return this.edges.at(-1) ?? 0;
  }

  /** Whether the half hours of a UTC day are fine enough: no bucket begins within one. */
  fitsHalfHours(day: number): boolean {
    const start = day * DAY_S;
    for (let i = this.#find(start); i < this.edges.length; i += 1) {
      const edge = this.edges[i] ?? 0;
      if (edge >= start + DAY_S) return true;
      if (edge > start && edge % HALF_S !== 0) return false;
    }
    return true;
  }

  addRoll(roll: Roll): void {
    const start = roll.day * DAY_S;
    const registers = registersOf(roll);
    let i = this.#find(start);
    for (let half = 0; half < HALVES; half += 1) {
      const from = start + half * HALF_S;
      const sources = at(roll.sources, half) ?? 0;
      if (sources === 0 || from < this.from || from >= this.to) continue;
      while ((this.edges[i + 1] ?? Number.POSITIVE_INFINITY) <= from) i += 1;
      const covered = at(roll.covered, half) ?? 0;
      this.#add(i, roll.wh[half] ?? 0, covered, sources, at(roll.qualities, half) ?? 0, registers[half] ?? null);
    }
    this.addRows(roll.carries, start + DAY_S);
  }

  /** @param after only what of the rows lies behind this instant */
  addRows(rows: readonly Row[], after = 0): void {
    let reached = 0;
    for (const row of rows) {
      const from = Math.max(row.start, after, this.from);
      const isInstant = row.end === row.start;
      if (from >= this.to || (isInstant ? row.start < from : row.end <= from)) continue;
      for (let i = this.#find(from); i < this.edges.length - 1; i += 1) {
        const [a, b] = [Math.max(this.edges[i] ?? 0, after), this.edges[i + 1] ?? 0];
        if (a >= row.end && !(isInstant && a <= row.start)) break;
        const until = energyBefore(row, b);
        const covered = Math.max(0, Math.min(row.end, b) - Math.max(row.start, a, reached));
        const energy = until - energyBefore(row, a);
        const flags = a > row.start || b < row.end ? shownFlags(row.flags) : row.flags;
        this.#add(i, energy, covered, sourceBit(flags), qualityBits(flags), row.register - row.wh + until);
        if (isInstant) break;
      }
      reached = Math.max(reached, row.end);
    }
  }

  #add(i: number, energy: number, covered: number, sources: number, qualities: number, register: number | null): void {
    this.#wh[i] = (this.#wh[i] ?? 0) + energy;
    this.#covered[i] = (this.#covered[i] ?? 0) + covered;
    this.#sources[i] = (this.#sources[i] ?? 0) | sources;
    this.#qualities[i] = (this.#qualities[i] ?? 0) | qualities;
    this.#registers[i] = register;
  }

  /** The bucket that holds `at`; the first one for anything before. */
  #find(at: number): number {
    let low = 0;
    let high = this.edges.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.edges[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Buckets with data. */
  rows(): ReadingRow[] {
    const rows: ReadingRow[] = [];
    for (let i = 0; i < this.edges.length - 1; i += 1) {
      const sources = this.#sources[i] ?? 0;
      if (sources === 0) continue;
      const [start, end] = [this.edges[i] ?? 0, this.edges[i + 1] ?? 0];
      const energy = this.#wh[i] ?? 0;
      // Where a clock was set back two readings cover the same time.
      const covered = Math.min(this.#covered[i] ?? 0, end - start);
      const register = this.#registers[i] ?? null;
      rows.push({
        start: epochSeconds(start),
        end: epochSeconds(end),
        wh: wh(energy),
        watts: covered === 0 ? 0 : (energy * 3600) / covered,
        registerWh: register === null ? null : wh(register),
        source: sourceOfMask(sources),
        quality: qualityOf(this.#qualities[i] ?? 0),
        coveredS: covered,
      });
    }
    return rows;
  }
}
