import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chunks, rowAt, rowsIn } from "../../nodes/api/pages/home/energy/chunks.ts";
import { withMeter } from "../../nodes/api/pages/home/energy/csv.ts";
import { difference, sumOf } from "../../nodes/api/pages/home/energy/figures.ts";
import { joined, pointsOf, rangeOf } from "../../nodes/api/pages/home/energy/lines.ts";
import { adjustmentMarks, rowMarks } from "../../nodes/api/pages/home/energy/marks.ts";
import { atMeters, press } from "../../nodes/api/pages/home/energy/moves.ts";
import { loadedSpan, rankOf, resolutionFor, stepOf } from "../../nodes/api/pages/home/energy/resolution.ts";
import { bounded, type Look, readLook, writeLook, zoomed } from "../../nodes/api/pages/home/energy/state.ts";
import { addUp } from "../../nodes/api/pages/home/energy/sum.ts";
import { valueTicks } from "../../nodes/api/pages/home/energy/ticks.ts";
import { readRoute, writeRoute } from "../../nodes/api/pages/home/route.ts";
import { type MeterId, RESOLUTIONS, type ReadingRow, type Resolution } from "../../nodes/model/index.ts";
import { meter } from "./meters.ts";

const HOUSE = meter("0.0.1.1.2");
const PUMP = meter("0.0.1.1.3");
const NOW = 1_795_430_000;
const row = (start: number, end: number, wh: number, more: Partial<ReadingRow> = {}): ReadingRow =>
  ({
    ...{ start, end, wh, watts: (wh * 3600) / Math.max(1, end - start), registerWh: null },
    ...{ source: "interval", quality: [], coveredS: end - start, ...more },
  }) as ReadingRow;
