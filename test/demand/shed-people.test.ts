import { describe, expect, it } from "vitest";
import { fromLedger, ledgerOf, shedReport, why } from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { House, load, shedConfig } from "./house.ts";

const boiler = load("boiler", { priority: 1 });
const pool = load("pool", { priority: 2, ratedW: 1000 });
const all = { boiler: { watts: 2000, on: true }, pool: { watts: 1000, on: true } };
const whyOf = (house: House, name: string) => {
  const one = house.settings.loads.find((entry) => entry.name === name);
  if (one === undefined) throw new Error(name);
  return why(house.state, house.settings, one, epochSeconds(house.now));
};
const frame = { id: "shed", name: "Shed", refused: null, decisions: [], troubleOf: () => null };
const report = (house: House) => shedReport(house.state, house.settings, frame, epochSeconds(house.now));
const stuck = (house: House) => house.events.flatMap((event) => (event.kind === "stuck" ? [event] : []));

describe("the reason of a decision", () => {
  it("tells figures apart that are nearly the same", () => {
    const tight = new House(shedConfig([boiler]), all, { limitW: 3000 });
    tight.baseW = 1015;
    tight.live(900);
    expect(tight.decisions[0]?.reason).toMatch(/^on course for 30\d\d W, aiming at 3000 W$/);
  });
});

describe("comfort", () => {
  // It must stay on for longer than a window has left, so that it never fits beside what else is drawn.
  const comfy = { ...boiler, maxOffS: 1800, minOnS: 900 };
  const full = (more = {}) => {
    const house = new House(shedConfig([comfy, pool], { maxPerPass: 1, ...more }), all, { limitW: 3500 });
    house.baseW = 2200;
    return house.live(1000);
  };

  it("gives a load back after its longest time off, in spite of the limit, and leaves it on for a while", () => {
    const house = full();
    const offSince = house.state.seen.get("boiler")?.since ?? 0;
    while (house.level("boiler") === 0) house.live(1);
    const back = house.decisions.find(({ rule }) => rule === "comfort");
    expect(back).toMatchObject({
      load: "boiler",
      action: "on",
      reason: "off for 30 min, which is as long as it may be",
    });
    expect((back?.time ?? 0) - offSince).toBeGreaterThanOrEqual(1800);
    expect((back?.time ?? 0) - offSince).toBeLessThan(1900);
    house.live(880);
    expect(house.level("boiler")).toBe(1);
    house.live(600);
    expect(house.level("boiler")).toBe(0);
  });

  it("does not go over a limit of the wiring, and comes as soon as that has room", () => {
    const fuse = { name: "Fuse", target: "limit", phase: null, limitW: 4000, windowS: 900, isFixed: true } as const;
    const house = new House(shedConfig([comfy]), all, { limitW: 50_000, extras: [fuse] });
    house.baseW = 3500;
    house.live(3600);
    expect(house.level("boiler")).toBe(0);
    expect(house.decisions.filter(({ rule }) => rule === "comfort")).toEqual([]);
    house.baseW = 1500;
    house.live(300);
    expect(house.level("boiler")).toBe(1);
  });

  it("other loads give way to it", () => {
    const house = full();
    while (house.level("boiler") === 0) house.live(1);
    house.live(300);
    expect(house.level("pool")).toBe(0);
  });

  it("waits while demand is unknown", () => {
    const house = full();
    house.audible = false;
    house.live(4000);
    expect(house.level("boiler")).toBe(0);
  });

  it("is remembered over a restart: what came back for comfort is not shed at once", () => {
    const house = full();
    while (house.level("boiler") === 0) house.live(1);
    house.state = fromLedger(JSON.parse(JSON.stringify(ledgerOf(house.state))), epochSeconds(house.now));
    for (const name of ["boiler", "pool"]) house.tell(name);
    house.live(800);
    expect(house.level("boiler")).toBe(1);
  });
});

