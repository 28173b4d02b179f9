import { join } from "node:path";
import { ok, type Result } from "../model/index.ts";
import { trailLine } from "./adjust/shapes.ts";
import { exclusively } from "./exclusive.ts";
import { metersIn, namesIn, sheetsIn, yearsOf } from "./folder.ts";
import type { Progress } from "./progress.ts";
import { Bench, counted } from "./repair-bench.ts";
import { repairJournals, repairMemory } from "./repair-journal.ts";
import { repairYear } from "./repair-year.ts";
import { check } from "./verify.ts";
import { seriesOf } from "./verify-pieces.ts";

export interface Repair {
  /** What `verify` said before. */
  readonly problems: readonly string[];
  /** One sentence for everything that was done, and what is lost. Empty when there was nothing to do. */
  readonly done: readonly string[];
  /** Damaged parts that were set aside in `quarantine`. */
  readonly quarantined: number;
  /** What `verify` says now: empty unless something cannot be mended. */
  readonly left: readonly string[];
}

/**
 * Mends a folder as far as it can be: damaged parts are set aside in `quarantine`, unfinished writes are cut off, lost
 * days are replaced by their half-hour sums, roll-ups are made anew. May be interrupted and run again.
 * @returns METERMAN_STORE_LOCKED when a store works in the folder; nothing is touched when `verify` finds nothing
 */
export function repair(folder: string, progress: Progress = () => undefined): Promise<Result<Repair>> {
  return exclusively(folder, async () => {
    const checking: Progress = (done, total, what) => progress(done, total, `checking ${what}`);
    const { problems } = await check(folder, checking, 0);
    if (problems.length === 0) return ok({ problems, done: [], quarantined: 0, left: [] });
    const bench = new Bench(folder);
    await repairJournals(bench);
    await repairMemory(bench);
    const meters = await metersIn(folder);
    for (const [i, meter] of meters.entries()) {
      progress(i, meters.length, `repairing ${meter}`);
      await repairMeter(bench, meter);
    }
    const { problems: left } = await check(folder, checking, 0);
    return ok({ problems, done: bench.done, quarantined: bench.parts, left });
  });
}

async function repairMeter(bench: Bench, meter: string): Promise<void> {
  const path = join(bench.folder, "m", meter);
  for (const name of await namesIn(path)) {
    const series = seriesOf(name);
    if (series === undefined) continue;
    const isSound = (body: unknown) => series.parse(body, meter) !== undefined;
    const lost = await bench.clean(join(path, name), `${meter}-${name}`, isSound);
    if (lost > 0)
      bench.did(`${meter}/${name}: ${counted(lost, "line")} could not be read; these ${series.name} are lost`);
  }
  for (const year of await yearsOf(path)) await repairYear(bench, path, meter, year);
  const folder = join(path, "adjust");
  const lost = await bench.clean(join(folder, "trail.ndj"), `${meter}-trail`, (body) => trailLine(body) !== undefined);
  if (lost > 0) {
    const what = `${counted(lost, "correction")}, or undoings of some, could not be read and do not count any more`;
    bench.did(`${meter}: ${what}; look through the corrections of this meter`);
  }
  for (const sheet of await sheetsIn(folder, meter)) {
    for (const year of await yearsOf(join(folder, sheet))) await repairYear(bench, join(folder, sheet), sheet, year);
  }
}
