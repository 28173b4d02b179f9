import { describe, expect, it } from "vitest";
import {
  demandState,
  fromLedger,
  ledgerOf,
  limitsOf,
  noShedding,
  plainTariff,
  type ShedInput,
  stepShed,
} from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { type Extra, House, load, SOURCE, shedConfig, stateOf, T0 } from "./house.ts";
import { config, HOUSE, meter, Run, reading } from "./support.ts";

const fuse = (phase: string, limitW: number): Extra => ({
  ...{ name: `Fuse ${phase}`, target: "limit", phase, limitW, windowS: 3600 },
});
const sun: Extra = { name: "Sun", target: "surplus", phase: null, limitW: 0, windowS: 900 };
const boiler = load("boiler", { priority: 1, phases: ["L1"] });
const pool = load("pool", { priority: 2, ratedW: 1000, phases: ["L3"] });
const car = load("car", {
  ...{ kind: "modulating", levels: [0, 6, 8, 10, 12, 14, 16], ratedW: 690, priority: 9, phases: ["L1", "L2", "L3"] },
});
const all = { boiler: { watts: 2000, on: true }, pool: { watts: 1000, on: true }, car: { watts: 690, on: true } };
const summary = (house: House) => house.decisions.map((one) => `${one.limit}: ${one.action} ${one.load} ${one.level}`);
const roomy = { limitW: 50_000 };

