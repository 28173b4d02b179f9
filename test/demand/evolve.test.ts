import { describe, expect, it } from "vitest";
import {
  decideDemand,
  decideShed,
  evolveDemand,
  evolveShed,
  noDemand,
  noShedding,
  stepDemand,
} from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { House, load, shedConfig, T0 } from "./house.ts";
import { config, reading } from "./support.ts";

describe("the events alone", () => {
  it("make the same windows, peaks and energy", () => {
    const settings = config();
    let [stepped, evolved] = [noDemand, noDemand];
    for (let i = 0; i < 300; i += 1) {
      // Each tenth two minutes late, and then what follows it in the wrong order.
      const start = T0 + (i % 10 === 7 ? i + 2 : i % 10 === 9 ? i - 2 : i) * 60;
      const now = epochSeconds(T0 + (i + 3) * 60);
      const input = { kind: "reading", reading: reading(start, start + 60, i) } as const;
      for (const one of [input, { kind: "tick" } as const]) {
        const events = decideDemand(evolved, one, settings, now);
        evolved = events.reduce((state, event) => evolveDemand(state, event, settings), evolved);
        stepped = stepDemand(stepped, one, settings, now).demand;
      }
    }
    expect(evolved).toEqual(stepped);
    expect(evolved.book.months.size).toBe(1);
  });

  it("make the same state of shed loads", () => {
    const boiler = load("boiler", { minOffS: 120 });
    const house = new House(shedConfig([boiler]), { boiler: { watts: 2000, on: true } });
    house.baseW = 1500;
    house.live(600);
    house.override("boiler", "on", 60);
    house.baseW = 100;
    house.live(900);
    expect(house.decisions.length).toBeGreaterThan(1);
    expect(house.events.reduce(evolveShed, noShedding(epochSeconds(T0)))).toEqual(house.state);
    const now = epochSeconds(house.now + 4000);
    const events = decideShed(house.state, { kind: "tick" }, house.settings, now);
    expect(events).toMatchObject([{ kind: "stale" }]);
  });
});
