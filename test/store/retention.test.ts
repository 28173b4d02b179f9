import { cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { epochSeconds, type Quality, type Reading, type Source, wh as toWh } from "../../nodes/model/index.ts";
import { openStore, type Store, verify } from "../../nodes/store/index.ts";
import { DyingDisk } from "./dying-disk.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, put, reading, SHED, unit } from "./support.ts";

const START = Date.UTC(2026, 0, 30, 18) / 1000;
const LATER = Date.UTC(2026, 5, 10) / 1000;
const DAY = 86_400;
/** Every so many-th operation of the disk is the last one; 1 tries them all. */
const STRIDE = Number(process.env.METERMAN_CRASH_STRIDE ?? 3);
let folder: string;
let clock: Clock;
beforeEach(async () => {
  folder = await newFolder();
  clock = new Clock();
  clock.at = START;
});

/** A day is over: what is waiting is merged, and old months are shortened. */
async function dayOver(store: Store): Promise<void> {
  await put(store, unit([reading(SHED, clock.at, clock.at + 15, 1, 1, 1)]));
  clock.at += DAY;
  await store.flush();
  await store.settled();
}

async function shortened(within: string, keepRawMonths = 1) {
  clock.at = Math.max(clock.at, LATER);
  const opened = await open(within, clock, { keepRawMonths });
  await dayOver(opened.store);
  return opened;
}

const EDGES = [0, 1, 3, 13, 40, 97].map((half) => START - (START % 1800) + half * 1800);

/** Everything that stays to the byte: buckets of half hours and longer, and consumption between their edges. */
async function answers(store: Store): Promise<unknown[]> {
  const found: unknown[] = [];
  const query = { from: epochSeconds(START - 100 * DAY), to: epochSeconds(START + 100 * DAY) };
  for (const resolution of ["30m", "hour", "day", "month"] as const) {
    for (const zone of ["UTC", "Europe/Oslo", "Asia/Kolkata"]) {
      found.push(await all(store, { ...query, resolution, zone }));
    }
  }
  for (const [i, from] of EDGES.entries()) {
    for (const to of [...EDGES.slice(i + 1), EDGES[0] ?? 0, START + 90 * DAY]) {
      if (to > from) found.push(must(await store.consumption(HOUSE, epochSeconds(from), epochSeconds(to))));
    }
  }
  return found;
}

function monthFile(within: string, month: string): string {
  return join(within, "m", HOUSE, `${month}.ndj`);
}

/** Two months of quarter minutes, merged. */
async function twoMonths(days = 3): Promise<Account> {
  const { store } = await open(folder, clock);
  const account = new Account(START - 7);
  await put(store, unit(account.many(days * 5760, (i) => (i * i) % 11)));
  clock.at = account.at;
  await dayOver(store);
  await store.close();
  return account;
}

describe("months that are long past", () => {
  it("lose single readings but keep half hours, and take little room", async () => {
    const account = await twoMonths();
    const before = (await stat(monthFile(folder, "2026-01"))).size;
    const whole = await open(folder, clock);
    const then = await answers(whole.store);
    await whole.store.close();
    const { store, reports } = await shortened(folder);
    expect(await answers(store)).toEqual(then);
    const rows = await all(store);
    expect(rows.length).toBeLessThan(3 * 48 + 8);
    expect(rows.reduce((sum, { wh }) => sum + wh, 0)).toBe(account.lifetime);
    expect(rows.at(1)).toMatchObject({ source: "synthetic", quality: ["suspect"], coveredS: 1800 });
    expect((await stat(monthFile(folder, "2026-01"))).size * 20).toBeLessThan(before);
    expect(reports).toEqual([]);
    expect((await verify(folder)).problems).toEqual([]);
  });

  it("say of parts of a half hour that they are estimated, and of whole ones that they were measured", async () => {
    const account = await twoMonths();
    const { store } = await shortened(folder);
    const quarters = await all(store, { resolution: "15m" });
    expect(quarters.reduce((sum, { wh }) => sum + wh, 0)).toBe(account.lifetime);
    // The readings over midnight are known exactly.
    const sources = quarters.slice(2, -2).map(({ source }) => source);
    expect(sources).not.toContain("interval");
    expect(sources.filter((source) => source !== "synthetic").length).toBeLessThan(9);
    expect(quarters[5]?.quality).toEqual(["suspect"]);
    const hours = await all(store, { resolution: "hour", to: epochSeconds(START + DAY) });
    expect(new Set(hours.map(({ source }) => source))).toEqual(new Set(["interval"]));
    const from = epochSeconds(START + 1800);
    const odd = must(await store.consumption(HOUSE, from, epochSeconds(START + 6000)));
    expect(odd.parts.map(({ source }) => source)).toEqual(["mixed"]);
    const even = must(await store.consumption(HOUSE, from, epochSeconds(START + 7200)));
    expect(even.parts).toEqual([{ start: from, end: START + 7200, wh: even.wh, source: "interval" }]);
  });

  it("are those that ended at least as many months ago as are kept", async () => {
    await twoMonths();
    const counts = async (now: number, keep: number) => {
      const copy = await newFolder();
      await cp(folder, copy, { recursive: true });
      clock.at = now;
      const { store } = await open(copy, clock, { keepRawMonths: keep });
      await dayOver(store);
      const rows = await all(store);
      const inJanuary = rows.filter(({ start }) => start < Date.UTC(2026, 1, 1) / 1000).length;
      await store.close();
      return [inJanuary > 1000, rows.length - inJanuary > 1000];
    };
    const noon = (month: number, day: number) => Date.UTC(2026, month, day, 12) / 1000;
    expect(await counts(noon(1, 26), 1)).toEqual([true, true]);
    expect(await counts(noon(2, 1), 1)).toEqual([false, true]);
    expect(await counts(noon(2, 31) - DAY, 1)).toEqual([false, true]);
    expect(await counts(noon(3, 1), 1)).toEqual([false, false]);
    expect(await counts(noon(3, 1), 2)).toEqual([false, true]);
    expect(await counts(noon(3, 1), 3)).toEqual([true, true]);
    expect(await counts(LATER, 0)).toEqual([true, true]);
  });

  it("are looked at once a day, and written once", async () => {
    await twoMonths();
    const { store } = await shortened(folder);
    const { ino } = await stat(monthFile(folder, "2026-01"));
    await dayOver(store);
    await store.close();
    const again = await shortened(folder);
    await dayOver(again.store);
    expect((await stat(monthFile(folder, "2026-01"))).ino).toBe(ino);
  });

  it("take late readings, and are shortened again", async () => {
    const account = await twoMonths();
    const { store, reports } = await shortened(folder);
    const late = new Account(START - 7 * 3600, 5000);
    await put(store, unit(late.many(400, () => 2)));
    await dayOver(store);
    expect(await all(store)).toHaveLength((await all(store)).length);
    const total = account.lifetime + 800;
    const sum = async () => (await all(store)).reduce((wh, row) => wh + row.wh, 0);
    expect(await sum()).toBe(total);
    await dayOver(store);
    await dayOver(store);
    expect(await sum()).toBe(total);
    expect((await all(store)).length).toBeLessThan(3 * 48 + 14);
    expect(reports).toEqual([]);
    expect((await verify(folder)).problems).toEqual([]);
  });

  it("stay whole when a line of them is damaged: nothing is thrown away before it was repaired", async () => {
    await twoMonths();
    const path = monthFile(folder, "2026-01");
    const bytes = await readFile(path);
    bytes[4000] = (bytes[4000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const { store } = await shortened(folder);
    expect(await readFile(path)).toEqual(bytes);
    expect((await all(store, { resolution: "day" })).length).toBeGreaterThan(2);
  });

  it("can be asked about while they are shortened", async () => {
    const account = await twoMonths(1);
    clock.at = LATER;
    const { store, reports } = await open(folder, clock, { keepRawMonths: 1 });
    await put(store, unit([reading(SHED, clock.at, clock.at + 15, 1, 1, 1)]));
    clock.at += DAY;
    await store.flush();
    let isDone = false;
    const done = store.settled().then(() => {
      isDone = true;
    });
    const counts = new Set<number>();
    while (!isDone) {
      const rows = await all(store);
      expect(rows.reduce((sum, { wh }) => sum + wh, 0)).toBe(account.lifetime);
      counts.add(rows.length);
    }
    await done;
    expect(counts.size).toBeGreaterThan(1);
    expect(reports).toEqual([]);
  });
});

const piece = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  duration: fc.constantFrom(0, 7, 15, 60, 300, 1800, 7000, 100_000),
  energy: fc.nat(50),
  hole: fc.constantFrom(0, 0, 0, 0, 1, 90, 4000),
  source: fc.constantFrom<Source>("interval", "interval", "register-gap", "pulses"),
  quality: fc.subarray<Quality>(["moved", "late", "refined"]),
  rebase: fc.constantFrom<"no" | "silent" | "counted">("no", "no", "no", "silent", "counted"),
  back: fc.constantFrom(0, 0, 0, 0, 0, 100, 5000),
});

describe("half hours that stay", () => {
  it("answer as the single readings did, whatever these were", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 25 }), async (pieces) => {
        const within = await newFolder();
        clock.at = START;
        const { store } = await open(within, clock);
        const account = new Account(START - 1000, 90_000);
        const readings: Reading[] = [];
        for (const { count, duration, energy, hole, source, quality, rebase, back } of pieces) {
          account.at += hole - back;
          if (rebase !== "no") account.register = (energy * 100) % 7000;
          const first = rebase === "counted" ? [...quality, "rebase" as const] : quality;
          for (let i = 0; i < (duration > 1000 ? 1 : count); i += 1) {
            const more = { source, quality: i === 0 ? first : quality, ...(source === "pulses" ? { amps: 1.5 } : {}) };
            // An instant without energy is no reading.
            const least = duration === 0 ? 1 : 0;
            readings.push(account.next(least + ((energy * (i + 1)) % 41), duration, more));
          }
        }
        await put(store, unit(readings));
        clock.at = LATER;
        await dayOver(store);
        const before = await answers(store);
        const count = (await all(store)).length;
        await store.close();
        const { store: short, reports } = await shortened(within, 2);
        expect(await answers(short)).toEqual(before);
        const rows = await all(short);
        expect(rows.length).toBeLessThanOrEqual(count);
        expect(rows.reduce((sum, { wh }) => sum + wh, 0)).toBe(account.lifetime);
        expect(reports).toEqual([]);
        await short.close();
        expect((await verify(within)).problems).toEqual([]);
        const { store: again } = await shortened(within, 2);
        expect(await all(again)).toEqual(rows);
        await again.close();
      }),
      { numRuns: Number(process.env.METERMAN_RETENTION_RUNS ?? 15) },
    );
  });
});

