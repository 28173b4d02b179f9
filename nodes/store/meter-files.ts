import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { sealed, unsealed } from "./checked-line.ts";
import { decodeRuns, encodeRuns } from "./codec.ts";
import { monthOf, yearOf } from "./day.ts";
import { appendLines, breathe, hasCode, makeFolder, readIfThere, replaceFile } from "./files.ts";
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
    const found = await this.#line(roll);
    if (found.runs !== undefined) return found.runs;
    // Its month may have been rewritten since the roll-up was handed out.
    const latest = (await this.#serial.run(() => this.#load(yearOf(roll.day)))).rolls.get(roll.day);
    const again = latest === undefined || latest === roll ? found : await this.#line(latest);
    if (again.runs !== undefined) return again.runs;
    const month = monthOf(roll.day);
    const name = `${basename(this.folder)}-${month}-${roll.offset}`;
    const what = `A day of ${month} could not be read; its half-hour sums stand in for it.`;
    await this.#quarantine.keep(name, found.bytes, what);
    return estimated(roll);
  }

  async #line({ day, offset, length }: Roll): Promise<{ bytes: Buffer; runs: Run[] | undefined }> {
    const bytes = await this.#reader.read(this.#monthPath(monthOf(day)), offset, length).catch((thrown: unknown) => {
      if (hasCode(thrown, "ENOENT")) return Buffer.alloc(0);
      throw thrown;
    });
    const packed = dayLine(unsealed(bytes.toString("utf8")));
    return { bytes, runs: packed?.[0] === day ? decodeRuns(packed[1]) : undefined };
  }

  #monthPath(month: string): string {
    return join(this.folder, `${month}.ndj`);
  }

  /**
   * Replaces a month by what `make` makes of its file's bytes: all its days, one line each; undefined leaves it as it is.
   * An interruption is mended when the year is loaded: roll-ups that are missing are made anew, so they go first.
   */
  rewrite(month: string, make: (bytes: Buffer) => Promise<ReadonlyMap<number, readonly Run[]> | undefined>) {
    return this.#serial.run(async () => {
      const path = this.#monthPath(month);
      const bytes = await readIfThere(path);
      const days = bytes === undefined ? undefined : await make(bytes);
      if (days === undefined) return;
      const name = month.slice(0, 4);
      const year = await this.#load(name);
      const [own, others] = split([...year.rolls.values()], ({ day }) => monthOf(day) === month);
      // Of a day whose line is lost the roll-up is all there is.
      if (own.some(({ day }) => !days.has(day))) return;
      const { text, rolls } = await encodeDays(days);
      try {
        await replaceFile(rollPath(this.folder, name), rollText(others));
        // Some systems do not replace a file that is open.
        await this.#reader.forget(path);
        await replaceFile(path, text);
        await this.#reader.forget(path);
        await appendLines(rollPath(this.folder, name), rollText(rolls));
        for (const roll of rolls) year.rolls.set(roll.day, roll);
      } catch (thrown) {
        this.#years.delete(name);
        throw thrown;
      } finally {
        this.#version += 1;
      }
    });
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
      const { text, rolls: fresh } = await encodeDays(days);
      const at = await appendLines(this.#monthPath(month), text);
      const rolls = fresh.map((roll) => ({ ...roll, offset: at + roll.offset }));
      await appendLines(rollPath(this.folder, name), rollText(rolls));
      for (const roll of rolls) year.rolls.set(roll.day, roll);
      this.#version += 1;
      this.#reach?.set(name, year.reach);
    });
  }
}

function split<T>(all: readonly T[], isIn: (one: T) => boolean): [inside: T[], outside: T[]] {
  return [all.filter(isIn), all.filter((one) => !isIn(one))];
}

/** The lines of days, and their roll-ups as if the lines stood at the beginning of the file. */
async function encodeDays(days: ReadonlyMap<number, readonly Run[]>): Promise<{ text: string; rolls: Roll[] }> {
  const lines: string[] = [];
  const rolls: Roll[] = [];
  let offset = 0;
  for (const [day, runs] of days) {
    await breathe();
    const line = sealed(JSON.stringify([day, encodeRuns(runs)]));
    rolls.push(rollOf(day, runs, offset, line.length - 1));
    lines.push(line);
    offset += line.length;
  }
  return { text: lines.join(""), rolls };
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
