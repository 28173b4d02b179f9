import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  epochSeconds,
  type LedgerWrite,
  type MeterEvent,
  type MeterId,
  type Reading,
} from "../../nodes/model/index.ts";
import { openStore, type Store, verify } from "../../nodes/store/index.ts";
import { DyingDisk } from "./dying-disk.ts";
import { asRow, Naive } from "./model.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, reading, SHED, unit } from "./support.ts";

/** The last hours of a month and three days of the next. */
const START = Date.UTC(2026, 0, 31, 6) / 1000;
const STEP_S = 3 * 3600;
const STEPS = 30;
/** Every so many-th operation is the last one; 1 tries them all. */
const STRIDE = Number(process.env.METERMAN_CRASH_STRIDE ?? 5);

/** What two meters bring, step by step: readings, gaps that are refined hours later, late readings, events, memory. */
function story(): LedgerWrite[][] {
  const accounts = [new Account(START), new Account(START, 7000, SHED)];
  const gaps = new Map<MeterId, Reading>();
  return Array.from({ length: STEPS }, (_, n) =>
    accounts.map((account, i): LedgerWrite => {
      const { meter } = account;
      const event: MeterEvent = { meter, at: epochSeconds(account.at), kind: "text", text: `step ${n}` };
      const snapshots = [{ device: meter, at: event.at, uptimeS: n }];
      const more = { events: [event], snapshots, memory: { n } };
      const gap = gaps.get(meter);
      if ((n + i) % 5 === 1) {
        const hole = account.next(50 + n, STEP_S, { source: "register-gap" });
        gaps.set(meter, hole);
        return unit([hole], more);
      }
      const readings = account.many(6, (j) => 1 + ((n * 7 + j) % 30), STEP_S / 6);
      if ((n + i) % 5 === 4 && gap !== undefined) {
        gaps.delete(meter);
        const cut = gap.start + STEP_S / 3;
        const register = gap.registerWh - gap.wh + 20;
        const first = reading(meter, gap.start, cut, 20, register, gap.lifetimeWh - gap.wh + 20);
        const rest = reading(meter, cut, gap.end, gap.wh - 20, gap.registerWh, gap.lifetimeWh);
        const { start, end } = gap;
        return unit([...readings, first, rest], { ...more, replaces: [{ start, end }] });
      }
      if ((n + i) % 7 !== 6) return unit(readings, more);
      // Late ones, a day and a half old, beside what is there.
      const late = new Account(account.at - 130_007, account.register, meter);
      late.lifetime = account.lifetime;
      const behind = late.many(3, () => 2);
      account.register = late.register;
      account.lifetime = late.lifetime;
      return unit([...readings, ...behind], more);
    }),
  );
}
const UNITS = story();

/** Goes on with the story from `step`; @returns the last step that was acknowledged */
async function tell(store: Store, clock: Clock, step: number, disk?: DyingDisk): Promise<number> {
  let acknowledged = step - 1;
  for (let n = step; n < STEPS && disk?.isDead !== true; n += 1) {
    clock.at = START + (n + 1) * STEP_S;
    for (const one of UNITS[n] ?? []) {
      store.append(one).then(
        () => {
          acknowledged = Math.max(acknowledged, n);
        },
        () => undefined,
      );
    }
    await store.flush();
    if (n % 3 !== 0) await store.settled();
  }
  await store.settled();
  return acknowledged;
}

function stepOf(store: Store, meter: MeterId): number {
  return Number(store.memory(meter)?.n ?? -1);
}

async function compare(store: Store, steps: number): Promise<void> {
  for (const meter of [HOUSE, SHED]) {
    const units = UNITS.slice(0, steps + 1).flatMap((step) => step.filter((one) => one.meter === meter));
    const naive = new Naive();
    for (const one of units) naive.write(one);
    expect(stepOf(store, meter)).toBe(steps);
    expect(await all(store, { meter })).toEqual(naive.readings.map(asRow));
    const [from, to] = [epochSeconds(START - 200_000), epochSeconds(START + 40 * STEP_S)];
    expect(must(await store.consumption(meter, from, to)).wh).toBe(naive.total(to));
    const days = await all(store, { meter, resolution: "day" });
    expect(days.reduce((sum, row) => sum + row.wh, 0)).toBe(naive.total(to));
    const events = must(await store.events({ meter, from, to }));
    expect(events.items).toEqual(units.flatMap((one) => one.events));
    const snapshots = must(await store.snapshots({ device: meter, from, to }));
    expect(snapshots.items).toEqual(units.flatMap((one) => one.snapshots));
  }
}

/** A store that goes on with the story until its disk dies. @returns the last acknowledged step */
async function liveAndDie(folder: string, disk: DyingDisk, hasPower: boolean, seed: number, known: number) {
  const clock = new Clock();
  clock.at = START + (known + 1) * STEP_S;
  disk.enter(await newFolder());
  let acknowledged = known;
  try {
    const opened = await openStore({ folder, zone: "UTC", now: clock.now, journalLimit: 2500 });
    if (opened.ok) {
      const store = opened.value;
      acknowledged = await tell(store, clock, stepOf(store, HOUSE) + 1, disk);
      await store.close().catch(() => undefined);
    }
  } finally {
    disk.leave();
  }
  if (!hasPower && disk.isDead) {
    await disk.cutPower(folder, (i) => ((i + 1) * 7919 + seed * 104_729) % 11 < 4);
  }
  // Its process is gone; here it is still this one.
  await rm(join(folder, "lock"), { force: true });
  return Math.max(known, acknowledged);
}

describe.each([
  ["killed", true],
  ["without power", false],
])("a store that is %s", (_, hasPower) => {
  it("after any change of its files has every acknowledged reading once, and memories that fit", async () => {
    const whole = new DyingDisk(Number.POSITIVE_INFINITY);
    const untouched = await newFolder();
    expect(await liveAndDie(untouched, whole, hasPower, 0, -1)).toBe(STEPS - 1);
    expect(whole.operations).toBeGreaterThan(150);
    for (let n = 1; n <= whole.operations; n += STRIDE) {
      const folder = await newFolder();
      const first = await liveAndDie(folder, new DyingDisk(n), hasPower, n, -1);
      // It dies again soon after: while it recovers, or a little later.
      const second = await liveAndDie(folder, new DyingDisk(1 + ((n * 13) % 60)), hasPower, n + 1, first);
      const clock = new Clock();
      clock.at = START + STEPS * STEP_S;
      try {
        const { store } = await open(folder, clock);
        const steps = stepOf(store, HOUSE);
        expect(steps).toBeGreaterThanOrEqual(second);
        await compare(store, steps);
        await tell(store, clock, steps + 1);
        clock.at += 2 * 86_400;
        await store.flush();
        await store.settled();
        await compare(store, STEPS - 1);
        await store.close();
        const again = await open(folder, clock);
        expect(again.reports).toEqual([]);
        await compare(again.store, STEPS - 1);
        await again.store.close();
        if (hasPower) expect((await verify(folder)).problems).toEqual([]);
      } catch (thrown) {
        throw new Error(`died at operation ${n}: ${thrown instanceof Error ? thrown.message : ""}`, { cause: thrown });
      }
      await rm(folder, { recursive: true, force: true });
    }
  });
});
