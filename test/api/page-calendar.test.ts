import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  instantOf,
  sameTimeBefore,
  startOf,
  UNITS,
  unitAround,
  unitOf,
  wallClock,
} from "../../nodes/api/pages/home/energy/calendar.ts";
import { earlierSpan, movedUp } from "../../nodes/api/pages/home/energy/earlier.ts";
import { comparedWords } from "../../nodes/api/pages/home/energy/figures-view.ts";
import { ticksOf } from "../../nodes/api/pages/home/energy/ticks.ts";
import { kwh, lastName, spanName } from "../../nodes/api/pages/home/energy/words.ts";
import { liveItem } from "../../nodes/api/pages/home/live.ts";
import { eventReader } from "../../nodes/api/pages/parts/stream.ts";
import type { ReadingRow } from "../../nodes/model/index.ts";

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");
const zones = fc.constantFrom(
  "Europe/Oslo",
  "Europe/London",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "America/New_York",
);
const instants = fc.integer({ min: 1_700_000_000, max: 1_830_000_000 });
/** 2026-03-29 in Oslo has 23 hours, 2026-10-25 has 25. */
const oslo = (text: string) => Date.parse(text) / 1000;

describe("hours, days, weeks, months and years", () => {
  it("begin before the instant and end after it, one after the other", () => {
    const property = fc.property(instants, zones, fc.constantFrom(...UNITS), (at, zone, unit) => {
      const { from, to } = unitAround(unit, at, zone);
      expect(from).toBeLessThanOrEqual(at);
      expect(to).toBeGreaterThan(at);
      expect(unitAround(unit, to, zone).from).toBe(to);
      expect(unitOf({ from, to }, zone)).toBe(unit);
      if (unit !== "hour") expect(((wallClock(from, zone) % 86_400) + 86_400) % 86_400).toBe(0);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("are days of 23 and 25 hours where the clock is changed", () => {
    const length = (day: string) => {
      const { from, to } = unitAround("day", oslo(`${day}T12:00:00Z`), "Europe/Oslo");
      return (to - from) / 3600;
    };
    expect(["2026-03-29", "2026-06-01", "2026-10-25"].map(length)).toEqual([23, 24, 25]);
  });

  it("are found again from the clock on the wall", () => {
    const property = fc.property(instants, zones, (at, zone) => {
      const wall = wallClock(at, zone);
      expect(wallClock(instantOf(wall, zone), zone)).toBe(wall);
      expect(instantOf(wall, zone)).toBeLessThanOrEqual(at);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("have the same time of day a unit before, and the last day where a month has fewer", () => {
    const zone = "Europe/Oslo";
    expect(sameTimeBefore(oslo("2026-03-29T10:00:00Z"), "day", zone)).toBe(oslo("2026-03-28T11:00:00Z"));
    expect(sameTimeBefore(oslo("2026-03-31T10:00:00Z"), "month", zone)).toBe(oslo("2026-02-28T11:00:00Z"));
    expect(sameTimeBefore(oslo("2024-02-29T10:00:00Z"), "year", zone)).toBe(oslo("2023-02-28T10:00:00Z"));
  });

  it("of an earlier week stand below the present one at the same time of day", () => {
    const zone = "Europe/Oslo";
    const now = unitAround("week", oslo("2026-03-30T12:00:00Z"), zone);
    const then = earlierSpan(now, "week", zone);
    const noon = oslo("2026-03-24T11:00:00Z");
    const rows = [{ start: noon, end: noon + 3600 }] as unknown as ReadingRow[];
    const [moved] = movedUp(rows, then, now, zone);
    expect(moved?.start).toBe(oslo("2026-03-31T10:00:00Z"));
    expect(startOf("week", moved?.start ?? 0, zone)).toBe(now.from);
  });
});

describe("the time axis", () => {
  it("has marks in order, within the span, no more than fit, at times that people know", () => {
    const length = fc.integer({ min: 60, max: 400_000_000 });
    const property = fc.property(
      instants,
      length,
      zones,
      fc.integer({ min: 3, max: 24 }),
      (from, seconds, zone, room) => {
        const ticks = ticksOf({ from, to: from + seconds }, room, zone);
        expect(ticks.length).toBeLessThanOrEqual(room * 2 + 3);
        for (const [i, { at, text }] of ticks.entries()) {
          expect(at).toBeGreaterThanOrEqual(from);
          expect(at).toBeLessThanOrEqual(from + seconds);
          expect(at).toBeGreaterThan(ticks[i - 1]?.at ?? 0);
          expect(text).toMatch(/^(\d\d:\d\d(:\d\d)?|\d{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2}|\d{4})$/);
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it("keeps 06:00 at 06:00 on the day the clock is changed", () => {
    const span = unitAround("day", oslo("2026-10-25T12:00:00Z"), "Europe/Oslo");
    const texts = ticksOf(span, 5, "Europe/Oslo").map(({ text }) => text);
    expect(texts).toEqual(["25 Oct", "06:00", "12:00", "18:00", "26 Oct"]);
  });
});

describe("words of the chart", () => {
  const zone = "Europe/Oslo";
  const named = (from: string, to: string, now = 0) => plain(spanName({ from: oslo(from), to: oslo(to) }, zone, now));

  it("name spans as people do", () => {
    expect(named("2026-11-16T23:00:00Z", "2026-11-17T23:00:00Z")).toBe("Tuesday 17 November 2026");
    expect(named("2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z")).toBe("November 2026");
    expect(named("2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z")).toBe("2026");
    expect(named("2026-11-15T23:00:00Z", "2026-11-22T23:00:00Z")).toBe("16 Nov – 22 Nov 2026");
    expect(named("2026-11-17T17:00:00Z", "2026-11-17T19:30:00Z")).toBe("17 November 2026, 18:00 – 20:30");
    expect(named("2026-11-17T17:00:00Z", "2026-11-18T05:30:00Z", oslo("2026-11-20T00:00:00Z"))).toBe(
      "18:00, 17 Nov – 06:30, 18 Nov",
    );
    expect([3600, 86_400, 7 * 86_400, 365 * 86_400, 5400].map(lastName)).toEqual([
      ...["Last hour", "Last 24 hours", "Last 7 days", "Last year", "Last 90 minutes"],
    ]);
  });

  it("write energy with as many digits as are worth reading", () => {
    const all = [0, 412, 12_345, 412_340, 5_254_239, -2310].map((wh) => plain(kwh(wh)));
    expect(all).toEqual(["0.000 kWh", "0.412 kWh", "12.35 kWh", "412.3 kWh", "5 254 kWh", "−2.310 kWh"]);
    expect(kwh(null)).toBe("–");
  });

  it("say how much less than before, and when that is no fair comparison", () => {
    const sum = { wh: 800, coveredS: 3600, watts: 800, most: null };
    const compared = { unit: "week", isWhole: true, wh: 1000, coveredS: 3600 } as const;
    expect(comparedWords(800, compared, sum).map(plain)).toEqual(["−20 %", "0.200 kWh less than the week before"]);
    expect(comparedWords(800, { ...compared, coveredS: 1800 }, sum)[1]).toContain("of which less is known");
    expect(comparedWords(800, { ...compared, wh: null, isWhole: false }, sum)).toEqual([
      ...["–", "nothing is known of a week earlier"],
    ]);
  });
});

describe("the stream of what happens now", () => {
  it("is taken apart the same, in whatever pieces it comes", () => {
    const text =
      'retry: 5000\n\n: still here\n\nevent: power\ndata: {"meter":"0.0.1.1.2"}\n\nevent: x\ndata: a\ndata: b\n\n';
    const property = fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
      const take = eventReader();
      const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
      const events = edges.slice(1).flatMap((end, i) => take(text.slice(edges[i], end)));
      expect(events).toEqual([
        { name: "power", data: '{"meter":"0.0.1.1.2"}' },
        { name: "x", data: "a\nb" },
      ]);
    });
    fc.assert(property);
  });

  it("becomes news by the name of its event, and nothing where that is not known", () => {
    expect(liveItem({ name: "reading", data: '{"wh":5}' })).toEqual({ type: "reading", reading: { wh: 5 } });
    expect(liveItem({ name: "adjusted", data: '{"meter":"m","from":7}' })).toEqual({
      type: "adjusted",
      meter: "m",
      from: 7,
    });
    expect(liveItem({ name: "other", data: "{}" })).toBeUndefined();
    for (const data of ["{broken", "null", "5"]) expect(liveItem({ name: "power", data })).toBeUndefined();
  });
});
