import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AdjustmentRequest, epochSeconds, type UploadRow, wh } from "../../nodes/model/index.ts";
import type { Store } from "../../nodes/store/index.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, put, SHED, unit } from "./support.ts";

const DAY = 86_400;
/** A midnight. */
const START = 1_782_950_400;
const ME = { who: "Ada", why: "a test" };

async function world(days = 3, duration = 900) {
  const folder = await newFolder();
  const clock = new Clock();
  clock.at = START + days * DAY;
  const { store, reports } = await open(folder, clock);
  const account = new Account(START);
  if (days > 0)
    await put(
      store,
      unit(
        account.many((days * DAY) / duration, () => 10, duration),
        { memory: { n: 1 } },
      ),
    );
  return { folder, clock, store, reports, account };
}

const at = epochSeconds;
const ask = (store: Store, request: AdjustmentRequest, dryRun = false) => store.adjust(HOUSE, request, ME, { dryRun });
const used = async (store: Store, from: number, to: number) =>
  must(await store.consumption(HOUSE, at(from), at(to))).wh;
const row = (start: number, end: number, energy: number, more: Partial<UploadRow> = {}): UploadRow => ({
  start: at(start),
  end: at(end),
  wh: wh(energy),
  ...more,
});

describe("the trail of a meter", () => {
  it("keeps who, when and why, what was asked and what it did", async () => {
    const { store, clock, folder } = await world();
    must(await ask(store, { kind: "delete", from: at(START + 3600), to: at(START + 7200) }));
    must(await ask(store, { kind: "rename", name: "Heat pump" }));
    clock.at += 60;
    const done = must(await store.undo(HOUSE, 1, { who: "Bob", why: "not so" }));
    const trail = [
      {
        n: 1,
        meter: HOUSE,
        kind: "delete",
        at: START + 3 * DAY,
        ...ME,
        from: START + 3600,
        to: START + 7200,
        changeWh: -40,
        readings: 0,
        details: { lift: false },
        undone: { who: "Bob", why: "not so", at: START + 3 * DAY + 60 },
      },
      {
        n: 2,
        meter: HOUSE,
        kind: "rename",
        at: START + 3 * DAY,
        ...ME,
        from: null,
        to: null,
        changeWh: 0,
        readings: 0,
        details: { name: "Heat pump" },
        undone: null,
      },
    ];
    expect(done).toEqual(trail[0]);
    expect(must(await store.adjustments(HOUSE))).toEqual({ items: trail, next: null });
    await store.close();
    const again = await open(folder, clock);
    expect(must(await again.store.adjustments(HOUSE)).items).toEqual(trail);
    expect(again.store.nameOf(HOUSE)).toBe("Heat pump");
    expect(again.reports).toEqual([]);
  });

  it("is told page by page", async () => {
    const { store } = await world();
    for (let i = 1; i <= 5; i += 1) must(await ask(store, { kind: "rename", name: `name ${i}` }));
    const first = must(await store.adjustments(HOUSE, { limit: 2 }));
    expect(first.items.map(({ n }) => n)).toEqual([1, 2]);
    const second = must(await store.adjustments(HOUSE, { limit: 3, cursor: first.next ?? "" }));
    expect(second.items.map(({ n }) => n)).toEqual([3, 4, 5]);
    expect(second.next).toBeNull();
    expect(await store.adjustments(HOUSE, { cursor: "nonsense" })).toMatchObject({
      error: { code: "METERMAN_BAD_QUERY" },
    });
  });

  it("gives the name before when a new one is undone", async () => {
    const { store } = await world();
    must(await ask(store, { kind: "rename", name: "one" }));
    must(await ask(store, { kind: "rename", name: " two " }));
    expect(store.nameOf(HOUSE)).toBe("two");
    must(await store.undo(HOUSE, 2, ME));
    expect(store.nameOf(HOUSE)).toBe("one");
    must(await store.undo(HOUSE, 1, ME));
    expect(store.nameOf(HOUSE)).toBeUndefined();
  });

  it("refuses to undo what is not there, or twice", async () => {
    const { store } = await world();
    must(await ask(store, { kind: "rename", name: "one" }));
    expect(await store.undo(HOUSE, 2, ME)).toMatchObject({ error: { code: "METERMAN_NOT_FOUND" } });
    expect(await store.undo(SHED, 1, ME)).toMatchObject({ error: { code: "METERMAN_NOT_FOUND" } });
    must(await store.undo(HOUSE, 1, ME));
    expect(await store.undo(HOUSE, 1, ME)).toMatchObject({ error: { code: "METERMAN_BAD_QUERY" } });
  });

  it("loses one damaged line, says so, and serves the rest", async () => {
    const { store, clock, folder } = await world();
    for (const name of ["one", "two", "three"]) must(await ask(store, { kind: "rename", name }));
    await store.close();
    const path = join(folder, "m", HOUSE, "adjust", "trail.ndj");
    const text = await readFile(path, "utf8");
    await writeFile(path, `${text.replace('"two"', '"tvo"').trimEnd()}\n{"c":"0000`);
    const again = await open(folder, clock);
    expect(again.reports.map(({ code }) => code)).toEqual(["METERMAN_STORE_DAMAGED"]);
    expect(must(await again.store.adjustments(HOUSE)).items.map(({ n }) => n)).toEqual([1, 3]);
    expect(again.store.nameOf(HOUSE)).toBe("three");
    const next = must(await ask(again.store, { kind: "rename", name: "four" }));
    expect(next.adjustment?.n).toBe(4);
    await again.store.close();
    const last = await open(folder, clock);
    expect(last.store.nameOf(HOUSE)).toBe("four");
  });

  it("takes corrections asked for at the same time one after the other", async () => {
    const { store } = await world();
    const asked = Array.from({ length: 8 }, (_, i) => {
      return ask(store, { kind: "delete", from: at(START + i * 900), to: at(START + (i + 1) * 900) });
    });
    const numbers = (await Promise.all(asked)).map((one) => must(one).adjustment?.n);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await used(store, START, START + 3600 * 3)).toBe(40);
  });

  it("tells listeners what changed, and from when", async () => {
    const { store, clock } = await world();
    const heard: unknown[] = [];
    store.onChanged((meter, from, why) => heard.push([meter, from, why]));
    must(await ask(store, { kind: "delete", from: at(START + 3600), to: at(START + 7200) }, true));
    must(await ask(store, { kind: "delete", from: at(START + 3600), to: at(START + 7200) }));
    must(await ask(store, { kind: "rename", name: "x" }));
    must(await store.undo(HOUSE, 1, ME));
    expect(heard).toEqual([
      [HOUSE, START + 3600, "adjusted"],
      [HOUSE, clock.at, "adjusted"],
      [HOUSE, START + 3600, "adjusted"],
    ]);
  });

  it("is closed with the store: what is under way is finished, what comes later refused", async () => {
    const { store, clock, folder } = await world();
    const first = ask(store, { kind: "rename", name: "in time" });
    const closed = store.close();
    await closed;
    expect(must(await first).adjustment?.n).toBe(1);
    expect(await ask(store, { kind: "rename", name: "late" })).toMatchObject({ error: { code: "METERMAN_NO_STORE" } });
    expect((await open(folder, clock)).store.nameOf(HOUSE)).toBe("in time");
  });
});

