import { join } from "node:path";
import { trailLine } from "./adjust/shapes.ts";
import { linesOf } from "./checked-line.ts";
import { EVENTS } from "./event-shapes.ts";
import { breathe, readIfThere } from "./files.ts";
import { metersIn, namesIn, sheetsIn, yearsOf } from "./folder.ts";
import { segmentsIn } from "./journal.ts";
import { monthsOf } from "./meter-files.ts";
import { encodeRoll, rollOf } from "./roll.ts";
import { scanSegment } from "./segment.ts";
import { checkpointShape, rollLine } from "./shapes.ts";
import { SNAPSHOTS } from "./snapshots.ts";
import { parseDay, rollPath } from "./year.ts";

const SERIES = [EVENTS, SNAPSHOTS] as const;

/** What was found in one piece of the store. */
export interface Findings {
  files: number;
  lines: number;
  readings: number;
  /** Days of which only the half-hour sums are left. */
  lostDays: number;
  readonly problems: string[];
}

/** What is checked in one go: files that must fit each other. */
export interface Piece {
  readonly name: string;
  check(): Promise<Findings>;
}

/** Everything there is to check in a store's folder. */
export async function piecesOf(folder: string): Promise<Piece[]> {
  const pieces: Piece[] = [];
  const journal = join(folder, "journal");
  for (const id of await segmentsIn(journal).catch(() => [])) {
    pieces.push({ name: `journal ${id}`, check: () => checkJournal(join(journal, `${id}.ndj`), id) });
  }
  pieces.push({ name: "memory.json", check: () => checkMemory(folder) });
  for (const meter of await metersIn(folder)) {
    const path = join(folder, "m", meter);
    for (const year of await yearsOf(path)) {
      pieces.push({ name: `${meter} ${year}`, check: () => checkYear(path, meter, year) });
    }
    for (const name of await namesIn(path)) {
      const series = seriesOf(name);
      if (series === undefined) continue;
      const isSound = (body: unknown) => series.parse(body, meter) !== undefined;
      pieces.push({ name: `${meter} ${name}`, check: () => checkLines(join(path, name), `${meter}/${name}`, isSound) });
    }
    pieces.push(...(await piecesOfTrail(path, meter)));
  }
  return pieces;
}

/** @returns undefined when the file is none of a series */
export function seriesOf(name: string): (typeof SERIES)[number] | undefined {
  return SERIES.find((series) => name.endsWith(`.${series.name}.ndj`));
}

function nothing(): Findings {
  return { files: 0, lines: 0, readings: 0, lostDays: 0, problems: [] };
}

async function checkJournal(path: string, id: number): Promise<Findings> {
  const findings = nothing();
  const bytes = await readIfThere(path);
  // Merged and gone since the folder was listed.
  if (bytes === undefined) return findings;
  const scan = scanSegment(bytes, id);
  findings.files += 1;
  findings.lines += scan.batches.length;
  for (const { offset, kind } of scan.damage) {
    const what = kind === "torn" ? "an unfinished write" : "damage";
    findings.problems.push(`journal ${id} has ${what} at byte ${offset}`);
  }
  await breathe();
  return findings;
}

async function checkMemory(folder: string): Promise<Findings> {
  const findings = nothing();
  const bytes = await readIfThere(join(folder, "memory.json"));
  if (bytes === undefined) return findings;
  findings.files += 1;
  const [line] = linesOf(bytes);
  if (line === undefined || checkpointShape(line.body) === undefined) findings.problems.push("memory.json is damaged");
  return findings;
}

/** The trail of a meter's corrections, and the readings that they brought. */
async function piecesOfTrail(path: string, meter: string): Promise<Piece[]> {
  const folder = join(path, "adjust");
  if ((await namesIn(folder)).length === 0) return [];
  const pieces: Piece[] = [{ name: `${meter} corrections`, check: () => checkTrail(folder, meter) }];
  for (const sheet of await sheetsIn(folder, meter)) {
    for (const year of await yearsOf(join(folder, sheet))) {
      const check = async () => ({ ...(await checkYear(join(folder, sheet), `${meter}/${sheet}`, year)), readings: 0 });
      pieces.push({ name: `${meter} ${sheet}`, check });
    }
  }
  return pieces;
}

async function checkTrail(folder: string, meter: string): Promise<Findings> {
  const path = join(folder, "trail.ndj");
  const findings = await checkLines(path, `${meter}/trail.ndj`, (body) => trailLine(body) !== undefined);
  const sheets = await sheetsIn(folder, meter);
  for (const { body } of linesOf((await readIfThere(path)) ?? Buffer.alloc(0))) {
    const line = trailLine(body);
    for (const op of line === undefined || "undo" in line ? [] : line.ops) {
      if (op[0] !== "sheet" || sheets.includes(`${meter}-${op[1]}`)) continue;
      findings.problems.push(
        `${meter}: the readings that a correction brought (${meter}-${op[1]}) are missing; undo it and make it again`,
      );
    }
  }
  return findings;
}

/** A file of lines of one kind. */
async function checkLines(path: string, name: string, isSound: (body: unknown) => boolean): Promise<Findings> {
  const findings = nothing();
  const bytes = await readIfThere(path);
  if (bytes === undefined) return findings;
  findings.files += 1;
  for (const { offset, body } of linesOf(bytes)) {
    findings.lines += 1;
    if (!isSound(body)) findings.problems.push(damaged(name, offset));
  }
  await breathe();
  return findings;
}

function damaged(name: string, offset: number): string {
  return `${name} has a damaged line at byte ${offset}`;
}

/** Every roll-up must be what its day's line says; of each day only the last one counts. */
export async function checkYear(path: string, meter: string, year: string): Promise<Findings> {
  const findings = nothing();
  const newest = new Map<number, { at: number; text: string }>();
  const rolls = await readIfThere(rollPath(path, year));
  const rollName = `${year}.roll.ndj`;
  if (rolls !== undefined) findings.files += 1;
  for (const { offset, body } of linesOf(rolls ?? Buffer.alloc(0))) {
    findings.lines += 1;
    const packed = rollLine(body);
    if (packed === undefined) findings.problems.push(damaged(`${meter}/${rollName}`, offset));
    else newest.set(packed.d, { at: packed.at[0], text: JSON.stringify(packed) });
  }
  for (const [month] of await monthsOf(path, year)) {
    findings.files += 1;
    const bytes = (await readIfThere(join(path, `${month}.ndj`))) ?? Buffer.alloc(0);
    for (const { offset, length, body } of linesOf(bytes)) {
      findings.lines += 1;
      const found = parseDay(body);
      if (found === undefined) findings.problems.push(damaged(`${meter}/${month}.ndj`, offset));
      const roll = found === undefined ? undefined : newest.get(found.day);
      if (found === undefined || roll?.at !== offset) continue;
      newest.delete(found.day);
      const made = rollOf(found.day, found.runs, offset, length);
      findings.readings += made.count;
      if (encodeRoll(made) !== roll.text) {
        findings.problems.push(`${meter}/${rollName} does not fit the day at byte ${offset} of ${month}`);
      }
      await breathe();
    }
  }
  for (const day of newest.keys()) {
    findings.lostDays += 1;
    findings.problems.push(`${meter}/${rollName} knows day ${day}, whose line cannot be read`);
  }
  return findings;
}