describe("several limits at once", () => {
  it("sheds only loads on the phase that is too high, and names the limit", () => {
    const house = new House(shedConfig([boiler, pool]), all, { ...roomy, extras: [fuse("L3", 1000)] });
    house.baseW = 1500;
    house.live(300);
    expect(summary(house)).toEqual(["Fuse L3: off pool 0"]);
    expect(house.level("boiler")).toBe(1);
  });

  it("a fixed limit does not wait for the window to go by, the bill's does", () => {
    const shedAfterS = (isFixed: boolean) => {
      const extras = [{ ...fuse("L3", 2500), isFixed }];
      const house = new House(
        shedConfig([{ ...pool, ratedW: 2000 }]),
        { pool: { watts: 2000, on: true } },
        { ...roomy, extras },
      );
      house.baseW = 2400;
      const from = house.now;
      while (house.level("pool") === 1 && house.now - from < 1800) house.live(1);
      return house.now - from;
    };
    expect(shedAfterS(true)).toBeLessThan(60);
    expect(shedAfterS(false)).toBeGreaterThan(200);
  });

  it("a load whose phases are not told counts in full on each", () => {
    const anywhere = load("heater", { ratedW: 2000 });
    const extras = [fuse("L2", 1500)];
    const house = new House(shedConfig([anywhere]), { heater: { watts: 2000, on: true } }, { ...roomy, extras });
    house.live(300);
    expect(summary(house)).toEqual(["Fuse L2: off heater 0"]);
  });

  it("turns a car on three phases down by what one phase needs, in whole steps", () => {
    const extras = [fuse("L1", 4200)];
    const house = new House(shedConfig([car, boiler]), all, { ...roomy, extras });
    // L1: 500 W of base, 2000 W of boiler, 3680 W of car. 1980 W are too much: at least 8.6 A less.
    house.baseW = 1500;
    house.live(300);
    expect(summary(house)[0]).toBe("Fuse L1: set car 6");
    expect(house.level("boiler")).toBe(1);
    expect(house.extraW(extras[0] ?? sun)).toBeLessThanOrEqual(4200);
  });

  it("gives a load back only when it fits into every limit that sees it", () => {
    const house = new House(shedConfig([boiler]), all, { limitW: 4000, extras: [fuse("L1", 2800)] });
    house.baseW = 3000;
    house.live(300);
    expect(house.level("boiler")).toBe(0);
    // Room in the house, none on L1: something else draws there.
    house.deaf.add("Fuse L1");
    house.baseW = 1500;
    const before = house.decisions.length;
    for (let turn = 0; turn < 60; turn += 1) {
      for (const extra of house.extras) house.input(demandOf(house, extra, 2750));
      house.live(15);
    }
    expect(house.decisions.slice(before)).toEqual([]);
    house.deaf.clear();
    house.live(600);
    expect(house.level("boiler")).toBe(1);
  });

  it("a limit that is unknown keeps what it sees from coming back; the others go on shedding and restoring", () => {
    const settings = shedConfig([boiler, pool, { ...car, levels: [6, 10, 16], whenStale: "minimum" }]);
    const extras = [fuse("L1", 700), fuse("L3", 700)];
    const house = new House(settings, { ...all, car: { watts: 690, on: false } }, { ...roomy, extras });
    house.baseW = 600;
    house.live(300);
    expect([house.level("boiler"), house.level("pool")]).toEqual([0, 0]);
    house.deaf.add("Fuse L1");
    house.live(120);
    expect([...house.state.stale.keys()]).toEqual(["Fuse L1"]);
    house.baseW = 0;
    for (const extra of extras) Object.assign(extra, { limitW: 5000 });
    house.live(900);
    expect([house.level("boiler"), house.level("pool")]).toEqual([0, 1]);
    // Shedding goes on where something is known.
    house.baseW = 45_000;
    house.live(300);
    expect(house.level("pool")).toBe(0);
    house.deaf.clear();
    house.baseW = 0;
    house.live(900);
    expect([house.level("boiler"), house.level("pool")]).toEqual([1, 1]);
  });

  it("a demand node that does not exist any more holds nothing back", () => {
    const house = new House(shedConfig([boiler]), all, { ...roomy, extras: [fuse("L1", 1500)] });
    house.live(300);
    expect(house.level("boiler")).toBe(0);
    house.deaf.add("Fuse L1");
    house.live(900);
    expect(house.level("boiler")).toBe(0);
    house.input({ kind: "gone", source: "Fuse L1" });
    expect(house.state.stale.size).toBe(0);
    house.live(300);
    expect(house.level("boiler")).toBe(1);
  });

  it("after a restart every limit that was kept must be heard, or be gone, before a load comes back", () => {
    for (const ending of ["heard", "gone"] as const) {
      const house = new House(shedConfig([boiler]), all, { ...roomy, extras: [fuse("L1", 1800)] });
      house.baseW = 1500;
      house.live(300);
      expect(house.level("boiler")).toBe(0);
      house.state = fromLedger(JSON.parse(JSON.stringify(ledgerOf(house.state))), epochSeconds(house.now));
      house.tell("boiler");
      house.baseW = 0;
      house.deaf.add("Fuse L1");
      house.live(1800);
      expect(house.level("boiler")).toBe(0);
      expect([...house.state.stale.keys()]).toEqual(["Fuse L1"]);
      if (ending === "heard") house.deaf.clear();
      else house.input({ kind: "gone", source: "Fuse L1" });
      house.live(400);
      expect(house.level("boiler"), ending).toBe(1);
    }
  });

  it("keeps the strictest of the sliding windows that end soon", () => {
    const house = new House(shedConfig([boiler, pool]), all, roomy);
    house.demanding = false;
    const state = stateOf({ ...fuse("L1", 3000), phase: null, windowS: 900 }, house.now, { usedWh: 0, powerW: 3500 });
    // The one that ends first has used little, the next one nearly all: 100 Wh are left to 300 s.
    const ahead = [
      { remainingS: 60, usedWh: 100 },
      { remainingS: 300, usedWh: 650 },
      { remainingS: 450, usedWh: 300 },
    ];
    house.input({ kind: "demand", source: SOURCE, state: { ...state, ahead } });
    const [limit] = limitsOf(house.state, house.settings, epochSeconds(house.now));
    expect(limit?.situation).toMatchObject({ allowedW: 1200, needW: 2300, remainingS: 300, usedWh: 650 });
  });

  it("keeps every sliding quarter of an hour, by an integrator of its own, and uses most of what it may", () => {
    for (const [baseW, powers] of [
      [500, [500, 700, 900, 1100]],
      [1000, [2500, 1500]],
    ] as const) {
      const loads = powers.map((ratedW, i) => load(`load ${i}`, { ratedW, priority: i }));
      const behaviours = Object.fromEntries(powers.map((watts, i) => [`load ${i}`, { watts, on: true }]));
      const tariff = { ...plainTariff(15, "UTC"), stepMinutes: 1 };
      const house = new House(shedConfig(loads, { marginW: 20 }), behaviours, { tariff });
      house.baseW = baseW;
      const sums = [0];
      for (let s = 1; s <= 7200; s += 1) {
        sums.push((sums.at(-1) ?? 0) + house.powerW);
        house.live(1);
        if (s >= 900 && s % 60 === 0) expect((sums[s] ?? 0) - (sums[s - 900] ?? 0)).toBeLessThanOrEqual(2500 * 900);
      }
      expect((sums[7200] ?? 0) / 7200).toBeGreaterThan(1900);
      expect(house.demand?.ahead.length).toBeGreaterThan(1);
    }
  });

  it("a lost sliding window is no reason to switch everything off", () => {
    const house = new House(shedConfig([boiler, pool]), all, roomy);
    house.demanding = false;
    const state = stateOf({ ...fuse("L1", 3000), phase: null, windowS: 900 }, house.now, { usedWh: 0, powerW: 2900 });
    const ahead = [
      { remainingS: 60, usedWh: 800 },
      { remainingS: 450, usedWh: 100 },
    ];
    house.input({ kind: "demand", source: SOURCE, state: { ...state, ahead } });
    expect(limitsOf(house.state, house.settings, epochSeconds(house.now))[0]?.situation?.needW).toBeLessThanOrEqual(0);
    expect(house.decisions).toEqual([]);
  });
});