const correction = fc.record({
  kind: fc.constantFrom("delete" as const, "upload" as const, "generate" as const, "lift" as const, "rebase" as const),
  at: fc.integer({ min: 0, max: 22 * 3600 }),
  seconds: fc.integer({ min: 1, max: 30_000 }),
  wh: fc.nat(500),
  lift: fc.boolean(),
});

function requestOf({ kind, at, seconds, wh, lift }: typeof correction extends fc.Arbitrary<infer T> ? T : never) {
  const from = epochSeconds(START + at);
  const to = epochSeconds(START + at + seconds);
  const energy = toWh(wh);
  switch (kind) {
    case "delete":
      return { kind, from, to, lift };
    case "upload":
      return { kind, rows: [{ start: from, end: to, wh: energy }], lift };
    case "generate":
      return { kind, from, to, wh: energy, stepS: 900, lift };
    case "lift":
      return { kind, from, to, wh };
    case "rebase":
      return { kind, at: from, registerWh: energy };
  }
}

describe("corrections of months that were shortened", () => {
  it("come to the same as before, wherever they begin and end, and undone they leave what was measured", async () => {
    await twoMonths(1);
    const author = { who: "owner", why: "test" };
    await fc.assert(
      fc.asyncProperty(fc.array(correction, { minLength: 1, maxLength: 4 }), async (list) => {
        const within = await newFolder();
        await cp(folder, within, { recursive: true });
        clock.at = START + 10 * DAY;
        const { store } = await open(within, clock);
        const measured = await answers(store);
        const numbers: number[] = [];
        for (const one of list) {
          const made = await store.adjust(HOUSE, requestOf(one), author);
          // What contradicts the readings is refused, and is another test's business.
          if (made.ok && made.value.adjustment !== null) numbers.push(made.value.adjustment.n);
        }
        const corrected = await answers(store);
        await store.close();
        const { store: short, reports } = await shortened(within);
        expect(await answers(short)).toEqual(corrected);
        for (const n of numbers.reverse()) must(await short.undo(HOUSE, n, author));
        expect(await answers(short)).toEqual(measured);
        expect((await all(short)).length).toBeLessThan(48 + 8 + 8 * 2 * 130);
        expect(reports).toEqual([]);
        await short.close();
        expect((await verify(within)).problems).toEqual([]);
      }),
      { numRuns: Number(process.env.METERMAN_RETENTION_RUNS ?? 4) },
    );
  }, 600_000);
});

