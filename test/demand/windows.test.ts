import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { split, stepStart, TARIFFS, windowAt } from "../../nodes/demand/index.ts";
import { epochSeconds, localTime, type Reading, wh } from "../../nodes/model/index.ts";
import { at, config, meter, Run, reading } from "./support.ts";

const MONDAY = at("2026-03-02T10:00:00Z");
const quarter = (n: number) => MONDAY + n * 900;

describe("the grid", () => {
  it("starts windows at the quarters of the local clock, seconds included, in odd zones too", () => {
    for (const zone of [
      "UTC",
      "Europe/Brussels",
      "Asia/Kathmandu",
      "Asia/Kolkata",
      "Australia/Lord_Howe",
      "Pacific/Chatham",
    ]) {
      for (const minutes of [15, 30, 60]) {
        const grid = { windowS: minutes * 60, stepS: minutes * 60, zone };
        const local = localTime(stepStart(MONDAY + 437, grid), zone);
        expect([local.minute % minutes, local.second]).toEqual([0, 0]);
      }
    }
  });

  it("neither repeats nor loses a window when the clock changes", () => {
    const grid = { windowS: 3600, stepS: 3600, zone: "Europe/Brussels" };
    const night = at("2026-10-25T00:00:00Z");
    const starts = new Set<number>();
    for (let t = night; t < night + 4 * 3600; t += 60) starts.add(windowAt(t, grid).start);
    expect([...starts]).toEqual([0, 1, 2, 3].map((hour) => night + hour * 3600));
  });

  it("splits energy into whole Wh that add up, at the same points for any cut", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 20_000 }), fc.nat(50_000), (offset, duration, energy) => {
        const start = MONDAY + offset;
        const grid = { windowS: 900, stepS: 900, zone: "UTC" };
        const parts = split(start, start + duration, wh(energy), grid);
        expect(parts.reduce((sum, part) => sum + part.energy, 0)).toBe(energy);
        expect(parts.every((part) => Number.isInteger(part.energy) && part.energy >= 0)).toBe(true);
        expect(parts[0]?.step).toBe(stepStart(start, grid));
      }),
    );
  });
});

