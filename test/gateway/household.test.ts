import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { household } from "../../nodes/gateway/index.ts";

const { commandLoad, comfortOf, DEFAULT_HOUSEHOLD, HOUSEHOLD_LOAD_NAMES, loadOf, newHousehold, SLOT_S, stepHousehold } =
  household;
type Settings = household.HouseholdSettings;
type State = household.HouseholdState;

const DAY_S = 86_400;
/** Local midnight at the beginning of 2026. */
const NEW_YEAR = Date.UTC(2026, 0, 1) / 1000 - 3600;
const TANK_WS_PER_K = 250 * 4186;
const HOUSE_WS_PER_K = 7 * 3_600_000;

interface Command {
  readonly slot: number;
  readonly name: household.HouseholdLoadName;
  readonly level: number;
}

/** Lets `days` pass; `each` looks at every slot. */
function live(settings: Settings, start: number, days: number, each: (state: State, at: number) => void = () => {}) {
  const state = newHousehold(settings, start);
  for (let at = start; at < start + days * DAY_S; at += SLOT_S) {
    each(state, at);
    stepHousehold(state, settings, at);
  }
  return state;
}

const obeys = fc.constantFrom("yes" as const, "late" as const, "never" as const);
const behaviour = fc.record({ delayS: fc.integer({ min: 0, max: 60 }), obeys });
const houses: fc.Arbitrary<Settings> = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  utcOffsetS: fc.constantFrom(0, 3600, 36_000),
  loads: fc.subarray([...HOUSEHOLD_LOAD_NAMES]),
  evPhases: fc.constantFrom(1 as const, 3 as const),
  heatpump: fc.constantFrom("switch" as const, "modulating" as const),
  pvW: fc.constantFrom(0, 5000),
  behaviour: fc.record({ boiler: behaviour, ev: behaviour, heatpump: behaviour }, { requiredKeys: [] }),
});
const starts = fc.integer({ min: 0, max: 365 }).map((day) => NEW_YEAR + day * DAY_S);
const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.record({
    slot: fc.integer({ min: 0, max: 2 * 8640 }),
    name: fc.constantFrom(...HOUSEHOLD_LOAD_NAMES),
    level: fc.oneof(fc.constantFrom(0, 1, 6, 16, 60, 100), fc.double({ min: -5, max: 200 })),
  }),
  { maxLength: 60 },
);

/** Two days under these commands. */
function commanded(
  settings: Settings,
  start: number,
  orders: readonly Command[],
  each?: (state: State) => void,
): State {
  return live(settings, start, 2, (state, at) => {
    each?.(state);
    for (const { slot, name, level } of orders) {
      if (start + slot * SLOT_S === at) commandLoad(state, settings, name, level, at);
    }
  });
}

