import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allowed,
  demandState,
  isCertainBreak,
  plainTariff,
  projected,
  secondsToBreak,
  stepDemand,
  TARIFFS,
} from "../../nodes/demand/index.ts";
import { epochSeconds, watts } from "../../nodes/model/index.ts";
import { at, config, data, HOUSE, meter, Run, reading } from "./support.ts";

const T0 = at("2026-03-02T10:00:00Z");
const QUARTER = plainTariff(15, "UTC");
const said = (watt: number, when: number) => ({
  ...{ kind: "power" as const, meter: HOUSE },
  power: { known: true as const, watts: watts(watt), at: epochSeconds(when) },
});
const state = (run: Run, now: number) => demandState(run.demand, run.config, epochSeconds(now));

describe("the arithmetic of a window", () => {
  it("matches the published margin example", () => {
    const { target_w, p_w, t_s, margin_w, certain_break_at_s } = JSON.parse(data("demand.json")).be_margin;
    const course = { windowS: 900, remainingS: 900 - t_s, usedWh: (p_w * t_s) / 3600, powerW: p_w };
    expect(allowed(course, target_w)).toBeCloseTo(margin_w, 9);
    const minutes = Array.from({ length: 15 }, (_, i) => i * 60);
    const broken = minutes.find((s) => isCertainBreak((p_w * s) / 3600, target_w, 900));
    expect(broken).toBe(certain_break_at_s);
    expect(secondsToBreak(course, target_w)).toBeCloseTo((2500 * 900) / 7800 - 120, 9);
  });

  it("does not let the last seconds ask for absurd powers", () => {
    const course = { windowS: 900, remainingS: 1, usedWh: 624, powerW: 3000 };
    expect(allowed(course, 2500)).toBe(60);
    expect(projected(course)).toBeCloseTo((624 * 3600 + 3000) / 900);
  });
});

