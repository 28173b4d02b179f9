import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ShedService } from "../../nodes/runtime/services.ts";
import { load, row, ShedBench } from "./meterman-shed-bench.ts";

let bench: ShedBench;
beforeAll(async () => {
  bench = await ShedBench.start();
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const house = { id: "house", name: "window" };
const node = { ...house, type: "function", z: "tab", x: 1, y: 1, func: "return null", wires: [[]] };
const file = (end: string) => join(bench.red.userDir, `meterman-shed-shed${end}`);
const service = () => bench.service() as ShedService;
/** A full deploy makes every node anew, as a restart does. */
const restart = (settings: object = {}) => bench.shed([row("boiler")], { name: "again", ...settings }, [node]);
const dryRun = (on: unknown) => ({ topic: "dry-run", payload: { on } });

describe("a dry run", () => {
  it("is switched by message while the node runs, is seen in the status and survives a restart", async () => {
    await restart();
    await bench.tell(load("boiler", true), bench.demand(500), dryRun(true));
    expect(bench.status()).toBe("dry run · nothing to shed · 0.5 kW");
    await restart();
    await bench.tell(load("boiler", true), bench.demand(4500));
    expect([bench.status(), bench.decisions()]).toEqual(["dry run · would shed boiler · 4.5 kW", []]);
    expect(service().report()).toMatchObject({ dryRun: true, loads: [{ held: { dryRun: true } }] });
    await bench.tell(dryRun(null), bench.demand(4500));
    expect(bench.decisions()).toMatchObject([{ load: "boiler", action: "off", dryRun: false }]);
  });

  it("that was ended by the page is marked as live, and the setting of the editor counts again when it changes", async () => {
    await restart({ dryRun: true });
    expect(service().setDryRun(false)).toEqual({ ok: true, value: undefined });
    await bench.tell(load("boiler", true), bench.demand(500));
    expect(bench.status()).toBe("nothing shed · 0.5 kW · live");
    await restart({ dryRun: false });
    await restart({ dryRun: true });
    await bench.tell(load("boiler", true), bench.demand(500));
    expect(bench.status()).toBe("dry run · nothing to shed · 0.5 kW");
  });

  it("gives back what was really shed before it", async () => {
    await restart();
    await bench.tell(load("boiler", true), bench.demand(4500), load("boiler", false), dryRun(true));
    expect(bench.status()).toBe("dry run · holding 1 load (boiler) · 4.5 kW");
    bench.pass(20);
    await bench.tell(bench.demand(300), bench.demand(300));
    expect(bench.decisions()).toMatchObject([
      { action: "off", dryRun: false },
      { action: "on", dryRun: false },
    ]);
  });
});

describe("what is remembered", () => {
  it("are the decisions with their figures, newest first, also after a restart", async () => {
    await restart();
    await bench.tell(load("boiler", true), bench.demand(4500, {}, house), load("boiler", false));
    bench.pass(20);
    await bench.tell(bench.demand(300, {}, house));
    const expected = [
      { action: "on", rule: "restore", limit: "window" },
      { action: "off", rule: "limit", limit: "window", inputs: expect.objectContaining({ needW: 1350 }) },
    ];
    expect(service().report().decisions).toMatchObject(expected);
    await restart();
    const { decisions } = service().report();
    expect(decisions).toMatchObject(expected);
    expect(decisions[1]?.formula).toMatch(/1350 W/);
    await bench.clear();
    expect([existsSync(file(".json")), existsSync(file(".decisions.json"))]).toEqual([false, false]);
  });

  it("is not written again when nothing is decided", async () => {
    await restart();
    await bench.tell(load("boiler", true), bench.demand(4500), load("boiler", false));
    const at = readFileSync(file(".decisions.json"), "utf8");
    writeFileSync(file(".decisions.json"), "as it was");
    await bench.during(600, () => bench.demand(2500));
    expect(readFileSync(file(".decisions.json"), "utf8")).toBe("as it was");
    expect(JSON.parse(at).decisions).toHaveLength(1);
  });

  it("may be of a demand node deep in subflows, whose id is made of all of theirs", async () => {
    const deep = { id: Array(6).fill("0123456789abcdef").join("-"), name: "window" };
    await restart();
    await bench.tell(load("boiler", true), bench.demand(4500, {}, deep), load("boiler", false));
    await restart();
    await bench.tell(load("boiler", false), bench.demand(2500, {}, deep));
    expect([bench.errors, bench.status()]).toEqual([[], "holding 1 load (boiler) · 2.5 kW"]);
  });

  it("is set aside when it cannot be read, and that is said", async () => {
    writeFileSync(file(".json"), '{"format":1,"ledger":{"held":[{"load":"boi');
    await restart();
    await bench.red.until("the error", () => bench.errors.length === 1);
    expect(bench.errors[0]).toMatch(/BAD_CONFIG: what was shed before the restart cannot be read .*look whether/);
    expect(readFileSync(file(".json.bad"), "utf8")).toMatch(/"boi$/);
    await bench.tell(load("boiler", true), bench.demand(4500));
    expect(bench.decisions()).toHaveLength(1);
  });

  it("is an alarm while the disk does not take it: once, and until it does again", async () => {
    await restart();
    mkdirSync(file(".json.new"));
    await bench.tell(load("boiler", true), bench.demand(4500), load("boiler", false));
    expect(bench.errors).toEqual([expect.stringMatching(/METERMAN_STORE_WRITE: a restart would forget what is shed/)]);
    expect(service().report().alarms).toMatchObject([{ code: "METERMAN_STORE_WRITE", load: null }]);
    // It sheds all the same: a full disk is no reason to pay for a peak.
    expect(bench.decisions()).toHaveLength(1);
    rmdirSync(file(".json.new"));
    await bench.tell(bench.demand(2500));
    expect([bench.errors.length, service().report().alarms]).toEqual([1, []]);
    expect(JSON.parse(readFileSync(file(".json"), "utf8")).ledger.held).toMatchObject([{ load: "boiler" }]);
  });
});

describe("what is told to others", () => {
  it("is how every load is and why, in words with figures", async () => {
    const loads = [row("boiler", { phases: "L1" }), row("fridge", { critical: true, ratedW: "" }), row("lamp")];
    await bench.shed(loads, { name: "house" }, [node]);
    await bench.tell(load("boiler", true, { watts: 1900 }), load("fridge", true), bench.demand(4500, {}, house));
    await bench.tell(load("boiler", false, { watts: 0 }));
    const report = service().report();
    expect(report).toMatchObject({
      ...{ id: "shed", name: "house", at: bench.now, dryRun: false, demands: ["house"], refused: null, alarms: [] },
      loads: [
        { name: "boiler", level: 0, watts: 0, phases: ["L1"], held: { fromLevel: 1, rule: "limit" }, trouble: null },
        { name: "fridge", level: 1, watts: null, critical: true, held: null },
        { name: "lamp", level: null },
      ],
    });
    expect(report.loads.map(({ why }) => why)).toEqual([
      expect.stringMatching(/^Off\b.* to keep the limit: /),
      expect.stringMatching(/critical/),
      expect.stringMatching(/does not say/),
    ]);
  });

  it("obeys overrides, and refuses what it cannot follow", async () => {
    await bench.shed([row("boiler"), row("fridge", { critical: true })]);
    await bench.tell(load("boiler", true), bench.demand(500));
    expect(service().override("boiler", "off", 3600)).toEqual({ ok: true, value: undefined });
    await bench.tell(load("boiler", false));
    expect(bench.decisions()).toMatchObject([{ load: "boiler", action: "off", rule: "override" }]);
    const until = bench.now + 3600;
    expect(service().report().loads[0]).toMatchObject({ override: { mode: "off", until } });
    expect(service().override("sauna", "off", null)).toMatchObject({
      ok: false,
      error: { code: "METERMAN_NOT_FOUND" },
    });
    expect(service().override("fridge", "off", null)).toMatchObject({
      ok: false,
      error: { code: "METERMAN_FORBIDDEN" },
    });
    expect(service().override("boiler", "auto", null)).toMatchObject({ ok: true });
    expect(service().report().loads[0]?.override).toBeNull();
  });
});

describe("messages", () => {
  it.each([
    ["no topic", { payload: {} }, /topic/],
    ["a dry run that is no switch", dryRun("yes"), /on must be/],
    ["an override for no time", { topic: "override", payload: { load: "boiler", mode: "off", forS: 0 } }, /forS/],
    ["an override of no kind", { topic: "override", payload: { load: "boiler", mode: "maybe" } }, /mode/],
    ["a load of no name", { topic: "load", payload: { load: "", on: true } }, /load/],
    ["a load of negative power", { topic: "load", payload: { load: "boiler", on: true, watts: -1 } }, /watts/],
    ["a load of infinite level", { topic: "load", payload: { load: "boiler", on: true, level: 1e9 } }, /level/],
    ["a demand that is a text", { topic: "demand", payload: "4500" }, /must be object/],
    ["a demand of a wrong node", { topic: "demand", node: 7, payload: {} }, /./],
  ])("with %s are refused with METERMAN_BAD_MESSAGE and change nothing", async (_, message, words) => {
    await restart();
    await bench.tell(load("boiler", true), bench.demand(500));
    const before = bench.notices("ledger").length;
    await bench.tell(message);
    await bench.red.until("the error", () => bench.errors.length === 1);
    expect(bench.errors[0]).toMatch(/METERMAN_BAD_MESSAGE/);
    expect(bench.errors[0]).toMatch(words);
    expect([bench.status(), bench.notices("ledger").length]).toEqual(["nothing shed · 0.5 kW", before]);
  });

  it("of a demand node without a name or id in msg.node are refused, those without msg.node are not", async () => {
    await restart();
    await bench.tell({ ...bench.demand(500), node: { id: "", name: "" } });
    await bench.red.until("the error", () => bench.errors.length === 1);
    expect(bench.errors[0]).toMatch(/msg\.node/);
    await bench.tell(load("boiler", true), bench.demand(500));
    expect(bench.status()).toBe("nothing shed · 0.5 kW");
  });

  it("of ever more demand nodes are refused in the end", async () => {
    await restart();
    for (let n = 0; n < 51; n += 1) await bench.tell(bench.demand(500, {}, { id: `n${n}`, name: "" }));
    await bench.red.until("the error", () => bench.errors.length === 1);
    expect(bench.errors[0]).toMatch(/METERMAN_TOO_MANY: more demand nodes/);
  });
});