describe("the household", () => {
  it("keeps the balance of its tank, walls and battery, whatever it is told", () => {
    fc.assert(
      fc.property(houses, starts, commands, (settings, start, orders) => {
        const before = newHousehold(settings, start);
        const { boiler, heatpump, ev, loads } = commanded(settings, start, orders);
        if (settings.loads.includes("boiler")) {
          const storedWs = (boiler.celsius - before.boiler.celsius) * TANK_WS_PER_K;
          expect(storedWs).toBeCloseTo(loads.boiler.usedWs - boiler.drawnWs - boiler.lostWs, 0);
        }
        if (settings.loads.includes("heatpump")) {
          const storedWs = (heatpump.celsius - before.heatpump.celsius) * HOUSE_WS_PER_K;
          expect(storedWs).toBeCloseTo(heatpump.heatWs - heatpump.lostWs, 0);
          expect(heatpump.heatWs).toBeGreaterThanOrEqual(1.8 * loads.heatpump.usedWs);
        }
        if (settings.loads.includes("ev")) expect(ev.needWs).toBeCloseTo(ev.drivenWs - loads.ev.usedWs, -3);
      }),
      { numRuns: 15 },
    );
  });

  it("draws what it may and never more, and adds up to what passes the meter", () => {
    fc.assert(
      fc.property(houses, starts, commands, (settings, start, orders) => {
        let wrong = 0;
        commanded(settings, start, orders, (state) => {
          let sum = state.baseW - state.pvW;
          for (const name of HOUSEHOLD_LOAD_NAMES) {
            const { watts, wantsW, level } = state.loads[name];
            const { ratedW, levels } = loadOf(settings, name);
            if (!(watts >= 0 && watts <= wantsW && watts <= level * ratedW && levels.includes(level))) wrong += 1;
            sum += watts;
          }
          const { importW, exportW, outsideC } = state;
          if (importW - exportW !== sum || importW < 0 || exportW < 0 || importW * exportW !== 0) wrong += 1;
          if (!(state.pvW >= 0 && state.pvW <= settings.pvW && outsideC > -30 && outsideC < 45)) wrong += 1;
        });
        expect(wrong).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it("is the same again for the same seed, also when it was written down as JSON in between", () => {
    fc.assert(
      fc.property(houses, starts, commands, (settings, start, orders) => {
        const first = commanded(settings, start, orders);
        const half = start + DAY_S;
        let second: State = newHousehold(settings, start);
        for (let at = start; at < start + 2 * DAY_S; at += SLOT_S) {
          if (at === half) second = JSON.parse(JSON.stringify(second));
          for (const { slot, name, level } of orders) {
            if (start + slot * SLOT_S === at) commandLoad(second, settings, name, level, at);
          }
          stepHousehold(second, settings, at);
        }
        expect(second).toEqual(first);
      }),
      { numRuns: 8 },
    );
  });

  it("has nothing to complain of for a year when nobody interferes, nor in a winter with a modulating heat pump", () => {
    for (const [heatpump, days] of [["switch", 365] as const, ["modulating", 90] as const]) {
      const settings: Settings = { ...DEFAULT_HOUSEHOLD, heatpump, seed: days, pvW: 5000 };
      const { loads, ...felt } = comfortOf(live(settings, NEW_YEAR, days));
      expect(felt).toEqual({ boilerColdMin: 0, houseColdMin: 0, evMissingKWh: 0, poolMissedH: 0 });
      for (const name of HOUSEHOLD_LOAD_NAMES) {
        expect(loads[name]).toMatchObject({ withheldKWh: 0, switchings: 0, adjustments: 0 });
        expect(loads[name].usedKWh).toBeGreaterThan(3 * days * 0.8);
      }
    }
  });

  it("complains of everything that it is refused for a week of winter", () => {
    const settings = DEFAULT_HOUSEHOLD;
    const state = live(settings, NEW_YEAR, 7, (house, at) => {
      if (at !== NEW_YEAR) return;
      for (const name of HOUSEHOLD_LOAD_NAMES) commandLoad(house, settings, name, 0, at);
    });
    const felt = comfortOf(state);
    expect(felt.boilerColdMin).toBeGreaterThan(30);
    expect(felt.houseColdMin).toBeGreaterThan(1000);
    expect(felt.evMissingKWh).toBeGreaterThan(10);
    expect(felt.poolMissedH).toBeGreaterThan(10);
    for (const name of HOUSEHOLD_LOAD_NAMES) {
      expect(felt.loads[name].withheldKWh).toBeGreaterThan(5);
      expect(felt.loads[name].switchings).toBe(1);
    }
  });

  it("catches up later with what was shed", () => {
    const from = NEW_YEAR + 19 * 3600;
    const run = (shed: boolean) =>
      live(DEFAULT_HOUSEHOLD, NEW_YEAR, 3, (house, at) => {
        if (!shed || (at !== from && at !== from + 3600)) return;
        commandLoad(house, DEFAULT_HOUSEHOLD, "ev", at === from ? 0 : 16, at);
      });
    const [free, shed] = [run(false), run(true)];
    expect(comfortOf(shed).loads.ev.withheldKWh).toBeGreaterThan(1);
    expect(shed.loads.ev.usedWs).toBe(free.loads.ev.usedWs);
    expect(comfortOf(shed).evMissingKWh).toBe(0);
  });
});

describe("a load of the household", () => {
  /** Seconds until a car that charges has followed a pause; null: it has not within ten minutes. */
  function secondsToObey(name: household.HouseholdLoadName, one: household.Behaviour | undefined): number | null {
    const settings: Settings = { ...DEFAULT_HOUSEHOLD, behaviour: one === undefined ? {} : { [name]: one } };
    const state = newHousehold(settings, NEW_YEAR);
    stepHousehold(state, settings, NEW_YEAR);
    commandLoad(state, settings, name, 0, NEW_YEAR + SLOT_S);
    for (let passed = SLOT_S; passed <= 600; passed += SLOT_S) {
      stepHousehold(state, settings, NEW_YEAR + passed);
      if (state.loads[name].level === 0) return passed - SLOT_S;
    }
    return null;
  }

  it("obeys at once, after its delay, minutes late, or not at all", () => {
    expect(secondsToObey("boiler", undefined)).toBe(0);
    expect(secondsToObey("boiler", { delayS: 25, obeys: "yes" })).toBe(30);
    expect(secondsToObey("boiler", { delayS: 0, obeys: "late" })).toBeGreaterThanOrEqual(60);
    expect(secondsToObey("boiler", { delayS: 0, obeys: "never" })).toBeNull();
  });

  it("is a car that follows within half a minute, but not at once", () => {
    const seconds = secondsToObey("ev", undefined);
    expect(seconds).toBeGreaterThanOrEqual(10);
    expect(seconds).toBeLessThanOrEqual(30);
  });

  it("takes the lower level when told something between two, and the last of two commands", () => {
    const settings: Settings = { ...DEFAULT_HOUSEHOLD, behaviour: {} };
    const state = newHousehold(settings, NEW_YEAR);
    commandLoad(state, settings, "ev", 0, NEW_YEAR);
    commandLoad(state, settings, "ev", 9.7, NEW_YEAR);
    commandLoad(state, settings, "boiler", Number.NaN, NEW_YEAR);
    for (let passed = 0; passed <= 60; passed += SLOT_S) stepHousehold(state, settings, NEW_YEAR + passed);
    expect(state.loads.ev.level).toBe(9);
    expect(state.loads.ev).toMatchObject({ adjustments: 1, switchings: 0 });
    expect(state.loads.boiler.level).toBe(1);
  });
});
