import { epochSeconds, meanWatts, type ReadingRow, seconds, wh } from "../model/index.ts";
import type { Position } from "./cursor.ts";
import { DAY_S } from "./day.ts";
import { breathe } from "./files.ts";
import { qualityBits, qualityOf, shownFlags, sourceBit, sourceOfMask } from "./flags.ts";
import { compareRows, endOf, type Key, type Run } from "./run.ts";
import type { Days } from "./views.ts";

export interface Rows {
  readonly items: readonly ReadingRow[];
  readonly next: Position | undefined;
}

/** Readings that have a part in [from, to), whole, by start. @param after the key of the last one sent */
export async function rawPage(source: Days, from: number, to: number, limit: number, after?: Position): Promise<Rows> {
  const [start = Number.NEGATIVE_INFINITY, end = 0, lifetime = 0, register = 0] = after ?? [];
  const page = new RawPage(from, to, limit, after === undefined ? undefined : { start, end, lifetime, register });
  for (const [i, view] of (await source.days(from, to)).entries()) {
    if ((view.day + 1) * DAY_S <= start) continue;
    if (i > 0) await breathe();
    for (const run of await view.runs()) if (page.add(run)) return { items: page.items, next: page.last };
  }
  return { items: page.items, next: undefined };
}

class RawPage {
  readonly items: ReadingRow[] = [];
  last: Position | undefined;
  readonly #from: number;
  readonly #to: number;
  readonly #limit: number;
  readonly #sent: Key | undefined;

  constructor(from: number, to: number, limit: number, sent: Key | undefined) {
    this.#from = from;
    this.#to = to;
    this.#limit = limit;
    this.#sent = sent;
  }

  /** @returns whether there is a reading for which the page has no room */
  add(run: Run): boolean {
    if (run.t0 >= this.#to || endOf(run) < this.#from) return false;
    const { duration, amps } = run;
    const flags = shownFlags(run.flags);
    const source = sourceOfMask(sourceBit(flags));
    const quality = qualityOf(qualityBits(flags));
    const length = seconds(duration);
    let start = run.t0;
    let sum = 0;
    for (let i = 0; i < run.wh.length; i += 1) {
      const energy = wh(run.wh[i] ?? 0);
      const end = start + duration;
      sum += energy;
      if (start >= this.#to) return false;
      if ((end > this.#from || start >= this.#from) && !this.#wasSent(run, start, end, sum)) {
        if (this.items.length === this.#limit) return true;
        const row: ReadingRow = {
          start: epochSeconds(start),
          end: epochSeconds(end),
          wh: energy,
          watts: duration === 0 ? 0 : meanWatts(energy, length),
          registerWh: wh(run.register0 + sum),
          source,
          quality,
          coveredS: duration,
        };
        const ampere = amps?.[i];
        this.items.push(ampere === undefined ? row : { ...row, amps: ampere });
        if (this.items.length === this.#limit) this.last = [start, end, run.lifetime0 + sum, run.register0 + sum];
      }
      start = end;
    }
    return false;
  }

  #wasSent(run: Run, start: number, end: number, sum: number): boolean {
    if (this.#sent === undefined || start > this.#sent.start) return false;
    return compareRows({ start, end, lifetime: run.lifetime0 + sum, register: run.register0 + sum }, this.#sent) <= 0;
  }
}
