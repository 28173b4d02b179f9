import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type DeviceSnapshot,
  epochSeconds,
  type LedgerWrite,
  type MeterId,
  type Page,
  parseMeterId,
} from "../../nodes/model/index.ts";
import { type Store, verify } from "../../nodes/store/index.ts";
import { Account, Clock, HOUSE, must, newFolder, open, put, unit } from "./support.ts";

const GATEWAY = must(parseMeterId("0.0.1.1.1"));
const DAY = 86_400;
let folder: string;
let clock: Clock;
beforeEach(async () => {
  folder = await newFolder();
  clock = new Clock();
});

function snapshot(at: number, more: Partial<DeviceSnapshot> = {}): DeviceSnapshot {
  return { device: HOUSE, at: epochSeconds(at), batteryMv: 2981, rssiDbm: -61, registerWh: 400_000, ...more };
}

function saying(...snapshots: DeviceSnapshot[]): LedgerWrite {
  return unit([], { meter: snapshots[0]?.device ?? HOUSE, snapshots });
}

async function told(store: Store, device: MeterId = HOUSE, limit?: number, from = 0, to = 4e9) {
  const found: DeviceSnapshot[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<DeviceSnapshot> = must(
      await store.snapshots({
        device,
        from: epochSeconds(from),
        to: epochSeconds(to),
        ...(limit === undefined ? {} : { limit }),
        ...(cursor === null ? {} : { cursor }),
      }),
    );
    expect(page.items.length).toBeLessThanOrEqual(limit ?? 10_000);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

/** Moves on a day at a time, so that what has arrived is merged into documents. */
async function nextDay(store: Store): Promise<void> {
  clock.at += DAY;
  await store.flush();
  await store.settled();
}

describe("snapshots", () => {
  it("are there at once, after a restart, and after they were merged into files", async () => {
    const { store } = await open(folder, clock);
    const said = [snapshot(clock.at), snapshot(clock.at + 3600, { firmware: "1.3", uptimeS: 0 })];
    const written = store.append(saying(...said));
    expect(await told(store)).toEqual(said);
    await store.flush();
    await written;
    await store.close();
    const second = await open(folder, clock);
    expect(await told(second.store)).toEqual(said);
    await put(second.store, saying(snapshot(clock.at + 7200)));
    await nextDay(second.store);
    expect(await told(second.store)).toEqual([...said, snapshot(clock.at - DAY + 7200)]);
    expect(await readdir(join(folder, "m", HOUSE))).toEqual(["2026-07.snapshots.ndj"]);
    await second.store.close();
    const third = await open(folder, clock);
    expect(await told(third.store)).toHaveLength(3);
    expect([...second.reports, ...third.reports]).toEqual([]);
    expect((await verify(folder)).problems).toEqual([]);
  });

  it("of a gateway make no meter of it", async () => {
    const { store } = await open(folder, clock);
    const boot: DeviceSnapshot = {
      device: GATEWAY,
      at: epochSeconds(clock.at),
      bootedAt: epochSeconds(clock.at - 60),
      txPowerDbm: 17,
      logLevel: "DBG",
    };
    await put(store, saying(boot), unit(new Account(clock.at).many(3), { memory: { some: 1 } }));
    expect(store.meters()).toEqual([HOUSE]);
    await nextDay(store);
    expect(store.meters()).toEqual([HOUSE]);
    expect(await told(store, GATEWAY)).toEqual([boot]);
    await store.close();
    const again = await open(folder, clock);
    expect(again.store.meters()).toEqual([HOUSE]);
    expect(await told(again.store, GATEWAY)).toEqual([boot]);
    expect(await told(again.store, HOUSE)).toEqual([]);
  });

  it("come page by page with nothing left out or twice, across months, files and memory", async () => {
    const { store } = await open(folder, clock);
    const said = Array.from({ length: 60 }, (_, i) => snapshot(clock.at + i * DAY, { uptimeS: i }));
    for (const one of said.slice(0, 40)) await put(store, saying(one));
    clock.at += 40 * DAY;
    await nextDay(store);
    for (const one of said.slice(40)) await put(store, saying(one));
    for (const limit of [1, 7, 59, 60, 61]) expect(await told(store, HOUSE, limit)).toEqual(said);
    const [from, to] = [said[3]?.at ?? 0, said[50]?.at ?? 0];
    expect(await told(store, HOUSE, 10, from, to)).toEqual(said.slice(3, 50));
  });

  it("refuse the cursor of another question", async () => {
    const { store } = await open(folder, clock);
    await put(store, saying(snapshot(clock.at), snapshot(clock.at + 1)));
    const query = { device: HOUSE, from: epochSeconds(0), to: epochSeconds(4e9), limit: 1 };
    const { next } = must(await store.snapshots(query));
    const cursor = next ?? "";
    expect(await store.snapshots({ ...query, device: GATEWAY, cursor })).toMatchObject({ ok: false });
    const events = await store.events({ ...query, meter: HOUSE, cursor });
    expect(events).toMatchObject({ ok: false, error: { code: "METERMAN_BAD_QUERY" } });
  });

  it("are not there twice when a crash made the merge run again", async () => {
    const { store } = await open(folder, clock);
    await put(store, saying(snapshot(clock.at), snapshot(clock.at + 60)), saying(snapshot(clock.at + 90)));
    const before = await newFolder();
    await cp(join(folder, "journal"), join(before, "journal"), { recursive: true });
    await nextDay(store);
    await store.close();
    // The journal as it was before the merge, beside the files that the merge wrote.
    await rm(join(folder, "journal"), { recursive: true });
    await rm(join(folder, "memory.json"));
    await cp(join(before, "journal"), join(folder, "journal"), { recursive: true });
    clock.at -= DAY;
    const again = await open(folder, clock);
    expect(await told(again.store)).toHaveLength(3);
    await nextDay(again.store);
    expect(await told(again.store)).toHaveLength(3);
    const text = await readFile(join(folder, "m", HOUSE, "2026-07.snapshots.ndj"), "utf8");
    expect(text.split("\n")).toHaveLength(4);
  });

  it("lose one line to damage, and say so", async () => {
    const { store } = await open(folder, clock);
    await put(store, saying(snapshot(clock.at), snapshot(clock.at + 60), snapshot(clock.at + 90)));
    await nextDay(store);
    await store.close();
    const path = join(folder, "m", HOUSE, "2026-07.snapshots.ndj");
    const bytes = await readFile(path);
    const second = bytes.indexOf(10) + 30;
    bytes[second] = (bytes[second] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const again = await open(folder, clock);
    expect((await told(again.store)).map(({ at }) => at)).toEqual([clock.at - DAY, clock.at - DAY + 90]);
    expect(again.reports.map(({ message }) => message)).toEqual([
      expect.stringMatching(/A snapshot of 2026-07 could not be read/),
    ]);
  });

  it("say nothing of a line that is not written to its end yet", async () => {
    const { store, reports } = await open(folder, clock);
    await put(store, saying(snapshot(clock.at), snapshot(clock.at + 60)));
    await nextDay(store);
    const path = join(folder, "m", HOUSE, "2026-07.snapshots.ndj");
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, -20));
    expect(await told(store)).toHaveLength(1);
    expect(reports).toEqual([]);
    await store.close();
  });

  it("come back with exactly the figures that were given, whatever is missing", async () => {
    const number = fc.integer({ min: -200, max: 5e12 });
    const words = fc.string({ maxLength: 20 });
    const figures = fc.record(
      {
        batteryMv: number,
        rssiDbm: number,
        clockDriftS: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        uptimeS: number,
        freeRamBytes: number,
        intervalS: number,
        impulsesPerKwh: number,
        registerWh: number,
        firmware: words,
        bootedAt: number.map((at) => epochSeconds(Math.abs(at))),
        txPowerDbm: number,
        logLevel: words,
      },
      { requiredKeys: [] },
    );
    let { store } = await open(folder, clock);
    await fc.assert(
      fc.asyncProperty(fc.array(figures, { minLength: 1, maxLength: 8 }), async (list) => {
        const from = clock.at;
        const said = list.map((given): DeviceSnapshot => {
          clock.at += 1;
          return { device: HOUSE, at: epochSeconds(clock.at), ...given };
        });
        await put(store, saying(...said));
        clock.at += 1;
        expect(await told(store, HOUSE, 3, from, clock.at)).toEqual(said);
        await store.close();
        ({ store } = await open(folder, clock));
        expect(await told(store, HOUSE, 3, from, clock.at)).toEqual(said);
      }),
      { numRuns: 25 },
    );
  });
});
