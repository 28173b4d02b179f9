import { setTimeout as sleep } from "node:timers/promises";
import { epochSeconds, type Reading, wh } from "../nodes/model/index.ts";
import type { Store } from "../nodes/store/index.ts";
import { units } from "./store-common.ts";
import { METERS } from "./store-load.ts";
import { Sqlite } from "./store-peers.ts";

/** Readings per second that come in while questions are answered: some hundred times what 18 meters make. */
const PER_SECOND = 180;
const FLUSH_MS = 1000;

export interface Ingest {
  /** Ends it. `acknowledged`: readings and Wh that were durable; `found`: what is there of them when it is read back. */
  stop(): Promise<{ acknowledged: number; wh: number; found: number; foundWh: number }>;
}

/** Writes to whatever is measured, batch by batch, each durable before the next. */
export function ingest(into: Store | Sqlite, from: number): Ingest {
  let isOn = true;
  let at = from;
  let acknowledged = 0;
  let energy = 0;
  const batch = (): Reading[] =>
    METERS.flatMap((meter) =>
      Array.from({ length: PER_SECOND / METERS.length }, (_, i) => {
        const start = at + i;
        const register = 5_000_000 + (start - from) * 3;
        return {
          meter,
          start: epochSeconds(start),
          end: epochSeconds(start + 1),
          ...{ wh: wh(3), watts: 10_800 as Reading["watts"], registerWh: wh(register + 3) },
          ...{ lifetimeWh: wh(register + 3), source: "interval", quality: [] },
        };
      }),
    );
  const write = async (readings: readonly Reading[]) => {
    if (into instanceof Sqlite) return into.write(readings);
    const done = units(readings).map((unit) => into.append(unit));
    await into.flush();
    await Promise.all(done);
  };
  const done = (async () => {
    while (isOn) {
      const readings = batch();
      at += PER_SECOND / METERS.length;
      await write(readings);
      acknowledged += readings.length;
      energy += readings.reduce((sum, one) => sum + one.wh, 0);
      await sleep(FLUSH_MS);
    }
  })();
  return {
    async stop() {
      isOn = false;
      await done;
      return { acknowledged, wh: energy, ...(await readBack(into, from, at)) };
    },
  };
}

async function readBack(into: Store | Sqlite, from: number, to: number): Promise<{ found: number; foundWh: number }> {
  if (into instanceof Sqlite) {
    const row = into.db.prepare("SELECT COUNT(*) AS n, SUM(wh) AS wh FROM reading WHERE start >= ?").get(from);
    return { found: Number(row?.n), foundWh: Number(row?.wh) };
  }
  let found = 0;
  let foundWh = 0;
  for (const meter of METERS) {
    for (let cursor: string | undefined; ; ) {
      const query = { meter, from: epochSeconds(from), to: epochSeconds(to), resolution: "raw" as const };
      const page = await into.readings(cursor === undefined ? query : { ...query, cursor });
      if (!page.ok) throw new Error(page.error.message);
      found += page.value.items.length;
      for (const one of page.value.items) foundWh += one.wh;
      if (page.value.next === null) break;
      cursor = page.value.next;
    }
  }
  return { found, foundWh };
}