describe("a load that is held although nothing asks for it", () => {
  const held = (more = {}) => {
    const house = new House(shedConfig([{ ...boiler, ...more }]), all, { limitW: 3000 });
    house.baseW = 1500;
    house.live(300);
    expect(house.level("boiler")).toBe(0);
    return house;
  };

  it("is told after an hour with the reason, and again when that is over", () => {
    const house = held();
    house.baseW = 1100;
    house.live(3000);
    // Two thirds of the time there is no room, so that it comes and goes: nothing is stuck.
    expect(stuck(house)).toEqual([]);
    const never = new House(shedConfig([load("oven", { ratedW: 3200, minOnS: 901 })]), {
      oven: { watts: 3200, on: true },
    });
    never.baseW = 100;
    never.live(7200);
    expect(stuck(never)).toMatchObject([
      { load: "oven", cause: "never", reason: "its 3.2 kW never fit under 2.5 kW, as Quarter hour asks" },
    ]);
    expect(report(never).alarms).toMatchObject([{ load: "oven", code: "METERMAN_LOAD_HELD" }]);
    never.override("oven", "on");
    never.live(60);
    expect(stuck(never).at(-1)).toMatchObject({ load: "oven", reason: null });
    expect(report(never).alarms).toEqual([]);
  });

  it("waits for hours where there is only too little room for it", () => {
    const house = new House(shedConfig([{ ...boiler, minOnS: 901 }]), all, { limitW: 3000 });
    house.baseW = 1500;
    house.live(5 * 3600);
    expect(house.level("boiler")).toBe(0);
    expect(stuck(house)).toEqual([]);
    house.live(2 * 3600);
    expect(stuck(house)).toMatchObject([
      { cause: "room", reason: expect.stringMatching(/^it needs 2\.0 kW and 0\.1 kW/) },
    ]);
  });

  it("is told after a day off, also where the need comes and goes all the time", () => {
    const house = new House(shedConfig([{ ...boiler, minOnS: 901 }]), all, { limitW: 3000 });
    const spell = () => {
      house.baseW = 3300;
      house.live(1200);
      house.baseW = 1500;
      house.live(2400);
    };
    spell();
    const entry = house.state.held.get("boiler");
    if (entry === undefined) throw new Error("not held");
    spell();
    expect(stuck(house)).toEqual([]);
    const since = epochSeconds(entry.since - 86_400);
    house.state = { ...house.state, held: new Map([["boiler", { ...entry, since }]]) };
    spell();
    expect(stuck(house)).toMatchObject([{ load: "boiler", cause: "room" }]);
  });

  it("is not told at once when a limit is lost that has an alarm of its own", () => {
    const house = new House(shedConfig([{ ...boiler, minOnS: 901 }]), all, { limitW: 3000 });
    house.baseW = 1500;
    house.live(3 * 3600);
    house.audible = false;
    house.live(1800);
    expect(stuck(house)).toEqual([]);
    house.live(3600);
    expect(stuck(house)).toMatchObject([{ load: "boiler", cause: "unknown" }]);
  });

  it("names a load that says nothing of itself", () => {
    const house = held();
    house.baseW = 0;
    house.set("boiler", null);
    house.live(7200);
    expect(stuck(house)).toMatchObject([{ cause: "silent", reason: "it does not say whether it is on or off" }]);
  });

  it("names a minimum time off, and what a person asked for", () => {
    const house = held({ minOffS: 20_000 });
    house.baseW = 0;
    house.live(7200);
    expect(stuck(house)).toMatchObject([{ cause: "min-off", reason: "once off it stays off for 6 h" }]);
    house.override("boiler", "off");
    house.live(60);
    expect(stuck(house).at(-1)).toMatchObject({ cause: "asked", reason: "it was asked to be off" });
  });

  it("says nothing of what waits for the sun, for cheap energy, or in a dry run", () => {
    const house = new House(shedConfig([boiler], { dryRun: true }), all, { limitW: 3000 });
    house.baseW = 1500;
    house.live(7200);
    expect(stuck(house)).toEqual([]);
  });
});

describe("dry run, switched while running", () => {
  it("stops the commands at once, says so in each decision, and goes on after", () => {
    const house = new House(shedConfig([boiler, pool]), all, { limitW: 3500 });
    house.input({ kind: "dry-run", on: true });
    house.baseW = 1500;
    house.live(400);
    expect(house.decisions).toMatchObject([{ load: "boiler", dryRun: true }]);
    expect(house.level("boiler")).toBe(1);
    expect(whyOf(house, "boiler")).toBe("Would be off to keep the limit, but this is a dry run.");
    house.input({ kind: "dry-run", on: null });
    while (house.level("boiler") === 1) house.live(1);
    expect(house.decisions.at(-1)).toMatchObject({ dryRun: false });
  });

  it("does what a person asked for meanwhile, once it is over", () => {
    const house = new House(shedConfig([boiler]), all, { limitW: 9000 });
    house.input({ kind: "dry-run", on: true });
    house.override("boiler", "off");
    house.live(60);
    expect(house.level("boiler")).toBe(1);
    house.input({ kind: "dry-run", on: null });
    house.live(60);
    expect(house.level("boiler")).toBe(0);
    expect(house.decisions.map(({ rule, dryRun }) => [rule, dryRun])).toEqual([
      ["override", true],
      ["override", false],
    ]);
  });

  it("gives back what is really held, and turns down nothing more", () => {
    const house = new House(shedConfig([boiler, pool]), all, { limitW: 3500 });
    house.baseW = 1500;
    house.live(300);
    expect(house.level("boiler")).toBe(0);
    house.input({ kind: "dry-run", on: true });
    house.baseW = 300;
    house.live(1200);
    expect(house.level("boiler")).toBe(1);
    house.baseW = 3000;
    house.live(900);
    expect([house.level("boiler"), house.level("pool")]).toEqual([1, 1]);
  });

  it("survives a restart", () => {
    const house = new House(shedConfig([boiler]), all);
    house.input({ kind: "dry-run", on: true });
    const next = fromLedger(JSON.parse(JSON.stringify(ledgerOf(house.state))), epochSeconds(house.now));
    expect(next.dryRun).toBe(true);
  });
});

