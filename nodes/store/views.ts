import { DAY_S, dayOf, yearOf } from "./day.ts";
import { type DayRuns, fold } from "./day-runs.ts";
import type { Layer } from "./layer.ts";
import type { MeterFiles } from "./meter-files.ts";
import type { Roll } from "./roll.ts";
import type { Run } from "./run.ts";

/** One UTC day of one meter as it stands: the readings that start on it. */
export interface DayView {
  readonly day: number;
  /** Says all of the day that long questions need; undefined when they have to look at its readings. */
  readonly whole: Roll | undefined;
  /** No reading reaches further. */
  readonly reach: number;
  /** More may come at any moment: nothing made of it is worth keeping. */
  readonly isOpen: boolean;
  /** Its readings, sorted. The caller must not change them. */
  runs(): Promise<readonly Run[]>;
}

/** What queries look through. */
export interface Days {
  /** Days with readings in [from, to), in order; days long before, too, if a reading reaches into the span. */
  days(from: number, to: number): Promise<readonly DayView[]>;
  /** Differs when anything of the days up to `day` differs. */
  stamp(day: number): string;
}

/** The day as it was measured: its document, and what arrived since. */
class MeasuredDay implements DayView {
  readonly day: number;
  readonly reach: number;
  readonly #files: MeterFiles;
  readonly #roll: Roll | undefined;
  readonly #layers: readonly DayRuns[];

  constructor(files: MeterFiles, day: number, roll: Roll | undefined, layers: readonly DayRuns[]) {
    this.day = day;
    this.#files = files;
    this.#roll = roll;
    this.#layers = layers;
    this.reach = layers.reduce((reach, runs) => Math.max(reach, runs.reach), roll?.maxEnd ?? 0);
  }

  get isOpen(): boolean {
    return this.#layers.length > 0;
  }

  get whole(): Roll | undefined {
    return this.#layers.length === 0 ? this.#roll : undefined;
  }

  async runs(): Promise<readonly Run[]> {
    const base = this.#roll === undefined ? [] : await this.#files.read(this.#roll);
    return fold(base, this.#layers);
  }
}

/** Measured readings: documents with everything in memory laid over them. */
export class Views implements Days {
  readonly #files: MeterFiles;
  readonly #meter: string;
  readonly #layers: () => readonly Layer[];

  /** @param layers those of the moment, the oldest first */
  constructor(files: MeterFiles, meter: string, layers: () => readonly Layer[] = () => []) {
    this.#files = files;
    this.#meter = meter;
    this.#layers = layers;
  }

  async days(from: number, to: number): Promise<DayView[]> {
    for (;;) {
      const version = this.#files.version;
      const rolls = await this.#files.rolls(from, to);
      const looked = new Set<number>();
      for (const day of this.#unmerged(from, to)) {
        looked.add(day);
        const roll = rolls.get(day) ?? (await this.#files.year(yearOf(day))).rolls.get(day);
        if (roll !== undefined) rolls.set(day, roll);
      }
      const unmerged = this.#unmerged(from, to);
      // A day moved from memory to disk meanwhile would be missed in both, or an old document taken for the new one.
      if (version !== this.#files.version || unmerged.some((day) => !looked.has(day))) continue;
      const days = [...new Set([...rolls.keys(), ...unmerged])].sort((a, b) => a - b);
      return days.map((day) => new MeasuredDay(this.#files, day, rolls.get(day), this.#layersOf(day)));
    }
  }

  stamp(day: number): string {
    let stamp = `${this.#files.version}`;
    for (const [i, layer] of this.#layers().entries()) {
      for (const [own, runs] of layer.meters.get(this.#meter)?.days ?? []) {
        if (own <= day) stamp += ` ${i}:${own}:${runs.count}:${runs.removes.length}`;
      }
    }
    return stamp;
  }

  #layersOf(day: number): DayRuns[] {
    return this.#layers().flatMap((layer) => layer.day(this.#meter, day) ?? []);
  }

  #unmerged(from: number, to: number): number[] {
    const found = new Set<number>();
    for (const layer of this.#layers()) {
      for (const [day, runs] of layer.meters.get(this.#meter)?.days ?? []) {
        if (day * DAY_S < to && (day + 1 >= dayOf(from) || runs.reach >= from)) found.add(day);
      }
    }
    return [...found];
  }
}