describe("a store that dies while it shortens months", () => {
  it("has all its half hours, wherever it died, and goes on with it later", async () => {
    await twoMonths(2);
    const whole = await open(folder, clock);
    const then = await answers(whole.store);
    await whole.store.close();
    /** @returns how many changes of the disk there were */
    const live = async (within: string, disk: DyingDisk, hasPower: boolean): Promise<number> => {
      clock.at = LATER;
      disk.enter(await newFolder());
      try {
        const opened = await openStore({ folder: within, zone: "UTC", now: clock.now, keepRawMonths: 1 });
        if (opened.ok) {
          void opened.value.append(unit([reading(SHED, clock.at, clock.at + 15, 1, 1, 1)])).catch(() => undefined);
          await opened.value.flush();
          clock.at += DAY;
          await opened.value.flush();
          await opened.value.settled();
          await opened.value.close().catch(() => undefined);
        }
      } finally {
        disk.leave();
      }
      if (!hasPower && disk.isDead) await disk.cutPower(within, (i) => i % 3 === 0);
      await rm(join(within, "lock"), { force: true });
      return disk.operations;
    };
    const copyOf = async () => {
      const copy = await newFolder();
      await cp(folder, copy, { recursive: true });
      return copy;
    };
    const operations = await live(await copyOf(), new DyingDisk(Number.POSITIVE_INFINITY), true);
    expect(operations).toBeGreaterThan(20);
    for (let n = 1; n <= operations; n += STRIDE) {
      const copy = await copyOf();
      await live(copy, new DyingDisk(n), n % (2 * STRIDE) < STRIDE);
      const { store, reports } = await open(copy, clock, { keepRawMonths: 1 });
      expect([n, await answers(store)]).toEqual([n, then]);
      await dayOver(store);
      expect([n, await answers(store)]).toEqual([n, then]);
      expect((await all(store)).length).toBeLessThan(2 * 48 + 8);
      expect(reports.filter(({ message }) => !message.includes("did not finish"))).toEqual([]);
      await store.close();
      expect((await verify(copy)).problems).toEqual([]);
      expect(await readdir(join(copy, "m", HOUSE))).not.toContain(".2026-01.ndj.tmp");
      await rm(copy, { recursive: true });
    }
  });
});
