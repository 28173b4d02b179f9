import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pause } from "../support/product.ts";
import { load, row, ShedBench } from "./meterman-shed-bench.ts";

let bench: ShedBench;
beforeAll(async () => {
  bench = await ShedBench.start();
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const kept = () => join(bench.red.userDir, "meterman-shed-shed.json");

describe("loads that are wired", () => {
  it("are no alarm right after a start, when all that is known of demand is from before it", async () => {
    await bench.shed([row("boiler")]);
    await bench.tell(load("boiler", true));
    await bench.tell(bench.demand(null, { ageS: 3600 }));
    await bench.tell(load("boiler", true, { watts: 2000 }));
    bench.pass(100);
    await pause(1100);
    expect(bench.status()).toBe("waiting for demand");
    expect(bench.errors).toEqual([]);
  });

  it("are shed with an explanation, reported back, and given back", async () => {
    await bench.shed([row("boiler"), row("pool", { priority: 5, ratedW: "1000" })]);
    expect(bench.status()).toBe("waiting for demand");
    await bench.tell(load("boiler", true));
    await bench.tell(load("pool", true));
    await bench.tell(bench.demand(4500));
    await bench.red.until("a decision", () => bench.decisions().length === 1);
    expect(bench.from("shed")[0]).toMatchObject({
      topic: "boiler",
      payload: { load: "boiler", action: "off", level: 0, rule: "limit", dryRun: false },
    });
    expect(bench.decisions()[0].reason).toMatch(/aiming at 2\.5 kW/);
    await bench.tell(load("boiler", false));
    await bench.tell(bench.demand(2500));
    await bench.red.until("the status", () => bench.status() === "holding 1 load (boiler) · 2.5 kW");
    // Blue: it does what it is for.
    expect(bench.red.status("shed")).toMatchObject({ fill: "blue" });
    expect(bench.notices("ledger").at(-1)?.held).toMatchObject([{ load: "boiler", fromLevel: 1, rule: "limit" }]);
    bench.pass(10);
    await bench.tell(bench.demand(500));
    await bench.red.until("it to be given back", () => bench.decisions().length === 2);
    expect(bench.from("shed")[1]).toMatchObject({ topic: "boiler", payload: { action: "on", rule: "restore" } });
    await bench.tell(load("boiler", true));
    await bench.red.until("an empty ledger", () => bench.notices("ledger").at(-1)?.held.length === 0);
  });

  it("that do not follow are asked once more and reported", async () => {
    await bench.shed([row("boiler")]);
    await bench.tell(load("boiler", true));
    await bench.tell(bench.demand(4500));
    await bench.until(
      "the report",
      () => bench.demand(4500),
      () => bench.errors.some((text) => text.includes("METERMAN_LOAD_UNRESPONSIVE")),
    );
    expect(bench.decisions().map(({ rule }) => rule)).toEqual(["limit", "retry"]);
    expect(bench.status()).toBe("not responding: boiler");
    expect(bench.notices("unresponsive")).toMatchObject([{ load: "boiler" }]);
  });

  it("stay as they are while demand is unknown, which is told once", async () => {
    await bench.shed([row("boiler")]);
    await bench.tell(load("boiler", true));
    await bench.tell(bench.demand(4500));
    await bench.red.until("a decision", () => bench.decisions().length === 1);
    await bench.tell(load("boiler", false));
    await bench.tell(bench.demand(null));
    await bench.tell(bench.demand(null));
    await bench.red.until("the status", () => bench.status() === "stale: holding boiler");
    expect(bench.errors.filter((text) => text.includes("METERMAN_DEMAND_STALE"))).toHaveLength(1);
    expect(bench.decisions()).toHaveLength(1);
  });

  it("follow an override, and critical ones refuse to be switched off", async () => {
    await bench.shed([row("boiler"), row("fridge", { critical: true })]);
    await bench.tell(load("boiler", true));
    await bench.tell(load("fridge", true));
    await bench.tell({ topic: "override", payload: { load: "boiler", mode: "off", forS: 60 } });
    await bench.tell({ topic: "override", payload: { load: "fridge", mode: "off" } });
    await bench.red.until("a decision", () => bench.decisions().length === 1);
    expect(bench.decisions()[0]).toMatchObject({ load: "boiler", action: "off", rule: "override" });
    await bench.red.until("the refusal", () => bench.errors.some((text) => text.includes("METERMAN_FORBIDDEN")));
  });

  it("are only talked about in a dry run: output 1 stays silent", async () => {
    await bench.shed([row("boiler")], { dryRun: true });
    await bench.tell(load("boiler", true));
    await bench.tell(bench.demand(4500));
    await bench.red.until("the status", () => bench.status() === "dry run · would shed boiler · 4.5 kW");
    expect(bench.notices("dry-run")).toMatchObject([{ load: "boiler", action: "off", dryRun: true }]);
    expect(bench.decisions()).toEqual([]);
  });

  it("that were shed before a restart are given back after it, once they say that they are off", async () => {
    await bench.shed([row("boiler")]);
    await bench.tell(load("boiler", true));
    await bench.tell(bench.demand(4500));
    await bench.red.until("a decision", () => bench.decisions().length === 1);
    await bench.tell(load("boiler", false));
    const file = kept();
    expect(JSON.parse(readFileSync(file, "utf8")).ledger.held).toMatchObject([{ load: "boiler", fromLevel: 1 }]);
    // A full deploy makes every node anew, as a restart does.
    await bench.shed([row("boiler")], { name: "again" });
    await bench.tell(bench.demand(300));
    bench.pass(60);
    await pause(1100);
    await bench.tell(bench.demand(300));
    await bench.red.until("the status", () => bench.status() !== "waiting for demand");
    expect(bench.decisions()).toHaveLength(1);
    expect([bench.status(), bench.red.status("shed")?.fill]).toEqual([
      "holding · state unknown: boiler · 0.3 kW",
      "yellow",
    ]);
    await bench.tell(load("boiler", false));
    await bench.tell(bench.demand(300));
    await bench.red.until("it is back", () => bench.decisions().length === 2);
    expect(bench.decisions()[1]).toMatchObject({ load: "boiler", action: "on" });
    await bench.clear();
    expect(existsSync(file)).toBe(false);
  });

  it("whose steps are others after a deploy, or which have gone from the table, leave nothing behind on disk", async () => {
    const steps = (levels: string) => row("car", { kind: "modulating", levels, ratedW: "230" });
    const file = kept();
    await bench.shed([steps("6, 16"), row("old")]);
    await bench.tell(load("old", true));
    await bench.tell({ topic: "override", payload: { load: "old", mode: "on", forS: 60.5 } });
    await bench.tell(load("car", true));
    await bench.tell(bench.demand(6000));
    await bench.red.until("a decision", () => bench.decisions().length === 1);
    await bench.tell(load("car", true, { level: 6 }));
    await bench.shed([steps("6, 10")]);
    await bench.tell(bench.demand(2600));
    await bench.tell(load("car", true, { level: 6 }));
    await bench.red.until("the new ledger", () => !readFileSync(file, "utf8").includes("old"));
    expect(JSON.parse(readFileSync(file, "utf8")).ledger.held).toMatchObject([
      { load: "car", fromLevel: 10, level: 6 },
    ]);
  });

  it("and settings of another shape are refused with a coded error", async () => {
    await bench.shed([row("boiler")]);
    await bench.tell({ payload: 1 });
    await bench.tell({ topic: "demand", payload: { ...bench.demand(500).payload, powerWatts: Number.NaN } });
    await bench.tell({ topic: "load", payload: { load: "boiler" } });
    await bench.tell(load("unknown", true));
    await bench.red.until("the errors", () => bench.errors.length === 4);
    expect(bench.errors.filter((text) => text.includes("METERMAN_BAD_MESSAGE"))).toHaveLength(3);
    expect(bench.errors.filter((text) => text.includes("METERMAN_NOT_FOUND"))).toHaveLength(1);
    const expected: [object[], RegExp][] = [
      [[row("a"), row("a")], /same name/],
      [[row("car", { kind: "modulating", levels: "6" })], /rising order/],
      [[row("boiler", { entity: "sensor.power" })], /must be a switch, light, .*, not a sensor/],
      [[row("boiler", { entity: "number.charger" })], /in steps/],
      [[row("car", { kind: "modulating", levels: "6, 10", entity: "climate.hall" })], /on\/off/],
      [[row("boiler", { entity: "Boiler" })], /look like switch\.boiler/],
      [[row("boiler", { entity: "switch.a", powerEntity: "switch.a" })], /look like sensor\./],
      [[row("a", { entity: "switch.a" }), row("b", { entity: "switch.a" })], /load b: .*same entity/],
      [[row("")], /name/],
    ];
    for (const [loads, words] of expected) {
      await bench.shed(loads);
      await bench.red.until(String(words), () => words.test(bench.status()));
      expect(bench.red.status("shed")).toMatchObject({ fill: "red" });
    }
  });
});
