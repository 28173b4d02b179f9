import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulator } from "../../nodes/gateway/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { flat, settings, world } from "./simulator-world.ts";

const DAY_S = 86_400;
/** Midnight at the beginning of a summer's day. */
const MIDNIGHT = epochSeconds(1_782_950_400);
const household = (node: number, watts = 0) => ({ ...flat(node, watts), profile: "household" as const });
const feedIn = (node: number, peakW: number) => ({ ...flat(node, peakW), profile: "export" as const });

/** A house that has been simulated since midnight. */
function house(hours: number, meters: readonly simulator.MeterSettings[] = [household(2)], seed = 7) {
  const one = world(settings({ meters, seed }), { start: MIDNIGHT });
  one.run(hours * 3600);
  return {
    ...one,
    load: (name: simulator.LoadName) => {
      const found = simulator.loadStates(one.state).find(({ load }) => load === name);
      if (found === undefined) throw new Error(`no load ${name}`);
      return found;
    },
    usedWh: (node: number) => one.truth(node).joules / 3600,
  };
}

/** A house in which `name` draws: the first of its time after midnight. */
function drawing(name: simulator.LoadName) {
  const one = house(0);
  for (let i = 0; one.load(name).watts === 0; i += 1) {
    if (i > 3 * 1440) throw new Error(`${name} does not draw within three days`);
    one.run(60);
  }
  return one;
}

describe("a simulated house", () => {
  it("uses a believable amount in a day, whatever its seed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const one = house(24, [household(2)], seed);
        expect(one.usedWh(2)).toBeGreaterThan(8_000);
        expect(one.usedWh(2)).toBeLessThan(80_000);
      }),
      { numRuns: 6 },
    );
  });

  it("draws what its loads draw and what cannot be switched, and the watts of its meter besides", () => {
    const [plain, more] = [house(24), house(24, [household(2, 300)])];
    expect(more.truth(2).joules - plain.truth(2).joules).toBe(300 * DAY_S);
    for (const one of [plain, more]) {
      const loads = simulator.loadStates(one.state).reduce((sum, { watts }) => sum + watts, 0);
      expect(one.truth(2).watts).toBeGreaterThanOrEqual(loads);
    }
  });

  it("imports less export what the house uses less what its panels give, to the watt-second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 500, max: 12_000 }), (seed, peakW) => {
        const dark = house(24, [household(2)], seed);
        const sunny = house(24, [household(2), feedIn(4, peakW)], seed);
        const [device] = sunny.state.devices;
        expect(device?.house?.settings.pvW).toBe(peakW);
        const madeJ = dark.truth(2).joules - (sunny.truth(2).joules - sunny.truth(4).joules);
        expect(madeJ).toBeGreaterThan(0);
        expect(madeJ).toBeLessThan(peakW * 16 * 3600);
      }),
      { numRuns: 6 },
    );
  });

  it("never imports and exports at the same moment", () => {
    const one = house(0, [household(2), feedIn(4, 8000)]);
    let exporting = 0;
    for (let i = 0; i < 1440; i += 1) {
      one.run(60);
      const [drawn, fed] = [one.truth(2).watts, one.truth(4).watts];
      expect(Math.min(drawn, fed)).toBe(0);
      if (fed > 0) exporting += 1;
    }
    expect(exporting).toBeGreaterThan(60);
  });

  it("shows in its registers what flowed, to the watt-hour, in both directions", () => {
    const one = house(24, [household(2), feedIn(4, 8000)]);
    for (const node of [2, 4]) {
      const { joules, pulses, registerWh, shownWh } = one.truth(node);
      expect(pulses).toBe(Math.floor(joules / 3600));
      // The node counts from its boot on, and has not sent its last minute.
      expect(pulses - registerWh).toBeLessThan(30);
      expect(registerWh - shownWh).toBeLessThan(300);
      expect(one.of("MUP_").filter((update) => update.node === node).length).toBeGreaterThan(1400);
    }
  });

  it("has panels only with an export meter below it, and two houses keep theirs apart", () => {
    const { state } = world(settings({ meters: [household(2), household(3), feedIn(4, 5000)] }), { start: MIDNIGHT });
    expect(state.devices.map(({ house: one }) => one?.settings.pvW)).toEqual([0, 5000, undefined]);
  });

  it("is none for meters that stand alone", () => {
    expect(simulator.loadStates(world(settings()).state)).toEqual([]);
  });
});