describe("the state of the open window", () => {
  it("does not take the mean over a hole, or a guessed second, for the power that is", () => {
    const run = new Run(config(QUARTER, { limitW: 2500 }));
    run.read(reading(T0 - 20, T0, 25)).power(4500, T0 + 15);
    run.read(reading(T0, T0 + 60, 1, { source: "register-gap" }), T0 + 60);
    run.read(reading(T0 + 60, T0 + 61, 500, { quality: ["estimated-span"] }), T0 + 61);
    expect(state(run, T0 + 61)).toMatchObject({ powerWatts: 4500, stale: false });
  });

  it("takes nothing for news of later than now, and no clock that was ahead for a sign of life", () => {
    const run = new Run(config(QUARTER, { limitW: 2500 }));
    run.demand = stepDemand(run.demand, said(9000, T0 + 86_400), run.config, epochSeconds(T0)).demand;
    expect(state(run, T0 + 301)).toMatchObject({ stale: true, powerWatts: null });
    // The same with a clock that told a wrong day and was then set right.
    run.power(9000, T0 + 86_400);
    expect(state(run, T0 + 400)).toMatchObject({ stale: true, powerWatts: null });
    run.power(300, T0 + 400);
    expect(state(run, T0 + 405)).toMatchObject({ stale: false, powerWatts: 300 });
  });

  it("projects over the time from the last reading to the end: readings come late", () => {
    const run = new Run(config(QUARTER, { limitW: 2500 }));
    run
      .read(reading(T0, T0 + 60, 130))
      .power(7800, T0 + 60)
      .power(7800, T0 + 120);
    expect(state(run, T0 + 120)).toMatchObject({ usedWh: 130, bridgedWh: 130, coveredUntil: T0 + 60, coverage: 0.5 });
    expect(state(run, T0 + 120).allowedWatts).toBeCloseTo(1684.615, 3);
    expect(state(run, T0 + 120).projectedWatts).toBeCloseTo(7800, 6);
  });

  it("bridges the hole with the power that was, not with the power that is", () => {
    const run = new Run(config(QUARTER, { limitW: 2500 }));
    run
      .read(reading(T0, T0 + 60, 120))
      .power(7200, T0 + 60)
      .power(720, T0 + 120);
    expect(state(run, T0 + 180).bridgedWh).toBeCloseTo(120 + 12, 9);
  });

  it("agrees with an independent integrator, second by second", () => {
    const profile = fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 15, maxLength: 15 });
    fc.assert(
      fc.property(profile, fc.integer({ min: 61, max: 880 }), fc.nat(120), (minutes, now, lag) => {
        const run = new Run(config(QUARTER, { limitW: 2500 }));
        const powerAt = (s: number) => 60 * Math.round((minutes[Math.floor(s / 60)] ?? 0) / 60);
        let integrated = 0;
        for (let s = 0; s < now; s += 1) integrated += powerAt(s);
        for (let s = 0; s <= now; s += 60) run.power(powerAt(s), T0 + s);
        for (let s = 0; s + 60 + lag <= now; s += 60) run.read(reading(T0 + s, T0 + s + 60, powerAt(s) / 60), T0 + now);
        const seen = state(run, T0 + now);
        const rest = 900 - now;
        expect(seen.usedWh + (seen.bridgedWh ?? 0)).toBeCloseTo(integrated / 3600, 6);
        expect(seen.projectedWatts).toBeCloseTo((integrated + powerAt(now) * rest) / 900, 6);
        expect(seen.allowedWatts).toBeCloseTo((2500 * 900 - integrated) / Math.max(60, rest), 6);
        // Over the limit is the same as drawing more than is allowed.
        if (rest >= 60 && Math.abs((seen.projectedWatts ?? 0) - 2500) > 1e-6) {
          expect((seen.projectedWatts ?? 0) > 2500).toBe((seen.powerWatts ?? 0) > (seen.allowedWatts ?? 0));
        }
      }),
    );
  });

  it("scales the seconds of the remaining time, not only its minutes", () => {
    const run = new Run(config(QUARTER, { limitW: 2000 }));
    run.read(reading(T0, T0 + 435, 100)).power(1000, T0 + 435);
    expect(state(run, T0 + 435).remainingS).toBe(465);
    expect(state(run, T0 + 435).allowedWatts).toBeCloseTo((2000 * 900 - 360_000) / 465, 9);
  });

  it("is unknown, never zero, when nothing is heard: before the first word, after the last, when the meter says so", () => {
    const unknown = { stale: true, powerWatts: null, projectedWatts: null, allowedWatts: null, bridgedWh: null };
    const run = new Run(config(QUARTER, { limitW: 2500 }));
    expect(state(run, T0)).toMatchObject({ ...unknown, ageS: null });
    run.power(500, T0);
    expect(state(run, T0 + 300)).toMatchObject({ stale: false, powerWatts: 500 });
    expect(state(run, T0 + 301)).toMatchObject({ ...unknown, ageS: 301 });
    run.power(500, T0 + 310).lost(T0 + 320);
    expect(state(run, T0 + 321)).toMatchObject(unknown);
    run.power(0, T0 + 330);
    expect(state(run, T0 + 331)).toMatchObject({ stale: false, powerWatts: 0 });
  });

  it("is unknown as soon as one of several meters is", () => {
    const [a, b] = [meter("a"), meter("b")];
    const run = new Run(config(QUARTER, { meters: [a, b] }));
    run.power(500, T0, a);
    expect(state(run, T0)).toMatchObject({ stale: true, powerWatts: null });
    run.power(700, T0, b);
    expect(state(run, T0)).toMatchObject({ stale: false, powerWatts: 1200 });
  });

  it("knows a certain break from measured energy even when the meter is silent", () => {
    const run = new Run(config(QUARTER, { limitW: 2500 }));
    run.read(reading(T0, T0 + 300, 650)).lost(T0 + 310);
    expect(state(run, T0 + 320)).toMatchObject({ certainBreak: true, stale: true });
  });

  it("is not disturbed by a past that is being played back", () => {
    const run = new Run(config(QUARTER, { limitW: 2500 }));
    for (let t = T0 - 86_400; t < T0 - 3600; t += 60) run.read(reading(t, t + 60, 100), T0);
    expect(run.windows.length).toBeGreaterThan(90);
    expect(state(run, T0)).toMatchObject({ usedWh: 0, stale: true, windowStart: T0, projectedWatts: null });
  });

  it("allows what this month has reached and paid for already", () => {
    const run = new Run(config({ ...TARIFFS.belgium, zone: "UTC" }, { limitW: 2600, followPeak: true }));
    expect(state(run, T0).limitWatts).toBe(2600);
    run.read(reading(T0, T0 + 900, 1000));
    expect(state(run, T0 + 900)).toMatchObject({ limitWatts: 4000, peakWatts: 4000 });
    expect(state(run, at("2026-04-01T10:00:00Z"))).toMatchObject({ limitWatts: 2600, peakWatts: null });
  });

  it("keeps a limit that is only a limit, whatever was reached", () => {
    const run = new Run(config(QUARTER, { limitW: 2500 }));
    run.read(reading(T0, T0 + 900, 1000));
    expect(state(run, T0 + 900)).toMatchObject({ limitWatts: 2500, peakWatts: 4000 });
  });

  it("allows, with distinct days, today's own peak or the lowest day that counts", () => {
    const run = new Run(config({ ...TARIFFS.norway, zone: "UTC" }, { limitW: 1000, followPeak: true }));
    [3000, 5000, 4000].forEach((energy, day) => {
      run.read(reading(T0 + day * 86_400, T0 + day * 86_400 + 3600, energy));
    });
    expect(state(run, T0 + 2 * 86_400 + 3600).limitWatts).toBe(4000);
    expect(state(run, T0 + 3 * 86_400).limitWatts).toBe(3000);
  });

  it("has no limit where none is set and the tariff has no floor", () => {
    const run = new Run(config(TARIFFS.norway));
    run.power(9000, T0);
    expect(state(run, T0)).toMatchObject({ limitWatts: null, allowedWatts: null, powerWatts: 9000 });
  });
});
