import { monthOf, yearOf } from "./day.ts";
import { type DayRuns, fold } from "./day-runs.ts";
import { EVENTS } from "./event-shapes.ts";
import { breathe, makeFolder } from "./files.ts";
import type { Layer, MeterLayer } from "./layer.ts";
import type { Library } from "./library.ts";
import type { MeterFiles } from "./meter-files.ts";
import type { Run } from "./run.ts";
import { appendItems } from "./series.ts";
import { SNAPSHOTS } from "./snapshots.ts";

/** So many meters are merged side by side: the file system then makes the syncs of all of them in one go. */
const LANES = 4;

/**
 * Brings a layer into documents, month by month, and takes out of it what is there. What is merged twice, because a
 * crash came in between, stays as it is. Other work has its turn between two days.
 * @param stopped asked often; true leaves the rest for the next start, the journal still has it
 * @returns whether all of it is in documents
 */
export async function mergeLayer(layer: Layer, library: Library, stopped: () => boolean): Promise<boolean> {
  const waiting = layer.meters.entries();
  const lane = async () => {
    for (const [meter, part] of waiting) {
      if (!(await mergeMeter(part, library.of(meter), stopped))) return false;
    }
    return true;
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const one of lanes) if (one.status === "rejected") throw one.reason;
  return lanes.every((one) => one.status === "fulfilled" && one.value);
}

async function mergeMeter(part: MeterLayer, files: MeterFiles, stopped: () => boolean): Promise<boolean> {
  if (part.events.length + part.snapshots.length > 0) {
    await makeFolder(files.folder);
    await appendItems(files.folder, EVENTS, part.events);
    part.events = [];
    await appendItems(files.folder, SNAPSHOTS, part.snapshots);
    part.snapshots = [];
  }
  for (const month of new Set([...part.days.keys()].map(monthOf))) {
    if (stopped()) return false;
    await mergeMonth(part, files, month);
  }
  return true;
}

async function mergeMonth(part: MeterLayer, files: MeterFiles, month: string): Promise<void> {
  const merged = new Map<number, readonly Run[]>();
  const days = [...part.days].filter(([day]) => monthOf(day) === month).sort(([a], [b]) => a - b);
  for (const [day, runs] of days) {
    const whole = await mergeDay(files, day, runs);
    if (whole !== undefined) merged.set(day, whole);
    await breathe();
  }
  if (merged.size > 0) await files.append(month, merged);
  for (const [day] of days) part.days.delete(day);
}

/** @returns undefined when there is nothing to write */
async function mergeDay(files: MeterFiles, day: number, runs: DayRuns): Promise<readonly Run[] | undefined> {
  const roll = (await files.year(yearOf(day))).rolls.get(day);
  const whole = fold(roll === undefined ? [] : await files.read(roll), [runs]);
  return whole.length === 0 && roll === undefined ? undefined : whole;
}