/** Rows one after the other, with pauses. */
const rows = fc
  .array(
    fc.record({ pause: fc.integer({ min: 0, max: 40 }), length: fc.integer({ min: 1, max: 60 }), wh: fc.nat(50) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((parts) => {
    let at = 1000;
    return parts.map(({ pause, length, wh }) => {
      const start = at + pause;
      at = start + length;
      return row(start, at, wh);
    });
  });
const line = (all: readonly ReadingRow[], resolution: Resolution = "raw") => {
  return { key: "a", name: "a", color: 0, rows: all, resolution };
};

describe("the resolution", () => {
  it("is the finest that fits, and every finer one would not", () => {
    const property = fc.property(
      fc.integer({ min: 60, max: 3e8 }),
      fc.integer({ min: 100, max: 5000 }),
      (length, points) => {
        const found = resolutionFor({ from: NOW - length, to: NOW }, points);
        if (found !== "month") expect(length / stepOf(found)).toBeLessThanOrEqual(points);
        const finer = RESOLUTIONS[rankOf(found) - 1];
        if (finer !== undefined) expect(length / stepOf(finer)).toBeGreaterThan(points);
      },
    );
    fc.assert(property);
  });

  it("is asked for with some more on both sides, on edges that cut no bucket", () => {
    const span = { from: NOW - 86_400 * 30, to: NOW };
    const loaded = loadedSpan(span, "day", "Europe/Oslo");
    expect(loaded.from).toBeLessThan(span.from - 86_400 * 14);
    expect(loaded.to).toBeGreaterThan(span.to + 86_400 * 14);
    for (const at of [loaded.from, loaded.to]) expect(new Date(at * 1000).toISOString()).toMatch(/T2[23]:00:00/);
  });
});

describe("what was loaded", () => {
  const chunk = (from: number, to: number, resolution: Resolution, density = 0) => {
    return { meter: "a", from, to, resolution, rows: [row(from, to, 1)], density, stale: false };
  };
  const want = (from: number, to: number, points = 100) => {
    return { meter: "a", span: { from, to }, points, resolution: null };
  };

  it("is enough where it covers the span as finely as can be shown, and is shown until something better is there", () => {
    const chunks = new Chunks();
    expect(chunks.find(want(0, 6000))).toBeUndefined();
    chunks.put(chunk(0, 1_000_000, "hour"));
    expect(chunks.find(want(0, 6000))).toMatchObject({ isEnough: false, chunk: { resolution: "hour" } });
    chunks.put(chunk(0, 6000, "1m"));
    expect(chunks.find(want(0, 6000))).toMatchObject({ isEnough: true, chunk: { resolution: "1m" } });
    expect(chunks.find(want(3000, 9000))?.isEnough).toBe(false);
  });

  it("is enough where the server picked a coarser one for as many points", () => {
    const chunks = new Chunks();
    chunks.put(chunk(0, 3000, "1m", 200 / 3000));
    expect(chunks.find(want(0, 1500))?.isEnough).toBe(true);
    expect(chunks.find(want(0, 300))?.isEnough).toBe(false);
  });

  it("is stale once something in it has changed, and no other meter's is", () => {
    const chunks = new Chunks();
    chunks.put(chunk(0, 6000, "1m"));
    chunks.spoil("b", 0);
    chunks.spoil("a", 6000);
    expect(chunks.find(want(0, 6000))?.chunk.stale).toBe(false);
    chunks.spoil("a", 5999);
    expect(chunks.find(want(0, 6000))?.chunk.stale).toBe(true);
  });

  it("gives exactly the rows that overlap a span", () => {
    const property = fc.property(rows, fc.integer({ min: 900, max: 4000 }), fc.nat(2000), (all, from, length) => {
      const span = { from, to: from + length + 1 };
      expect(rowsIn(all, span)).toEqual(all.filter(({ start, end }) => end > span.from && start < span.to));
      expect(rowAt(all, from)).toEqual(all.find(({ start, end }) => from >= start && from < end));
    });
    fc.assert(property);
  });
});

describe("a line", () => {
  it("of power ends where readings end: what is unknown is no zero", () => {
    const points = pointsOf(line([row(0, 60, 1), row(60, 120, 2), row(300, 360, 3)]), "power", { from: 0, to: 400 });
    expect(points).toMatchObject({ x: [0, 60, 120, 300, 360], y: [60, 120, null, 180, null] });
  });

  it("of days and months is energy, not power", () => {
    expect(pointsOf(line([row(0, 86_400, 12_400)], "day"), "power", { from: 0, to: 86_400 }).y[0]).toBe(12.4);
  });

  it("of what was used ends at the sum of the rows, and never falls", () => {
    const property = fc.property(rows, (all) => {
      const span = { from: all[0]?.start ?? 0, to: all.at(-1)?.end ?? 0 };
      const values = pointsOf(line(all), "used", span).y.filter((value) => value !== null);
      expect(values.at(-1)).toBeCloseTo(all.reduce((sum, { wh }) => sum + wh, 0) / 1000, 9);
      expect([...values].sort((a, b) => a - b)).toEqual(values);
    });
    fc.assert(property);
  });

  it("of the register breaks at a rebase", () => {
    const registers = [row(0, 60, 5, { registerWh: 1005 as never }), row(60, 120, 5, { registerWh: 5 as never })];
    const { y } = pointsOf(line(registers), "register", { from: 0, to: 120 });
    expect(y).toEqual([1, 1.005, null, 0, 0.005]);
  });

  it("has its places in order, whatever the clock of the meter did, also beside others", () => {
    const span = { from: 0, to: 10_000 };
    const property = fc.property(rows, rows, fc.constantFrom("power", "used", "register"), (one, other, showing) => {
      const shuffled = [...one, ...other].sort((a, b) => a.start - b.start);
      const all = [pointsOf(line(shuffled), showing, span), pointsOf(line(other), showing, span)];
      const [places, ...values] = joined(all);
      expect([...places].sort((a, b) => a - b)).toEqual(places);
      for (const column of values) expect(column).toHaveLength(places.length);
      expect(rangeOf(all, span)[0]).toBeLessThanOrEqual(rangeOf(all, span)[1]);
    });
    fc.assert(property);
  });

  it("has an axis that holds it", () => {
    const property = fc.property(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      fc.integer({ min: 2, max: 9 }),
      (low, more, room) => {
        const ticks = valueTicks(low, low + more, room);
        const [first = Number.NaN, second = Number.NaN] = ticks;
        // Less than anybody sees.
        const slack = (second - first) * 1e-5;
        expect(first).toBeLessThanOrEqual(low + slack);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(low + more - slack);
        expect(ticks.length).toBeLessThanOrEqual(room + 3);
      },
    );
    fc.assert(property, { numRuns: Number(process.env.METERMAN_RUNS ?? 100) });
  });
});

describe("sums", () => {
  it("of a span count rows at its edges in part", () => {
    const property = fc.property(rows, fc.integer({ min: 1000, max: 3000 }), (all, cut) => {
      const [from, to] = [0, 100_000];
      const whole = sumOf(all, { from, to }).wh ?? 0;
      const parts = (sumOf(all, { from, to: cut }).wh ?? 0) + (sumOf(all, { from: cut, to }).wh ?? 0);
      expect(parts).toBeCloseTo(whole, 6);
    });
    fc.assert(property);
    // The day that is now has its energy in the part of it that has passed.
    const today = [row(0, 86_400, 500, { coveredS: 43_200 })];
    expect(sumOf(today, { from: 0, to: 43_200 }, 43_200)).toMatchObject({ wh: 500, coveredS: 43_200 });
    expect(sumOf([row(0, 60, 1)], { from: 100, to: 200 })).toMatchObject({ wh: null, watts: null });
  });

  it("of several meters hold what is known, and say where one is missing", () => {
    const [both, alone] = addUp([[row(0, 60, 5), row(60, 120, 7)], [row(0, 60, 2)]]);
    expect(both).toMatchObject({ wh: 7, coveredS: 60 });
    expect(alone).toMatchObject({ wh: 7, coveredS: 0 });
    expect(rowMarks(addUp([[row(0, 900, 5)], []]), { from: 0, to: 900 }, "15m", NOW)).toEqual([
      { kind: "partly", from: 0, to: 900 },
    ]);
  });

  it("are compared with an earlier one only where both are known", () => {
    expect(difference(800, 1000)).toEqual({ percent: -20, wh: -200 });
    expect(difference(5, 0)).toEqual({ percent: null, wh: 5 });
    expect(difference(null, 5)).toBeNull();
  });
});

describe("marks", () => {
  it("tell holes, recovered energy and buckets with a hole", () => {
    const seen = rowMarks(
      [row(0, 60, 1), row(60, 600, 9, { source: "register-gap" }), row(900, 960, 1)],
      { from: 0, to: 960 },
      "raw",
      960,
    );
    expect(seen).toEqual([
      { kind: "recovered", from: 60, to: 600 },
      { kind: "hole", from: 600, to: 900 },
    ]);
    const half = rowMarks([row(0, 3600, 9, { coveredS: 1800 })], { from: 0, to: 3600 }, "hour", NOW);
    expect(half).toEqual([{ kind: "partly", from: 0, to: 3600 }]);
  });

  it("call nothing a hole that has not come yet, or was before the first reading", () => {
    const all = [row(NOW - 120, NOW - 60, 1)];
    expect(rowMarks(all, { from: NOW - 86_400, to: NOW + 86_400 }, "raw", NOW)).toEqual([]);
    const silent = rowMarks(all, { from: NOW - 86_400, to: NOW + 86_400 }, "raw", NOW + 3600);
    expect(silent).toEqual([{ kind: "hole", from: NOW - 60, to: NOW + 3600 }]);
  });

  it("show corrections that stand, and none that was undone or changes no reading", () => {
    const adjustment = {
      n: 1,
      meter: HOUSE,
      who: "a",
      why: "b",
      at: NOW,
      changeWh: 0,
      readings: 0,
      details: {},
      undone: null,
    };
    const all = [
      { ...adjustment, kind: "delete", from: 10, to: 20 },
      { ...adjustment, kind: "check", from: 10, to: 20 },
      { ...adjustment, kind: "upload", from: 30, to: 40, undone: { at: NOW, who: "a", why: "b" } },
      { ...adjustment, kind: "lift", from: 50, to: null },
    ] as never;
    expect(adjustmentMarks(all, 100)).toEqual([
      { kind: "corrected", from: 10, to: 20 },
      { kind: "corrected", from: 50, to: 100 },
    ]);
  });
});

describe("what is looked at", () => {
  const look = (more: Partial<Look> = {}): Look => {
    const base = { meters: [HOUSE], manner: "one", showing: "power", against: null, follows: false } as const;
    return { ...base, span: { from: NOW - 3600, to: NOW }, ...more };
  };
  const where = { now: NOW, zone: "Europe/Oslo", all: null, meters: [HOUSE, PUMP] };

  it("stands in the address, and comes back from it", () => {
    const length = fc.integer({ min: 60, max: 3e8 });
    const property = fc.property(
      ...[fc.integer({ min: 0, max: NOW }), length, fc.boolean()],
      ...[fc.constantFrom("power", "used", "register"), fc.constantFrom("beside", "sum")],
      fc.constantFrom("day", "year", null),
      (from, seconds, follows, showing, manner, against) => {
        const span = follows ? { from: NOW - seconds, to: NOW } : bounded({ from, to: from + seconds }, NOW);
        const one = look({ meters: [HOUSE, PUMP], manner, showing, against, follows, span } as Partial<Look>);
        const route = readRoute(writeRoute("energy", writeLook(one)));
        const read = readLook(route.query, NOW);
        expect(route.view).toBe("energy");
        expect({ ...read, span: null }).toEqual({ ...one, span: null });
        expect(read.span.from).toBeCloseTo(one.span.from, 0);
        expect(read.span.to).toBeCloseTo(one.span.to, 0);
      },
    );
    fc.assert(property);
  });

  it("can be shown whatever the address says", () => {
    const property = fc.property(fc.string(), fc.string(), fc.string(), (query, from, meters) => {
      const text = new URLSearchParams({ from, to: from, meter: meters, last: from });
      for (const params of [new URLSearchParams(query), text]) {
        const { span } = readLook(params, NOW);
        expect(span.to - span.from).toBeGreaterThanOrEqual(59.999);
        expect(span.from).toBeGreaterThanOrEqual(0);
      }
    });
    fc.assert(property);
  });

  it("is of meters that exist", () => {
    expect(atMeters(look({ meters: [meter("9.9.9.9.9")] }), [HOUSE, PUMP]).meters).toEqual([HOUSE]);
    expect(atMeters(look({ meters: [PUMP] }), [HOUSE, PUMP]).meters).toEqual([PUMP]);
    expect(atMeters(look(), [] as MeterId[]).meters).toEqual([]);
  });

  it("zooms around a place that stays where it is", () => {
    const property = fc.property(
      fc.double({ min: 0.2, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (factor, share) => {
        const span = { from: NOW - 2_000_000, to: NOW - 1_000_000 };
        const at = span.from + share * 1_000_000;
        const { from, to } = zoomed(span, factor, at, NOW);
        expect((at - from) / (to - from)).toBeCloseTo(share, 6);
      },
    );
    fc.assert(property);
  });

  it("goes to the day that is now where that is in sight, else to the one in the middle", () => {
    const oslo = (iso: string) => Date.parse(`${iso}+01:00`) / 1000;
    const today = press(look(), "unit", "day", where);
    expect(today?.span).toEqual({ from: oslo("2026-11-23T00:00:00"), to: oslo("2026-11-24T00:00:00") });
    const october = { from: oslo("2026-10-01T00:00:00") - 3600, to: oslo("2026-11-01T00:00:00") };
    expect(press(look({ span: october }), "unit", "day", where)?.span.from).toBe(oslo("2026-10-16T00:00:00") - 3600);
    const next = press(look({ span: october }), "step", "1", where);
    expect(next?.span).toEqual({ from: october.to, to: oslo("2026-12-01T00:00:00") });
  });

  it("takes a second meter along where several are shown, and keeps at least one", () => {
    const several = press(look(), "manner", "beside", where);
    expect(several?.meters).toEqual([HOUSE, PUMP]);
    const one = press(several ?? look(), "meter", HOUSE, where);
    expect(one?.meters).toEqual([PUMP]);
    expect(press(one ?? look(), "meter", PUMP, where)?.meters).toEqual([PUMP]);
    expect(press(look(), "meter", PUMP, where)?.meters).toEqual([PUMP]);
  });
});

describe("CSV of what is seen", () => {
  it("names the meter in each row, and has one head", () => {
    const csv = "start,wh\r\n1,2\r\n3,4\r\n";
    expect(withMeter(csv, "0.0.1.1.2", true) + withMeter(csv, "0.0.1.1.3", false)).toBe(
      "meter,start,wh\r\n0.0.1.1.2,1,2\r\n0.0.1.1.2,3,4\r\n0.0.1.1.3,1,2\r\n0.0.1.1.3,3,4\r\n",
    );
  });
});