function demandOf(house: House, extra: Extra, powerW: number) {
  const state = stateOf(extra, house.now, { usedWh: 0, powerW });
  return { kind: "demand", source: { id: extra.name, name: extra.name }, state } as const;
}

describe("solar surplus", () => {
  const heater = load("heater", { ratedW: 1500, surplus: true });
  const settings = shedConfig([heater, boiler], { marginW: 50 });
  const make = (on = false, more = {}) =>
    new House(
      { ...settings, ...more },
      { heater: { watts: 1500, on }, boiler: { watts: 2000, on: true } },
      { ...roomy, extras: [sun] },
    );

  it("switches a load on that was off once the sun gives enough, and off when it is gone", () => {
    const house = make();
    house.live(600);
    expect(house.level("heater")).toBe(0);
    // The house itself takes 2.5 kW of it.
    house.sunW = 4000;
    house.live(600);
    expect(house.level("heater")).toBe(0);
    house.sunW = 4500;
    house.live(300);
    expect(house.level("heater")).toBe(1);
    expect(house.decisions.at(-1)).toMatchObject({ rule: "surplus", limit: "Sun", action: "on" });
    house.sunW = 1000;
    house.live(300);
    expect(house.level("heater")).toBe(0);
    expect(house.decisions.at(-1)).toMatchObject({ rule: "surplus", limit: "Sun", action: "off" });
    expect(house.decisions.every((one) => one.load === "heater")).toBe(true);
  });

  it("a cloud is borne with what was fed in within the same window", () => {
    const house = make();
    house.sunW = 6000;
    house.live(600);
    expect(house.level("heater")).toBe(1);
    house.sunW = 3000;
    house.live(120);
    expect(house.level("heater")).toBe(1);
  });

  it("turns a car up and down with the sun, as far as it reaches", () => {
    const charger = { ...car, ratedW: 230, surplus: true, phases: [] };
    const house = new House(shedConfig([charger]), { car: { watts: 230, on: false } }, { ...roomy, extras: [sun] });
    house.baseW = 300;
    house.sunW = 2400;
    house.live(400);
    expect(house.level("car")).toBe(8);
    house.sunW = 4500;
    house.live(400);
    expect(house.level("car")).toBe(16);
    house.sunW = 3000;
    house.live(1200);
    expect(house.level("car")).toBe(10);
    house.sunW = 0;
    house.live(1200);
    expect(house.level("car")).toBe(0);
  });

  it("gives up only the loads that run on surplus, and only while it is measured", () => {
    const house = make(true);
    house.live(300);
    expect([house.level("heater"), house.level("boiler")]).toEqual([0, 1]);
    house.sunW = 9000;
    house.deaf.add("Sun");
    house.live(1800);
    expect(house.level("heater")).toBe(0);
    house.input({ kind: "gone", source: "Sun" });
    house.live(1800);
    // Nobody asked for it then: it stays as it is, and is forgotten.
    expect([house.level("heater"), house.state.held.size]).toEqual([0, 0]);
  });

  it("comes back for comfort without sun when it was off for as long as it may be", () => {
    const comfy = shedConfig([{ ...heater, maxOffS: 7200 }]);
    const house = new House(comfy, { heater: { watts: 1500, on: false } }, { ...roomy, extras: [sun] });
    house.live(7150);
    expect(house.level("heater")).toBe(0);
    house.live(100);
    expect(house.level("heater")).toBe(1);
    expect(house.decisions.at(-1)).toMatchObject({ rule: "comfort" });
    house.live(800);
    expect(house.level("heater")).toBe(1);
    house.live(300);
    expect(house.level("heater")).toBe(0);
  });

  it("a dry run says when it would switch, once each time, and switches nothing", () => {
    const house = make(false, { dryRun: true });
    house.sunW = 6000;
    house.live(900);
    house.sunW = 0;
    house.live(1800);
    expect(house.level("heater")).toBe(0);
    expect(house.decisions.map(({ action, dryRun }) => [action, dryRun])).toEqual([
      ["on", true],
      ["off", true],
    ]);
  });

  it("goes on after a restart", () => {
    const house = make();
    house.sunW = 6000;
    house.live(600);
    house.state = fromLedger(JSON.parse(JSON.stringify(ledgerOf(house.state))), epochSeconds(house.now));
    for (const name of ["heater", "boiler"]) house.tell(name);
    house.sunW = 0;
    house.live(1200);
    expect(house.level("heater")).toBe(0);
    house.sunW = 6000;
    house.live(600);
    expect([house.level("heater"), house.level("boiler")]).toEqual([1, 1]);
  });

  it("costs nothing per tick: the same state comes out when nothing happens", () => {
    const house = make();
    house.live(600);
    const now = epochSeconds(house.now);
    const { state, events } = stepShed(house.state, { kind: "tick" }, house.settings, now);
    expect(events).toEqual([]);
    expect(state).toBe(house.state);
  });
});