describe("deleting", () => {
  it("leaves the part of a reading outside, and stays when late data arrive in the span", async () => {
    const { store, account, clock } = await world(1);
    const gap = account.next(100, DAY, { source: "register-gap" });
    clock.at = account.at;
    await put(store, unit([gap]));
    const [from, to] = [START + DAY + 1000, START + DAY + 40_000];
    must(await ask(store, { kind: "delete", from: at(from), to: at(to) }));
    expect(await used(store, START + DAY, from)).toBe(1);
    expect(await used(store, to, account.at)).toBe(100 - 46);
    const late = new Account(from + 100, 5000);
    late.lifetime = 99_999;
    await put(store, unit(late.many(10)));
    expect(await used(store, from, to)).toBe(0);
    must(await store.undo(HOUSE, 1, ME));
    expect(await used(store, from, to)).toBe(45 + 24);
  });

  it("lifts the registers behind it so that no rebase shows", async () => {
    const { store, account, clock } = await world();
    must(await ask(store, { kind: "delete", from: at(START + DAY), to: at(START + DAY + 7200), lift: true }));
    const rows = await all(store, { from: at(START + DAY - 900), to: at(START + DAY + 8100) });
    expect(rows.map(({ registerWh }) => registerWh)).toEqual([400_960, 400_970]);
    expect(store.registerOf(HOUSE, wh(500_000))).toBe(499_920);
    expect(must(await store.consumption(HOUSE, at(START), at(clock.at))).parts).toHaveLength(1);
    // The meter is exchanged.
    account.register = 7;
    clock.at += 3600;
    const seen: number[] = [];
    store.onChanged(() => seen.push(store.registerOf(HOUSE, wh(100))));
    await put(store, unit([account.next(3)]));
    await expect.poll(() => seen).toEqual([100]);
    expect((await all(store)).at(-1)?.registerWh).toBe(10);
  });
});

