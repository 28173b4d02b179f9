import { DAY_S, dayOf, yearOf } from "./day.ts";
import { type DayRuns, fold } from "./day-runs.ts";
import type { Layer } from "./layer.ts";
import type { MeterFiles } from "./meter-files.ts";
import { type Roll, rollOf } from "./roll.ts";
import type { Run } from "./run.ts";

/** One UTC day of one meter as it stands: its document, and what arrived since. */
export interface DayView {
  readonly day: number;
  readonly roll: Roll | undefined;
  readonly layers: readonly DayRuns[];
  /** No reading reaches further. */
  readonly reach: number;
}

/** What queries look through: documents with everything in memory laid over them. */
export class Views {
  readonly #files: MeterFiles;
  readonly #meter: string;
  readonly #layers: () => readonly Layer[];

  /** @param layers those of the moment, the oldest first */
  constructor(files: MeterFiles, meter: string, layers: () => readonly Layer[]) {
    this.#files = files;
    this.#meter = meter;
    this.#layers = layers;
  }

  /** Days with readings in [from, to), in order; days long before, too, if a reading reaches into the span. */
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
      return days.map((day) => this.#view(day, rolls.get(day)));
    }
  }

  #view(day: number, roll: Roll | undefined): DayView {
    const layers: DayRuns[] = [];
    let reach = roll?.maxEnd ?? 0;
    for (const layer of this.#layers()) {
      const runs = layer.day(this.#meter, day);
      if (runs === undefined) continue;
      layers.push(runs);
      reach = Math.max(reach, runs.reach);
    }
    return { day, roll, layers, reach };
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

  async runs(view: DayView): Promise<readonly Run[]> {
    const base = view.roll === undefined ? [] : await this.#files.read(view.roll);
    return fold(base, view.layers);
  }

  async roll(view: DayView): Promise<Roll> {
    if (view.roll !== undefined && view.layers.length === 0) return view.roll;
    return rollOf(view.day, await this.runs(view));
  }
}
