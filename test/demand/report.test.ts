import { describe, expect, it } from "vitest";
import { demandState, plainTariff, reportOf, TARIFFS } from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { at, config, elhub, Run, reading } from "./support.ts";

const report = (run: Run, now: number) => reportOf(run.demand, run.config, epochSeconds(now));

describe("the report of a demand", () => {
  it("says when the limit that counts is the fixed one", () => {
    const monday = at("2026-04-20T12:00:00+02:00");
    const isFixed = (limitW: number) =>
      report(new Run(config({ ...TARIFFS.sweden, limitW: 9000 }, { limitW })), monday).isFixed;
    expect([isFixed(4000), isFixed(12_000)]).toEqual([false, true]);
    expect(report(new Run(config(TARIFFS.sweden)), monday).isFixed).toBe(false);
  });

  it("has the months, newest first, with what made them, what they cost, and whether they can still change", () => {
    const run = new Run(config(TARIFFS.norway));
    const may = at("2026-05-01T00:00:00+02:00");
    for (const one of elhub()) if (one.end <= may) run.read(one);
    expect(report(run, may).months).toMatchObject([
      {
        period: "2026-04",
        final: false,
        candidates: [{ watts: 5939 }, { watts: 4779 }, { watts: 4262 }],
        charge: { amount: 250, currency: "NOK" },
        energyWh: 1_381_827,
        energyCharge: null,
      },
    ]);
    // Four days into May late data of April is too late.
    run.read(reading(may, may + 3600, 500)).read(reading(may + 5 * 86_400, may + 5 * 86_400 + 3600, 400));
    const [running, april] = report(run, may + 5 * 86_400 + 3600).months;
    expect(running).toMatchObject({ period: "2026-05", final: false, figureWatts: 450 });
    expect(april).toMatchObject({ period: "2026-04", final: true });
    expect(april?.figureWatts).toBeCloseTo(4993.333, 3);
  });

  it("has the closed windows of a day, oldest first, as they are after late data", () => {
    const run = new Run(config(plainTariff(15, "Asia/Kathmandu")));
    const start = at("2026-04-20T00:00:00Z");
    for (let i = 0; i < 120; i += 1) {
      if (i !== 100) run.read(reading(start + i * 900, start + (i + 1) * 900, i));
    }
    const now = start + 120 * 900;
    run.read(reading(start + 100 * 900, start + 101 * 900, 777), now).tick(now);
    const { windows } = report(run, now);
    expect(windows).toHaveLength(96);
    expect(windows.map((one) => one.start)).toEqual([...windows.map((one) => one.start)].sort((a, b) => a - b));
    expect(windows.at(-1)).toEqual({
      start: now - 900,
      end: now,
      wh: 119,
      watts: 476,
      coverage: 1,
      counts: true,
      candidate: true,
    });
    expect(windows.find((one) => one.start === start + 100 * 900)?.wh).toBe(777);
  });

  it("thins out sliding windows to what a chart can show, evenly", () => {
    const run = new Run(config(plainTariff(15, "Asia/Kathmandu", 1)));
    const start = at("2026-04-20T00:00:00Z");
    for (let t = start; t < start + 2 * 86_400; t += 60) run.read(reading(t, t + 60, 10));
    const { windows, stepS, windowS } = report(run, start + 2 * 86_400);
    expect([stepS, windowS]).toEqual([60, 900]);
    expect(windows).toHaveLength(288);
    const steps = windows.slice(1).map((one, i) => one.start - (windows[i]?.start ?? 0));
    expect(new Set(steps)).toEqual(new Set([300]));
  });

  it("leaves out many sliding windows, and never the highest", () => {
    const run = new Run(config(plainTariff(5, "Asia/Kathmandu", 1)));
    const start = at("2026-04-20T00:00:00Z");
    const peak = start + 86_400 + 7 * 60;
    for (let t = start; t < start + 2 * 86_400; t += 60) {
      run.read(reading(t, t + 60, t >= peak && t < peak + 300 ? 50 : 10));
    }
    const { windows } = report(run, start + 2 * 86_400);
    expect(windows).toHaveLength(288);
    expect(windows.filter(({ watts }) => watts === 3000)).toMatchObject([{ start: peak, end: peak + 300 }]);
  });

  it("agrees with the state of the moment", () => {
    const run = new Run(config(TARIFFS.belgium, { limitW: 3000, phase: "L2" }));
    const start = at("2026-04-20T00:00:00Z");
    run.read(reading(start, start + 300, 400)).power(4000, start + 300);
    const now = epochSeconds(start + 300);
    const {
      at: when,
      usedWh,
      projectedWatts,
      allowedWatts,
      limitWatts,
      adds,
      phase,
    } = demandState(run.demand, run.config, now);
    const told = report(run, now);
    expect(told).toMatchObject({ at: when, usedWh, projectedWatts, allowedWatts, limitWatts, adds, phase });
    expect(told).toMatchObject({
      tariff: "Belgium (Flanders)",
      zone: "Europe/Brussels",
      months: [{ figureWatts: 2500 }],
    });
    // Plain JSON: nothing is lost on the way to the page.
    expect(JSON.parse(JSON.stringify(told))).toEqual(told);
  });

  it("is empty, not zero, before anything was heard", () => {
    const run = new Run(config(TARIFFS.belgium));
    expect(report(run, at("2026-04-20T00:00:00Z"))).toMatchObject({
      months: [],
      windows: [],
      projectedWatts: null,
      powerWatts: null,
      ageS: null,
    });
  });
});
