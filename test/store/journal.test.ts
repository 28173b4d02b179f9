import { describe, expect, it } from "vitest";
import { epochSeconds } from "../../nodes/model/index.ts";
import { Account, all, Clock, HOUSE, newFolder, open, put, SHED, unit } from "./support.ts";

describe("the store", () => {
  it("shows a reading at once and has it after a restart when it was acknowledged", async () => {
    const folder = await newFolder();
    const clock = new Clock();
    const account = new Account(clock.at);
    const first = await open(folder, clock);
    let acknowledged = false;
    const written = first.store.append(unit([account.next(5)])).then(() => {
      acknowledged = true;
    });
    expect(await all(first.store)).toHaveLength(1);
    expect(acknowledged).toBe(false);
    await first.store.flush();
    await written;
    await first.store.close();
    const second = await open(folder, clock);
    expect(second.reports).toEqual([]);
    expect(await all(second.store)).toEqual([
      {
        start: 1_783_000_000,
        end: 1_783_000_015,
        wh: 5,
        watts: 1200,
        registerWh: 400_005,
        source: "interval",
        quality: [],
        coveredS: 15,
      },
    ]);
  });

  it("writes an urgent unit without waiting for the flush", async () => {
    const clock = new Clock();
    const { store } = await open(await newFolder(), clock);
    const account = new Account(clock.at);
    await store.append({ ...unit([account.next(5)]), urgent: true });
    expect(await all(store)).toHaveLength(1);
  });

  it("tells from when on a meter's energy is another, once that is on disk", async () => {
    const clock = new Clock();
    const { store } = await open(await newFolder(), clock);
    const account = new Account(clock.at);
    const heard: unknown[] = [];
    const stop = store.onChanged((meter, from) => heard.push([meter, from]));
    const [first, second] = [account.next(5), account.next(6)];
    const gap = { start: epochSeconds(clock.at - 3600), end: epochSeconds(clock.at) };
    const written = store.append({ ...unit([first, second]), replaces: [gap] });
    expect(heard).toEqual([]);
    await store.flush();
    await written;
    await put(store, unit([account.next(7)]));
    await put(store, { ...unit([]), memory: { only: "memory" } });
    stop();
    await put(store, unit([account.next(8)]));
    expect(heard).toEqual([
      [HOUSE, clock.at - 3600],
      [HOUSE, clock.at + 30],
    ]);
  });

  it("keeps amps, source and quality", async () => {
    const folder = await newFolder();
    const clock = new Clock();
    const account = new Account(clock.at);
    const { store } = await open(folder, clock);
    await put(
      store,
      unit([
        account.next(5, 15, { amps: 5.25 }),
        account.next(6, 15, { amps: 0 }),
        account.next(7, 300, { source: "register-gap", quality: ["estimated-span", "suspect"] }),
        account.next(0, 0),
        account.next(2, 15, { source: "pulses" }),
      ]),
    );
    await store.close();
    const again = await open(folder, clock);
    const rows = await all(again.store);
    expect(rows.map(({ wh, amps, source, quality }) => ({ wh, amps, source, quality }))).toEqual([
      { wh: 5, amps: 5.25, source: "interval", quality: [] },
      { wh: 6, amps: 0, source: "interval", quality: [] },
      { wh: 7, amps: undefined, source: "register-gap", quality: ["estimated-span", "suspect"] },
      { wh: 0, amps: undefined, source: "interval", quality: [] },
      { wh: 2, amps: undefined, source: "pulses", quality: [] },
    ]);
  });

  it("remembers what is durable, not what waits, and keeps keys that were not named again", async () => {
    const folder = await newFolder();
    const clock = new Clock();
    const { store } = await open(folder, clock);
    await put(store, unit([], { memory: { register: 10, at: 5 } }));
    const waiting = store.append(unit([], { memory: { register: 20 } }));
    expect(store.memory(HOUSE)).toEqual({ register: 10, at: 5 });
    expect(store.meters()).toEqual([HOUSE]);
    await store.close();
    await waiting;
    const again = await open(folder, clock);
    expect(again.store.memory(HOUSE)).toEqual({ register: 20, at: 5 });
    expect(again.store.memory(SHED)).toBeUndefined();
  });
});
