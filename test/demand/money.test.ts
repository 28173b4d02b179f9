import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averageFigure, charge, demandState, plainTariff, TARIFFS, type Tariff } from "../../nodes/demand/index.ts";
import { epochSeconds, localTime, type Reading } from "../../nodes/model/index.ts";
import { at, config, Run, reading } from "./support.ts";

const state = (run: Run, now: number) => demandState(run.demand, run.config, epochSeconds(now));
const last = (run: Run, period: string) => run.peaks.filter((peak) => peak.period === period).at(-1);

describe("the cost of energy by the time of use", () => {
  const tariff: Tariff = {
    ...plainTariff(15, "Europe/Brussels"),
    holidays: ["05-01"],
    energy: {
      currency: "EUR",
      rates: [
        {
          when: [
            {
              weekdays: [1, 2, 3, 4, 5],
              hours: [
                [7, 11],
                [17, 22],
              ],
              holidays: false,
            },
          ],
          perKwh: 0.41,
          dear: true,
        },
        { when: [{ hours: [[1, 7]] }, { weekdays: [0], hours: [[12, 16]] }], perKwh: 0.19 },
        { perKwh: 0.27 },
      ],
    },
  };
  /** The same prices, written down a second time. */
  const priceAt = (when: number) => {
    const { month, day, hour, weekday } = localTime(epochSeconds(when), "Europe/Brussels");
    const workday = weekday >= 1 && weekday <= 5 && !(month === 5 && day === 1);
    if (workday && ((hour >= 7 && hour < 11) || (hour >= 17 && hour < 22))) return 0.41;
    if ((hour >= 1 && hour < 7) || (weekday === 0 && hour >= 12 && hour < 16)) return 0.19;
    return 0.27;
  };

  it("is exact against an independent integrator, month by month, over a change of the clock, late data and holes", () => {
    const start = at("2026-03-28T12:00:00Z");
    const quarters = fc.array(fc.nat(900), { minLength: 500, maxLength: 500 });
    fc.assert(
      fc.property(
        quarters,
        fc.array(fc.nat(499), { maxLength: 20 }),
        fc.integer({ min: 150, max: 460 }),
        (list, late, gapAt) => {
          const run = new Run(config(tariff));
          const one = (i: number) => reading(start + i * 900, start + (i + 1) * 900, list[i] ?? 0);
          const isGap = (i: number) => i >= gapAt && i < gapAt + 8;
          const held: Reading[] = [];
          let gapWh = 0;
          list.forEach((energy, i) => {
            const now = start + (i + 1) * 900;
            if (isGap(i)) gapWh += energy;
            else if (late.includes(i) && i > 200) held.push(one(i));
            else run.read(one(i), now);
            if (i !== gapAt + 7) return;
            // The register bridges two hours; their detail comes at the end after all.
            const gap = { source: "register-gap", quality: ["estimated-span"] } as const;
            run.read(reading(start + gapAt * 900, now, gapWh, { ...gap, quality: [...gap.quality] }), now);
          });
          const end = start + list.length * 900;
          for (const reading of held) run.read(reading, end);
          list.forEach((_, i) => {
            if (isGap(i)) run.read({ ...one(i), quality: ["refined"] }, end);
          });
          run.read(reading(end, end + 900, 5000), end + 900).tick(end + 1000);
          for (const period of ["2026-03", "2026-04"]) {
            const inside = [...list, 5000]
              .map((energy, i) => ({ energy, start: start + i * 900 }))
              .filter(({ start }) => {
                const { year, month } = localTime(epochSeconds(start), "Europe/Brussels");
                return `${year}-${String(month).padStart(2, "0")}` === period;
              });
            const cost = inside.reduce((sum, { energy, start }) => sum + energy * priceAt(start), 0) / 1000;
            const peak = last(run.tick(end + 1200), period);
            const told = period === "2026-04" ? peak : undefined;
            const energies = [...(run.demand.energy.get(period) ?? [])];
            expect(energies.reduce((sum, [, wh]) => sum + wh, 0)).toBe(
              inside.reduce((sum, { energy }) => sum + energy, 0),
            );
            expect(energies.reduce((sum, [price, wh]) => sum + (price ?? 0) * wh, 0) / 1000).toBeCloseTo(cost, 6);
            if (told !== undefined) expect(told.energyCharge?.amount).toBeCloseTo(cost, 6);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("follows prices that change at half past, also where a window is a whole hour", () => {
    const rates = [{ when: [{ hours: [[15, 21.5] as const] }], perKwh: 0.4 }, { perKwh: 0.2 }];
    const run = new Run(config({ ...plainTariff(60, "UTC"), energy: { currency: "AUD", rates } }));
    const start = at("2026-03-02T21:00:00Z");
    run.read(reading(start, start + 1800, 1000)).read(reading(start + 1800, start + 3600, 3000));
    run.read(reading(start + 3600, start + 3660, 0));
    expect(last(run, "2026-03")?.energyCharge?.amount).toBeCloseTo(0.4 + 0.6, 9);
  });

  it("is told again when late data of a month that is over changes it", () => {
    const run = new Run(config(tariff));
    const march = at("2026-03-31T12:00:00Z");
    run.read(reading(march, march + 900, 1000)).read(reading(march + 900, march + 1800, 10));
    run.read(reading(march + 86_400, march + 87_300, 10));
    expect(last(run, "2026-03")).toMatchObject({ final: true, energyWh: 1010 });
    run.read(reading(march + 1800, march + 2700, 20), march + 87_400).tick(march + 87_400);
    expect(last(run, "2026-03")).toMatchObject({ final: true, figureWatts: 4000, energyWh: 1030 });
    expect(last(run, "2026-03")?.energyCharge?.amount).toBeCloseTo(1.03 * 0.27, 9);
  });

  it("tells the price that holds now, and when energy is dear", () => {
    const run = new Run(config(tariff));
    const now = (iso: string) => state(run, at(iso));
    expect(now("2026-04-08T08:30:00+02:00")).toMatchObject({ price: { perKwh: 0.41, currency: "EUR" }, onPeak: true });
    expect(now("2026-04-08T05:00:00+02:00")).toMatchObject({ price: { perKwh: 0.19 }, onPeak: false });
    expect(now("2026-05-01T08:30:00+02:00")).toMatchObject({ price: { perKwh: 0.27 }, onPeak: false });
    expect(state(new Run(config()), at("2026-05-01T08:30:00Z")).price).toBeNull();
  });

  it("is not told for a month of which a part has no price: energy counted before prices were written down", () => {
    const run = new Run(config(plainTariff(15, "Europe/Brussels")));
    const start = at("2026-04-08T08:00:00Z");
    run.read(reading(start, start + 900, 100));
    expect(last(run, "2026-04")).toMatchObject({ energyWh: 100, energyCharge: null });
    const priced = new Run(config(tariff));
    priced.demand = run.demand;
    priced.read(reading(start + 900, start + 1800, 200));
    expect(last(priced, "2026-04")).toMatchObject({ energyWh: 300, energyCharge: null });
  });
});

describe("what the open window would add", () => {
  const start = at("2026-04-20T08:00:00Z");

  it("is the month's figure and charge with it as a window, less those of now: days, means, floors, weights", () => {
    const tariffs: Tariff[] = [
      TARIFFS.belgium,
      { ...TARIFFS.norway },
      TARIFFS.sweden,
      TARIFFS["sweden-ellevio"],
      TARIFFS["australia-four-days"],
    ];
    const history = fc.array(fc.record({ hour: fc.nat(150), energy: fc.nat(6000) }), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.constantFrom(...tariffs),
        history,
        fc.nat(9000),
        fc.integer({ min: 7, max: 15 }),
        (tariff, past, powerW, hour) => {
          const length = tariff.windowMinutes * 60;
          const run = new Run(config(tariff));
          // The last of them are of the same day.
          const from = start - 6 * 86_400;
          for (const i of [...new Set(past.map((one) => one.hour))].sort((a, b) => a - b)) {
            const energy = past.find((one) => one.hour === i)?.energy ?? 0;
            run.read(reading(from + i * 3600, from + i * 3600 + length, energy));
          }
          const open = start + hour * 3600;
          run.power(powerW, open);
          const before = state(run, open);
          // The rest of the window as projected, closed by a reading.
          run.read(reading(open, open + length, Math.round((powerW * length) / 3600)), open + length);
          const after = state(run, open + length - 1);
          const projected = (Math.round((powerW * length) / 3600) * 3600) / length;
          const close = 0.5 * Math.abs(projected - powerW) + 2;
          const base = before.peakWatts ?? tariff.floorW ?? 0;
          const risen = (after.peakWatts ?? tariff.floorW ?? 0) - base;
          expect(Math.abs((before.adds?.watts ?? Number.NaN) - risen)).toBeLessThan(close);
          if (before.charge !== null && after.charge !== null && tariff.price?.kind === "per-kw") {
            const dearer = after.charge.amount - before.charge.amount;
            expect(before.adds?.charge?.amount).toBeCloseTo(dearer, 0);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("is nothing below what has been reached, the whole difference above it", () => {
    const run = new Run(config(TARIFFS.belgium));
    run.read(reading(start, start + 900, 1000));
    run.power(3000, start + 900);
    expect(state(run, start + 900).adds).toEqual({ watts: 0, charge: { amount: 0, currency: "EUR" } });
    run.power(5000, start + 901);
    const { adds, charge: now, projectedWatts } = state(run, start + 901);
    expect(adds?.watts).toBeCloseTo((projectedWatts ?? 0) - 4000, 6);
    expect(adds?.charge?.amount).toBeCloseTo((((projectedWatts ?? 0) - 4000) / 1000) * (54.2 / 12), 6);
    expect(now?.amount).toBeCloseTo((4 * 54.2) / 12, 6);
  });

  it("leaves out of the mean what is older than the months that are averaged, also where months are missing", () => {
    const tariff = { ...plainTariff(15, "UTC"), averageMonths: 3 };
    const run = new Run(config(tariff));
    for (const [iso, energy] of [
      ["2025-11-10", 3000],
      ["2026-01-10", 1000],
      ["2026-03-10", 500],
    ] as const) {
      run.read(reading(at(`${iso}T12:00:00Z`), at(`${iso}T12:15:00Z`), energy));
    }
    // November is four months before March, though it is the third month with data.
    expect(last(run, "2026-03")).toMatchObject({ months: 2, billedWatts: 3000 });
  });

  it("counts only its share of the months that are averaged", () => {
    const run = new Run(config(TARIFFS.belgium));
    for (const month of ["01", "02", "03"]) {
      const noon = at(`2026-${month}-10T12:00:00Z`);
      run.read(reading(noon, noon + 900, 750)).read(reading(noon + 900, noon + 1800, 1));
    }
    run.read(reading(start, start + 900, 750)).power(7000, start + 900);
    const { adds } = state(run, start + 900);
    expect(adds?.watts).toBeCloseTo(4000, 6);
    expect(adds?.charge?.amount).toBeCloseTo(((4 / 4) * 54.2) / 12, 6);
  });

  it("is the price of the next step where prices are steps, and nothing within one", () => {
    const run = new Run(config(TARIFFS.norway));
    run.read(reading(start, start + 3600, 4000)).power(4500, start + 3600);
    expect(state(run, start + 3600).adds?.charge).toEqual({ amount: 0, currency: "NOK" });
    run.power(9000, start + 3601);
    expect(state(run, start + 3601).adds?.charge).toEqual({ amount: 415 - 250, currency: "NOK" });
  });

  it("is nothing outside the hours that count, and unknown when demand is", () => {
    const run = new Run(config(TARIFFS.sweden));
    const evening = at("2026-04-20T20:00:00+02:00");
    run.power(9000, evening);
    expect(state(run, evening).adds).toMatchObject({ watts: 0, charge: { amount: 0 } });
    expect(state(run, evening + 4000).adds).toBeNull();
  });
});

describe("limits of a tariff", () => {
  const monday = at("2026-04-20T10:00:00Z");
  const night = at("2026-04-20T23:00:00+02:00");

  it("allow twice the power where windows count half, and keep the figure they are meant to keep", () => {
    const run = new Run(config(TARIFFS["sweden-ellevio"], { limitW: 3000, followPeak: true }));
    expect(state(run, monday).limitWatts).toBe(3000);
    expect(state(run, night).limitWatts).toBe(6000);
    run.read(reading(night, night + 3600, 6000));
    expect(run.peaks.at(-1)).toMatchObject({ figureWatts: 3000, charge: { amount: 3 * 81.25, currency: "SEK" } });
    // Of three nights' 10 kW 5 count: by day no more than that is free.
    for (let day = 0; day < 3; day += 1) {
      run.read(reading(night + day * 86_400 + 3600, night + day * 86_400 + 7200, 10_000));
    }
    expect(state(run, night + 3 * 86_400).limitWatts).toBe(10_000);
    expect(state(run, night + 3 * 86_400 + 12 * 3600).limitWatts).toBe(5000);
  });

  it("are never relaxed by what has been reached when they are fixed, and hold outside the hours too", () => {
    const fused: Tariff = { ...TARIFFS.sweden, limitW: 9000 };
    const run = new Run(config(fused, { limitW: 4000, followPeak: true }));
    const evening = at("2026-04-20T20:00:00+02:00");
    expect(state(run, monday)).toMatchObject({ limitWatts: 4000, counts: true, fixedWatts: 9000 });
    expect(state(run, evening)).toMatchObject({ limitWatts: 9000, counts: true, fixedWatts: 9000 });
    for (let day = 0; day < 3; day += 1) {
      run.read(reading(monday + day * 86_400, monday + day * 86_400 + 3600, 12_000));
    }
    expect(state(run, monday + 86_400 * 2 + 3600).limitWatts).toBe(9000);
    const alone = new Run(config({ ...plainTariff(5, "UTC"), limitW: 5750 }));
    expect(state(alone, monday)).toMatchObject({ limitWatts: 5750, counts: true, fixedWatts: 5750 });
  });

  it("average and charge like the published figures when nothing else is said", () => {
    expect(averageFigure([], TARIFFS.belgium)).toBe(2500);
    expect(charge(plainTariff(15, "UTC"), averageFigure([], TARIFFS.belgium), { month: 1, days: 31 })).toBeNull();
  });
});
