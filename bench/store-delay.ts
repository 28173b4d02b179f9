import { mkdtempSync, rmSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { batches, goal, type Measurement, round, units, writeThrough } from "./store-common.ts";
import { DAY, nextDay, openAt, START } from "./store-load.ts";

/** The longest that the event loop is held up at 1000 readings/s; a slow disk must not be felt. */
export async function delay(quick: boolean): Promise<Measurement[]> {
  const found: Measurement[] = [];
  const p999: number[] = [];
  for (const slowMs of [0, 20]) {
    const folder = mkdtempSync(join(tmpdir(), "meterman-bench-"));
    const open = (async (path: string, flags: string) => {
      const handle = await openFile(path, flags);
      const sync = handle.datasync.bind(handle);
      handle.datasync = async () => {
        await sleep(slowMs);
        await sync();
      };
      return handle;
    }) as typeof openFile;
    const store = await openAt(folder, { at: START }, slowMs === 0 ? {} : { open });
    const feed = batches(1e9, 20);
    const flushing = setInterval(() => void store.flush(), 1000);
    const feeding = setInterval(() => {
      for (const unit of units(feed.next().value ?? [])) void store.append(unit);
    }, 20);
    await sleep(1000);
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    await sleep(quick ? 4000 : 15_000);
    histogram.disable();
    clearInterval(flushing);
    clearInterval(feeding);
    await store.close();
    rmSync(folder, { recursive: true });
    const ms = histogram.percentile(99.9) / 1e6;
    p999.push(ms);
    const max = round(histogram.max / 1e6);
    found.push({ name: `loop delay p99.9 at 1000 readings/s, sync + ${slowMs} ms`, value: round(ms), unit: "ms", max });
  }
  found.push(await merging());
  const [idle = 1, slow = 0] = p999;
  found.push(goal("loop delay p99.9, slow / quick disk", slow, idle, 1.5));
  return found;
}

/** A day of 18 meters becomes documents, while everything else goes on. */
async function merging(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), "meterman-bench-"));
  const clock = { at: START };
  const store = await openAt(folder, clock);
  for (const batch of batches(144, 720)) await writeThrough(store, batch);
  await sleep(500);
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  const started = performance.now();
  await nextDay(store, clock, START + DAY);
  const took = performance.now() - started;
  histogram.disable();
  await store.close();
  rmSync(folder, { recursive: true });
  const name = "longest loop delay while a day of 18 meters is merged";
  return { name, value: round(histogram.max / 1e6), unit: "ms", tookMs: round(took) };
}
