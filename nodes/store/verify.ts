import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failed, ok, type Result } from "../model/index.ts";
import { exclusively, isStore } from "./exclusive.ts";
import { metersIn, sheetsIn, yearsOf } from "./folder.ts";
import { isUnfinished } from "./format.ts";
import { MeterFiles } from "./meter-files.ts";
import type { Progress } from "./progress.ts";
import { Quarantine } from "./quarantine.ts";
import { Reader } from "./reader.ts";
import { checkYear, type Findings, piecesOf } from "./verify-pieces.ts";
import { rollPath } from "./year.ts";

export interface Verification {
  readonly files: number;
  readonly lines: number;
  /** In the newest versions of all days. */
  readonly readings: number;
  /** One sentence each; empty when everything on disk is as it was written. */
  readonly problems: readonly string[];
}

/** A file that is written at this moment looks damaged for a moment: it is looked at again until it stays the same. */
const TRIES = 8;
const PAUSE_MS = 60;

/** Reads and checks every file of a folder, also while a store works in it; writes nothing. */
export function verify(folder: string, progress: Progress = () => undefined): Promise<Verification> {
  return check(folder, progress, TRIES);
}

/** @param tries how often a piece with problems is looked at again: 0 where nobody else writes */
export async function check(folder: string, progress: Progress, tries: number): Promise<Verification> {
  if (!(await isStore(folder))) {
    return { files: 0, lines: 0, readings: 0, problems: [`there is no store in ${folder}`] };
  }
  const pieces = await piecesOf(folder);
  const problems = (await isUnfinished(folder)) ? ["this is a backup that was interrupted; make it again"] : [];
  const sum = { files: 0, lines: 0, readings: 0 };
  for (const [i, piece] of pieces.entries()) {
    progress(i, pieces.length, piece.name);
    const found = await settled(piece.check, tries);
    sum.files += found.files;
    sum.lines += found.lines;
    sum.readings += found.readings;
    problems.push(...found.problems);
  }
  progress(pieces.length, pieces.length, "");
  return { ...sum, problems };
}

async function settled(look: () => Promise<Findings>, tries: number): Promise<Findings> {
  let found = await look();
  for (let i = 0; i < tries && found.problems.length > 0; i += 1) {
    await sleep(PAUSE_MS);
    const again = await look();
    const isSame = again.problems.join() === found.problems.join();
    found = again;
    if (isSame && i > 0) break;
  }
  return found;
}

/**
 * Makes all roll-ups anew from the days.
 * @returns the number of meters; METERMAN_STORE_LOCKED when a store works in the folder, METERMAN_STORE_DAMAGED when the
 * roll-ups are all that is left of a day
 */
export function rebuild(folder: string, progress: Progress = () => undefined): Promise<Result<number>> {
  return exclusively(folder, async () => {
    const years = await allYears(folder);
    for (const { path, name, year } of years) {
      if ((await checkYear(path, name, year)).lostDays === 0) continue;
      const what = `days of ${name} in ${year} cannot be read, and their sums are all that is left of them; use repair first`;
      return failed("METERMAN_STORE_DAMAGED", what);
    }
    const quarantine = new Quarantine(folder, () => undefined);
    const reader = new Reader();
    for (const [i, { path, name, year }] of years.entries()) {
      progress(i, years.length, name);
      await rm(rollPath(path, year), { force: true });
      await new MeterFiles(path, quarantine, reader).year(year);
    }
    progress(years.length, years.length, "");
    return ok(new Set(years.map(({ meter }) => meter)).size);
  });
}

/** Every folder and year that has days: of meters, and of what corrections brought. */
async function allYears(folder: string) {
  const found: { readonly meter: string; readonly path: string; readonly name: string; readonly year: string }[] = [];
  for (const meter of await metersIn(folder)) {
    const path = join(folder, "m", meter);
    for (const year of await yearsOf(path)) found.push({ meter, path, name: meter, year });
    for (const name of await sheetsIn(join(path, "adjust"), meter)) {
      const sheet = join(path, "adjust", name);
      for (const year of await yearsOf(sheet)) found.push({ meter, path: sheet, name, year });
    }
  }
  return found;
}
