import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EnergyMeter, type EnergyPrefs, mergePrefs } from "../../nodes/home-assistant/index.ts";

const HOUSE: EnergyMeter = { as: "grid", energy: "sensor.house_energy", power: "sensor.house_power", name: "House" };
const PUMP: EnergyMeter = { as: "device", energy: "sensor.pump_energy", power: "sensor.pump_power", name: "Pump" };
const NOW = "2026.11.0";
const COST = { stat_cost: null, entity_energy_price: null, number_energy_price: null };

const solar = { type: "solar", stat_energy_from: "sensor.roof", config_entry_solar_forecast: ["a", "b"] };
const fridge = { stat_consumption: "sensor.fridge", name: "Fridge", included_in_stat: "sensor.kitchen" };
const flat = {
  ...{ type: "grid", stat_energy_from: "sensor.utility", stat_energy_to: "sensor.back", stat_cost: null },
  ...{ entity_energy_price: null, number_energy_price: 0.25, stat_compensation: "sensor.money", name: "Utility" },
  ...{ entity_energy_price_export: null, number_energy_price_export: null, cost_adjustment_day: 1.5 },
};
const legacy = {
  type: "grid",
  flow_from: [{ ...COST, stat_energy_from: "sensor.night", number_energy_price: 0.1 }],
  flow_to: [{ stat_energy_to: "sensor.back", stat_compensation: null }],
  cost_adjustment_day: 2,
};

