import { join } from "node:path";
import { linesOf } from "./checked-line.ts";
import { DAY_S, dayOf, HALF_S } from "./day.ts";
import { breathe } from "./files.ts";
import { metersIn } from "./folder.ts";
import { halfOf, joined } from "./joined.ts";
import type { Library } from "./library.ts";
import { monthsOf } from "./meter-files.ts";
import type { Run } from "./run.ts";
import { parseDay } from "./year.ts";

/** The first month whose single readings are kept. @param keep whole months before the present one */
export function firstKept(now: number, keep: number): string {
  const date = new Date(now * 1000);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - keep, 1)).toISOString().slice(0, 7);
}

/** Instants in [from, to] at which corrections of a meter begin or end. */
export type Borders = (meter: string, from: number, to: number) => Promise<readonly number[]>;

/** Lets go of single readings of months long past; their half-hour sums stay. */
export class Retention {
  readonly #folder: string;
  readonly #library: Library;
  readonly #keep: number;
  readonly #borders: Borders;
  /** Files that have nothing more to give, with their sizes. */
  readonly #done = new Map<string, number>();
  #today: number | undefined;

  /** @param keep months; 0: for ever */
  constructor(folder: string, library: Library, keep: number, borders: Borders) {
    this.#folder = folder;
    this.#library = library;
    this.#keep = keep;
    this.#borders = borders;
  }

  /**
   * Does so once a day. Only to be called when a merge is done: what a journal brings once more, after a crash within a
   * merge, is known by its single readings.
   * @param stopped asked often; true leaves the rest for another day
   */
  async run(now: number, stopped: () => boolean): Promise<void> {
    if (this.#keep === 0 || this.#today === dayOf(now)) return;
    this.#today = dayOf(now);
    const kept = firstKept(now, this.#keep);
    for (const meter of await metersIn(this.#folder)) {
      const files = this.#library.of(meter);
      for (const [month, size] of await monthsOf(files.folder, "")) {
        if (stopped()) return;
        const path = join(meter, month);
        if (month >= kept || this.#done.get(path) === size) continue;
        await files.rewrite(month, (bytes) => joinedDays(bytes, (from, to) => this.#borders(meter, from, to)));
        this.#done.set(path, (await monthsOf(files.folder, month)).get(month) ?? 0);
        await breathe();
      }
    }
  }
}

/** @returns undefined when there is nothing to join, or when a line is damaged: that is for `repair` first */
async function joinedDays(
  bytes: Buffer,
  borders: (from: number, to: number) => Promise<readonly number[]>,
): Promise<ReadonlyMap<number, readonly Run[]> | undefined> {
  const days = new Map<number, readonly Run[]>();
  let isLess = false;
  for (const { body } of linesOf(bytes)) {
    await breathe();
    const found = parseDay(body);
    if (found === undefined) return undefined;
    isLess ||= days.has(found.day);
    days.set(found.day, found.runs);
  }
  const [first, last] = [Math.min(...days.keys()), Math.max(...days.keys())];
  // On the edge of a half hour nothing is cut within one.
  const cuts = days.size === 0 ? [] : await borders(first * DAY_S, (last + 1) * DAY_S);
  const stays = new Set(cuts.filter((at) => at % HALF_S !== 0).map(halfOf));
  for (const [day, runs] of days) {
    await breathe();
    const less = joined(day, runs, stays);
    if (countOf(less) >= countOf(runs)) continue;
    isLess = true;
    days.set(day, less);
  }
  return isLess ? days : undefined;
}

function countOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { wh }) => sum + wh.length, 0);
}
