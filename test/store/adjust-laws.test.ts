import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AdjustmentRequest,
  epochSeconds,
  type MeterId,
  type Resolution,
  type UploadRow,
  wh,
} from "../../nodes/model/index.ts";
import type { Store } from "../../nodes/store/index.ts";
import { energyOf, nextJump, Plain, type PlainOp, partOf, registerOf } from "./adjust-model.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, SHED, unit } from "./support.ts";

const START = 1_782_990_000;
const DAY = 86_400;
const RUNS = Number(process.env.METERMAN_RUNS ?? 30);
const ME = { who: "tester", why: "a law" };

const energies = fc.array(fc.nat(40), { minLength: 1, maxLength: 30 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const span = fc.tuple(share, fc.oneof(share, fc.constantFrom(0.002, 0.02)));
const arrival = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("on" as const), energies, duration: fc.constantFrom(15, 300, 900, 3600) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("gap" as const),
      seconds: fc.integer({ min: 20, max: 300_000 }),
      energy: fc.nat(5000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("hole" as const), seconds: fc.integer({ min: 1, max: 200_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rebase" as const), register: fc.nat(600_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("bridge" as const), register: fc.nat(600_000), energy: fc.nat(50) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("back" as const), seconds: fc.integer({ min: 1, max: 90_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("late" as const),
      seconds: fc.integer({ min: 1000, max: 900_000 }),
      energies,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("instant" as const), energy: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.constant({ do: "flush" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "tomorrow" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
);
const correction = fc.record({
  do: fc.constant("correct" as const),
  kind: fc.constantFrom(
    "delete",
    "day",
    "upload",
    "uploadDay",
    "generate",
    "rebase",
    "lift",
    "liftTo",
    "merge" as const,
  ),
  span,
  energy: fc.nat(3000),
  lift: fc.boolean(),
  fill: fc.boolean(),
  own: fc.boolean(),
  step: fc.constantFrom(60, 900, 3600, 7000, 30_000),
  skip: fc.nat(3),
});
const undo = fc.record({ do: fc.constant("undo" as const), which: fc.nat() });
type Arrival = typeof arrival extends fc.Arbitrary<infer T> ? T : never;
type Correction = typeof correction extends fc.Arbitrary<infer T> ? T : never;

class World {
  readonly plain = new Plain();
  readonly shed = new Plain();
  readonly account = new Account(START);
  readonly clock = new Clock();
  readonly folder: string;
  store: Store;
  isMerged = false;

  private constructor(folder: string, store: Store) {
    this.folder = folder;
    this.store = store;
    this.clock.at = START;
  }

  static async new(): Promise<World> {
    const folder = await newFolder();
    const clock = new Clock();
    clock.at = START;
    const world = new World(folder, (await open(folder, clock)).store);
    await world.store.close();
    await world.reopen();
    return world;
  }

  async reopen(): Promise<void> {
    await this.store.close();
    const { store, reports } = await open(this.folder, this.clock, { journalLimit: 3000 });
    expect(reports).toEqual([]);
    this.store = store;
  }

  /** Another meter that ends about where this one begins. */
  async older(counts: readonly number[], gap: number): Promise<void> {
    const account = new Account(START - 120_000, 7000, SHED);
    const readings = [
      ...counts.map((energy) => account.next(energy, 1800)),
      account.next(gap, 100_000, { source: "register-gap" }),
      account.next(3, 900),
    ];
    this.shed.write(unit(readings));
    await this.store.append(unit(readings, { urgent: true }));
  }

  write(readings: ReturnType<Account["many"]>): void {
    this.plain.write(unit(readings));
    void this.store.append(unit(readings));
  }

  async arrive(one: Arrival): Promise<void> {
    const { account, clock } = this;
    switch (one.do) {
      case "on":
        return this.write(one.energies.map((energy) => account.next(energy, one.duration)));
      case "gap":
        return this.write([account.next(one.energy, one.seconds, { source: "register-gap" })]);
      case "hole":
        account.at += one.seconds;
        return;
      case "rebase":
        account.register = one.register;
        return;
      case "bridge":
        account.register = one.register;
        return this.write([account.next(one.energy, 500, { quality: ["rebase"] })]);
      case "back":
        account.at -= one.seconds;
        account.register += 100_000;
        return;
      case "late": {
        const early = new Account(account.at - one.seconds, account.register + 50_000, HOUSE);
        early.lifetime = account.lifetime;
        this.write(one.energies.map((energy) => early.next(energy, 15, { quality: ["late"] })));
        account.lifetime = early.lifetime;
        return;
      }
      case "instant":
        return this.write([account.next(one.energy, 0)]);
      case "flush":
        clock.at = Math.max(clock.at, account.at);
        return this.store.flush();
      case "tomorrow":
        clock.at = Math.max(clock.at, account.at) + DAY;
        await this.store.flush();
        return;
      case "restart":
        await this.reopen();
    }
  }

  get bounds(): readonly [number, number] {
    const starts = this.plain.view();
    const first = starts.reduce((least, part) => Math.min(least, part.start), START);
    const last = starts.reduce((latest, part) => Math.max(latest, part.end), START + 1);
    return [first, last];
  }

  spanOf([a, b]: readonly [number, number]): readonly [number, number] {
    const [first, last] = this.bounds;
    this.clock.at = Math.max(this.clock.at, this.account.at, last);
    const from = Math.floor(first - 1000 + a * (last - first + 1000));
    const to = Math.min(this.clock.at, from + 1 + Math.ceil(b * (last - first + 2000)));
    return [Math.min(from, to - 1), to];
  }

  /** Asks for a correction and works out with plain lists what it comes to. */
  async correct(one: Correction): Promise<number | undefined> {
    const [from, to] = this.spanOf(one.span);
    const parts = this.plain.view();
    const { plain } = this;
    const ask = async (request: AdjustmentRequest, ops: () => PlainOp[]) => {
      const dry = await this.store.adjust(HOUSE, request, ME, { dryRun: true });
      const done = await this.store.adjust(HOUSE, request, ME);
      if (!done.ok) {
        expect(["METERMAN_ADJUSTMENT_REFUSED", "METERMAN_BAD_QUERY", "METERMAN_UNKNOWN_METER"]).toContain(
          done.error.code,
        );
        return undefined;
      }
      expect(must(dry).preview).toEqual(done.value.preview);
      const { adjustment } = done.value;
      if (adjustment === null) throw new Error("not made");
      plain.ops.set(adjustment.n, ops());
      const [start, end] = [adjustment.from ?? 0, adjustment.to ?? 4e9];
      const change = plain.total(end) - plain.total(start) - (plain.total(end, parts) - plain.total(start, parts));
      expect(adjustment.changeWh).toBe(change);
      expect(done.value.preview.readingsAfter).toBe(plain.raw(start, end).length);
      return adjustment.n;
    };
    const lifted = (ops: PlainOp[], end: number): PlainOp[] => {
      if (!one.lift) return ops;
      const reached = plain.reached(end, plain.view(ops));
      const stood = plain.stood(end, parts);
      if (reached === undefined || stood === undefined || reached === stood) return ops;
      return [...ops, { do: "shift", from: end, to: null, by: reached - stood }];
    };
    switch (one.kind) {
      case "delete":
      case "day": {
        const isDay = one.kind === "day";
        const [a, b] = isDay ? [from - (from % DAY), Math.max(from - (from % DAY) + DAY, to - (to % DAY))] : [from, to];
        this.clock.at = Math.max(this.clock.at, b);
        const request = { kind: "delete", from: epochSeconds(a), to: epochSeconds(b), lift: one.lift } as const;
        return ask(request, () => lifted([{ do: "cut", from: a, to: b }], b));
      }
      case "upload":
      case "uploadDay":
        return this.upload(one, from, to, ask, lifted);
      case "generate": {
        const request = {
          kind: "generate",
          from: epochSeconds(from),
          to: epochSeconds(to),
          wh: wh(one.energy),
        } as const;
        const stepS = Math.max(one.step, Math.ceil((to - from) / 300));
        return ask({ ...request, stepS, lift: one.lift }, () => {
          let register = plain.reached(from, parts) ?? 0;
          const rows: ReturnType<typeof partOf>[] = [];
          let before = 0;
          for (let at = from; at < to; at += stepS) {
            const end = Math.min(to, at + stepS);
            const sum = Math.round(one.energy * ((end - from) / (to - from)));
            register += sum - before;
            rows.push(partOf({ start: at, end, wh: sum - before, registerWh: register, source: "synthetic" }));
            before = sum;
          }
          return lifted([{ do: "sheet", parts: rows }], to);
        });
      }
      case "rebase": {
        const stood = plain.stood(from, parts);
        const registerWh = one.energy * 300;
        const request = { kind: "rebase", at: epochSeconds(from), registerWh: wh(registerWh) } as const;
        return ask(request, () => [{ do: "shift", from, to: null, by: registerWh - (stood ?? 0) }]);
      }
      case "lift":
      case "liftTo": {
        const end = one.kind === "lift" ? null : to;
        const by = one.energy === 0 ? 1 : one.own ? -one.energy * 100 : one.energy * 100;
        const request = {
          kind: "lift",
          from: epochSeconds(from),
          wh: by,
          ...(end === null ? {} : { to: epochSeconds(end) }),
        } as const;
        return ask(request, () => [{ do: "shift", from, to: end, by }]);
      }
      case "merge": {
        const first = this.shed.view()[0]?.start ?? 0;
        const until = one.own ? START - one.energy : (parts[0]?.start ?? this.clock.at);
        const request = { kind: "merge", source: SHED, ...(one.own ? { until: epochSeconds(until) } : {}) } as const;
        return ask(request, () => [{ do: "merge", source: this.shed, from: first, until }]);
      }
    }
  }

  private upload(
    one: Correction,
    from: number,
    to: number,
    ask: (request: AdjustmentRequest, ops: () => PlainOp[]) => Promise<number | undefined>,
    lifted: (ops: PlainOp[], end: number) => PlainOp[],
  ): Promise<number | undefined> {
    const { plain } = this;
    const parts = plain.view();
    const rows: UploadRow[] = [];
    const isDay = one.kind === "uploadDay";
    const start = isDay ? from - (from % DAY) : from;
    const end = isDay ? Math.max(start + DAY, to - (to % DAY)) : to;
    this.clock.at = Math.max(this.clock.at, end);
    const step = Math.max(one.step, Math.ceil((end - start) / 200));
    let register = one.energy * 100;
    for (let at = start, i = 0; at < end; at += step, i += 1) {
      if (!isDay && one.skip > 0 && i % (one.skip + 1) === one.skip) continue;
      const energy = (i * 7 + one.energy) % 31;
      register += energy;
      const own = one.own ? { registerWh: wh(register) } : {};
      rows.push({ start: epochSeconds(at), end: epochSeconds(Math.min(end, at + step)), wh: wh(energy), ...own });
    }
    const meets = (row: UploadRow) =>
      parts.some((part) => part.start < row.end && (part.end > row.start || part.start >= row.start));
    const request = { kind: "upload", rows, mode: one.fill ? "fill" : "replace", lift: one.lift } as const;
    return ask(request, () => {
      const kept = one.fill ? rows.filter((row) => !meets(row)) : rows;
      const sheet: ReturnType<typeof partOf>[] = [];
      for (const row of kept) {
        const last = sheet.at(-1);
        const reached = parts.findLast((part) => part.start < row.start);
        let before = last === undefined ? (plain.reached(row.start, parts) ?? 0) : registerOf(last);
        if (last !== undefined && last.end < row.start && reached !== undefined && reached.end > last.end) {
          before = plain.reached(row.start, parts) ?? 0;
        }
        sheet.push(partOf({ ...row, registerWh: row.registerWh ?? before + row.wh }));
      }
      return lifted([{ do: "sheet", parts: sheet }], sheet.at(-1)?.end ?? 0);
    });
  }

  async undo(n: number): Promise<void> {
    must(await this.store.undo(HOUSE, n, ME));
    this.plain.ops.delete(n);
  }

  async compare(seed: number): Promise<void> {
    const { store, plain } = this;
    const parts = plain.view();
    expect(await all(store, { limit: 1 + (seed % 97) })).toEqual(plain.raw(0, 4e9, parts));
    for (const part of parts) expect(registerOf(part) - energyOf(part)).toBeGreaterThanOrEqual(0);
    const [first, last] = this.bounds;
    const length = last - first + 7200;
    const from = first - 3600 + (seed % length);
    const to = from + ((seed * 7919) % length);
    const range = { from: epochSeconds(from), to: epochSeconds(to) };
    expect(await all(store, range)).toEqual(plain.raw(from, to, parts));
    const used = must(await store.consumption(HOUSE, range.from, range.to));
    expect(used.wh).toBe(plain.total(to, parts) - plain.total(from, parts));
    expect(used.parts.reduce((sum, part) => sum + part.wh, 0)).toBe(used.wh);
    const whole = must(await store.consumption(HOUSE, epochSeconds(0), epochSeconds(4e9)));
    expect(whole.wh).toBe(plain.total(4e9, parts));
    for (const resolution of ["15m", "30m", "hour", "day", "month"] satisfies Resolution[]) {
      const rows = await all(store, { ...range, resolution, limit: 1 + (seed % 50) });
      expect(rows.reduce((sum, row) => sum + row.wh, 0)).toBe(used.wh);
      for (const row of rows) {
        expect([row.start, row.wh]).toEqual([row.start, plain.total(row.end, parts) - plain.total(row.start, parts)]);
        expect(row.coveredS).toBeLessThanOrEqual(row.end - row.start);
      }
    }
    let heard: number = 900_000;
    for (const [n, ops] of [...plain.ops].sort(([a], [b]) => a - b)) {
      const below = new Plain();
      below.measured.readings = plain.measured.readings;
      for (const [m, list] of plain.ops) if (m < n) below.ops.set(m, list);
      for (const [i, op] of ops.entries()) {
        if (op.do !== "shift") continue;
        const end = op.to ?? nextJump(below.view(ops.slice(0, i)), op.from);
        if (end > this.clock.at && heard + op.by >= 0) heard += op.by;
      }
    }
    await store.flush();
    // A rebase that has just arrived is looked at when it is on disk.
    await expect.poll(() => store.registerOf(HOUSE, wh(900_000))).toBe(heard);
  }
}

/** Everything that can be asked, as text. */
async function answers(store: Store, meter: MeterId = HOUSE): Promise<string> {
  const rows = [];
  for (const resolution of ["raw", "15m", "30m", "hour", "day", "month"] satisfies Resolution[]) {
    rows.push(await all(store, { meter, resolution, limit: 777 }));
    rows.push(await all(store, { meter, resolution, zone: "Asia/Kathmandu", from: epochSeconds(START + 1234) }));
  }
  rows.push(must(await store.consumption(meter, epochSeconds(START + 5000), epochSeconds(START + 150_000))));
  rows.push(must(await store.consumption(meter, epochSeconds(0), epochSeconds(4e9))));
  return JSON.stringify([rows, store.registerOf(meter, wh(900_000)), store.nameOf(meter), store.mergedInto(meter)]);
}

const older = fc.tuple(fc.array(fc.nat(60), { minLength: 1, maxLength: 20 }), fc.nat(4000));

describe("whatever is corrected and undone, the store", () => {
  it("answers like plain lists: late data, gaps over midnight, rebases, merges of the journal, restarts", async () => {
    const action = fc.oneof(
      { weight: 5, arbitrary: arrival },
      { weight: 3, arbitrary: correction },
      { weight: 1, arbitrary: undo },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 3, maxLength: 25 }),
        older,
        fc.nat(1e9),
        async (actions, before, seed) => {
          const world = await World.new();
          await world.older(...before);
          for (const one of actions) {
            if (one.do === "correct") await world.correct(one);
            else if (one.do === "undo") {
              const made = [...world.plain.ops.keys()];
              const n = made[one.which % Math.max(1, made.length)];
              if (n !== undefined) await world.undo(n);
            } else await world.arrive(one);
          }
          await world.compare(seed);
          await world.store.settled();
          await world.compare(seed + 1);
          await world.reopen();
          await world.compare(seed + 2);
          await world.store.close();
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("gives the same bytes as before, in whatever order corrections are undone", async () => {
    const readings = fc.array(arrival, { minLength: 2, maxLength: 12 });
    const corrections = fc.array(correction, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(readings, corrections, older, fc.nat(1e9), async (arrivals, made, before, seed) => {
        const world = await World.new();
        await world.older(...before);
        for (const one of arrivals) await world.arrive(one);
        await world.store.flush();
        await world.store.settled();
        const was = [await answers(world.store), await answers(world.store, SHED)];
        const numbers: number[] = [];
        for (const one of made) {
          const n = await world.correct(one);
          if (n !== undefined) numbers.push(n);
        }
        if (seed % 2 === 0) await world.reopen();
        const shuffled = numbers.map((n) => [(n * 7919 + seed) % 101, n] as const).sort(([a], [b]) => a - b);
        for (const [, n] of shuffled) await world.undo(n);
        expect([await answers(world.store), await answers(world.store, SHED)]).toEqual(was);
        const trail = must(await world.store.adjustments(HOUSE));
        expect(trail.items.filter(({ undone }) => undone === null)).toEqual([]);
        await world.store.close();
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it("changes no Wh outside the span of a correction, at any instant", async () => {
    const readings = fc.array(arrival, { minLength: 2, maxLength: 12 });
    const kinds = correction.filter(({ kind }) => !["merge"].includes(kind)).map((one) => ({ ...one, lift: false }));
    await fc.assert(
      fc.asyncProperty(readings, fc.array(kinds, { minLength: 1, maxLength: 3 }), async (arrivals, made) => {
        const world = await World.new();
        for (const one of arrivals) await world.arrive(one);
        for (const one of made) {
          const minutes = () =>
            all(world.store, { resolution: "1m", from: epochSeconds(START - 4000), to: epochSeconds(START + 40_000) });
          const was = await minutes();
          const n = await world.correct(one);
          if (n === undefined) continue;
          const trail = must(await world.store.adjustments(HOUSE));
          const record = trail.items.find((item) => item.n === n);
          const [from, to] = [record?.from ?? 0, record?.to ?? 4e9];
          const isOutside = (row: { start: number; end: number }) => row.end <= from || row.start >= to;
          expect((await minutes()).filter(isOutside)).toEqual(was.filter(isOutside));
        }
        await world.store.close();
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });
});
