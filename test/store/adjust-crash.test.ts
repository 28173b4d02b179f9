import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AdjustmentRequest, epochSeconds, type UploadRow, wh } from "../../nodes/model/index.ts";
import { openStore, type Store, verify } from "../../nodes/store/index.ts";
import { DyingDisk } from "./dying-disk.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, put, unit } from "./support.ts";

const DAY = 86_400;
/** The last day of a month. */
const START = Date.UTC(2026, 0, 31) / 1000;
const ME = { who: "Ada", why: "a crash" };
/** Every so many-th operation is the last one; 1 tries them all. */
const STRIDE = Number(process.env.METERMAN_CRASH_STRIDE ?? 6);
const at = epochSeconds;

const rows = Array.from({ length: 300 }, (_, i): UploadRow => {
  return { start: at(START + 900 * i), end: at(START + 900 * (i + 1)), wh: wh(i % 50) };
});
/** One after the other; a number undoes that one. */
const STEPS: readonly (AdjustmentRequest | number)[] = [
  { kind: "delete", from: at(START + 3000), to: at(START + DAY + 3000), lift: true },
  { kind: "upload", rows, lift: true },
  { kind: "rename", name: "Cellar" },
  1,
  { kind: "generate", from: at(START + DAY), to: at(START + 2 * DAY), wh: wh(777) },
  { kind: "lift", from: at(START), wh: 5000 },
  2,
];

async function seed(folder: string): Promise<Clock> {
  const clock = new Clock();
  clock.at = START + 4 * DAY;
  const { store } = await open(folder, clock);
  const account = new Account(START);
  await put(
    store,
    unit(
      account.many(300, () => 11, 900),
      { memory: { n: 1 } },
    ),
  );
  await store.settled();
  await store.close();
  return clock;
}

async function take(store: Store, step: AdjustmentRequest | number): Promise<boolean> {
  const done = typeof step === "number" ? await store.undo(HOUSE, step, ME) : await store.adjust(HOUSE, step, ME);
  if (!done.ok) expect(done.error.code).toMatch(/METERMAN_STORE_WRITE|METERMAN_NO_STORE/);
  return done.ok;
}

const picture = async (store: Store) => {
  const trail = must(await store.adjustments(HOUSE)).items;
  return JSON.stringify([await all(store), trail, store.nameOf(HOUSE)]);
};

/** What is seen after each step. */
async function pictures(): Promise<string[]> {
  const folder = await newFolder();
  const clock = await seed(folder);
  const { store } = await open(folder, clock);
  const seen = [await picture(store)];
  for (const step of STEPS) {
    expect(await take(store, step)).toBe(true);
    seen.push(await picture(store));
  }
  return seen;
}

/** Takes steps until the disk dies. @returns how many were done */
async function liveAndDie(
  folder: string,
  clock: Clock,
  disk: DyingDisk,
  hasPower: boolean,
  luck: number,
): Promise<number> {
  let done = 0;
  disk.enter(await newFolder());
  try {
    const opened = await openStore({ folder, zone: "UTC", now: clock.now });
    if (opened.ok) {
      for (const step of STEPS) {
        if (disk.isDead || !(await take(opened.value, step))) break;
        done += 1;
      }
      await opened.value.close().catch(() => undefined);
    }
  } finally {
    disk.leave();
  }
  if (!hasPower && disk.isDead) await disk.cutPower(folder, (i) => ((i + 1) * 7919 + luck * 104_729) % 11 < 4);
  await rm(join(folder, "lock"), { force: true });
  return done;
}

describe.each([
  ["killed", true],
  ["without power", false],
])("a store that is %s while it is corrected", (_, hasPower) => {
  it("has every acknowledged correction, and of the next one all or nothing", async () => {
    const seen = await pictures();
    const whole = new DyingDisk(Number.POSITIVE_INFINITY);
    const untouched = await newFolder();
    expect(await liveAndDie(untouched, await seed(untouched), whole, hasPower, 0)).toBe(STEPS.length);
    expect(whole.operations).toBeGreaterThan(40);
    for (let n = 1 + (hasPower ? 0 : STRIDE >> 1); n <= whole.operations; n += STRIDE) {
      const folder = await newFolder();
      const clock = await seed(folder);
      const done = await liveAndDie(folder, clock, new DyingDisk(n), hasPower, n);
      const { store, reports } = await open(folder, clock);
      const now = await picture(store);
      expect([seen[done], seen[Math.min(done + 1, STEPS.length)]], `died at ${n}`).toContain(now);
      const lost = reports.filter(({ message }) => !message.includes("journal"));
      if (hasPower) expect(lost).toEqual([]);
      // Part of a line that was never acknowledged may stand there: it is told, and its number is not given again.
      const steps = lost.length === 0 ? STEPS.slice(seen.indexOf(now)) : [];
      // It goes on as if nothing had been.
      for (const step of steps) expect(await take(store, step)).toBe(true);
      expect(await picture(store)).toBe(lost.length === 0 ? seen.at(-1) : now);
      await store.close();
      if (hasPower) expect((await verify(folder)).problems).toEqual([]);
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("a disk that fails", () => {
  it("leaves nothing of a correction, now or after a restart, and takes it when it works again", async () => {
    const seen = await pictures();
    let failures = 0;
    for (const failAt of [1, 2, 4, 6, 8, 10, 12, 13, 14, 15]) {
      const folder = await newFolder();
      const clock = await seed(folder);
      const { store } = await open(folder, clock);
      const disk = new DyingDisk(failAt);
      disk.enter(await newFolder());
      let isDone = false;
      try {
        isDone = await take(store, STEPS[1] ?? 0);
      } finally {
        disk.leave();
      }
      if (isDone) break;
      failures += 1;
      expect(await picture(store)).toBe(seen[0]);
      for (const step of STEPS) expect(await take(store, step)).toBe(true);
      expect(await picture(store)).toBe(seen.at(-1));
      await store.close();
      expect(await picture((await open(folder, clock)).store)).toBe(seen.at(-1));
    }
    expect(failures).toBeGreaterThan(5);
  });
});
