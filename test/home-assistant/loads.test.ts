import { describe, expect, it } from "vitest";
import {
  type EntityView,
  loadCall,
  loadEntityFault,
  powerEntityFault,
  powerTrouble,
  readLoad,
  readWatts,
  UNSEEN,
} from "../../nodes/home-assistant/index.ts";

const view = (state: string, attributes: object = {}): EntityView => ({
  state,
  absent: null,
  attributes: { ...attributes },
});
const absent = (why: "missing" | "unavailable"): EntityView => ({ state: null, absent: why, attributes: {} });
const SWITCH = [0, 1];
const read = (entity: string, levels: readonly number[], of: EntityView, isMeasured = false) =>
  readLoad({ entity, levels, isMeasured }, of);

const thermostat = { hvac_modes: ["heat", "cool", "off"], supported_features: 385 };
const modes = ["eco", "performance", "off"];
const heater = { operation_list: modes, supported_features: 2 | 8, operation_mode: "eco" };
const plain = { supported_features: 8 };
const awayOnly = { supported_features: 4, away_mode: "off" };
const charger = { min: 6, max: 32, step: 2 };

describe("the level of a load is what its entity says", () => {
  const rows: [string, EntityView, number | null][] = [
    ["switch.pool", view("on"), 1],
    ["switch.pool", view("off"), 0],
    ["light.porch", view("on", { brightness: 3 }), 1],
    ["fan.attic", view("off"), 0],
    ["input_boolean.pool", view("on"), 1],
    ["input_boolean.pool", view("unknown"), null],
    ["climate.hall", view("heat", { ...thermostat, hvac_action: "idle" }), 1],
    ["climate.hall", view("off", thermostat), 0],
    ["climate.hall", view("unknown", thermostat), null],
    ["water_heater.tank", view("eco", heater), 1],
    ["water_heater.tank", view("off", heater), 0],
    ["water_heater.tank", view("electric", plain), 1],
    ["water_heater.tank", view("off", plain), 0],
    ["water_heater.tank", view("unknown", plain), null],
    ["water_heater.tank", view("eco", { ...awayOnly, away_mode: "on" }), 0],
    ["water_heater.tank", view("unknown", awayOnly), 1],
    ["water_heater.tank", view("eco", { supported_features: 4, away_mode: null }), null],
    // Away is less, not off, where there is an off.
    ["water_heater.tank", view("eco", { ...heater, supported_features: 14, away_mode: "on" }), 1],
    ["number.charger", view("16", charger), 16],
    ["input_number.charger", view("15.98", { ...charger, step: 0.01 }), 15.98],
    ["number.charger", view("unknown", charger), null],
    ["number.charger", view("", charger), null],
  ];
  it.each(rows)("%s %o", (entity, state, level) => {
    const steps = entity.includes("number.") ? [6, 16] : SWITCH;
    expect(read(entity, steps, state)).toMatchObject({
      level,
      trouble: level === null ? { kind: "unknown" } : null,
    });
  });

  it("has none, and a reason that says what to do, when nobody knows", () => {
    const why = (of: EntityView) => read("switch.pool", SWITCH, of);
    expect(why(UNSEEN)).toMatchObject({ level: null, trouble: { kind: "unheard" } });
    expect(why(absent("missing"))).toMatchObject({ level: null, trouble: { kind: "missing" } });
    expect(why(absent("missing")).trouble?.words).toMatch(/switch\.pool does not exist.*renamed.*table.*enable/);
    expect(why(absent("unavailable"))).toMatchObject({ level: null, trouble: { kind: "unavailable" } });
    expect(why(absent("unavailable")).trouble?.words).toMatch(/look at its device/);
  });

  it("is only an assumption where the device cannot say, unless its power is measured", () => {
    const blind = view("off", { assumed_state: true });
    expect(read("switch.pool", SWITCH, blind)).toMatchObject({ level: 0, trouble: { kind: "assumed" } });
    expect(read("switch.pool", SWITCH, blind).trouble?.words).toMatch(/give the load a power sensor/);
    expect(read("switch.pool", SWITCH, blind, true)).toMatchObject({ level: 0, trouble: null });
  });

  it("has none while the entity cannot be brought to the levels of the table", () => {
    const rows: [string, number[], EntityView, RegExp][] = [
      [
        "number.charger",
        [0, 6, 16],
        view("6", charger),
        /takes 6 to 32 in steps of 2, not 0, 6, 16: correct the table/,
      ],
      ["number.charger", [6, 40], view("6", charger), /takes 6 to 32/],
      ["number.charger", [6, 7], view("6", charger), /in steps of 2/],
      ["climate.hall", SWITCH, view("heat", { hvac_modes: ["heat"] }), /no mode off/],
      ["water_heater.tank", SWITCH, view("eco", { supported_features: 1 }), /neither be switched off nor set to away/],
    ];
    for (const [entity, levels, state, words] of rows) {
      const { level, trouble } = read(entity, levels, state);
      expect([level, trouble?.kind]).toEqual([null, "unfit"]);
      expect(trouble?.words).toMatch(words);
    }
    expect(read("number.any", [0, 0.5, 900], view("3")).level).toBe(3);
    expect(read("number.fine", [0.1, 0.3], view("0.1", { min: 0, max: 1, step: 0.1 })).level).toBe(0.1);
  });
});