describe("why", () => {
  it("says in one sentence with figures how each load stands", () => {
    const house = new House(shedConfig([{ ...boiler, minOffS: 600 }, pool, load("fridge", { critical: true })]), {
      ...all,
      fridge: { watts: 150, on: true },
    });
    expect(whyOf(house, "pool")).toBe("On: nothing has been heard of demand yet.");
    house.baseW = 0;
    house.live(200);
    expect(house.level("boiler")).toBe(0);
    expect(whyOf(house, "fridge")).toBe("On: it is critical and is never switched off here.");
    expect(whyOf(house, "pool")).toMatch(/^On: 1\.[12] kW are drawn, and Quarter hour allows 2\.\d kW\.$/);
    expect(whyOf(house, "boiler")).toMatch(/^Off for \d min to keep the limit: once off it stays off for 10 min\.$/);
    house.live(520);
    expect(whyOf(house, "boiler")).toMatch(
      /^Off for 1[01] min to keep the limit: (it needs 2\.0 kW and 0\.1 kW to spare, and Quarter hour leaves \d\.\d kW|there is room)/,
    );
    house.override("boiler", "off", 3600);
    expect(whyOf(house, "boiler")).toMatch(/it was asked to be off, for another 60 min\.$/);
    house.override("boiler", "auto");
    house.set("pool", null);
    expect(whyOf(house, "pool")).toBe("It does not say whether it is on or off, so nothing is done with it.");
    house.set("pool", 0);
    expect(whyOf(house, "pool")).toBe("Off: not because of this node, so it is not switched on by it.");
    house.audible = false;
    house.live(700);
    expect(whyOf(house, "boiler")).toContain("nothing fresh is heard of Quarter hour");
  });

  it("is part of a report that is plain JSON", () => {
    const house = new House(shedConfig([boiler, pool]), all);
    house.baseW = 600;
    house.live(300);
    const said = report(house);
    expect(JSON.parse(JSON.stringify(said))).toEqual(said);
    expect(said).toMatchObject({ dryRun: false, demands: ["window"], staleSince: null, stoppedUntil: null });
    expect(said.loads.map(({ name, level, powerW }) => [name, level, powerW])).toEqual([
      ["boiler", 0, 2000],
      ["pool", house.level("pool"), 1000],
    ]);
    expect(said.loads[0]?.held).toMatchObject({ fromLevel: 1, level: 0, rule: "limit", dryRun: false });
    house.audible = false;
    house.live(600);
    expect(report(house).alarms).toMatchObject([{ load: null, code: "METERMAN_DEMAND_STALE" }]);
  });
});

describe("a load that lies", () => {
  it("is asked again, then not counted on: it says it is off, but its sensor says otherwise", () => {
    const house = new House(shedConfig([boiler, pool], { maxPerPass: 1 }), {
      ...all,
      boiler: { watts: 2000, on: true, delayS: null },
    });
    house.input({ kind: "load", load: "boiler", level: 1, watts: 2000 });
    house.baseW = 800;
    while (house.decisions.length === 0) house.live(1);
    house.input({ kind: "load", load: "boiler", level: 0, watts: 2000 });
    house.live(400);
    const own = house.decisions.filter((one) => one.load === "boiler");
    expect(own.map(({ rule, reason }) => [rule, reason])).toEqual([
      ["limit", expect.stringMatching(/^on course for/)],
      ["retry", "it says so, but still draws power: once more"],
    ]);
    expect(house.kinds("unresponsive")).toMatchObject([{ load: "boiler" }]);
    expect(house.level("pool")).toBe(0);
  });
});
