import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { demandFromMessage, demandState, plainTariff, TARIFFS } from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { at, config, HOUSE, meter, Run, reading } from "./support.ts";

const T0 = at("2026-06-20T10:00:00Z");
const SUN = meter("0.0.1.1.9");
const settings = (more: Partial<ReturnType<typeof config>> = {}) =>
  config(plainTariff(15, "UTC"), { meters: [HOUSE], exportMeters: [SUN], target: "surplus", ...more });
const state = (run: Run, now: number) => demandState(run.demand, run.config, epochSeconds(now));

describe("solar surplus", () => {
  it("is what the house takes less what it feeds in, for energy and power; allowed is what the sun gives", () => {
    const run = new Run(settings());
    run.read(reading(T0, T0 + 300, 20)).read(reading(T0, T0 + 300, 220, { meter: SUN }));
    run.power(240, T0 + 300).power(2640, T0 + 300, SUN);
    expect(state(run, T0 + 300)).toMatchObject({
      target: "surplus",
      usedWh: -200,
      powerWatts: -2400,
      projectedWatts: -2400,
      limitWatts: 0,
      allowedWatts: (200 * 3600) / 600,
      certainBreak: false,
      counts: true,
      peakWatts: null,
      charge: null,
      adds: null,
    });
  });

  it("adds up exactly over any two streams: net energy of closed windows is import less export", () => {
    const stream = fc.array(fc.record({ length: fc.integer({ min: 1, max: 2000 }), energy: fc.nat(900) }), {
      minLength: 1,
      maxLength: 40,
    });
    const readingsOf = (list: readonly { length: number; energy: number }[], of: typeof HOUSE) => {
      let t = T0;
      return list.map(({ length, energy }) => {
        t += length;
        return reading(t - length, t, energy, { meter: of });
      });
    };
    fc.assert(
      fc.property(stream, stream, (taken, given) => {
        const all = [...readingsOf(taken, HOUSE), ...readingsOf(given, SUN)].sort((a, b) => a.end - b.end);
        const run = new Run(settings());
        for (const one of all) run.read(one);
        run.tick(T0 + 90_000).tick(T0 + 90_001);
        const last = new Map(run.windows.map((window) => [window.start, window.wh]));
        const net = (list: readonly { energy: number }[]) => list.reduce((sum, { energy }) => sum + energy, 0);
        expect([...last.values()].reduce((sum, one) => sum + one, 0)).toBe(net(taken) - net(given));
      }),
      { numRuns: 60 },
    );
  });

  it("may tolerate some import, and has neither floor nor peak nor fixed limit", () => {
    const run = new Run({
      ...settings({ limitW: 150, followPeak: true }),
      tariff: { ...TARIFFS.belgium, limitW: 9000 },
    });
    run.read(reading(T0, T0 + 900, 500)).read(reading(T0, T0 + 900, 100, { meter: SUN }));
    expect(run.windows).toMatchObject([{ wh: 400, watts: 1600 }]);
    expect(run.peaks).toEqual([]);
    expect(state(run, T0 + 900)).toMatchObject({ limitWatts: 150, counts: true });
  });

  it("takes signed power of a meter that measures both ways", () => {
    const run = new Run(settings({ exportMeters: [] }));
    run.power(-1800, T0);
    expect(state(run, T0 + 10)).toMatchObject({ powerWatts: -1800, projectedWatts: -1800 + 0 });
  });

  it("is unknown as long as one of the meters is", () => {
    const run = new Run(settings());
    run.power(240, T0);
    expect(state(run, T0)).toMatchObject({ stale: true, powerWatts: null, projectedWatts: null, allowedWatts: null });
    run.power(900, T0, SUN);
    expect(state(run, T0)).toMatchObject({ stale: false, powerWatts: -660 });
  });

  it("is the only target that looks at what is fed in", () => {
    const run = new Run({ ...settings(), meters: [], target: "limit" });
    run.read(reading(T0, T0 + 60, 50, { meter: SUN })).power(500, T0, SUN);
    expect(run.ignored).toEqual(["other-meter"]);
    expect(state(run, T0 + 60).meters).toEqual([]);
  });
});

describe("the phase of a demand", () => {
  it("is told with its state", () => {
    expect(state(new Run(config(undefined, { phase: "L1" })), T0).phase).toBe("L1");
    expect(state(new Run(config()), T0).phase).toBeNull();
  });
});

describe("a demand state in a message", () => {
  const run = new Run(config(plainTariff(15, "UTC"), { limitW: 2500 }));
  run.read(reading(T0, T0 + 60, 30)).power(1800, T0 + 60);
  const whole = state(run, T0 + 90);

  it("is taken as it is when it has every field", () => {
    expect(demandFromMessage(whole)).toEqual(whole);
  });

  it("of an older flow gets what was added since: one window ahead, the limit as its target", () => {
    const { target, phase, ahead, period, charge, adds, price, ...older } = whole;
    expect(demandFromMessage(older)).toMatchObject({ target: "limit", phase: null, ahead, price: null });
    expect(demandFromMessage({ ...older, powerWatts: null }).ahead).toEqual([]);
  });
});