describe("solar surplus, by the demand node and two meters", () => {
  it("runs a load on what the house feeds in, and no longer", () => {
    const feed = meter("0.0.1.1.3");
    const run = new Run(
      config(plainTariff(15, "UTC"), { target: "surplus", meters: [HOUSE], exportMeters: [feed], staleAfterS: 120 }),
    );
    const heater = load("heater", { ratedW: 1500, surplus: true });
    const settings = shedConfig([heater], { marginW: 50 });
    let shedding = noShedding(epochSeconds(T0));
    let level = 0;
    const levels: number[] = [];
    const step = (input: ShedInput, now: number) => {
      const { state, events } = stepShed(shedding, input, settings, epochSeconds(now));
      shedding = state;
      for (const event of events) if (event.kind === "decision") level = event.level;
    };
    for (let now = T0 + 15; now <= T0 + 5400; now += 15) {
      // Sun for half an hour in the middle.
      const sunW = now > T0 + 1800 && now <= T0 + 3600 ? 2700 : 0;
      const netW = 500 + level * 1500 - sunW;
      const parts = [
        { id: HOUSE, watt: Math.max(0, netW) },
        { id: feed, watt: Math.max(0, -netW) },
      ];
      for (const { id, watt } of parts) {
        run.power(watt, now, id);
        run.read(reading(now - 15, now, Math.round(watt / 240), { meter: id }), now);
      }
      step({ kind: "load", load: "heater", level, watts: null }, now);
      run.tick(now);
      const state = demandState(run.demand, run.config, epochSeconds(now));
      step({ kind: "demand", source: { id: "sun", name: "Sun" }, state }, now);
      levels.push(level);
    }
    const share = (from: number, to: number) => {
      const part = levels.slice(from / 15, to / 15);
      return part.reduce((sum, one) => sum + one, 0) / part.length;
    };
    expect([share(0, 1800), share(4200, 5400)]).toEqual([0, 0]);
    expect(share(2100, 3600)).toBe(1);
  });
});
