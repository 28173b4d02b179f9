import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochSeconds, type Reading, type Resolution } from "../../nodes/model/index.ts";
import type { Store } from "../../nodes/store/index.ts";
import { asRow, Naive } from "./model.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, reading, unit } from "./support.ts";

const START = 1_782_990_000;

/** One thing that may happen to a store. */
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("on" as const),
      energies: fc.array(fc.nat(40), { minLength: 1, maxLength: 30 }),
      duration: fc.constantFrom(15, 60, 300, 7),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("gap" as const),
      seconds: fc.integer({ min: 20, max: 200_000 }),
      energy: fc.nat(5000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("refine" as const),
      which: fc.nat(),
      at: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("hole" as const), seconds: fc.integer({ min: 1, max: 200_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("back" as const), seconds: fc.integer({ min: 1, max: 90_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("late" as const),
      seconds: fc.integer({ min: 100_000, max: 9_000_000 }),
      energies: fc.array(fc.nat(40), { minLength: 1, maxLength: 10 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("instant" as const), energy: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.constant({ do: "flush" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "tomorrow" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "restart" as const }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly naive = new Naive();
  readonly account = new Account(START);
  readonly clock = new Clock();
  gaps: Reading[] = [];
  store: Store | undefined;
  readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
    this.clock.at = START;
  }

  async open(): Promise<Store> {
    // A small limit, so that merging also comes in the middle of a day.
    const { store, reports } = await open(this.folder, this.clock, { journalLimit: 3000 });
    expect(reports).toEqual([]);
    this.store = store;
    return store;
  }

  write(readings: Reading[], replaces: { start: number; end: number }[] = []): void {
    const spans = replaces.map(({ start, end }) => ({ start: epochSeconds(start), end: epochSeconds(end) }));
    const written = unit(readings, spans.length === 0 ? {} : { replaces: spans });
    this.naive.write(written);
    void this.store?.append(written);
  }

  async step(one: Action): Promise<void> {
    const { account, clock } = this;
    switch (one.do) {
      case "on":
        return this.write(one.energies.map((energy) => account.next(energy, one.duration)));
      case "gap": {
        const gap = account.next(one.energy, one.seconds, { source: "register-gap" });
        this.gaps.push(gap);
        return this.write([gap]);
      }
      case "refine": {
        const gap = this.gaps.splice(one.which % Math.max(1, this.gaps.length), 1)[0];
        if (gap === undefined) return;
        const cut = Math.floor(gap.start + (gap.end - gap.start) * one.at);
        const first = Math.round(gap.wh * one.at);
        const register = gap.registerWh - gap.wh + first;
        const lifetime = account.lifetime;
        const rest = reading(HOUSE, cut, gap.end, gap.wh - first, gap.registerWh, lifetime, { source: "register-gap" });
        this.gaps.push(rest);
        return this.write(
          [reading(HOUSE, gap.start, cut, first, register, lifetime, { quality: ["refined"] }), rest],
          [gap],
        );
      }
      case "hole":
        account.at += one.seconds;
        return;
      case "back":
        // Gaps are not refined where other readings share their time: the ledger sees to that.
        this.gaps = [];
        account.at -= one.seconds;
        account.register = one.seconds % 50_000;
        return;
      case "late": {
        const early = new Account(account.at - one.seconds, account.register, HOUSE);
        early.lifetime = account.lifetime;
        this.gaps = this.gaps.filter((gap) => gap.start > early.at + 1000 || gap.end < early.at);
        this.write(one.energies.map((energy) => early.next(energy, 15, { quality: ["late"] })));
        account.lifetime = early.lifetime;
        return;
      }
      case "instant":
        return this.write([account.next(one.energy, 0)]);
      case "flush":
        clock.at = Math.max(clock.at, account.at);
        return this.store?.flush();
      case "tomorrow":
        clock.at = Math.max(clock.at, account.at) + 86_400;
        await this.store?.flush();
        return;
      case "restart":
        await this.store?.close();
        await this.open();
    }
  }

  /** The store answers like the list. */
  async compare(seed: number): Promise<void> {
    const { store, naive } = this;
    if (store === undefined) return;
    expect(await all(store, { limit: 1 + (seed % 97) })).toEqual(naive.readings.map(asRow));
    const first = naive.readings[0]?.start ?? START;
    const last = naive.readings.reduce((latest, one) => Math.max(latest, one.end), first);
    const span = last - first + 7200;
    const from = first - 3600 + (seed % span);
    const to = from + ((seed * 7919) % span);
    expect(await all(store, { from: epochSeconds(from), to: epochSeconds(to) })).toEqual(
      naive.raw(from, to).map(asRow),
    );
    const used = must(await store.consumption(HOUSE, epochSeconds(from), epochSeconds(to)));
    expect(used.wh).toBe(naive.total(to) - naive.total(from));
    expect(used.parts.reduce((sum, part) => sum + part.wh, 0)).toBe(used.wh);
    const whole = must(await store.consumption(HOUSE, epochSeconds(first), epochSeconds(last + 1)));
    expect(whole.wh).toBe(naive.total(last + 1));
    for (const resolution of ["15m", "30m", "hour", "day", "month"] satisfies Resolution[]) {
      const rows = await all(store, {
        from: epochSeconds(from),
        to: epochSeconds(to),
        resolution,
        limit: 1 + (seed % 50),
      });
      expect(rows.reduce((sum, row) => sum + row.wh, 0)).toBe(used.wh);
      for (const row of rows) {
        expect({ start: row.start, ...naive.bucket(row.start, row.end) }).toMatchObject({
          start: row.start,
          wh: row.wh,
        });
        expect(row.coveredS).toBeLessThanOrEqual(row.end - row.start);
      }
    }
  }
}

describe("whatever happens, the store", () => {
  it("answers like a plain list: late data, refined gaps, clocks set back, days, merges, restarts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 25 }), fc.nat(1e9), async (actions, seed) => {
        const run = new Run(await newFolder());
        await run.open();
        for (const one of actions) await run.step(one);
        await run.compare(seed);
        await run.store?.flush();
        await run.store?.settled();
        await run.compare(seed + 1);
        await run.store?.close();
        await run.open();
        await run.compare(seed + 2);
        await run.store?.close();
      }),
      { numRuns: Number(process.env.METERMAN_RUNS ?? 60) },
    );
  });

  it("covers seconds and shows registers exactly where no clock was set back", async () => {
    const calm = fc.array(
      action.filter((one) => !["back", "late", "instant"].includes(one.do)),
      { minLength: 1, maxLength: 15 },
    );
    await fc.assert(
      fc.asyncProperty(calm, fc.nat(1e9), async (actions, seed) => {
        const run = new Run(await newFolder());
        const store = await run.open();
        for (const one of actions.filter(({ do: what }) => what !== "restart")) await run.step(one);
        const from = START - (seed % 5000);
        const to = Math.min(from + 400_000, run.account.at + 100);
        for (const resolution of ["1m", "30m", "hour", "day"] satisfies Resolution[]) {
          const rows = await all(store, { from: epochSeconds(from), to: epochSeconds(to), resolution });
          for (const { start, end, wh, coveredS, registerWh } of rows.filter((_, i) => i % 37 === 0)) {
            expect({ wh, coveredS, registerWh }).toEqual(run.naive.bucket(start, end));
          }
        }
        await store.close();
      }),
      { numRuns: Number(process.env.METERMAN_RUNS ?? 60) / 2 },
    );
  });
});
