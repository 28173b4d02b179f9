import { describe, expect, it } from "vitest";
import { epochSeconds, type Resolution, startOfLocalDay } from "../../nodes/model/index.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, put, reading, unit } from "./support.ts";

const utc = (text: string) => Date.parse(text) / 1000;

/** Thirteen weeks of one reading a minute, each of 1 Wh, merged into documents. */
async function filled(from: number, days: number) {
  const clock = new Clock();
  clock.at = from;
  const { store } = await open(await newFolder(), clock);
  const account = new Account(from);
  for (let day = 0; day < days; day += 1) await put(store, unit(account.many(1440, () => 1, 60)));
  clock.at = from + (days + 1) * 86_400;
  await store.flush();
  await store.settled();
  expect(store.health()).toMatchObject({ unmergedReadings: 0 });
  return store;
}

describe("local days", () => {
  it.each([
    // zone, any instant, local date, hours of that day
    ["Europe/Oslo", "2026-03-29", 23],
    ["Europe/Oslo", "2026-10-25", 25],
    ["Europe/Oslo", "2026-07-01", 24],
    ["America/St_Johns", "2026-03-08", 23],
    ["America/St_Johns", "2026-11-01", 25],
    ["Australia/Lord_Howe", "2026-04-05", 24.5],
    ["Australia/Lord_Howe", "2026-10-04", 23.5],
    ["Asia/Kathmandu", "2026-05-01", 24],
    ["America/Santiago", "2026-09-06", 23],
    ["Pacific/Chatham", "2026-09-27", 23],
  ])("in %s on %s last %d hours", async (zone, date, hours) => {
    const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
    const start = startOfLocalDay(year, month, day, zone);
    const store = await filled(start - 3 * 86_400, 6);
    const span = { from: epochSeconds(start - 2 * 86_400), to: epochSeconds(start + 2 * 86_400), zone };
    const rows = await all(store, { ...span, resolution: "day" });
    const found = rows.find((row) => row.start === start);
    expect(found).toMatchObject({ end: start + hours * 3600, wh: hours * 60, coveredS: hours * 3600 });
    expect(found?.end).toBe(startOfLocalDay(year, month, day + 1, zone));
    expect(rows.reduce((sum, { wh }) => sum + wh, 0)).toBe(4 * 1440);
    const byHour = await all(store, { ...span, resolution: "hour" });
    expect(byHour.reduce((sum, { wh }) => sum + wh, 0)).toBe(4 * 1440);
    expect(byHour.every(({ wh, start: a, end: b }) => wh === (b - a) / 60)).toBe(true);
    const inDay = byHour.filter((row) => row.start >= start && row.end <= start + hours * 3600);
    expect(inDay.reduce((sum, { wh }) => sum + wh, 0)).toBe(hours * 60);
  });
});

