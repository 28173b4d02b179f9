import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { NodeAPI } from "node-red";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DecisionReport, epochSeconds } from "../../nodes/model/index.ts";
import { Alarms } from "../../nodes/runtime/meterman-shed/alarms.ts";
import { Claims } from "../../nodes/runtime/meterman-shed/claims.ts";
import { config } from "../../nodes/runtime/meterman-shed/config.ts";
import { DecisionLog } from "../../nodes/runtime/meterman-shed/decision-log.ts";
import { faultOf, tableFault } from "../../nodes/runtime/meterman-shed/table/judge.ts";
import { STANDARD } from "../../nodes/runtime/meterman-shed/table/rows.ts";
import { phasesOf, stepsOf } from "../../nodes/runtime/meterman-shed/table/steps.ts";

const at = (seconds: number) => epochSeconds(1_780_000_000 + seconds);

/** As much of Node-RED as claims need: which nodes exist, and work. */
const redOf = (nodes: ReadonlySet<string>, broken: ReadonlySet<string> = new Set()) => {
  const getNode = (id: string) => (nodes.has(id) ? { service: broken.has(id) ? undefined : {} } : null);
  return { nodes: { getNode } } as unknown as NodeAPI;
};

describe("claims of shed nodes", () => {
  const wish = fc.record({
    since: fc.integer({ min: 0, max: 3 }),
    keys: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 }),
  });

  it("leave no meter to two, and refuse nobody without an older one who has what it wants", () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat(4)), (wishes, order) => {
        const claims = new Claims(redOf(new Set()));
        const mine = wishes.map(({ since }, i) => ({ id: `n${i}`, name: "", since: at(since) }));
        const ask = (i: number) => {
          const me = mine[i];
          return me === undefined ? null : claims.take(me, wishes[i]?.keys ?? []);
        };
        for (let n = 0; n < 10; n += 1) ask((order.next().value as number) % wishes.length);
        // Each looks every second: after as many rounds as there are nodes, each has learned what the others lost.
        for (let round = 0; round <= wishes.length; round += 1) for (const i of wishes.keys()) ask(i);
        const answers = wishes.map((_, i) => ask(i));
        const acting = wishes.filter((_, i) => answers[i] === null).flatMap(({ keys }) => keys);
        expect(acting.length).toBe(new Set(acting).size);
        for (const [i, rival] of answers.entries()) {
          if (rival === null) continue;
          expect(rival.owner.since).toBeLessThanOrEqual(mine[i]?.since ?? 0);
          expect(answers[Number(rival.owner.id.slice(1))]).toBeNull();
        }
      }),
    );
  });

  it("stay with a node that is away for a moment, and end for one that is gone or cannot work after a deploy", () => {
    const nodes = new Set(["old", "new"]);
    const broken = new Set<string>();
    const claims = new Claims(redOf(nodes, broken));
    const [first, second] = [
      { id: "old", name: "house", since: at(0) },
      { id: "new", name: "", since: at(9) },
    ];
    expect(claims.take(first, ["meter 1"])).toBeNull();
    expect(claims.take(second, ["meter 1"])).toEqual({ owner: first, key: "meter 1" });
    claims.sweep();
    expect(claims.take(second, ["meter 1"])).toEqual({ owner: first, key: "meter 1" });
    nodes.delete("old");
    claims.sweep();
    expect(claims.take(second, ["meter 1"])).toBeNull();
    broken.add("new");
    claims.sweep();
    nodes.add("old");
    expect(claims.take({ ...first, since: at(20) }, ["meter 1"])).toBeNull();
  });
});

describe("alarms", () => {
  it("are told when they come and when they are over, and stand with their first time in between", () => {
    const alarms = new Alarms();
    const held = { load: "pool", code: "METERMAN_LOAD_HELD", message: "pool is still held" };
    expect(alarms.look([held], at(5))).toEqual([{ ...held, since: at(5), active: true }]);
    expect(alarms.look([held], at(6))).toEqual([]);
    expect(alarms.present).toEqual([{ ...held, since: at(5) }]);
    const stale = { load: null, code: "METERMAN_DEMAND_STALE", message: "nothing is heard", since: at(2) };
    expect(alarms.look([held, stale], at(7))).toEqual([{ ...stale, active: true }]);
    expect(alarms.look([stale], at(8))).toEqual([{ ...held, since: at(5), active: false }]);
    expect(alarms.present).toEqual([stale]);
  });
});