describe("uploading", () => {
  it("replaces what lies under the rows, with the register going on from before", async () => {
    const { store } = await world();
    const rows = [row(START + 1800, START + 3600, 500), row(START + 450, START + 1350, 7)];
    const { adjustment, preview } = must(await ask(store, { kind: "upload", rows }));
    expect(preview).toMatchObject({ beforeWh: 35, afterWh: 512, readingsBefore: 4, readingsAfter: 3, leftOut: [] });
    expect(adjustment).toMatchObject({ from: START + 450, to: START + 3600, readings: 2, changeWh: 477 });
    const seen = (await all(store, { from: at(START), to: at(START + 4500) })).map((one) => [
      one.start,
      one.wh,
      one.registerWh,
    ]);
    expect(seen).toEqual([
      [START, 5, 400_005],
      [START + 450, 7, 400_012],
      [START + 1350, 5, 400_020],
      [START + 1800, 500, 400_520],
      [START + 3600, 10, 400_050],
    ]);
  });

  it("with fill takes only rows that meet no reading", async () => {
    const { store } = await world(1);
    const rows = [
      row(START - 900, START, 3),
      row(START - 1800, START - 900, 4),
      row(START - 10, START + 10, 5),
      row(START + 900, START + 960, 6),
    ];
    const { preview } = must(await ask(store, { kind: "upload", rows, mode: "fill" }));
    expect(preview.leftOut).toEqual([
      { row: 3, why: "it lies over row 1" },
      { row: 4, why: "a reading is there already" },
    ]);
    expect(await used(store, START - 1800, START + 1800)).toBe(27);
  });

  it("leaves out rows that cannot be, each with its reason", async () => {
    const { store, clock } = await world(1);
    const rows = [
      row(START, START + 60, 1),
      row(START + 30, START + 90, 1),
      row(clock.at - 10, clock.at + 1, 1),
      row(0, 10, 1),
      row(START + 120, START + 100, 1),
      row(START + 200, START + 260, -1),
      row(START - 4e7, START, 1),
      row(START + 300, START + 360, 9, { registerWh: wh(8) }),
      row(START + 400, START + 460, 0.5),
      row(START + 500, START + 560, 1, { amps: -1 }),
    ];
    const { preview } = must(await ask(store, { kind: "upload", rows }, true));
    const why = Object.fromEntries(preview.leftOut.map((one) => [one.row, one.why]));
    expect(Object.keys(why).map(Number)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(why[2]).toBe("it lies over row 1");
    expect(why[3]).toBe("it ends in the future");
    expect(why[4]).toBe("it begins before 2000");
    const bad = await ask(store, { kind: "upload", rows: rows.slice(2, 4) });
    expect(bad).toMatchObject({ error: { code: "METERMAN_ADJUSTMENT_REFUSED", field: "rows" } });
    expect(await ask(store, { kind: "upload", rows: [] })).toMatchObject({
      error: { code: "METERMAN_ADJUSTMENT_REFUSED" },
    });
    expect(must(await store.adjustments(HOUSE)).items).toEqual([]);
  });

  it("refuses more rows than it can look at", async () => {
    const { store } = await world(1);
    const rows = new Array<UploadRow>(2_000_001).fill(row(0, 1, 1));
    expect(await ask(store, { kind: "upload", rows })).toMatchObject({ error: { code: "METERMAN_TOO_LARGE" } });
  });

  it("makes a meter known that was never heard; nothing else does", async () => {
    const { store, folder, clock } = await world(0);
    const unknown = await ask(store, { kind: "rename", name: "x" });
    expect(unknown).toMatchObject({ error: { code: "METERMAN_UNKNOWN_METER" } });
    const rows = [row(START - 900, START, 12, { registerWh: wh(100), amps: 2.5, source: "pulses", quality: ["late"] })];
    must(await ask(store, { kind: "upload", rows }));
    await store.close();
    const again = await open(folder, clock);
    expect(await all(again.store)).toEqual([
      {
        start: START - 900,
        end: START,
        wh: 12,
        watts: 48,
        registerWh: 100,
        amps: 2.5,
        source: "pulses",
        quality: ["late"],
        coveredS: 900,
      },
    ]);
    must(await ask(again.store, { kind: "rename", name: "x" }));
  });

  it("takes readings without duration, in place of those of the same instant", async () => {
    const { store } = await world(1);
    const { clock } = { clock: new Clock() };
    const [a, b] = [START - 5000, START - 4000];
    must(await ask(store, { kind: "upload", rows: [row(a, a, 5), row(b, b, 6)] }));
    must(await ask(store, { kind: "upload", rows: [row(b, b, 7)] }));
    expect(await used(store, a, START)).toBe(12);
    expect(clock.at).toBeGreaterThan(START);
  });

  it("answers a year from a year's sheet without reading days", async () => {
    const { store, folder, clock } = await world(3);
    await store.close();
    const year = START - 365 * DAY;
    const { store: again } = await open(folder, clock);
    const rows = Array.from({ length: 365 * 96 + 50 }, (_, i) => row(year + i * 900, year + (i + 1) * 900, i % 9));
    must(await ask(again, { kind: "upload", rows }));
    await again.close();
    const reads = await countReads();
    try {
      const { store: last } = await open(folder, clock);
      const days = await all(last, { from: at(year), to: at(clock.at), resolution: "day" });
      expect(days).toHaveLength(368);
      const first = reads.count();
      expect(first).toBeLessThan(12);
      expect(await used(last, year, clock.at)).toBe(days.reduce((sum, one) => sum + one.wh, 0));
      await all(last, { from: at(year), to: at(clock.at), resolution: "hour" });
      expect(reads.count() - first).toBeLessThan(12);
    } finally {
      reads.stop();
    }
  });
});

/** Counts reads of pieces of files from now on. */
async function countReads() {
  const { Reader } = await import("../../nodes/store/reader.ts");
  const { read } = Reader.prototype;
  let count = 0;
  Reader.prototype.read = function counted(...given) {
    count += 1;
    return read.apply(this, given);
  };
  return {
    count: () => count,
    stop: () => {
      Reader.prototype.read = read;
    },
  };
}

describe("generating", () => {
  it("spreads whole Wh evenly, to the exact sum", async () => {
    const { store } = await world(1);
    must(await ask(store, { kind: "generate", from: at(START - 3600), to: at(START), wh: wh(10), stepS: 1000 }));
    const rows = await all(store, { from: at(START - 3600), to: at(START) });
    expect(rows.map((one) => [one.start - START, one.end - START, one.wh])).toEqual([
      [-3600, -2600, 3],
      [-2600, -1600, 3],
      [-1600, -600, 2],
      [-600, 0, 2],
    ]);
    expect(rows.map(({ source }) => source)).toEqual(["synthetic", "synthetic", "synthetic", "synthetic"]);
  });

  it("takes the shape of the same hours some days before", async () => {
    const { store, account, clock } = await world(0);
    await put(store, unit(account.many(48, (i) => (i < 24 ? 0 : i), 1800)));
    clock.at = START + 2 * DAY;
    must(
      await ask(store, {
        kind: "generate",
        from: at(START + DAY),
        to: at(START + 2 * DAY),
        wh: wh(5000),
        stepS: 1800,
        likeDays: 1,
      }),
    );
    const rows = await all(store, { from: at(START + DAY), to: at(START + 2 * DAY) });
    expect(rows.slice(0, 24).every((one) => one.wh === 0)).toBe(true);
    expect(rows.reduce((sum, one) => sum + one.wh, 0)).toBe(5000);
    expect(rows.at(-1)?.wh).toBe(Math.round(5000) - Math.round((5000 * (852 - 47)) / 852));
    const none = await ask(store, { kind: "generate", from: at(START), to: at(START + DAY), wh: wh(5), likeDays: 3 });
    expect(none).toMatchObject({ error: { code: "METERMAN_ADJUSTMENT_REFUSED", field: "likeDays" } });
  });
});

describe("hours of the day, when the clocks were changed in between,", () => {
  it.each([
    ["back", Date.UTC(2026, 9, 23, 22), Date.UTC(2026, 9, 25, 23)],
    ["forward", Date.UTC(2026, 2, 27, 23), Date.UTC(2026, 2, 29, 22)],
  ])("%s, are those on the wall", async (_, saturday, monday) => {
    const clock = new Clock();
    clock.at = monday / 1000 + DAY;
    const { store } = await open(await newFolder(), clock, { zone: "Europe/Oslo" });
    const account = new Account(saturday / 1000);
    await put(store, unit(account.many(24, (i) => (i === 12 ? 100 : 0), 3600)));
    const span = { from: at(monday / 1000), to: at(clock.at) };
    must(await ask(store, { kind: "generate", ...span, wh: wh(500), stepS: 3600, likeDays: 2 }));
    const energies = (await all(store, span)).map((one) => one.wh);
    expect(energies).toEqual(Array.from({ length: 24 }, (_, i) => (i === 12 ? 500 : 0)));
  });
});

describe("registers", () => {
  it("follow from a rebase up to the next one in the data, also one that comes later", async () => {
    const { store, account, clock } = await world(2);
    must(await ask(store, { kind: "rebase", at: at(START + DAY + 450), registerWh: wh(1000) }));
    const near = await all(store, { from: at(START + DAY - 900), to: at(START + DAY + 1800) });
    expect(near.map((one) => [one.start - START - DAY, one.wh, one.registerWh])).toEqual([
      [-900, 10, 400_960],
      [0, 5, 400_965],
      [450, 5, 1005],
      [900, 10, 1015],
    ]);
    expect(store.registerOf(HOUSE, wh(401_920))).toBe(1955);
    account.register = 50;
    await put(store, unit(account.many(4, () => 1, 900)));
    clock.at = account.at;
    expect((await all(store, { from: at(account.at - 3600) })).map((one) => one.registerWh)).toEqual(
      [1955, 51, 52, 53, 54].slice(1),
    );
    await expect.poll(() => store.registerOf(HOUSE, wh(54))).toBe(54);
    expect(await used(store, START, account.at)).toBe(2 * 960 + 4);
  });

  it("are never taken below 0", async () => {
    const { store } = await world(1);
    const low = await ask(store, { kind: "lift", from: at(START + 1800), wh: -400_021 });
    expect(low).toMatchObject({
      error: { code: "METERMAN_ADJUSTMENT_REFUSED", message: expect.stringMatching(/400020 Wh/) },
    });
    must(await ask(store, { kind: "lift", from: at(START + 1800), wh: -400_020 }));
    const rows = await all(store, { from: at(START), to: at(START + 3600) });
    expect(rows.map((one) => one.registerWh)).toEqual([400_010, 400_020, 10, 20]);
    expect(await ask(store, { kind: "lift", from: at(START + 1800), wh: -1 })).toMatchObject({ ok: false });
  });

  it("of no reading cannot follow", async () => {
    const { store } = await world(0);
    await put(store, unit([], { memory: { n: 1 } }));
    for (const request of [
      { kind: "rebase", at: at(START), registerWh: wh(5) },
      { kind: "lift", from: at(START), wh: 5 },
    ] as const) {
      expect(await ask(store, request)).toMatchObject({ error: { code: "METERMAN_ADJUSTMENT_REFUSED" } });
    }
  });
});

describe("merging a replaced meter", () => {
  async function replaced() {
    const both = await world(2);
    const old = new Account(START - 2 * DAY, 7000, SHED);
    await put(
      both.store,
      unit(
        old.many(2 * 96, () => 3, 900),
        { memory: { n: 1 } },
      ),
    );
    return { ...both, old };
  }

  it("shows its readings before this meter's first, and follows its corrections", async () => {
    const { store } = await replaced();
    const own = await all(store, { meter: SHED });
    const { preview } = must(await ask(store, { kind: "merge", source: SHED }));
    expect(preview).toMatchObject({ beforeWh: 0, afterWh: 576, from: START - 2 * DAY, to: START });
    expect(store.mergedInto(SHED)).toBe(HOUSE);
    expect(await used(store, START - 2 * DAY, START + DAY)).toBe(576 + 960);
    expect((await all(store)).slice(0, own.length)).toEqual(own);
    const heard: unknown[] = [];
    store.onChanged((...told) => heard.push(told));
    must(await store.adjust(SHED, { kind: "delete", from: at(START - DAY), to: at(START) }, ME));
    expect(heard).toEqual([
      [SHED, START - DAY, "adjusted"],
      [HOUSE, START - DAY, "adjusted"],
    ]);
    expect(await used(store, START - 2 * DAY, START + DAY)).toBe(288 + 960);
    must(await store.undo(HOUSE, 1, ME));
    expect(store.mergedInto(SHED)).toBeUndefined();
    expect(await used(store, START - 2 * DAY, START + DAY)).toBe(960);
  });

  it("takes no energy twice where both were heard", async () => {
    const { store, old } = await replaced();
    await put(store, unit(old.many(96, () => 3, 900)));
    must(await ask(store, { kind: "merge", source: SHED, until: at(START + 3600) }));
    expect(await used(store, START, START + 7200)).toBe(12 + 40);
  });

  it("is refused twice, in a circle, with itself, and without readings", async () => {
    const { store } = await replaced();
    const merge = (meter: typeof HOUSE, source: typeof HOUSE) => store.adjust(meter, { kind: "merge", source }, ME);
    const refused = (code: string) => ({ ok: false, error: { code } });
    expect(await merge(HOUSE, HOUSE)).toMatchObject(refused("METERMAN_BAD_QUERY"));
    must(await merge(HOUSE, SHED));
    expect(await merge(HOUSE, SHED)).toMatchObject(refused("METERMAN_ADJUSTMENT_REFUSED"));
    expect(await merge(SHED, HOUSE)).toMatchObject(refused("METERMAN_ADJUSTMENT_REFUSED"));
    must(await store.undo(HOUSE, 1, ME));
    const later = await store.adjust(SHED, { kind: "merge", source: HOUSE, until: at(START) }, ME);
    expect(later).toMatchObject(refused("METERMAN_ADJUSTMENT_REFUSED"));
  });
});

describe("what makes no sense", () => {
  it.each<[string, AdjustmentRequest]>([
    ["a span that ends before it begins", { kind: "delete", from: at(START + 10), to: at(START + 10) }],
    ["the future", { kind: "delete", from: at(START), to: at(START + 99 * DAY) }],
    ["a rebase in the future", { kind: "rebase", at: at(START + 99 * DAY), registerWh: wh(1) }],
    ["a register below 0", { kind: "rebase", at: at(START), registerWh: wh(-1) }],
    ["a lift by nothing", { kind: "lift", from: at(START), wh: 0 }],
    ["a lift of a span that ends before it begins", { kind: "lift", from: at(START + 5), to: at(START), wh: 1 }],
    ["part of a Wh", { kind: "generate", from: at(START), to: at(START + 60), wh: wh(0.5) }],
    ["a step of nothing", { kind: "generate", from: at(START), to: at(START + 60), wh: wh(5), stepS: 0 }],
    ["a name of two lines", { kind: "rename", name: "a\nb" }],
    ["no name", { kind: "rename", name: "  " }],
    ["a display below 0", { kind: "check", at: at(START), displayWh: wh(-5) }],
  ])("is refused: %s", async (_, request) => {
    const { store } = await world(1);
    expect(await ask(store, request)).toMatchObject({ ok: false, error: { code: "METERMAN_BAD_QUERY" } });
    expect(await ask(store, request, true)).toMatchObject({ ok: false });
    expect(must(await store.adjustments(HOUSE)).items).toEqual([]);
  });
});
