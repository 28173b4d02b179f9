import { batches, earlier, goal, type Measurement, round, say, writeThrough } from "./store-common.ts";
import { makeDisk } from "./store-disk.ts";
import { DAY, nextDay, openAt, START } from "./store-load.ts";
import { type Peer, Raw, Sqlite } from "./store-peers.ts";

export async function wear(quick: boolean): Promise<Measurement[]> {
  const minutes = quick ? 240 : 1440;
  const perReading = new Map<string, number>();
  let how = "";
  const run = async (name: string, make: (folder: string) => Promise<{ write: Peer["write"]; end: () => unknown }>) => {
    const disk = makeDisk(512);
    how = disk.how;
    const { write, end } = await make(disk.folder);
    const before = disk.written();
    for (const batch of batches(minutes, 72)) await write(batch);
    await end();
    perReading.set(name, (disk.written() - before) / (minutes * 72));
    disk.remove();
    say(`wear ${name}: ${round(perReading.get(name) ?? 0)} B/reading`);
  };
  await run("store", async (folder) => {
    const clock = { at: START - 2 * DAY };
    const store = await openAt(folder, clock);
    // Two days before, so that there is a journal file to be used again, as on every day but the first two.
    for (const back of [2, 1]) {
      for (const batch of batches(minutes, 72))
        await writeThrough(
          store,
          batch.map((one) => earlier(one, back)),
        );
      await nextDay(store, clock, START - (back - 1) * DAY);
    }
    return {
      write: (batch) => writeThrough(store, batch),
      end: async () => {
        await nextDay(store, clock, START + DAY);
        await store.close();
      },
    };
  });
  for (const key of ["meter", "time"] as const) {
    await run(`sqlite by ${key}`, async (folder) => {
      const peer = new Sqlite(folder, key);
      return { write: (batch) => peer.write(batch), end: () => peer.close() };
    });
  }
  await run("raw append", async (folder) => {
    const peer = new Raw(folder, minutes * 72 * 16);
    return { write: (batch) => peer.write(batch), end: () => peer.close() };
  });
  const of = (name: string) => perReading.get(name) ?? Number.NaN;
  return [
    ...[...perReading].map(([name, value]) => {
      return { name: `device bytes per reading, ${name}`, value: round(value), unit: "B/reading", minutes, how };
    }),
    goal("wear / sqlite by meter", of("store"), of("sqlite by meter"), 1 / 20),
    goal("wear / sqlite by time", of("store"), of("sqlite by time"), 1 / 4.5),
    goal("wear / raw append", of("store"), of("raw append"), 1.35),
  ];
}