describe("windows", () => {
  it("hold exactly the energy of the readings, whatever their cut and order", () => {
    const stream = fc.array(fc.record({ length: fc.integer({ min: 1, max: 4000 }), energy: fc.nat(3000) }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(stream, fc.integer({ min: 0, max: 5 }), (entries, swaps) => {
        let t = MONDAY + 17;
        const readings = entries.map(({ length, energy }) => {
          const one = reading(t, t + length, energy);
          t += length;
          return one;
        });
        for (let i = 0; i < swaps; i += 1) readings.push(...readings.splice((i * 7) % readings.length, 1));
        const run = new Run(config());
        for (const one of readings) run.read(one, t + 60);
        run.tick(t + 3000);
        const last = new Map(run.windows.map((one) => [one.start, one]));
        const sum = [...last.values()].reduce((total, one) => total + one.wh, 0);
        expect(sum).toBe(entries.reduce((total, one) => total + one.energy, 0));
      }),
      { numRuns: 60 },
    );
  });

  it("close when the data has passed their end, not when the clock has", () => {
    const run = new Run(config());
    run.read(reading(quarter(0), quarter(1) - 60, 100)).tick(quarter(1) + 120);
    expect(run.windows).toEqual([]);
    run.read(reading(quarter(1) - 60, quarter(1), 10), quarter(1) + 130);
    expect(run.windows).toMatchObject([{ wh: 110, coverage: 1, candidate: true, resettled: false }]);
  });

  it("close without the missing data once the meter has been silent too long, flagged and no candidate", () => {
    const run = new Run(config());
    run.read(reading(quarter(0), quarter(0) + 780, 100)).tick(quarter(1) + 301);
    expect(run.windows).toMatchObject([{ wh: 100, candidate: false }]);
    expect(run.windows[0]?.coverage).toBeCloseTo(780 / 900);
    expect(run.peaks).toEqual([]);
  });

  it("stay open for late data as long as a meter may be silent, though it has been silent that long", () => {
    const run = new Run(config());
    run.read(reading(quarter(0), quarter(0) + 500, 100)).tick(quarter(1) + 299);
    expect(run.windows).toEqual([]);
    expect(run.tick(quarter(1) + 300).windows).toHaveLength(1);
  });

  it("are candidates from 90 % coverage on", () => {
    const run = new Run(config());
    run.read(reading(quarter(0) + 90, quarter(1), 100)).read(reading(quarter(1) + 91, quarter(2), 100));
    expect(run.windows.map((one) => one.candidate)).toEqual([true, false]);
  });

  it("are settled again by late data, and say so", () => {
    const run = new Run(config());
    run.read(reading(quarter(0), quarter(0) + 600, 100)).read(reading(quarter(1), quarter(2), 50));
    expect(run.windows.map((one) => [one.wh, one.candidate])).toEqual([
      [100, false],
      [50, true],
    ]);
    run.read(reading(quarter(0) + 600, quarter(1), 900), quarter(2) + 30).tick(quarter(2) + 40);
    expect(run.windows.at(-1)).toMatchObject({ start: quarter(0), wh: 1000, candidate: true, resettled: true });
    expect(run.peaks.at(-1)?.figureWatts).toBe(4000);
    run.tick(quarter(2) + 45);
    expect(run.windows).toHaveLength(3);
  });

  it("count a reading once however often it comes", () => {
    const run = new Run(config());
    const one = reading(quarter(0), quarter(1), 100);
    run.read(one).read(one);
    expect(run.ignored).toEqual(["duplicate"]);
    expect(run.windows).toMatchObject([{ wh: 100 }]);
  });

  it("keep the energy of a reading that was moved to its receipt over others", () => {
    const run = new Run(config());
    run.read(reading(quarter(0), quarter(1) - 10, 100));
    run.read(reading(quarter(0) + 300, quarter(0) + 310, 5, { quality: ["moved"] }));
    run.read(reading(quarter(1) - 10, quarter(1), 1));
    expect(run.windows).toMatchObject([{ wh: 106 }]);
  });

  it("take the detail of a bridged hole instead of the guess, with the same total", () => {
    const run = new Run(config());
    const gap = reading(quarter(0), quarter(2), 300, { source: "register-gap", quality: ["estimated-span"] });
    run.read(gap).read(reading(quarter(2), quarter(3), 60));
    expect(run.windows.map((one) => [one.wh, one.candidate])).toEqual([
      [150, false],
      [150, false],
      [60, true],
    ]);
    run.read(reading(quarter(0), quarter(1), 20, { quality: ["refined"] }));
    run.read(reading(quarter(1), quarter(2), 280, { quality: ["refined"] })).tick(quarter(3) + 10);
    expect(run.windows.slice(3).map((one) => [one.wh, one.candidate, one.resettled])).toEqual([
      [20, true, true],
      [280, true, true],
    ]);
  });

  it("keep the total when detail leaves smaller holes before and after it", () => {
    const run = new Run(config());
    run.read(reading(quarter(0), quarter(3), 900, { source: "register-gap" }));
    // As the meter sends them: the hole before, the detail, the hole after.
    run.read(reading(quarter(0), quarter(1), 500, { source: "register-gap" }));
    run.read(reading(quarter(1), quarter(2), 100, { quality: ["refined"] }));
    run.read(reading(quarter(2), quarter(3), 300, { source: "register-gap" })).tick(quarter(3) + 10);
    const last = new Map(run.windows.map((one) => [one.start, one.wh]));
    expect([...last.values()]).toEqual([500, 100, 300]);
  });

  it("keep the energy of a clock that was set back: the same time comes twice, the energy does not", () => {
    const run = new Run(config());
    run.read(reading(quarter(0), quarter(1), 100)).read(reading(quarter(0) + 300, quarter(1), 40));
    run.tick(quarter(1) + 5);
    expect(run.windows.at(-1)).toMatchObject({ wh: 140, coverage: 1 });
  });

  it("sum several meters and are covered as well as the worst of them", () => {
    const [a, b] = [meter("a"), meter("b")];
    const run = new Run(config(undefined, { meters: [a, b] }));
    run.read(reading(quarter(0), quarter(1), 100, { meter: a }));
    expect(run.windows).toEqual([]);
    run.read(reading(quarter(0) + 450, quarter(1), 40, { meter: b }));
    run.read(reading(quarter(0), quarter(1), 5, { meter: meter("other") }));
    expect(run.windows).toMatchObject([{ wh: 140, coverage: 0.5, candidate: false }]);
    expect(run.ignored).toEqual(["other-meter"]);
  });

  it("leave out what nothing was heard of: absence is not zero", () => {
    const run = new Run(config());
    run.read(reading(quarter(0), quarter(1), 10)).read(reading(quarter(40), quarter(41), 10));
    expect(run.windows.map((one) => one.start)).toEqual([quarter(0), quarter(40)]);
  });

  it("leave alone what is too old when a hole of many days is refined: no window of negative energy", () => {
    const run = new Run(config());
    const days = 86_400;
    run.read(reading(MONDAY - 900, MONDAY, 100));
    run.read(reading(MONDAY, MONDAY + 10 * days, 24_000, { source: "register-gap" }));
    run
      .read(reading(MONDAY + 10 * days, MONDAY + 10 * days + 900, 100))
      .read(reading(MONDAY + 11 * days, MONDAY + 11 * days + 900, 100));
    run
      .read(reading(MONDAY + 10 * days - 900, MONDAY + 10 * days, 50, { quality: ["refined"] }))
      .tick(MONDAY + 11 * days + 900);
    expect(run.windows.some((window) => window.resettled)).toBe(true);
    expect(run.windows.filter((window) => window.wh < 0)).toEqual([]);
    const oldest = Math.min(...run.windows.filter((window) => window.resettled).map((window) => window.start));
    expect(oldest).toBeGreaterThan(MONDAY + 6 * days);
  });

  it("do not take a reading of the future, which would make all others too old", () => {
    const run = new Run(config());
    run.read(reading(MONDAY + 400 * 86_400, MONDAY + 400 * 86_400 + 15, 5), MONDAY);
    run.read(reading(MONDAY, MONDAY + 15, 5), MONDAY + 20);
    expect(run.ignored).toEqual(["future"]);
    expect(run.demand.newest).toBe(MONDAY + 15);
  });

  it("go on when the server's clock was far ahead and is right again", () => {
    const run = new Run(config());
    const ahead = MONDAY + 30 * 86_400;
    for (let t = ahead; t < ahead + 3600; t += 900) run.read(reading(t, t + 900, 50));
    for (let t = MONDAY; t < MONDAY + 3600; t += 900) run.read(reading(t, t + 900, 100), t + 900);
    expect(run.ignored).toEqual([]);
    run.tick(MONDAY + 1801);
    expect(run.windows.filter((window) => window.start < ahead)).toHaveLength(2);
    run.tick(MONDAY + 3601);
    expect(run.windows.slice(-4).map((window) => [window.wh, window.resettled])).toEqual(Array(4).fill([100, true]));
  });

  it("forget what is too old to be settled again, in bounded memory", () => {
    const run = new Run(config());
    const month: Reading[] = [];
    for (let t = MONDAY; t < MONDAY + 40 * 86_400; t += 900) month.push(reading(t, t + 900, 100 + (t % 7)));
    for (const one of month) run.read(one);
    run.read(reading(MONDAY + 5, MONDAY + 10, 9));
    expect(run.ignored).toEqual(["too-late"]);
    const steps = [...run.demand.slots.chunks.values()].reduce((sum, day) => sum + day.size, 0);
    expect(steps).toBeLessThan(7 * 96);
    expect(run.demand.book.days.size).toBeLessThan(45);
    expect(epochSeconds(run.demand.newest)).toBe(MONDAY + 40 * 86_400);
  });
});

describe("the month's peak", () => {
  const day = (n: number) => at("2026-03-02T10:00:00+01:00") + n * 86_400;
  const hour = (run: Run, n: number, offset: number, energy: number) =>
    run.read(reading(day(n) + offset * 3600, day(n) + (offset + 1) * 3600, energy));

  it("sorts the top three anew when a day's peak grows", () => {
    const run = new Run(config(TARIFFS.norway));
    hour(run, 0, 0, 3000);
    hour(run, 1, 0, 4000);
    hour(run, 2, 0, 2000);
    hour(run, 3, 0, 1000);
    hour(run, 3, 1, 5000);
    hour(run, 3, 2, 4500);
    expect(run.peaks.at(-1)?.candidates.map((one) => one.watts)).toEqual([5000, 4000, 3000]);
  });

  it("brings the runner-up back when late data lowers a peak", () => {
    const run = new Run(config(TARIFFS.norway));
    const start = day(0);
    run.read(reading(start, start + 3600, 1000));
    run.read(reading(start + 3600, start + 5400, 4000, { source: "register-gap" }));
    run.read(reading(start + 5400, start + 7200, 0));
    expect(run.peaks.at(-1)?.figureWatts).toBe(4000);
    run.read(reading(start + 3600, start + 5400, 100, { quality: ["refined"] })).tick(start + 8000);
    expect(run.peaks.at(-1)?.figureWatts).toBe(1000);
  });

  it("is final when the next month has begun, and is told only when it changes", () => {
    const run = new Run(config(TARIFFS.norway));
    hour(run, 0, 0, 3000);
    hour(run, 0, 1, 100);
    hour(run, 40, 0, 500);
    expect(run.peaks.map((peak) => [peak.period, peak.final, peak.figureWatts])).toEqual([
      ["2026-03", false, 3000],
      ["2026-03", true, 3000],
      ["2026-04", false, 500],
    ]);
  });
});