describe("a load of a simulated house", () => {
  it("is on at its highest level, until it is told another", () => {
    const one = house(0.1);
    const told = () => simulator.loadStates(one.state).map(({ load, on, level }) => [load, on, level]);
    expect(told()).toEqual([
      ["boiler", true, 1],
      ["pool", true, 1],
      ["ev", true, 16],
      ["heatpump", true, 1],
    ]);
    simulator.command(one.state, "boiler", 0);
    simulator.command(one.state, "ev", 9.5);
    one.run(60);
    expect(told()).toEqual([
      ["boiler", false, 0],
      ["pool", true, 1],
      ["ev", true, 9],
      ["heatpump", true, 1],
    ]);
    simulator.command(one.state, "boiler");
    one.run(60);
    expect(one.load("boiler")).toMatchObject({ on: true, level: 1 });
  });

  it("draws nothing when it is off, and makes up for it later", () => {
    const one = drawing("boiler");
    const free = house(0);
    free.run(one.state.now - MIDNIGHT);
    simulator.command(one.state, "boiler", 0);
    for (const each of [one, free]) each.run(1800);
    expect(one.load("boiler").watts).toBe(0);
    expect(free.usedWh(2) - one.usedWh(2)).toBeGreaterThan(50);
    simulator.command(one.state, "boiler", 1);
    for (const each of [one, free]) each.run(12 * 3600);
    expect(Math.abs(free.usedWh(2) - one.usedWh(2))).toBeLessThan(400);
  });

  it("that is a car takes the amps that it is told, some seconds late", () => {
    const one = drawing("ev");
    expect(one.load("ev").watts).toBe(16 * 230);
    simulator.command(one.state, "ev", 6);
    expect(one.load("ev").level).toBe(16);
    one.run(45);
    expect(one.load("ev")).toMatchObject({ on: true, level: 6, watts: 6 * 230 });
  });

  it("obeys late when it behaves so: not within a minute, but within six", () => {
    const one = drawing("boiler");
    simulator.setBehaviour(one.state, "boiler", { obeys: "late", delayS: 0 });
    simulator.command(one.state, "boiler", 0);
    one.run(50);
    expect(one.load("boiler")).toMatchObject({ on: true, watts: 2000 });
    one.run(320);
    expect(one.load("boiler")).toMatchObject({ on: false, watts: 0 });
  });

  it("obeys after the seconds that are set", () => {
    const one = drawing("boiler");
    simulator.setBehaviour(one.state, "boiler", { obeys: "yes", delayS: 90 });
    simulator.command(one.state, "boiler", 0);
    one.run(80);
    expect(one.load("boiler").on).toBe(true);
    one.run(30);
    expect(one.load("boiler").on).toBe(false);
  });

  it("that is deaf goes on, and obeys again when it is mended", () => {
    const one = drawing("boiler");
    simulator.setBehaviour(one.state, "boiler", { obeys: "never", delayS: 0 });
    simulator.command(one.state, "boiler", 0);
    one.run(600);
    expect(one.load("boiler")).toMatchObject({ on: true, level: 1 });
    simulator.setBehaviour(one.state, "boiler", { obeys: "yes", delayS: 0 });
    one.run(60);
    expect(one.load("boiler").on, "what it did not hear is not made up for").toBe(true);
    simulator.command(one.state, "boiler", 0);
    one.run(20);
    expect(one.load("boiler").on).toBe(false);
  });

  it("wants power after something happened, whatever the hour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 9, max: 23 }), fc.constantFrom(...simulator.LOAD_NAMES), (hour, name) => {
        const one = house(hour);
        simulator.want(one.state, name);
        one.run(600);
        expect(one.load(name).watts, `${name} at ${hour}`).toBeGreaterThan(1000);
        const [device] = one.state.devices;
        const { loads, ev, boiler } = device?.house?.state ?? {};
        expect(ev?.needWs).toBeCloseTo((ev?.drivenWs ?? 0) - (loads?.ev.usedWs ?? 0), -3);
        expect(boiler?.celsius).toBeGreaterThan(40);
      }),
      { numRuns: 15 },
    );
  });

  it("that is a car stays until midnight once it has come home, whatever it had planned", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 21 }), fc.integer({ min: 1, max: 1e6 }), (hour, seed) => {
        const one = house(hour, [household(2)], seed);
        simulator.want(one.state, "ev");
        for (let left = 23 - hour; left > 0; left -= 1) {
          one.run(3600);
          expect(one.state.devices[0]?.house?.state.ev.plugged, `${seed} at ${hour}, ${left} h before`).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("goes on from a state that was written as JSON, commands on their way included", () => {
    const one = house(19, [household(2), feedIn(4, 6000)]);
    simulator.setBehaviour(one.state, "pool", { obeys: "late", delayS: 0 });
    simulator.command(one.state, "pool", 0);
    one.run(13);
    const kept = JSON.parse(JSON.stringify(one.state)) as simulator.SimulatorState;
    one.run(8 * 3600);
    simulator.advance(kept, one.state.now);
    expect(simulator.truth(kept)).toEqual(simulator.truth(one.state));
    expect(simulator.loadStates(kept)).toEqual(simulator.loadStates(one.state));
    expect(simulator.loadStates(kept).find(({ load }) => load === "pool")?.on).toBe(false);
  });
});