describe("buckets", () => {
  const start = utc("2026-06-30T00:00:07Z");

  it("cut the reading on an edge so that nothing is lost or counted twice, whatever the resolution", async () => {
    const clock = new Clock();
    clock.at = start;
    const { store } = await open(await newFolder(), clock);
    const account = new Account(start, 1000);
    await put(store, unit(account.many(3 * 5760, (i) => i % 7)));
    for (const merged of [false, true]) {
      if (merged) {
        clock.at += 5 * 86_400;
        await store.flush();
        await store.settled();
      }
      const span = { from: epochSeconds(start + 1234), to: epochSeconds(start + 200_003) };
      const used = must(await store.consumption(HOUSE, span.from, span.to));
      for (const resolution of ["1m", "15m", "30m", "hour", "day", "month"] satisfies Resolution[]) {
        const rows = await all(store, { ...span, resolution, limit: 1000 });
        expect(rows.reduce((sum, { wh }) => sum + wh, 0)).toBe(used.wh);
        expect(rows[0]?.start).toBe(span.from);
        expect(rows.at(-1)?.end).toBe(span.to);
        expect(rows.every(({ coveredS, start: a, end: b }) => coveredS === b - a)).toBe(true);
        for (const [i, row] of rows.entries()) {
          const before = rows[i - 1]?.registerWh;
          if (before !== undefined && before !== null) expect(row.registerWh).toBe(before + row.wh);
        }
      }
    }
  });

  it("without data are left out, and long silence costs nothing", async () => {
    const clock = new Clock();
    const { store } = await open(await newFolder(), clock);
    const early = new Account(utc("2021-01-01T00:00:00Z"));
    const late = new Account(utc("2026-01-01T12:00:00Z"));
    await put(store, unit([...early.many(2, () => 1, 60), ...late.many(2, () => 3, 60)]));
    const span = { from: epochSeconds(utc("2020-01-01T00:00:00Z")), to: epochSeconds(utc("2030-01-01T00:00:00Z")) };
    const rows = await all(store, { ...span, resolution: "1m" });
    expect(rows.map(({ wh }) => wh)).toEqual([1, 1, 3, 3]);
    expect((await all(store, { ...span, resolution: "month" })).map(({ wh }) => wh)).toEqual([2, 6]);
  });

  it("spread a gap over all the days it lasted, also when asked for a day in its middle", async () => {
    const clock = new Clock();
    clock.at = utc("2026-05-01T00:00:00Z");
    const { store } = await open(await newFolder(), clock);
    const gapStart = utc("2025-11-20T06:00:00Z");
    const gapEnd = utc("2026-04-19T06:00:00Z");
    const gap = reading(HOUSE, gapStart, gapEnd, 150 * 24_000, 5_000_000, 3_600_000, { source: "register-gap" });
    await put(store, unit([gap]));
    for (const merged of [false, true]) {
      if (merged) {
        clock.at += 86_400;
        await store.flush();
        await store.settled();
      }
      const day = { from: epochSeconds(utc("2026-02-10T00:00:00Z")), to: epochSeconds(utc("2026-02-11T00:00:00Z")) };
      expect(await all(store, { ...day, resolution: "day" })).toMatchObject([{ wh: 24_000, source: "register-gap" }]);
      expect(await all(store, { ...day, resolution: "hour" })).toHaveLength(24);
      expect(must(await store.consumption(HOUSE, day.from, day.to)).wh).toBe(24_000);
      expect(await all(store, { ...day, resolution: "raw" })).toHaveLength(1);
    }
  });

  it("tell where energy came from and what is wrong with it", async () => {
    const clock = new Clock();
    const { store } = await open(await newFolder(), clock);
    const account = new Account(utc("2026-06-01T00:00:00Z"));
    const readings = [
      account.next(1, 3600),
      account.next(2, 3600, { source: "register-gap", quality: ["late"] }),
      account.next(3, 1800, { source: "pulses" }),
      account.next(4, 1800, { source: "interval", quality: ["suspect"] }),
    ];
    await put(store, unit(readings));
    const rows = await all(store, { resolution: "hour" });
    expect(rows.map(({ wh, source, quality }) => [wh, source, quality])).toEqual([
      [1, "interval", []],
      [2, "register-gap", ["late"]],
      [7, "mixed", ["suspect"]],
    ]);
  });
});

describe("consumption", () => {
  it("has one part between two rebases, and one of its own for energy counted across a rebase", async () => {
    const clock = new Clock();
    clock.at = utc("2026-06-01T00:00:00Z");
    const from = clock.at;
    const { store } = await open(await newFolder(), clock);
    const account = new Account(from, 400_000);
    const before = account.many(5760 * 2, () => 1);
    account.register = 0;
    const bridge = account.next(70, 600, { source: "register-gap", quality: ["rebase"] });
    const after = account.many(5760, () => 2);
    await put(store, unit([...before, bridge, ...after]));
    const part = [
      { start: from, end: from + 172_800, wh: 11_520, source: "interval" },
      { start: from + 172_800, end: from + 173_400, wh: 70, source: "register-gap" },
      { start: from + 173_400, end: from + 259_800, wh: 11_520, source: "interval" },
    ];
    for (const merged of [false, true]) {
      if (merged) {
        clock.at += 9 * 86_400;
        await store.flush();
        await store.settled();
      }
      const whole = must(await store.consumption(HOUSE, epochSeconds(from - 100), epochSeconds(from + 400_000)));
      expect(whole).toEqual({ from: from - 100, to: from + 400_000, wh: 23_110, parts: part });
      const cut = must(await store.consumption(HOUSE, epochSeconds(from + 20), epochSeconds(from + 173_430)));
      expect(cut.parts).toEqual([
        { ...part[0], start: from + 20, wh: 11_519 },
        part[1],
        { ...part[2], end: from + 173_430, wh: 4 },
      ]);
    }
  });

  it("does not cut two stretches into each other where a clock was set back", async () => {
    const clock = new Clock();
    clock.at = utc("2026-06-01T00:00:00Z");
    const { store } = await open(await newFolder(), clock);
    const account = new Account(clock.at, 400_000);
    const before = account.many(480, () => 1);
    account.at -= 3600;
    account.register = 100;
    const after = account.many(480, () => 2);
    await put(store, unit([...before, ...after]));
    const used = must(await store.consumption(HOUSE, epochSeconds(clock.at), epochSeconds(clock.at + 86_400)));
    expect(used.parts.map(({ wh, start, end }) => [wh, end - start])).toEqual([
      [480, 7200],
      [960, 7200],
    ]);
  });
});
