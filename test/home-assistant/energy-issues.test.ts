import { expect, it } from "vitest";
import { energyIssues, energyWords } from "../../nodes/home-assistant/index.ts";
import { meter as meterId } from "../api/meters.ts";

const issue = (type: string, ...affected: [string, unknown][]) => ({ type, affected_entities: affected });

it("tells of one's own entities only, each trouble once, with what to do", () => {
  const validation = {
    energy_sources: [
      [issue("recorder_untracked", ["sensor.other", null], ["sensor.energy", null])],
      [issue("recorder_untracked", ["sensor.energy", null])],
    ],
    device_consumption: [[]],
    device_consumption_water: [],
  };
  expect(energyIssues(validation, ["sensor.energy"])).toEqual([
    {
      type: "recorder_untracked",
      entity: "sensor.energy",
      text: "not recorded: take it out of `exclude` in the recorder's settings",
      passing: false,
    },
  ]);
});

it("tells what only wants time from what wants somebody", () => {
  const validation = {
    energy_sources: [
      [issue("statistics_not_defined", ["sensor.power", null]), issue("entity_not_defined", ["sensor.power", null])],
    ],
  };
  expect(energyIssues(validation, ["sensor.power"]).map(({ passing }) => passing)).toEqual([true, false]);
});

it("passes on an issue that is new to it, whatever its name", () => {
  for (const type of ["entity_is_haunted", "constructor"]) {
    const [found] = energyIssues({ energy_sources: [[issue(type, ["sensor.energy", 7])]] }, ["sensor.energy"]);
    const text = `Home Assistant says: ${type.replaceAll("_", " ")}`;
    expect(found).toEqual({ type, entity: "sensor.energy", text, passing: false });
  }
});

it("says it all in a sentence or two, each trouble once for all sensors that have it", () => {
  const young = { type: "statistics_not_defined", text: "no statistics yet", passing: true };
  const issues = [
    { ...young, entity: "sensor.energy" },
    { ...young, entity: "sensor.power" },
  ];
  const sensors = { energyEntity: "sensor.energy", powerEntity: "sensor.power" };
  const meter = meterId("0.0.1.1.2");
  const words = energyWords("House", { meter, as: "grid", change: "added", ...sensors, issues });
  expect(words).toBe(
    "House is in the Energy dashboard now, as grid consumption. sensor.energy, sensor.power: no statistics yet.",
  );
  expect(energyWords("Pump", { meter, as: "device", change: "none", ...sensors, issues: [] })).toBe(
    "Pump is in the Energy dashboard, as an individual device.",
  );
});