function merged(prefs: EnergyPrefs | null, meter: EnergyMeter, version = NOW) {
  const result = mergePrefs(prefs, meter, version);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
/** The preferences as Home Assistant has them after saving. */
const savedPrefs = (prefs: EnergyPrefs | null, meter: EnergyMeter, version = NOW): EnergyPrefs => ({
  ...{ energy_sources: [], device_consumption: [], ...prefs },
  ...merged(prefs, meter, version),
});

describe("a first meter", () => {
  it("becomes a connection to the grid with its live power from 2026.3 on", () => {
    expect(merged(null, HOUSE, "2026.3.0")).toEqual({
      energy_sources: [
        {
          ...{ type: "grid", stat_energy_from: "sensor.house_energy", ...COST, cost_adjustment_day: 0 },
          ...{ stat_energy_to: null, stat_compensation: null },
          ...{ entity_energy_price_export: null, number_energy_price_export: null, stat_rate: "sensor.house_power" },
        },
      ],
    });
  });

  it("becomes the one grid source before, with power from 2025.12 on", () => {
    const flow = { stat_energy_from: "sensor.house_energy", ...COST };
    const grid = { type: "grid", flow_from: [flow], flow_to: [], cost_adjustment_day: 0 };
    expect(merged(null, HOUSE, "2025.2.5")).toEqual({ energy_sources: [grid] });
    const power = [{ stat_rate: "sensor.house_power" }];
    expect(merged(null, HOUSE, "2026.2.3")).toEqual({ energy_sources: [{ ...grid, power }] });
  });

  it("becomes an individual device with its name, and with its power from 2025.12 on", () => {
    const device = { stat_consumption: "sensor.pump_energy", name: "Pump" };
    expect(merged(null, PUMP, "2025.2.5")).toEqual({ device_consumption: [device] });
    const rate = { stat_rate: "sensor.pump_power" };
    expect(merged(null, PUMP, "2025.12.0")).toEqual({ device_consumption: [{ ...device, ...rate }] });
  });
});

describe("a meter beside what the user has", () => {
  it("comes last, and only the list that it stands in is saved", () => {
    const prefs = { energy_sources: [solar, flat], device_consumption: [fridge] };
    const grid = merged(prefs, HOUSE);
    expect(Object.keys(grid)).toEqual(["energy_sources"]);
    expect(grid.energy_sources?.slice(0, 2)).toEqual([solar, flat]);
    expect(merged(prefs, PUMP).device_consumption?.slice(0, 1)).toEqual([fridge]);
    expect(Object.keys(merged(prefs, PUMP))).toEqual(["device_consumption"]);
  });

  it("joins the one grid source of older releases, whose other flows, prices and powers stay", () => {
    const grid = { ...legacy, power: [{ stat_rate: "sensor.night_power" }] };
    const saved = merged({ energy_sources: [grid, solar], device_consumption: [] }, HOUSE, "2026.1.0").energy_sources;
    expect(saved).toEqual([
      {
        ...legacy,
        flow_from: [...legacy.flow_from, { stat_energy_from: "sensor.house_energy", ...COST }],
        power: [{ stat_rate: "sensor.night_power" }, { stat_rate: "sensor.house_power" }],
      },
      solar,
    ]);
  });
});

describe("a meter that is there", () => {
  it("keeps its price and name, and gets the live power that it lacked", () => {
    const mine = { ...flat, stat_energy_from: "sensor.house_energy" };
    const saved = merged({ energy_sources: [mine], device_consumption: [] }, HOUSE);
    expect(saved).toEqual({ energy_sources: [{ ...mine, stat_rate: "sensor.house_power" }] });
    const pump = { stat_consumption: "sensor.pump_energy", name: "Pool" };
    const device = merged({ energy_sources: [], device_consumption: [fridge, pump] }, PUMP);
    expect(device).toEqual({ device_consumption: [fridge, { ...pump, stat_rate: "sensor.pump_power" }] });
  });

  it("is left alone where the user measures its power in another way", () => {
    const mine = { ...flat, stat_energy_from: "sensor.house_energy" };
    const chosen = { ...mine, stat_rate: "sensor.clamp" };
    expect(merged({ energy_sources: [chosen], device_consumption: [] }, HOUSE)).toEqual({});
    const built = { ...mine, power_config: { stat_rate_inverted: "sensor.clamp" } };
    expect(merged({ energy_sources: [built], device_consumption: [] }, HOUSE)).toEqual({});
  });

  it("does not take a power that another connection to the grid has: Home Assistant would refuse both", () => {
    const other = { ...flat, stat_rate: "sensor.house_power" };
    const saved = merged({ energy_sources: [other], device_consumption: [] }, HOUSE).energy_sources;
    expect(saved?.[0]).toBe(other);
    expect(saved?.[1]).not.toHaveProperty("stat_rate");
  });

  it("is not shown twice: as a device and as the grid its energy would count double", () => {
    for (const version of ["2025.2.5", NOW]) {
      const grid = mergePrefs(savedPrefs(null, HOUSE, version), { ...HOUSE, as: "device" }, version);
      expect(grid).toMatchObject({ ok: false, error: { code: "METERMAN_HA_ENERGY", field: "as" } });
      const device = mergePrefs(savedPrefs(null, PUMP, version), { ...PUMP, as: "grid" }, version);
      expect(device).toMatchObject({ ok: false, error: { message: expect.stringContaining("individual device") } });
    }
  });

  it("says in which other place it stands", () => {
    const cases: [object, string][] = [
      [{ ...solar, stat_energy_from: "sensor.house_energy" }, "solar"],
      [{ ...flat, stat_energy_to: "sensor.house_energy" }, "return to the grid"],
      [{ ...legacy, flow_to: [{ stat_energy_to: "sensor.house_energy" }] }, "return to the grid"],
      [{ type: "home", stat_energy_to: "sensor.house_energy" }, "home"],
    ];
    for (const [source, word] of cases) {
      const prefs = { energy_sources: [source as typeof solar], device_consumption: [] };
      const refused = mergePrefs(prefs, HOUSE, NOW);
      expect(refused).toMatchObject({ ok: false, error: { message: expect.stringContaining(`as ${word} already`) } });
    }
  });
});

describe("whatever the user has", () => {
  const id = fc.constantFrom("sensor.a", "sensor.b", "sensor.c", "sensor.house_power");
  const extra = fc.dictionary(
    fc.constantFrom("name", "number_energy_price", "stat_cost", "zz", "__proto__"),
    fc.jsonValue(),
  );
  const flow = fc.record({ stat_energy_from: id }).chain((one) => extra.map((more) => ({ ...more, ...one })));
  const source = fc.oneof(
    fc.record({
      type: fc.constantFrom("solar", "gas", "water", "battery", "odd"),
      stat_energy_from: id,
      x: fc.jsonValue(),
    }),
    fc.record({ type: fc.constant("grid"), stat_energy_from: id, stat_energy_to: fc.constant(null), stat_rate: id }),
  );
  const oneGrid = fc.record(
    {
      type: fc.constant("grid"),
      flow_from: fc.array(flow),
      flow_to: fc.array(flow),
      power: fc.array(fc.record({ stat_rate: id })),
    },
    { requiredKeys: ["type", "flow_from", "flow_to"] },
  );
  const rest = fc.array(fc.record({ stat_consumption: id, name: fc.string() }, { requiredKeys: ["stat_consumption"] }));
  const sources = (version: string) =>
    version === NOW
      ? fc.array(source)
      : fc
          .tuple(oneGrid, fc.array(source.filter(({ type }) => type !== "grid")))
          .map(([grid, others]) => [...others, grid]);
  // As it comes over the wire.
  const prefsOf = (version: string) =>
    fc
      .record({ energy_sources: sources(version), device_consumption: rest })
      .map((prefs): EnergyPrefs => JSON.parse(JSON.stringify(prefs)));
  const asked = fc.record({
    as: fc.constantFrom("grid" as const, "device" as const),
    power: fc.boolean(),
    name: fc.boolean(),
  });

  for (const version of ["2025.2.5", "2026.2.0", NOW]) {
    it(`stays byte for byte in its order, and asking again changes nothing (${version})`, () => {
      fc.assert(
        fc.property(prefsOf(version), asked, (prefs, { as, power, name }) => {
          const meter: EnergyMeter = {
            ...{ as, energy: "sensor.house_energy" },
            ...(power ? { power: "sensor.house_power" } : {}),
            ...(name ? { name: "House" } : {}),
          };
          const before = JSON.stringify(prefs);
          const saved = savedPrefs(prefs, meter, version);
          expect(JSON.stringify(prefs)).toBe(before);
          expect(merged(saved, meter, version)).toEqual({});
          expect(JSON.stringify(without(saved))).toBe(JSON.stringify(without(prefs)));
        }),
      );
    });
  }
});

/** The preferences without the meter of the test. */
function without(prefs: EnergyPrefs): EnergyPrefs {
  const others = (list: unknown) =>
    (list as Record<string, unknown>[]).filter((entry) => entry.stat_energy_from !== "sensor.house_energy");
  const powers = (list: unknown) =>
    (list as object[]).filter((entry) => JSON.stringify(entry) !== '{"stat_rate":"sensor.house_power"}');
  return {
    energy_sources: prefs.energy_sources
      .filter((entry) => entry.stat_energy_from !== "sensor.house_energy")
      .map((entry) => ({
        ...entry,
        ...("flow_from" in entry ? { flow_from: others(entry.flow_from) } : {}),
        ...("flow_from" in entry ? { power: powers(entry.power ?? []) } : {}),
      })) as EnergyPrefs["energy_sources"],
    device_consumption: prefs.device_consumption.filter((entry) => entry.stat_consumption !== "sensor.house_energy"),
  };
}
