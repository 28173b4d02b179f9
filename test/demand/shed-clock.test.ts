import { describe, expect, it } from "vitest";
import { fromLedger, ledgerOf, noShedding, type ShedInput, stepShed } from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { type Extra, load, SOURCE, shedConfig, stateOf, T0 } from "./house.ts";

const limit: Extra = { name: "House", target: "limit", phase: null, limitW: 2500, windowS: 900 };
const boiler = load("boiler", { minOnS: 300, minOffS: 300 });
const settings = shedConfig([boiler]);

/** A house whose boiler obeys at once, lived in steps of 5 s by a clock that may be wrong. */
function living() {
  let state = noShedding(epochSeconds(T0));
  let level = 1;
  let now = T0;
  const input = (one: ShedInput) => {
    const next = stepShed(state, one, settings, epochSeconds(now));
    state = next.state;
    for (const event of next.events) if (event.kind === "decision") level = event.level;
  };
  return {
    live(seconds: number, baseW: number) {
      for (let s = 0; s < seconds; s += 5) {
        now += 5;
        const powerW = baseW + level * 2000;
        const usedWh = (powerW * (now % 900)) / 3600;
        input({ kind: "demand", source: SOURCE, state: stateOf(limit, now, { usedWh, powerW }) });
        input({ kind: "load", load: "boiler", level, watts: null });
      }
    },
    setBack(seconds: number) {
      now -= seconds;
    },
    tick: () => input({ kind: "tick" }),
    restart() {
      state = fromLedger(JSON.parse(JSON.stringify(ledgerOf(state))), epochSeconds(now));
    },
    get level() {
      return level;
    },
    get state() {
      return state;
    },
  };
}

describe("a server's clock that is set back by a day", () => {
  it("what is held comes back when there is room, not a day later", () => {
    const house = living();
    house.live(600, 2000);
    expect(house.level).toBe(0);
    house.setBack(86_400);
    house.tick();
    expect(house.state.stale.size).toBe(0);
    house.live(900, 100);
    expect(house.level).toBe(1);
  });

  it("what has come back is shed again when it must be", () => {
    const house = living();
    house.live(600, 100);
    house.setBack(86_400);
    house.live(900, 2000);
    expect(house.level).toBe(0);
  });

  it("an override ends after the time that was asked for", () => {
    const house = living();
    house.live(60, 100);
    const until = house.state.heardAt + 600;
    const asked = stepShed(
      house.state,
      { kind: "override", load: "boiler", mode: "on", forS: 600 },
      settings,
      house.state.heardAt,
    ).state;
    const later = stepShed(asked, { kind: "tick" }, settings, epochSeconds(asked.heardAt - 86_400)).state;
    expect([asked.overrides.get("boiler")?.until, later.overrides.get("boiler")?.until]).toEqual([
      until,
      until - 86_400,
    ]);
  });

  it("minimum times begin anew when that was during a restart", () => {
    const house = living();
    house.live(600, 2000);
    expect(house.level).toBe(0);
    house.setBack(86_400);
    house.restart();
    house.live(200, 100);
    expect(house.level).toBe(0);
    house.live(700, 100);
    expect(house.level).toBe(1);
  });
});
