import { basename, dirname, join } from "node:path";
import { linesOf, sealed } from "./checked-line.ts";
import { decodeRuns } from "./codec.ts";
import { DAY_S, dayOf, monthOf } from "./day.ts";
import { appendLines, breathe, readAt, readIfThere, replaceFile } from "./files.ts";
import type { Quarantine } from "./quarantine.ts";
import { decodeRoll, encodeRoll, type Roll, rollOf } from "./roll.ts";
import type { Run } from "./run.ts";
import { dayLine, rollLine } from "./shapes.ts";

/** The roll-ups of one meter and year. */
export class Year {
  readonly rolls = new Map<number, Roll>();

  /** The last instant that any reading of the year reaches. */
  get reach(): number {
    let reach = 0;
    for (const { maxEnd } of this.rolls.values()) reach = Math.max(reach, maxEnd);
    return reach;
  }

  /** Days with readings in [from, to), in order; `from` and `to` in epoch seconds. */
  days(from: number, to: number): number[] {
    const last = dayOf(to - 1);
    // Only a few readings, over long gaps, reach further than into the next day.
    const touches = (roll: Roll) => roll.day <= last && (roll.day + 1 >= dayOf(from) || roll.maxEnd >= from);
    return [...this.rolls.values()].filter(touches).map(({ day }) => day);
  }
}

export function rollPath(folder: string, year: string): string {
  return join(folder, `${year}.roll.ndj`);
}

/**
 * Reads the roll-ups of a year and makes those anew that are missing or damaged: they are only a summary of the day
 * documents. A day line that no roll-up knows is one whose writing was interrupted, or its roll-up was lost.
 * @param months of the year that have a file of days, with its size in bytes
 */
export async function loadYear(
  folder: string,
  year: string,
  months: ReadonlyMap<string, number>,
  quarantine: Quarantine,
): Promise<Year> {
  const loaded = new Year();
  const known = new Map<string, number>();
  const path = rollPath(folder, year);
  const bytes = (await readIfThere(path)) ?? Buffer.alloc(0);
  const whole = readRolls(bytes, loaded, known);
  if (!whole) {
    loaded.rolls.clear();
    known.clear();
    await quarantine.keep(
      `${basename(folder)}-${year}.roll`,
      bytes,
      `Roll-ups of ${year} could not be read and were made anew from the days.`,
    );
  }
  const made: Roll[] = [];
  for (const [month, size] of months) {
    const from = known.get(month) ?? 0;
    if (size <= from) continue;
    const file = join(folder, `${month}.ndj`);
    for await (const roll of scanDays(file, from, size, quarantine)) {
      loaded.rolls.set(roll.day, roll);
      made.push(roll);
    }
  }
  if (!whole) await replaceFile(path, rollText([...loaded.rolls.values()]));
  else if (made.length > 0) await appendLines(path, rollText(made));
  return loaded;
}

export function rollText(rolls: readonly Roll[]): string {
  return rolls.map((roll) => sealed(encodeRoll(roll))).join("");
}

/** @returns false when a line other than an unfinished last one is damaged */
function readRolls(bytes: Buffer, into: Year, known: Map<string, number>): boolean {
  for (const { offset, length, body } of linesOf(bytes)) {
    const packed = rollLine(body);
    const roll = packed === undefined ? undefined : decodeRoll(packed);
    if (roll === undefined) {
      if (offset + length === bytes.length) continue;
      return false;
    }
    into.rolls.delete(roll.day);
    into.rolls.set(roll.day, roll);
    const month = monthOf(roll.day);
    known.set(month, Math.max(known.get(month) ?? 0, roll.offset + roll.length + 1));
  }
  return true;
}

async function* scanDays(file: string, from: number, size: number, quarantine: Quarantine): AsyncGenerator<Roll> {
  const bytes = await readAt(file, from, size - from);
  for (const { offset, length, body } of linesOf(bytes, from)) {
    const found = parseDay(body);
    if (found !== undefined) {
      yield rollOf(found.day, found.runs, offset, length);
      await breathe();
    } else if (offset + length < size) {
      const bad = bytes.subarray(offset - from, offset - from + length);
      await quarantine.keep(
        `${basename(dirname(file))}-${basename(file)}-${offset}`,
        bad,
        "A day could not be read and is missing.",
      );
    }
  }
}

/** A day's line as it was written. @returns undefined when it is damaged */
export function parseDay(body: unknown): { readonly day: number; readonly runs: Run[] } | undefined {
  const packed = dayLine(body);
  const runs = packed === undefined ? undefined : decodeRuns(packed[1]);
  if (packed === undefined || runs === undefined || !isOfDay(packed[0], runs)) return undefined;
  return { day: packed[0], runs };
}

/** Whether every run starts on the day: what is true of each line we write. */
function isOfDay(day: number, runs: readonly { t0: number; duration: number; wh: readonly number[] }[]): boolean {
  return runs.every(({ t0, duration, wh }) => dayOf(t0) === day && t0 + duration * (wh.length - 1) < (day + 1) * DAY_S);
}
