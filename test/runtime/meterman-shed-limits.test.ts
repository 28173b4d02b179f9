import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { load, row, ShedBench } from "./meterman-shed-bench.ts";

let bench: ShedBench;
beforeAll(async () => {
  bench = await ShedBench.start();
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** A demand node that exists and says nothing by itself within the test. */
const source = (id: string, name: string, more: object = {}) => ({
  ...{ id, type: "function", z: "tab", x: 1, y: 1, name, func: "return null", wires: [[]] },
  ...more,
});
const house = { id: "house", name: "window" };
const fuse = { id: "fuse", name: "fuse L1" };
const roof = { id: "roof", name: "roof" };
const sources = [source("house", "window"), source("fuse", "fuse L1"), source("roof", "roof")];
const levels = () => bench.decisions().map(({ load: name, level, limit }) => [name, level, limit]);
const count = (n: number) => bench.red.until(`${n} decisions`, () => bench.decisions().length === n);

describe("several limits", () => {
  it("are each kept: what is off for one comes back only when it fits into the other, too", async () => {
    await bench.shed([row("boiler", { phases: "L1" })], {}, sources);
    await bench.tell(load("boiler", true), bench.demand(1500, {}, house));
    await bench.tell(bench.demand(6000, { phase: "L1", limitWatts: 5000, usedWh: 500 }, fuse));
    await count(1);
    expect(bench.decisions()[0]).toMatchObject({ load: "boiler", action: "off", limit: "fuse L1" });
    await bench.tell(load("boiler", false));
    bench.pass(20);
    // The phase has room again, and now the window has none.
    await bench.tell(bench.demand(2500, {}, house), bench.demand(1000, { phase: "L1", limitWatts: 5000 }, fuse));
    await bench.red.until("the status", () => bench.status() === "holding 1 load (boiler) · 2.5 kW");
    expect(bench.decisions()).toHaveLength(1);
    await bench.tell(bench.demand(300, {}, house));
    await count(2);
    expect(bench.decisions()[1]).toMatchObject({ load: "boiler", action: "on", rule: "restore" });
  });

  it("of a phase concern the loads on it, and by their share of it", async () => {
    const loads = [
      row("oven", { phases: "L2", priority: 1 }),
      row("pool", { phases: "L1", priority: 2, ratedW: "1500" }),
      row("heater", { phases: "L1 L2 L3", priority: 3, ratedW: "9000" }),
    ];
    await bench.shed(loads, { maxPerPass: 5 }, sources);
    await bench.tell(...loads.map(({ name }) => load(name, true)));
    // 2.8 kW too much on L1: the pool gives 1.5 kW, the heater a third of its 9 kW.
    await bench.tell(bench.demand(5800, { phase: "L1", limitWatts: 3000, usedWh: 250 }, fuse));
    await count(2);
    expect(levels()).toEqual([
      ["pool", 0, "fuse L1"],
      ["heater", 0, "fuse L1"],
    ]);
  });

  it("end with the demand node that is taken out of the flow", async () => {
    await bench.shed([row("boiler")], {}, sources);
    await bench.tell(load("boiler", true), bench.demand(1000, {}, house));
    await bench.tell(bench.demand(6000, { limitWatts: 3000 }, fuse));
    await count(1);
    await bench.tell(load("boiler", false));
    bench.pass(20);
    await bench.tell(bench.demand(300, {}, house), bench.demand(2900, { limitWatts: 3000 }, fuse));
    await bench.red.until("both to be heard", () => bench.notices("ledger").length === 2);
    const shed = { loads: [row("boiler")] };
    await bench.deploy({ shed }, [source("house", "window")], "nodes");
    await bench.tell(bench.demand(300, {}, house));
    await count(2);
    expect(bench.decisions()[1]).toMatchObject({ action: "on", rule: "restore", limit: "window" });
  });

  it("are waited for after a restart, but not for one whose node was taken out meanwhile", async () => {
    await bench.shed([row("boiler")], {}, sources);
    await bench.tell(load("boiler", true), bench.demand(500, {}, fuse), bench.demand(4500, {}, house));
    await count(1);
    await bench.tell(load("boiler", false));
    await bench.shed([row("boiler")], { name: "again" }, sources);
    await bench.tell(load("boiler", false), bench.demand(300, {}, house));
    bench.pass(20);
    await bench.tell(bench.demand(300, {}, house));
    expect([bench.decisions().length, bench.status()]).toEqual([1, "holding 1 load (boiler) · 0.3 kW"]);
    await bench.shed([row("boiler")], {}, [source("house", "window")]);
    await bench.tell(load("boiler", false), bench.demand(300, {}, house));
    expect(bench.decisions()[1]).toMatchObject({ load: "boiler", action: "on", rule: "restore" });
  });

  it("that are not heard are named, and keep what is theirs off while the other one goes on", async () => {
    await bench.shed([row("boiler", { phases: "L1" }), row("pool", { phases: "L2" })], { demandTimeoutS: 90 }, sources);
    await bench.tell(load("boiler", true), load("pool", false));
    const l1 = (watts: number) => bench.demand(watts, { phase: "L1" }, fuse);
    const l2 = (watts: number) => bench.demand(watts, { phase: "L2" }, house);
    await bench.tell(l2(500), l1(4500));
    await count(1);
    await bench.tell(load("boiler", false), load("pool", true));
    await bench.during(120, () => l2(2300));
    await bench.tell(l2(4500));
    await count(2);
    expect(bench.decisions()[1]).toMatchObject({ load: "pool", limit: "window" });
    expect(bench.status()).toMatch(/^stale \(fuse L1\): holding boiler, pool$/);
    expect(bench.errors).toEqual([expect.stringMatching(/METERMAN_DEMAND_STALE: nothing fresh is heard of fuse L1/)]);
    expect(bench.notices("alarm").at(-1)).toMatchObject({ code: "METERMAN_DEMAND_STALE", load: null, active: true });
    await bench.tell(l1(100));
    await bench.red.until("the alarm to end", () => bench.notices("alarm").at(-1)?.active === false);
  });
});

describe("loads", () => {
  it("on solar surplus wait for the sun, follow it and go off without it", async () => {
    const pool = row("pool", { surplus: true, ratedW: "1000" });
    await bench.shed([pool], {}, sources);
    const sun = (watts: number) => bench.demand(-watts, { target: "surplus", limitWatts: 0, usedWh: 0 }, roof);
    await bench.tell(load("pool", false), sun(200));
    await bench.red.until("it to wait", () => bench.status() === "waiting for sun: pool · -0.2 kW");
    expect(bench.decisions()).toEqual([]);
    await bench.tell(sun(1500));
    await count(1);
    expect(bench.decisions()[0]).toMatchObject({ load: "pool", action: "on", rule: "surplus", limit: "roof" });
    await bench.tell(load("pool", true));
    bench.pass(20);
    await bench.tell(sun(500));
    await bench.red.until("it to be its own", () => bench.status() === "nothing shed · -0.5 kW");
    await bench.tell(sun(-800));
    await count(2);
    expect(bench.decisions()[1]).toMatchObject({ load: "pool", action: "off", rule: "surplus" });
  });

  it("in steps are turned down as far as needed, and up again as far as there is room", async () => {
    const car = row("car", { kind: "modulating", levels: "0, 6, 10, 13, 16", ratedW: "690", phases: "L1 L2 L3" });
    await bench.shed([car], {}, sources);
    // 16 A on three phases; 3.1 kW of them are too much.
    await bench.tell(load("car", true, { level: 16 }), bench.demand(12_000, { limitWatts: 7000, usedWh: 267 }, house));
    await count(1);
    expect(bench.decisions()[0]).toMatchObject({ load: "car", action: "set", level: 10 });
    await bench.tell(load("car", true, { level: 10 }));
    bench.pass(20);
    await bench.tell(bench.demand(6800, { limitWatts: 7000, usedWh: 267 }, house));
    await count(2);
    expect(bench.decisions()[1]).toMatchObject({ load: "car", action: "set", level: 13, rule: "restore" });
  });

  it("come back after their longest time off, limit or not", async () => {
    await bench.shed([row("freezer", { maxOffS: "600" })], {}, sources);
    await bench.tell(load("freezer", true), bench.demand(4500, {}, house));
    await count(1);
    await bench.tell(load("freezer", false));
    await bench.during(599, () => bench.demand(4500, {}, house));
    expect(bench.decisions()).toHaveLength(1);
    bench.pass(2);
    await bench.tell(bench.demand(4500, {}, house));
    await count(2);
    expect(bench.decisions()[1]).toMatchObject({ load: "freezer", action: "on", rule: "comfort" });
  });

  it("that are held for an hour without a need are an alarm that says why", async () => {
    const shedOnce = { loads: [row("boiler", { ratedW: "6000" })] };
    await bench.deploy({ shed: shedOnce }, sources);
    await bench.tell(load("boiler", true), bench.demand(6100, {}, house));
    await count(1);
    await bench.tell(load("boiler", false));
    await bench.during(2 * 3600, () => bench.demand(100, { usedWh: 8 }, house));
    await bench.red.until("the alarm", () => bench.errors.some((text) => text.includes("METERMAN_LOAD_HELD")));
    expect(bench.errors.at(-1)).toMatch(
      /METERMAN_LOAD_HELD: boiler is still held: its 6\.0 kW never fit under 2\.5 kW/,
    );
    expect(bench.notices("alarm").at(-1)).toMatchObject({ load: "boiler", code: "METERMAN_LOAD_HELD", active: true });
    await bench.tell(load("boiler", true));
    await bench.red.until("its end", () => bench.notices("alarm").at(-1)?.active === false);
  });
});
