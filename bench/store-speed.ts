import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reading } from "../nodes/model/index.ts";
import { batches, earlier, type Measurement, round, writeThrough } from "./store-common.ts";
import { DAY, households, nextDay, openAt, START, timed } from "./store-load.ts";
import { OneDocument, Sqlite } from "./store-peers.ts";

export async function speed(quick: boolean): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "meterman-bench-"));
  const found: Measurement[] = [];
  const rates = new Map<string, number>();
  for (const size of [72, 1000]) {
    const count = quick ? 100 : 400;
    const clock = { at: START };
    const store = await openAt(join(folder, `store-${size}`), clock);
    const sqlite = new Sqlite(folder, "time");
    const document = new OneDocument(folder);
    document.fill(households().flatMap((home) => home.many(5760)));
    const peers: { name: string; count: number; write: (batch: Reading[]) => unknown }[] = [
      { name: "store", count, write: (batch) => writeThrough(store, batch) },
      { name: "sqlite by time", count, write: (batch) => sqlite.write(batch) },
      { name: "lowdb, one document of a day", count: 5, write: (batch) => document.write(batch) },
    ];
    // Everyone has files that are there already, and warm code.
    for (const back of [2, 1]) {
      for (const { count: rounds, write } of peers.slice(0, 2)) {
        for (const batch of batches(rounds, size)) await write(batch.map((one) => earlier(one, back)));
      }
      await nextDay(store, clock, START + (2 - back) * DAY);
    }
    for (const { name, count: rounds, write } of peers) {
      const all = [...batches(rounds, size)];
      const started = performance.now();
      for (const batch of all) await write(batch);
      const rate = (rounds * size * 1000) / (performance.now() - started);
      rates.set(`${name} ${size}`, rate);
      found.push({ name: `durable readings, ${name}, batches of ${size}`, value: round(rate), unit: "readings/s" });
    }
    await store.close();
    const open = await timed(5, async () => (await openAt(join(folder, `store-${size}`), clock)).close());
    const name = `open and close with ${count * size} readings in the journal`;
    found.push({ name, value: round(open), unit: "ms" });
    sqlite.close();
    rmSync(sqlite.path);
  }
  rmSync(folder, { recursive: true });
  for (const size of [72, 1000]) {
    const ratio = round((rates.get(`store ${size}`) ?? 0) / (rates.get(`sqlite by time ${size}`) ?? 1));
    found.push({
      name: `durable readings/s over sqlite, batches of ${size}`,
      value: ratio,
      unit: "ratio",
      goal: 2,
      met: ratio >= 2,
    });
  }
  return found;
}
