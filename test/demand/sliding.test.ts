import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { demandState, plainTariff, type Tariff, WINDOW_MINUTES } from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { at, config, Run, reading } from "./support.ts";

const T0 = at("2026-03-02T10:00:00Z");
const state = (run: Run, now: number) => demandState(run.demand, run.config, epochSeconds(now));
const grids = WINDOW_MINUTES.flatMap((minutes) =>
  [1, 2, 3, 5, 10, 15, 20, 30]
    .filter((step) => minutes % step === 0 && step < minutes)
    .map((step) => ({ minutes, step })),
);

describe("sliding windows", () => {
  it("that end within half a window are all looked at, with what each has used", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...grids),
        fc.array(fc.nat(200), { minLength: 90, maxLength: 90 }),
        fc.nat(59),
        fc.nat(3),
        ({ minutes, step }, energies, second, late) => {
          const run = new Run(config(plainTariff(minutes, "UTC", step), { limitW: 3000 }));
          const measured = energies.length - late;
          energies.slice(0, measured).forEach((energy, i) => {
            run.read(reading(T0 + i * 60, T0 + i * 60 + 60, energy), T0 + i * 60 + 60);
          });
          // Readings are late: meanwhile there is only power.
          const powerW = 1800;
          run.power(powerW, T0 + measured * 60);
          const now = T0 + energies.length * 60 + second;
          run.power(powerW, now);
          const usedSince = (start: number) => {
            const first = (start - T0) / 60;
            const known = energies.slice(first, measured).reduce((sum, one) => sum + one, 0);
            return known + (powerW * (now - Math.max(start, T0 + measured * 60))) / 3600;
          };
          const expected: { remainingS: number; usedWh: number }[] = [];
          const firstEnd = (Math.floor(now / (step * 60)) + 1) * step * 60;
          for (let end = firstEnd; end === firstEnd || end <= now + minutes * 30; end += step * 60) {
            expected.push({ remainingS: end - now, usedWh: usedSince(end - minutes * 60) });
          }
          const seen = state(run, now);
          expect(seen.ahead.map((one) => one.remainingS)).toEqual(expected.map((one) => one.remainingS));
          expect(seen.ahead.length).toBeLessThanOrEqual(30);
          seen.ahead.forEach((one, i) => {
            expect(one.usedWh).toBeCloseTo(expected[i]?.usedWh ?? Number.NaN, 6);
          });
          const windowS = minutes * 60;
          const projections = expected.map((one) => (one.usedWh * 3600 + powerW * one.remainingS) / windowS);
          const budgets = expected.map((one) => (3000 * windowS - one.usedWh * 3600) / Math.max(60, one.remainingS));
          expect(seen.projectedWatts).toBeCloseTo(Math.max(...projections), 6);
          expect(seen.allowedWatts).toBeCloseTo(Math.min(...budgets), 6);
        },
      ),
      { numRuns: 80 },
    );
  });

  it("stay under the limit, every one of them, when no more is drawn than is allowed", () => {
    const wanted = fc.array(fc.nat(50), { minLength: 240, maxLength: 480 });
    fc.assert(
      fc.property(fc.constantFrom(...grids), fc.integer({ min: 1000, max: 9000 }), wanted, (grid, limitW, wishes) => {
        const { minutes, step } = grid;
        const run = new Run(config(plainTariff(minutes, "UTC", step), { limitW }));
        const drawn: number[] = [];
        run.power(0, T0);
        wishes.forEach((wish, i) => {
          const now = T0 + i * 15;
          // One Wh in 15 s is 240 W: the meter counts whole ones.
          const most = Math.floor((state(run, now).allowedWatts ?? 0) / 240);
          const energy = Math.max(0, Math.min(wish, most));
          drawn.push(energy);
          run.read(reading(now, now + 15, energy), now + 15).power(energy * 240, now + 15);
        });
        for (let end = step * 4; end <= drawn.length; end += step * 4) {
          const used = drawn.slice(Math.max(0, end - minutes * 4), end).reduce((sum, one) => sum + one, 0);
          expect(used * 60).toBeLessThanOrEqual(limitW * minutes + 1e-6);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("bridge a hole in those that contain it, and in no other", () => {
    const run = new Run(config(plainTariff(15, "UTC", 1), { limitW: 3000 }));
    for (const minute of [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
      run.read(reading(T0 + minute * 60, T0 + minute * 60 + 60, 30));
    }
    run.power(1800, T0 + 720);
    const used = state(run, T0 + 720).ahead.map((one) => one.usedWh);
    // Windows that begin two minutes before the first reading to four after it; the second minute has no reading.
    const measured = [330, 330, 330, 300, 300, 270, 240];
    const missing = [3, 2, 1, 1, 0, 0, 0];
    expect(used).toEqual(measured.map((energy, i) => energy + 30 * (missing[i] ?? 0)));
  });

  it("tell of a certain break in any window that is ahead, not only in the one that ends first", () => {
    const run = new Run(config(plainTariff(15, "UTC", 1), { limitW: 2000 }));
    run.read(reading(T0, T0 + 300, 0));
    // 510 Wh in five minutes: too much for the windows that begin with them, the first of which ended long ago.
    run.read(reading(T0 + 300, T0 + 600, 510)).power(100, T0 + 600);
    expect(state(run, T0 + 600)).toMatchObject({ certainBreak: true });
  });

  it("outside the hours that count are left out as soon as one that counts is ahead", () => {
    const tariff: Tariff = { ...plainTariff(60, "UTC", 5), counts: [{ hours: [[10, 12]] }] };
    const run = new Run(config(tariff, { limitW: 2000 }));
    run
      .read(reading(T0 - 3600, T0, 5000))
      .read(reading(T0, T0 + 1800, 500))
      .power(1000, T0 + 1800);
    const seen = state(run, T0 + 1800);
    // The hour from 09:35 holds thousands of Wh, but does not count; the one from 10:00 does.
    expect(seen.counts).toBe(true);
    expect(seen.ahead).toEqual([{ remainingS: 1800, usedWh: 500 }]);
    expect(state(run, T0 - 7200).counts).toBe(false);
  });

  it("are one window where they are blocks: that of the quarter", () => {
    const run = new Run(config(plainTariff(15, "UTC"), { limitW: 2000 }));
    run.read(reading(T0, T0 + 60, 30)).power(1800, T0 + 60);
    expect(state(run, T0 + 120).ahead).toEqual([{ remainingS: 780, usedWh: 60 }]);
    expect(state(run, T0 + 4000).ahead).toEqual([]);
  });
});
