import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseMeterId } from "../model/index.ts";
import { linesOf } from "./checked-line.ts";
import { decodeRuns } from "./codec.ts";
import { EVENTS } from "./event-shapes.ts";
import { breathe, readIfThere } from "./files.ts";
import { segmentsIn } from "./journal.ts";
import { MeterFiles, monthsOf } from "./meter-files.ts";
import { Quarantine } from "./quarantine.ts";
import { Reader } from "./reader.ts";
import { encodeRoll, rollOf } from "./roll.ts";
import { scanSegment } from "./segment.ts";
import { checkpointShape, dayLine, rollLine } from "./shapes.ts";
import { SNAPSHOTS } from "./snapshots.ts";
import { isOfDay } from "./year.ts";

export interface Verification {
  readonly files: number;
  readonly lines: number;
  /** In the newest versions of all days. */
  readonly readings: number;
  /** One sentence each; empty when everything on disk is as it was written. */
  readonly problems: readonly string[];
}

/** What has been looked at so far. */
interface Findings {
  files: number;
  lines: number;
  readings: number;
  readonly problems: string[];
}

/** Reads and checks every file of a folder that no store has open; writes nothing. */
export async function verify(folder: string): Promise<Verification> {
  const findings: Findings = { files: 0, lines: 0, readings: 0, problems: [] };
  await verifyJournal(folder, findings);
  const memory = await readIfThere(join(folder, "memory.json"));
  if (memory !== undefined) {
    findings.files += 1;
    const [line] = linesOf(memory);
    if (line === undefined || checkpointShape(line.body) === undefined)
      findings.problems.push("memory.json is damaged");
  }
  for (const meter of await metersIn(folder)) await verifyMeter(join(folder, "m", meter), meter, findings);
  return findings;
}

/** Makes all roll-ups anew from the days, in a folder that no store has open. @returns the number of meters */
export async function rebuild(folder: string): Promise<number> {
  const meters = await metersIn(folder);
  const quarantine = new Quarantine(folder, () => undefined);
  const reader = new Reader();
  for (const meter of meters) {
    const path = join(folder, "m", meter);
    const years = new Set([...(await monthsOf(path, "")).keys()].map((month) => month.slice(0, 4)));
    const files = new MeterFiles(path, quarantine, reader);
    for (const year of years) {
      await rm(join(path, `${year}.roll.ndj`), { force: true });
      await files.year(year);
    }
  }
  return meters.length;
}

async function metersIn(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "m")).catch(() => []);
  return names.filter((name) => parseMeterId(name).ok).sort();
}

async function verifyJournal(folder: string, findings: Findings): Promise<void> {
  const path = join(folder, "journal");
  for (const id of await segmentsIn(path).catch(() => [])) {
    const scan = scanSegment(await readFile(join(path, `${id}.ndj`)), id);
    findings.files += 1;
    findings.lines += scan.batches.length;
    for (const { offset, kind } of scan.damage) {
      const what = kind === "torn" ? "an unfinished write" : "damage";
      findings.problems.push(`journal ${id} has ${what} at byte ${offset}`);
    }
    await breathe();
  }
}

async function verifyMeter(path: string, meter: string, findings: Findings): Promise<void> {
  for (const name of (await readdir(path)).sort()) {
    const where = `${meter}/${name}`;
    if (name.endsWith(".roll.ndj")) await verifyRolls(path, name, where, findings);
    else if (name.endsWith(".ndj")) {
      findings.files += 1;
      const series = [EVENTS, SNAPSHOTS].find((one) => name.endsWith(`.${one.name}.ndj`));
      for (const { offset, body } of linesOf(await readFile(join(path, name)))) {
        findings.lines += 1;
        const isSound = series === undefined ? isSoundDay(body) : series.parse(body, meter) !== undefined;
        if (!isSound) findings.problems.push(`${where} has a damaged line at byte ${offset}`);
      }
      await breathe();
    }
  }
}

function isSoundDay(body: unknown): boolean {
  const packed = dayLine(body);
  const runs = packed === undefined ? undefined : decodeRuns(packed[1]);
  return packed !== undefined && runs !== undefined && isOfDay(packed[0], runs);
}

/** Every roll-up must be what its day's line says; of each day only the last one counts. */
async function verifyRolls(path: string, name: string, where: string, findings: Findings): Promise<void> {
  findings.files += 1;
  const newest = new Map<number, { at: readonly [number, number]; text: string }>();
  for (const { offset, body } of linesOf(await readFile(join(path, name)))) {
    findings.lines += 1;
    const packed = rollLine(body);
    if (packed === undefined) findings.problems.push(`${where} has a damaged line at byte ${offset}`);
    else newest.set(packed.d, { at: packed.at, text: JSON.stringify(packed) });
  }
  for (const [month] of await monthsOf(path, name.slice(0, 4))) {
    for (const { offset, length, body } of linesOf(await readFile(join(path, `${month}.ndj`)))) {
      const packed = dayLine(body);
      const runs = packed === undefined ? undefined : decodeRuns(packed[1]);
      const roll = packed === undefined ? undefined : newest.get(packed[0]);
      if (packed === undefined || runs === undefined || roll?.at[0] !== offset) continue;
      const made = rollOf(packed[0], runs, offset, length);
      findings.readings += made.count;
      if (encodeRoll(made) !== roll.text)
        findings.problems.push(`${where} does not fit the day at byte ${offset} of ${month}`);
      newest.delete(packed[0]);
      await breathe();
    }
  }
  for (const day of newest.keys()) findings.problems.push(`${where} knows day ${day}, whose line cannot be read`);
}
