import { rm } from "node:fs/promises";
import { join } from "node:path";
import { linesOf, sealed } from "./checked-line.ts";
import { encodeRuns } from "./codec.ts";
import { monthOf } from "./day.ts";
import { readIfThere, replaceFile } from "./files.ts";
import { MeterFiles, monthsOf } from "./meter-files.ts";
import { Quarantine } from "./quarantine.ts";
import { Reader } from "./reader.ts";
import { type Bench, counted } from "./repair-bench.ts";
import { decodeRoll, estimated, type Roll } from "./roll.ts";
import { rollLine } from "./shapes.ts";
import { checkYear } from "./verify-pieces.ts";
import { parseDay, rollPath } from "./year.ts";

/**
 * Mends the days of a year. The half-hour sums of a lost day go into the file of its month before its roll-up goes: an
 * interruption loses nothing.
 * @param path the folder of a meter, or of readings that a correction brought @param name of it, for people
 */
export async function repairYear(bench: Bench, path: string, name: string, year: string): Promise<void> {
  if ((await checkYear(path, name, year)).problems.length === 0) return;
  const rolls = await readRolls(bench, rollPath(path, year), `${name}-${year}.roll`);
  const months = new Set([...(await monthsOf(path, year)).keys(), ...[...rolls.keys()].map(monthOf)]);
  for (const month of [...months].sort()) {
    const own = [...rolls.values()].filter(({ day }) => monthOf(day) === month);
    await repairMonth(bench, path, name, month, own);
  }
  await rm(rollPath(path, year), { force: true });
  await new MeterFiles(path, new Quarantine(bench.folder, () => undefined), new Reader()).year(year);
  bench.did(`${name}: the roll-ups of ${year} were made anew`);
}

/** The newest roll-up of each day; damaged ones are set aside. */
async function readRolls(bench: Bench, path: string, name: string): Promise<Map<number, Roll>> {
  const rolls = new Map<number, Roll>();
  const bytes = (await readIfThere(path)) ?? Buffer.alloc(0);
  for (const { offset, length, body } of linesOf(bytes)) {
    const packed = rollLine(body);
    const roll = packed === undefined ? undefined : decodeRoll(packed);
    if (roll === undefined) await bench.setAside(`${name}-${offset}`, bytes.subarray(offset, offset + length));
    else rolls.set(roll.day, roll);
  }
  return rolls;
}

async function repairMonth(bench: Bench, path: string, name: string, month: string, rolls: readonly Roll[]) {
  const file = join(path, `${month}.ndj`);
  const bytes = (await readIfThere(file)) ?? Buffer.alloc(0);
  const lines = [...linesOf(bytes)];
  const bad = lines.filter(({ body }) => parseDay(body) === undefined);
  /** Where the last sound line of each day stands. */
  const last = new Map<number, number>();
  for (const { offset, body } of lines) {
    const found = parseDay(body);
    if (found !== undefined) last.set(found.day, offset);
  }
  // Its line is damaged or gone, and none came after it.
  const lost = rolls.filter(({ day, offset }) => (last.get(day) ?? -1) < offset || !last.has(day));
  if (bad.length + lost.length === 0) return;
  let whole = await bench.takeOut(`${name}-${month}`, bytes, bad);
  const end = bad.at(-1);
  const isTorn = end !== undefined && end.offset + end.length === bytes.length;
  if (whole.length > 0 && whole.at(-1) !== 10) whole = Buffer.concat([whole, Buffer.from("\n")]);
  const standIns = lost.map((roll) => sealed(JSON.stringify([roll.day, encodeRuns(estimated(roll))])));
  await replaceFile(file, Buffer.concat([whole, Buffer.from(standIns.join(""))]));
  const where = `${name} ${month}`;
  if (lost.length > 0) {
    bench.did(
      `${where}: the readings of ${counted(lost.length, "day")} are lost; their half-hour sums stand in for them`,
    );
  }
  const offsets = new Set(rolls.map(({ offset }) => offset));
  const unknown = bad.filter((line) => !offsets.has(line.offset) && !(isTorn && line === end)).length;
  if (unknown > 0) {
    bench.did(`${where}: ${counted(unknown, "damaged line")} set aside; older versions of days, or days that are lost`);
  }
  if (isTorn) bench.did(`${where}: the last write, which did not finish, was cut off; nothing acknowledged is lost`);
}
