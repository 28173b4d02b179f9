import { expect, it } from "vitest";
import { energyIssues } from "../../nodes/home-assistant/index.ts";

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
      text: "sensor.energy is not recorded: take it out of `exclude` in the recorder's settings",
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

it("passes on an issue that is new to it", () => {
  const [found] = energyIssues({ energy_sources: [[issue("entity_is_haunted", ["sensor.energy", 7])]] }, [
    "sensor.energy",
  ]);
  expect(found).toMatchObject({ text: "sensor.energy Home Assistant says: entity is haunted", passing: false });
});