describe("a load is brought to a level by a service of its own domain", () => {
  const rows: [string, number, EntityView, string | null, object][] = [
    ["switch.pool", 0, view("on"), null, { domain: "switch", service: "turn_off", data: {} }],
    ["light.porch", 1, view("off"), null, { domain: "light", service: "turn_on", data: {} }],
    ["input_boolean.pool", 1, view("off"), null, { domain: "input_boolean", service: "turn_on" }],
    ["climate.hall", 0, view("cool", thermostat), "cool", { service: "set_hvac_mode", data: { hvac_mode: "off" } }],
    ["climate.hall", 1, view("off", thermostat), "cool", { service: "set_hvac_mode", data: { hvac_mode: "cool" } }],
    ["climate.hall", 1, view("off", thermostat), "dry", { service: "turn_on", data: {} }],
    ["climate.hall", 1, view("off", thermostat), null, { service: "turn_on", data: {} }],
    ["water_heater.tank", 0, view("eco", heater), "eco", { data: { operation_mode: "off" } }],
    ["water_heater.tank", 1, view("off", heater), "performance", { data: { operation_mode: "performance" } }],
    [
      "water_heater.tank",
      1,
      view("off", heater),
      null,
      { service: "set_operation_mode", data: { operation_mode: "eco" } },
    ],
    ["water_heater.tank", 0, view("gas", plain), "gas", { service: "turn_off", data: {} }],
    ["water_heater.tank", 1, view("off", plain), "gas", { service: "turn_on", data: {} }],
    ["water_heater.tank", 0, view("eco", awayOnly), "eco", { service: "set_away_mode", data: { away_mode: true } }],
    ["water_heater.tank", 1, view("eco", awayOnly), "eco", { service: "set_away_mode", data: { away_mode: false } }],
    ["number.charger", 10, view("16", charger), null, { domain: "number", service: "set_value", data: { value: 10 } }],
  ];
  it.each(rows)("%s → %d", (entity, level, state, mode, call) => {
    expect(loadCall(entity, level, state, mode)).toMatchObject(call);
  });

  it("and is given back with the mode that it was on with", () => {
    expect(read("climate.hall", SWITCH, view("cool", thermostat)).mode).toBe("cool");
    expect(read("climate.hall", SWITCH, view("off", thermostat)).mode).toBeNull();
    expect(read("switch.pool", SWITCH, view("on")).mode).toBeNull();
  });
});

it("an entity that is no load of its kind is refused with what would be one", () => {
  expect(loadEntityFault("climate.hall", "switch")).toBeNull();
  expect(loadEntityFault("number.charger", "modulating")).toBeNull();
  expect(loadEntityFault("climate.hall", "modulating")).toMatch(/has no steps.*on\/off.*number or input_number/);
  expect(loadEntityFault("number.charger", "switch")).toMatch(/is no switch.*in steps.*climate or water_heater/);
  expect(loadEntityFault("sensor.power", "switch")).toMatch(/must be a switch, .*not a sensor/);
  expect(loadEntityFault("constructor.x", "switch")).toMatch(/must be a/);
  expect(loadEntityFault("Boiler", "switch")).toMatch(/look like switch\.boiler/);
  expect([powerEntityFault("sensor.a"), powerEntityFault("switch.a")]).toEqual([null, expect.stringMatching(/sensor/)]);
});

it("a power sensor is of no use when it is not there or measures something else, and is only away otherwise", () => {
  const trouble = (of: EntityView) => powerTrouble("sensor.pool", of);
  expect(trouble(absent("missing"))).toMatchObject({
    kind: "unmeasured",
    words: expect.stringMatching(/sensor\.pool does not exist/),
  });
  expect(trouble(view("7", { unit_of_measurement: "A" }))).toMatchObject({
    kind: "unmeasured",
    words: expect.stringMatching(/measures A/),
  });
  expect(trouble(UNSEEN)).toMatchObject({ kind: "unheard" });
  for (const good of [view("1", { unit_of_measurement: "kW" }), view("unknown"), absent("unavailable")]) {
    expect(trouble(good)).toBeNull();
  }
});

it("power is read in watts, and not out of a sensor of something else", () => {
  const said = (state: string, unit?: string) => readWatts(view(state, { unit_of_measurement: unit }));
  expect([said("1500", "W"), said("1.5", "kW"), said("1500"), said("-3", "W")]).toEqual([1500, 1500, 1500, 0]);
  expect([said("unknown", "W"), said("", "W"), said("7", "A"), readWatts(UNSEEN)]).toEqual([null, null, null, null]);
});
