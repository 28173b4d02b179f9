import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { memorise, newLedger } from "../nodes/meter/index.ts";
import { say, writeThrough } from "./store-common.ts";
import { households, METERS, nextDay, openAt, START } from "./store-load.ts";
import { Sqlite } from "./store-peers.ts";

/**
 * 18 meters with `days` of 15-s readings below `folder`, in a store and in SQLite: one meter's, copied for the others.
 * @returns the folder of the store
 */
export async function fillHouse(folder: string, days: number, withPeer = true): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const data = join(folder, "store");
  const clock = { at: START };
  const store = await openAt(data, clock);
  const sqlite = withPeer ? new Sqlite(folder, "meter", "OFF") : undefined;
  const [home] = households();
  if (home === undefined) throw new Error("no household");
  for (let day = 0; day < days; day += 1) {
    const readings = home.many(5760);
    await writeThrough(store, readings);
    sqlite?.write(readings);
    if (day % 30 === 29) await nextDay(store, clock, home.at);
    if (day % 90 === 89) say(`a house: ${day + 1} of ${days} days`);
  }
  await nextDay(store, clock, home.at);
  await Promise.all([
    // What a meter node goes on from: it lists the meters of its store.
    ...METERS.map((meter) => store.append({ meter, readings: [], events: [], memory: memorise(newLedger(meter)) })),
    store.flush(),
  ]);
  await store.close();
  const [first = "", ...others] = METERS;
  for (const meter of others) cpSync(join(data, "m", first), join(data, "m", meter), { recursive: true });
  sqlite?.copy(others.map((meter) => Number(meter.slice(8))));
  sqlite?.rollUp();
  sqlite?.close();
  return data;
}
