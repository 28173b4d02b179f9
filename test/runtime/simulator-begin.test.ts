import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulator } from "../../nodes/gateway/index.ts";
import { DEFAULT_NETWORK, epochSeconds } from "../../nodes/model/index.ts";
import { begin } from "../../nodes/runtime/meterman-simulator/begin.ts";
import { type LeftWorld, savedWorld } from "../../nodes/runtime/meterman-simulator/saved.ts";
import { whenInWords } from "../../nodes/runtime/meterman-simulator/words.ts";

const DAY_S = 86_400;
const now = epochSeconds(1_783_000_000);
const house = (watts: number, utcOffsetS = 0): simulator.SimulatorSettings => ({
  seed: 1,
  meters: [{ node: 2, profile: "flat", watts, impulsesPerKwh: 1000, intervalS: 15 }],
  network: DEFAULT_NETWORK,
  utcOffsetS,
  lossShare: 0,
  duplicateShare: 0,
  spliceShare: 0,
});

/** A world that was left `agoS` before now. */
function left(agoS: number, settings = house(600)): LeftWorld & { state: simulator.SimulatorState } {
  const state = simulator.createSimulator(settings, epochSeconds(now - agoS - 3600), true);
  simulator.advance(state, epochSeconds(now - agoS));
  return { at: state.now, state };
}

describe("where a simulation begins", () => {
  it("is as far in the past as is set, the first time", () => {
    const state = begin(house(600), DAY_S, undefined, now);
    expect(state.now).toBe(now - DAY_S);
    expect(state.clockHeld).toBe(true);
    expect(begin(house(600), 0, undefined, now).clockHeld).toBe(false);
  });

  it("is where it was left, in summer time as in winter time", () => {
    const saved = left(7200);
    expect(begin(house(600, 3600), DAY_S, saved, now)).toBe(saved.state);
  });

  it("is the end of the old house when the meters are others", () => {
    const state = begin(house(700), DAY_S, left(7200), now);
    expect(state.now).toBe(now - 7200);
    expect(simulator.truth(state)[0]?.registerWh).toBe(0);
  });

  it("is in the past again when the old house is too old, or from the future", () => {
    expect(begin(house(600), DAY_S, left(40 * DAY_S), now).now).toBe(now - DAY_S);
    expect(begin(house(600), DAY_S, left(-100), now).now).toBe(now - DAY_S);
  });
});

describe("a world on disk", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "meterman-world-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is found again as it was saved", () => {
    const { state } = left(100);
    savedWorld(folder, "a").save(state);
    expect(savedWorld(folder, "a").load()).toEqual({ at: now - 100, state });
  });

  it("keeps its houses: storages, moods, and commands on their way", () => {
    const meter = { impulsesPerKwh: 1000, intervalS: 15 };
    const meters = [
      { ...meter, node: 2, profile: "household" as const, watts: 100 },
      { ...meter, node: 4, profile: "export" as const, watts: 5000 },
    ];
    const { state } = left(3600, { ...house(0), meters });
    simulator.setBehaviour(state, "boiler", { obeys: "late", delayS: 20 });
    simulator.command(state, "boiler", 0);
    savedWorld(folder, "e").save(state);
    expect(savedWorld(folder, "e").load()).toEqual({ at: state.now, state });
    const file = join(folder, "meterman-simulator-e.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"celsius":', '"kelvin":'));
    expect(savedWorld(folder, "e").load()).toEqual({ at: state.now, state: undefined });
  });

  it("of an older version is known by its end only, so that new devices begin there", () => {
    const { state } = left(7200);
    writeFileSync(join(folder, "meterman-simulator-b.json"), JSON.stringify({ format: 1, state: { now: state.now } }));
    const old = savedWorld(folder, "b").load();
    expect(old).toEqual({ at: now - 7200, state: undefined });
    expect(begin(house(600), DAY_S, old, now).now).toBe(now - 7200);
  });

  it("that is cut off, or not there, is none", () => {
    writeFileSync(join(folder, "meterman-simulator-c.json"), '{"format":2,"sta');
    expect(savedWorld(folder, "c").load()).toBeUndefined();
    expect(savedWorld(folder, "d").load()).toBeUndefined();
  });
});

describe("the moment that is played", () => {
  const at = (day: number, hour: number) => epochSeconds(new Date(2026, 6, day, hour, 20).getTime() / 1000);

  it("is told in words", () => {
    expect(whenInWords(at(2, 14), at(2, 18))).toBe("14:20 today");
    expect(whenInWords(at(1, 4), at(2, 1))).toBe("04:20 yesterday");
    expect(whenInWords(at(1, 4), at(9, 1))).toBe("04:20 on 2026-07-01");
  });
});
