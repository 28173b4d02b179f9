import { describe, expect, it } from "vitest";
import { demandState, limitsOf, plainTariff } from "../../nodes/demand/index.ts";
import { epochSeconds, watts } from "../../nodes/model/index.ts";
import { type Extra, House, load, SOURCE, shedConfig, stateOf, T0 } from "./house.ts";
import { config, Run } from "./support.ts";

const boiler = load("boiler", { priority: 1 });
const all = { boiler: { watts: 2000, on: true } };
/** The bill asks for 2.5 kW, the main fuse carries 5. */
const main: Extra = { name: "Main", target: "limit", phase: null, limitW: 2500, windowS: 900, fixedW: 5000 };
const roomy = { limitW: 50_000 };

describe("a limit of the bill with one of the wiring above it", () => {
  it("is told by the demand node, also while the bill's is lower", () => {
    const tariff = { ...plainTariff(15, "UTC"), limitW: 9000 };
    const state = demandState(
      new Run(config(tariff, { limitW: 2500 })).demand,
      config(tariff, { limitW: 2500 }),
      epochSeconds(T0),
    );
    expect(state).toMatchObject({ limitWatts: 2500, fixedWatts: 9000 });
  });

  it("comfort costs money, but does not go over the wiring", () => {
    const house = new House(shedConfig([{ ...boiler, maxOffS: 1800 }]), all, { ...roomy, extras: [main] });
    house.baseW = 4500;
    house.live(3600);
    expect([house.level("boiler"), house.decisions.some(({ rule }) => rule === "comfort")]).toEqual([0, false]);
    house.baseW = 2400;
    house.live(900);
    expect(house.level("boiler")).toBe(1);
    expect(house.decisions.at(-1)).toMatchObject({ rule: "comfort" });
  });

  it("what came back for comfort is left on for the bill, and goes when the wiring asks for it", () => {
    const house = new House(shedConfig([{ ...boiler, maxOffS: 1800 }]), all, { ...roomy, extras: [main] });
    house.baseW = 2400;
    for (let s = 0; s < 3600 && !house.decisions.some(({ rule }) => rule === "comfort"); s += 1) house.live(1);
    house.live(200);
    expect(house.level("boiler")).toBe(1);
    house.baseW = 6000;
    house.live(120);
    expect(house.level("boiler")).toBe(0);
    expect(house.decisions.at(-1)?.inputs.targetW).toBe(5000);
  });

  it("what saved nothing stops the shedding for the bill, not that for the wiring", () => {
    const house = new House(shedConfig([boiler]), all, { ...roomy, extras: [main] });
    house.state = { ...house.state, stoppedUntil: epochSeconds(house.now + 3600) };
    house.baseW = 1500;
    house.live(600);
    expect(house.level("boiler")).toBe(1);
    house.baseW = 8000;
    house.live(300);
    expect(house.level("boiler")).toBe(0);
  });
});

describe("a limit that waits for a large load", () => {
  it("does not keep another limit from what it needs", () => {
    const fuse: Extra = { name: "Fuse L2", target: "limit", phase: "L2", limitW: 1000, windowS: 3600, isFixed: true };
    const oven = load("oven", { ratedW: 3000, priority: 1, phases: ["L1"] });
    const pool = load("pool", { ratedW: 1000, priority: 2, phases: ["L2"] });
    // The house is 100 W too high: a tenth of what the oven draws, so it stays. On L2 it is the pool's turn.
    const house = new House(
      shedConfig([oven, pool]),
      { oven: { watts: 3000, on: true }, pool: { watts: 1000, on: true } },
      { limitW: 4300, extras: [fuse] },
    );
    house.baseW = 400;
    house.live(90);
    expect(house.decisions.map(({ load, limit }) => [load, limit])).toEqual([["pool", "Fuse L2"]]);
    expect(house.level("oven")).toBe(1);
  });
});

describe("sliding windows of which one is lost", () => {
  it("nothing comes back on top of it, though another one has room", () => {
    const house = new House(shedConfig([boiler]), all, roomy);
    const state = stateOf({ ...main, limitW: 3000 }, house.now, { usedWh: 0, powerW: 500 });
    const ahead = [
      { remainingS: 60, usedWh: 800 },
      { remainingS: 450, usedWh: 100 },
    ];
    house.input({ kind: "demand", source: SOURCE, state: { ...state, limitWatts: watts(3000), ahead } });
    const [limit] = limitsOf(house.state, house.settings, epochSeconds(house.now));
    expect(limit?.situation?.roomW).toBeLessThan(0);
  });
});