describe("the log of decisions", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "meterman-log-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const decision = (n: number): DecisionReport => ({
    ...{ time: at(n), load: "pool", action: "off", level: 0, rule: "limit", limit: null, dryRun: false },
    ...{ reason: `number ${n}`, formula: "", inputs: { needW: n, dropW: null } },
  });

  it("keeps the last hundred, newest first, also over a restart", () => {
    const log = new DecisionLog(folder, "n1");
    for (let n = 0; n < 120; n += 2) log.add([decision(n), decision(n + 1)]);
    const expected = Array.from({ length: 100 }, (_, i) => decision(119 - i));
    expect(log.newestFirst).toEqual(expected);
    expect(new DecisionLog(folder, "n1").newestFirst).toEqual(expected);
  });

  it("begins anew when its file was damaged or is of another kind", () => {
    const file = join(folder, "meterman-shed-n1.decisions.json");
    for (const text of ['{"format":1,"deci', "[]", '{"format":2,"decisions":[]}', '{"format":1,"decisions":[{}]}']) {
      writeFileSync(file, text);
      const log = new DecisionLog(folder, "n1");
      expect(log.newestFirst).toEqual([]);
      log.add([decision(1)]);
      expect(JSON.parse(readFileSync(file, "utf8")).decisions).toEqual([decision(1)]);
    }
  });
});

describe("the table of loads", () => {
  const row = (more: object) => ({ ...STANDARD, name: "car", ...more });

  it("reads steps and phases as people write them, and nothing else", () => {
    expect([stepsOf("0, 6;10 16"), stepsOf("6"), stepsOf("10 6"), stepsOf("6 x")]).toEqual([
      [0, 6, 10, 16],
      ...[null, null, null],
    ]);
    expect([phasesOf(""), phasesOf("l3 L1,L1"), phasesOf("L4"), phasesOf("1")]).toEqual([[], ["L1", "L3"], null, null]);
  });

  it("says what is wrong with a row, and the node refuses the same rows", () => {
    const rows: [object, RegExp | null][] = [
      [{}, null],
      [{ phases: "L1 L2 L3", surplus: true, maxOffS: "7200", minOffS: "600" }, null],
      [{ kind: "modulating", levels: "0, 6, 16", ratedW: "690" }, null],
      [{ kind: "modulating", levels: "" }, /rising order/],
      [{ phases: "L9" }, /L1, L2, L3/],
      [{ maxOffS: "60", minOffS: "600" }, /shorter than its minimum time off/],
      [{ maxOffS: "-1" }, /longest time off|maxOffS/],
      [{ minOnS: "1.5" }, /minimum times|minOnS/],
      [{ priority: "high" }, /priority/],
      [{ ratedW: "0" }, /W must|ratedW/],
    ];
    for (const [more, words] of rows) {
      const fault = faultOf(row(more));
      const node = config({ loads: [row(more)] });
      if (words === null) expect([fault, node.ok]).toEqual([null, true]);
      else {
        expect(fault).toMatch(words);
        expect(node).toMatchObject({ ok: false, error: { message: expect.stringMatching(words) } });
      }
    }
  });

  it("has each name and each entity once, and entities only with a connection", () => {
    const [a, b] = [row({ name: "a", entity: "switch.x" }), row({ name: "b", entity: "switch.x" })];
    expect(tableFault([row({ name: " " })], true)).toBe("each load needs a name");
    expect(tableFault([a, { ...b, name: "a" }], true)).toBe("two loads are called a");
    expect(tableFault([a, b], true)).toBe("two loads have the entity switch.x");
    expect(tableFault([a], false)).toMatch(/needs a Home Assistant connection/);
    expect(tableFault([a, { ...b, entity: "switch.y" }], true)).toBeNull();
  });

  it("takes rows that were saved by an older version", () => {
    const old = { name: "boiler", kind: "switch", levels: "", ratedW: "2000", priority: "3", minOnS: "120" };
    const parsed = config({ loads: [old] });
    expect(parsed).toMatchObject({
      ok: true,
      value: { loads: [{ name: "boiler", ratedW: 2000, minOnS: 120, phases: [], surplus: false, maxOffS: 0 }] },
    });
    expect(tableFault([{ ...STANDARD, ...old, kind: "switch" }], false)).toBeNull();
  });
});
