import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EpochSeconds } from "../model/index.ts";
import { linesOf, sealed } from "./checked-line.ts";
import { EVENTS } from "./event-shapes.ts";
import { readIfThere, replaceFile } from "./files.ts";
import { metersIn } from "./folder.ts";
import { segmentsIn } from "./journal.ts";
import { Quarantine } from "./quarantine.ts";
import type { Bench } from "./repair-bench.ts";
import { scanSegment } from "./segment.ts";
import { monthsOfSeries, readItems, type Series } from "./series.ts";
import { type Checkpoint, checkpointShape } from "./shapes.ts";
import { SNAPSHOTS } from "./snapshots.ts";

/** Damaged stretches of the journals become padding. */
export async function repairJournals(bench: Bench): Promise<void> {
  const folder = join(bench.folder, "journal");
  for (const id of await segmentsIn(folder).catch(() => [])) {
    const path = join(folder, `${id}.ndj`);
    const bytes = await readFile(path);
    const { damage } = scanSegment(bytes, id);
    if (damage.length === 0) continue;
    await replaceFile(path, await bench.takeOut(`journal-${id}`, bytes, damage));
    for (const { kind, length } of damage) {
      const what =
        kind === "torn"
          ? "the last write, which did not finish, was cut off; nothing acknowledged is lost"
          : `${length} bytes could not be read; the readings of that minute are lost unless they are in documents already`;
      bench.did(`journal ${id}: ${what}`);
    }
  }
}

/**
 * A damaged `memory.json` is replaced by an empty one that goes on counting where journals or documents end: a lower
 * number would be taken for something that is there already.
 */
export async function repairMemory(bench: Bench): Promise<void> {
  const path = join(bench.folder, "memory.json");
  const bytes = await readIfThere(path);
  const [line] = bytes === undefined ? [] : linesOf(bytes);
  if (bytes === undefined || (line !== undefined && checkpointShape(line.body) !== undefined)) return;
  await bench.setAside("memory.json", bytes);
  const [segment, seq] = await lastKnown(bench.folder);
  const empty: Checkpoint = { seq, segment, meters: {} };
  await replaceFile(path, sealed(JSON.stringify(empty)));
  bench.did(
    "memory.json: what the accounts of the meters remembered is lost, but for what the journal has; readings are not touched, lifetime totals may begin anew",
  );
}

/** @returns the newest journal, and the batch before the first that the journals have; without any, the last in documents */
async function lastKnown(folder: string): Promise<[segment: number, seq: number]> {
  const journal = join(folder, "journal");
  const ids = await segmentsIn(journal).catch(() => []);
  const seqs: number[] = [];
  for (const id of ids) {
    const [first] = scanSegment(await readFile(join(journal, `${id}.ndj`)), id).batches;
    if (first !== undefined) seqs.push(first.seq - 1);
  }
  const segment = ids.at(-1) ?? 0;
  return [segment, seqs.length > 0 ? Math.min(...seqs) : await lastInDocuments(folder)];
}

async function lastInDocuments(folder: string): Promise<number> {
  let last = 0;
  for (const meter of await metersIn(folder)) {
    const path = join(folder, "m", meter);
    last = Math.max(last, await lastOf(path, EVENTS), await lastOf(path, SNAPSHOTS));
  }
  return last;
}

async function lastOf<T extends { readonly at: EpochSeconds }>(path: string, series: Series<T>): Promise<number> {
  const unheard = new Quarantine(path, () => undefined);
  let last = 0;
  for (const month of await monthsOfSeries(path, series.name)) {
    for await (const [seq] of readItems(path, series, month, unheard)) last = Math.max(last, seq);
  }
  return last;
}
