import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DemandConfig, plainTariff, TARIFFS, WINDOW_MINUTES, type Window } from "../../nodes/demand/index.ts";
import { epochSeconds, localTime, type Reading } from "../../nodes/model/index.ts";
import { at, config, Run, reading } from "./support.ts";

/** Autumn's change of the clock in Europe, spring's in the south. */
const NIGHT = at("2026-10-24T22:00:00Z");
const ZONES = ["UTC", "Europe/Brussels", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Adelaide", "America/St_Johns"];

const grids = WINDOW_MINUTES.flatMap((minutes) =>
  [1, 2, 3, 5, 10, 15, 30, minutes].filter((step) => minutes % step === 0).map((step) => ({ minutes, step })),
);
const gridOf = fc.constantFrom(...grids);
/** Wh of each minute, null where nothing was read. */
const minutesOf = (length: number) =>
  fc.array(fc.option(fc.nat(150), { freq: 12 }), { minLength: length, maxLength: length });

const readingsOf = (minutes: readonly (number | null)[], start = NIGHT): Reading[] =>
  minutes.flatMap((energy, i) => (energy === null ? [] : [reading(start + i * 60, start + (i + 1) * 60, energy)]));

/** The last word on each window. */
const settled = (run: Run) => new Map(run.windows.map((window) => [window.start as number, window]));

const plain = ({ wh, coverage, candidate }: Window): { wh: number; coverage: number; candidate: boolean } => ({
  wh,
  coverage,
  candidate,
});

function play(settings: DemandConfig, readings: readonly Reading[]): Run {
  const run = new Run(settings);
  for (const one of readings) run.read(one, NIGHT + 6 * 3600);
  return run.tick(NIGHT + 24 * 3600).tick(NIGHT + 24 * 3600);
}

describe("windows of any length", () => {
  it("hold what an independent integrator finds: energy, coverage, and the utility's clock for their end", () => {
    fc.assert(
      fc.property(gridOf, fc.constantFrom(...ZONES), minutesOf(240), ({ minutes, step }, zone, energies) => {
        const run = play(config(plainTariff(minutes, zone, step)), readingsOf(energies));
        const seen = settled(run);
        const expected = new Map<number, ReturnType<typeof plain>>();
        // A window ends where the clock on the wall shows a multiple of the step, if its last step has data.
        let read = false;
        energies.forEach((last, i) => {
          read ||= last !== null;
          const end = NIGHT + (i + 1) * 60;
          const wall = localTime(epochSeconds(end), zone);
          if ((wall.hour * 60 + wall.minute) % step !== 0 && step < 60) return;
          if (step === 60 && wall.minute !== 0) return;
          const from = Math.max(0, i + 1 - minutes);
          const inside = energies.slice(from, i + 1).filter((energy) => energy !== null);
          const coverage = inside.length / minutes;
          const wh = inside.reduce((sum, energy) => sum + energy, 0);
          if (read) expected.set(end - minutes * 60, { wh, coverage, candidate: coverage >= 0.9 });
          read = false;
        });
        const found = new Map([...seen].filter(([start]) => start + minutes * 60 <= NIGHT + energies.length * 60));
        expect(new Map([...found].map(([start, window]) => [start, plain(window)]))).toEqual(expected);
      }),
      { numRuns: 120 },
    );
  });

  it("of blocks add up to the readings that were counted, exactly, whatever their cut", () => {
    const entries = fc.array(fc.record({ length: fc.integer({ min: 1, max: 5000 }), energy: fc.nat(3000) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.constantFrom(...WINDOW_MINUTES), fc.constantFrom(...ZONES), entries, (minutes, zone, list) => {
        let t = NIGHT + 11;
        const readings = list.map(({ length, energy }) => {
          t += length;
          return reading(t - length, t, energy);
        });
        const run = new Run(config(plainTariff(minutes, zone)));
        for (const one of readings) run.read(one, t + 60);
        run.tick(t + 7200);
        const sum = [...settled(run).values()].reduce((total, window) => total + window.wh, 0);
        expect(sum).toBe(list.reduce((total, { energy }) => total + energy, 0));
      }),
      { numRuns: 80 },
    );
  });

  it("come out the same in whatever order the readings arrive, and however often", () => {
    fc.assert(
      fc.property(
        gridOf,
        minutesOf(150),
        fc.array(fc.tuple(fc.nat(), fc.nat(60)), { maxLength: 25 }),
        ({ minutes, step }, energies, moves) => {
          const settings = config({ ...plainTariff(minutes, "Europe/Brussels", step), highest: 3 });
          const inOrder = readingsOf(energies);
          const shuffled = [...inOrder];
          for (const [from, by] of moves) {
            const i = from % Math.max(1, shuffled.length);
            const [one] = shuffled.splice(i, 1);
            if (one !== undefined) shuffled.splice(i + by, 0, one);
            if (one !== undefined && by % 3 === 0) shuffled.push(one);
          }
          const a = play(settings, inOrder);
          const b = play(settings, shuffled);
          const words = (run: Run) => [...settled(run)].map(([start, one]) => [start, plain(one)] as const);
          expect(new Map(words(b))).toEqual(new Map(words(a)));
          expect(b.peaks.at(-1)?.candidates).toEqual(a.peaks.at(-1)?.candidates);
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe("the figure of a month", () => {
  const tariffs = [
    TARIFFS.belgium,
    TARIFFS.norway,
    TARIFFS.sweden,
    TARIFFS["sweden-ellevio"],
    TARIFFS.australia,
    TARIFFS["australia-weekdays"],
    TARIFFS["australia-four-days"],
  ];

  it("is the mean of the highest windows that count, by day where days are distinct: any stream, any late data", () => {
    const hours = fc.array(fc.nat(9000), { minLength: 24 * 6, maxLength: 24 * 6 });
    fc.assert(
      fc.property(fc.constantFrom(...tariffs), hours, fc.array(fc.nat(143), { maxLength: 8 }), (tariff, list, late) => {
        // A Friday to a Wednesday in November, a season that every one of them counts.
        const start = at("2026-11-13T00:00:00Z");
        const run = new Run(config(tariff));
        const held: Reading[] = [];
        list.forEach((energy, i) => {
          const one = reading(start + i * 3600, start + (i + 1) * 3600, energy);
          if (late.includes(i) && i > 24 * 3) held.push(one);
          else run.read(one, start + i * 3600 + 3600);
        });
        const end = start + list.length * 3600;
        for (const one of held) run.read(one, end);
        run.tick(end + 3600);
        const windows = [...settled(run).values()].filter((window) => window.candidate);
        const byDay = new Map<string, number[]>();
        for (const window of windows) {
          const { day } = localTime(window.start, tariff.zone);
          const key = "distinctDays" in tariff ? String(day) : String(window.start);
          byDay.set(key, [...(byDay.get(key) ?? []), window.watts * window.weight]);
        }
        const highest = [...byDay.values()]
          .map((values) => Math.max(...values))
          .sort((a, b) => b - a)
          .slice(0, tariff.highest);
        const last = run.peaks.at(-1);
        expect(last?.candidates.map((one) => one.watts)).toEqual(highest);
        const mean = highest.reduce((sum, one) => sum + one, 0) / highest.length;
        expect(last?.figureWatts).toBeCloseTo(Math.max("floorW" in tariff ? tariff.floorW : 0, mean), 6);
      }),
      { numRuns: 60 },
    );
  });

  it("never falls while readings come in order, once there are as many windows as it is the mean of", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...tariffs),
        fc.array(fc.nat(9000), { minLength: 100, maxLength: 200 }),
        (tariff, list) => {
          const start = at("2026-11-02T00:00:00Z");
          const run = new Run(config(tariff));
          list.forEach((energy, i) => {
            run.read(reading(start + i * 3600, start + (i + 1) * 3600, energy));
          });
          const full = run.peaks.filter((peak) => peak.candidates.length === tariff.highest);
          const figures = full.map((peak) => peak.figureWatts as number);
          expect(figures).toEqual([...figures].sort((a, b) => a - b));
        },
      ),
      { numRuns: 40 },
    );
  });
});
