import { expect, it } from "vitest";
import { why } from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { House, load, shedConfig } from "./house.ts";

const boiler = load("boiler");

it("a person's wish in a dry run is the reason that is told, whatever the rules had thought of before", () => {
  const house = new House(shedConfig([boiler], { dryRun: true }), { boiler: { watts: 2000, on: true } });
  house.baseW = 4000;
  house.live(300);
  const told = () => why(house.state, house.settings, boiler, epochSeconds(house.now));
  expect(told()).toBe("Would be off to keep the limit, but this is a dry run.");
  house.input({ kind: "override", load: "boiler", mode: "on", forS: 3600 });
  expect(told()).toBe("Would be on: it was asked to be on, for another 60 min, but this is a dry run.");
  house.input({ kind: "override", load: "boiler", mode: "off", forS: null });
  expect(told()).toBe("Would be off: it was asked to be off, but this is a dry run.");
});
