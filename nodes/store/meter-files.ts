import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { sealed, unsealed } from "./checked-line.ts";
import { decodeRuns, encodeRuns } from "./codec.ts";
import { monthOf } from "./day.ts";
import { appendLines, breathe, hasCode, makeFolder } from "./files.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Reader } from "./reader.ts";
import { estimated, type Roll, rollOf } from "./roll.ts";
import type { Run } from "./run.ts";
import { Serial } from "./serial.ts";
import { dayLine } from "./shapes.ts";
import { loadYear, rollPath, rollText, Year } from "./year.ts";

const MONTH_FILE = /^(\d{4}-\d{2})\.ndj$/;
/** Years kept in memory per meter; the present one and the last are asked for most. */
const YEARS_KEPT = 4;

/** The day documents of one meter with their roll-ups, which are loaded a year at a time when they are asked for. */
export class MeterFiles {
  readonly folder: string;
  readonly #quarantine: Quarantine;
  readonly #reader: Reader;
  readonly #serial = new Serial();
  readonly #years = new Map<string, Year>();
  /** For every year with data, how far its readings reach; 0 while that is not known. */
  #reach: Map<string, number> | undefined;
  #version = 0;

  constructor(folder: string, quarantine: Quarantine, reader: Reader) {
    this.folder = folder;
    this.#reader = reader;
    this.#quarantine = quarantine;
  }

  /** Changes with every write: who asked before it has to ask again. */
  get version(): number {
    return this.#version;
  }

  /** Days in documents with readings in [from, to) or reaching into it, with their roll-ups. */
  async rolls(from: number, to: number): Promise<Map<number, Roll>> {
    const found = new Map<number, Roll>();
    const reaches = await this.#serial.run(() => this.#list());
    const years = [...reaches.keys()].sort();
    for (const name of years) {
      if (Date.UTC(Number(name), 0) / 1000 >= to) continue;
      const reach = reaches.get(name) ?? 0;
      if (reach > 0 && reach < from) continue;
      const year = await this.year(name);
      for (const day of year.days(from, to)) {
        const roll = year.rolls.get(day);
        if (roll !== undefined) found.set(day, roll);
      }
    }
    return found;
  }

  async year(name: string): Promise<Year> {
    const there = this.#years.get(name);
    if (there !== undefined) {
      this.#years.delete(name);
      this.#years.set(name, there);
      return there;
    }
    return this.#serial.run(() => this.#load(name));
  }

  async #load(name: string): Promise<Year> {
    const there = this.#years.get(name);
    if (there !== undefined) return there;
    const months = await monthsOf(this.folder, name);
    const year = months.size === 0 ? new Year() : await loadYear(this.folder, name, months, this.#quarantine);
    this.#years.set(name, year);
    if (year.rolls.size > 0) this.#reach?.set(name, year.reach);
    for (const old of this.#years.keys()) {
      if (this.#years.size <= YEARS_KEPT) break;
      if (old !== name) this.#years.delete(old);
    }
    return year;
  }

  async #list(): Promise<Map<string, number>> {
    if (this.#reach === undefined) {
      const months = await monthsOf(this.folder, "");
      this.#reach = new Map([...months.keys()].map((month) => [month.slice(0, 4), 0]));
    }
    return this.#reach;
  }

  /** The readings of a day as its line has them; from its roll-up, and marked, when the line is damaged. */
  async read(roll: Roll): Promise<readonly Run[]> {
    const month = monthOf(roll.day);
    const path = join(this.folder, `${month}.ndj`);
    const bytes = await this.#reader.read(path, roll.offset, roll.length).catch((thrown: unknown) => {
      if (hasCode(thrown, "ENOENT")) return Buffer.alloc(0);
      throw thrown;
    });
    const packed = dayLine(unsealed(bytes.toString("utf8")));
    const runs = packed?.[0] === roll.day ? decodeRuns(packed[1]) : undefined;
    if (runs !== undefined) return runs;
    const name = `${basename(this.folder)}-${month}-${roll.offset}`;
    await this.#quarantine.keep(
      name,
      bytes,
      `A day of ${month} could not be read; its half-hour sums stand in for it.`,
    );
    return estimated(roll);
  }

  /**
   * Writes days, all of one month: first the days, then what is known of them. An interruption in between is mended
   * when the year is loaded. A day that has no readings left is written too, as an empty one.
   */
  append(month: string, days: ReadonlyMap<number, readonly Run[]>): Promise<void> {
    return this.#serial.run(async () => {
      const name = month.slice(0, 4);
      const year = await this.#load(name);
      await makeFolder(this.folder);
      const lines: string[] = [];
      for (const [day, runs] of days) {
        await breathe();
        lines.push(sealed(JSON.stringify([day, encodeRuns(runs)])));
      }
      let offset = await appendLines(join(this.folder, `${month}.ndj`), lines.join(""));
      const rolls: Roll[] = [];
      for (const [day, runs] of days) {
        await breathe();
        const length = (lines[rolls.length]?.length ?? 1) - 1;
        rolls.push(rollOf(day, runs, offset, length));
        offset += length + 1;
      }
      await appendLines(rollPath(this.folder, name), rollText(rolls));
      for (const roll of rolls) year.rolls.set(roll.day, roll);
      this.#version += 1;
      this.#reach?.set(name, year.reach);
    });
  }
}

/** Files of days with their sizes; @param year all when empty */
export async function monthsOf(folder: string, year: string): Promise<Map<string, number>> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (hasCode(thrown, "ENOENT")) return [];
    throw thrown;
  });
  const months = new Map<string, number>();
  for (const name of names.sort()) {
    const month = MONTH_FILE.exec(name)?.[1];
    if (month?.startsWith(year)) months.set(month, (await stat(join(folder, name))).size);
  }
  return months;
}
