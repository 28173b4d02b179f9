import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RED from "node-red";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochSeconds } from "../../nodes/model/index.ts";
import type { OpenStore, StoreService } from "../../nodes/runtime/services.ts";
import { Account, HOUSE, must, unit } from "../store/support.ts";
import { type NodeRed, startNodeRed } from "../support/node-red.ts";

const START = 1_783_000_020;
let folder: string;
let nodeRed: NodeRed;
let store: OpenStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-history-"));
  const history = {
    type: "meterman-history",
    z: "tab",
    name: "",
    store: "store",
    resolution: "raw",
    wires: [["caught"]],
  };
  nodeRed = await startNodeRed({
    flow: [
      { id: "tab", type: "tab", label: "test" },
      { id: "store", type: "meterman-store", folder, zone: "Europe/Oslo", flushS: 1 },
      { ...history, id: "history", query: "readings", meter: HOUSE, hours: "876000" },
      { ...history, id: "bare", query: "meters", meter: "", hours: 24 },
      { ...history, id: "lost", store: "gone", query: "meters", meter: "", hours: 24 },
      { id: "failures", type: "catch", z: "tab", scope: null, wires: [["caught"]] },
      { id: "caught", type: "debug", z: "tab", active: false, wires: [] },
    ],
  });
  const node: unknown = (RED.nodes as unknown as { getNode(id: string): unknown }).getNode("store");
  store = must(await (node as { service: StoreService }).service.ready);
  const account = new Account(START);
  const at = epochSeconds(START);
  const event = { meter: HOUSE, at, kind: "text", text: "hello" } as const;
  await store.journal.append(
    unit(
      account.many(240, () => 5),
      { events: [event] },
    ),
  );
});

afterAll(async () => {
  await nodeRed.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The answer to one question, or the failure that reached the Catch node. */
async function ask(payload: unknown, more: object = {}, node = "history") {
  const before = nodeRed.from(node).length;
  const failures = nodeRed.from("failures").length;
  nodeRed.inject(node, { payload, ...more });
  return nodeRed.until("an answer", () => {
    const caught = nodeRed.from("failures").slice(failures)[0];
    return nodeRed.from(node).slice(before)[0] ?? (caught && { failure: caught.error.message });
  });
}

describe("the history node", () => {
  it("answers what its settings say to any message, and keeps the message's other properties", async () => {
    const answer = await ask(1_783_000_000_000, { keep: "me" });
    expect(answer.payload).toHaveLength(240);
    expect(answer.payload[0]).toMatchObject({ start: START, end: START + 15, wh: 5, registerWh: 400_005 });
    expect(answer).toMatchObject({ topic: "readings", next: null, keep: "me" });
    expect(nodeRed.status("history")?.text).toBe("240 readings");
  });

  it("gives long answers page by page", async () => {
    const query = { from: START, to: "2026-07-03", limit: 100 };
    const wh: number[] = [];
    let cursor: string | null = null;
    do {
      const answer: { payload: { wh: number }[]; next: string | null } = await ask({ ...query, cursor });
      wh.push(...answer.payload.map((row) => row.wh));
      cursor = answer.next;
    } while (cursor !== null);
    expect(wh).toHaveLength(240);
  });

  it("sums up in local steps", async () => {
    const { payload } = await ask({ from: "2026-07-02", to: "2026-07-03", resolution: "day" });
    const midnight = Date.UTC(2026, 6, 1, 22) / 1000;
    expect(payload).toMatchObject([{ start: midnight, end: midnight + 86_400, wh: 1200, coveredS: 3600 }]);
  });

  it("knows consumption, events and meters, by topic or by query", async () => {
    const used = await ask({ from: START + 15, to: START + 45 }, { topic: "consumption" });
    expect(used.payload).toEqual({
      from: START + 15,
      to: START + 45,
      wh: 10,
      parts: [{ start: START + 15, end: START + 45, wh: 10, source: "interval" }],
    });
    const events = await ask({ query: "events", from: START }, { topic: "consumption" });
    expect(events.payload).toEqual([{ meter: HOUSE, at: START, kind: "text", text: "hello" }]);
    expect((await ask(undefined, {}, "bare")).payload).toEqual([]);
  });

  it.each([
    [{ from: "soon" }, /METERMAN_BAD_QUERY: from must be a time/],
    [{ form: 0 }, /METERMAN_BAD_QUERY: .*a query is \{query, meter/],
    [{ query: "everything" }, /METERMAN_BAD_QUERY: query must be equal to one of/],
    [{ limit: 0 }, /limit must be a whole number from 1 to 10000/],
    [{ cursor: "made up" }, /cursor must be the next of the page before/],
    [{ meter: "../x" }, /a meter id is 1 to 64/],
    [{ zone: "Mars/Olympus" }, /zone must be an IANA time zone/],
  ])("tells Catch nodes what is wrong with %j", async (payload, words) => {
    expect((await ask(payload)).failure).toMatch(words);
  });

  it("asks for the meter when neither the message nor the settings name one", async () => {
    expect((await ask({ query: "readings" }, {}, "bare")).failure).toMatch(/a meter id is/);
  });

  it("says that it has no store, in its status and to each message", async () => {
    expect(nodeRed.status("lost")?.text).toMatch(/has no store/);
    expect((await ask({}, {}, "lost")).failure).toMatch(/METERMAN_NO_STORE/);
  });
});

describe("a correction by message", () => {
  const span = { from: START + 600, to: START + 1200 };
  const all = { query: "readings", from: START, to: START + 3600 };
  const rowsNow = async () => JSON.stringify((await ask(all)).payload);

  it("tells in a dry run what would change, and changes nothing", async () => {
    const before = await rowsNow();
    const tried = await ask({ adjust: { kind: "delete", ...span }, why: "a lamp", dryRun: true });
    expect(tried).toMatchObject({
      topic: "adjusted",
      payload: { adjustment: null, preview: { beforeWh: 200, afterWh: 0 } },
    });
    expect(nodeRed.status("history")?.text).toBe("dry run: nothing was changed");
    const inner = await ask({ adjust: { kind: "delete", ...span, dryRun: true }, why: "a lamp" });
    expect(inner.payload.adjustment).toBeNull();
    expect(await rowsNow()).toBe(before);
    expect((await ask({ query: "adjustments" })).payload).toEqual([]);
  });

  it("is made, listed and undone; undone, every reading is as it was", async () => {
    const before = await rowsNow();
    const wanted = { kind: "generate", from: "2026-07-02T15:57:00", to: START + 1200, wh: 77 };
    const made = await ask({ adjust: wanted, meter: HOUSE, why: "as on the bill", who: "Ann" }, { keep: "me" });
    expect(made).toMatchObject({
      ...{ topic: "adjusted", keep: "me" },
      payload: { adjustment: { n: 1, kind: "generate", who: "Ann", why: "as on the bill", from: START + 600 } },
    });
    expect(nodeRed.status("history")?.text).toBe("correction 1");
    const used = await ask({ query: "consumption", ...span });
    expect(used.payload.wh).toBe(77);
    expect(
      (await ask({ adjust: { kind: "rename", name: "Cellar" }, why: "it moved" })).payload.adjustment,
    ).toMatchObject({
      ...{ n: 2, who: "Node-RED", details: { name: "Cellar" } },
    });
    const undone = await ask({ undo: 1, why: "the bill was wrong" });
    expect(undone).toMatchObject({ topic: "undone", payload: { n: 1, undone: { who: "Node-RED" } } });
    expect(nodeRed.status("history")?.text).toBe("undid correction 1");
    expect(await rowsNow()).toBe(before);
    const trail = await ask({}, { topic: "adjustments" });
    expect(trail.payload.map(({ n, undone }: { n: number; undone: unknown }) => [n, undone !== null])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect((await ask({ query: "adjustments", limit: 1 })).next).toEqual(expect.any(String));
  });

  it.each([
    [{ adjust: { kind: "delete", from: 1, to: 2 } }, /METERMAN_BAD_QUERY: why is missing; a correction is \{adjust/],
    [{ adjust: { kind: "delete", from: 1, to: 2 }, why: " " }, /METERMAN_BAD_QUERY: why must be 1 to 500/],
    [
      { adjust: { kind: "forget", from: 1, to: 2 }, why: "x" },
      /METERMAN_BAD_QUERY: kind must be one of delete, upload/,
    ],
    [{ adjust: { kind: "delete", from: "soon", to: 2 }, why: "x" }, /METERMAN_BAD_QUERY: from must be a time/],
    [{ adjust: { kind: "rename", name: "a\nb" }, why: "x" }, /METERMAN_BAD_QUERY: name must be/],
    [{ adjust: 5, why: "x" }, /METERMAN_BAD_QUERY: adjust must be object/],
    [{ undo: 99, why: "x" }, /METERMAN_NOT_FOUND/],
    [{ undo: 1, why: "x" }, /METERMAN_BAD_QUERY: .*undone already/],
    [{ undo: 1, why: "x", dryRun: true }, /undoing has no dry run/],
    [{ undo: 1, adjust: { kind: "rename", name: "x" }, why: "x" }, /a correction is \{adjust/],
    [{ undo: 1, why: "x", meter: "0.0.9.9.9" }, /METERMAN_(NOT_FOUND|UNKNOWN_METER)/],
  ])("tells Catch nodes why %j is not done", async (payload, words) => {
    expect((await ask(payload)).failure).toMatch(words);
  });

  it("tells what a device said of itself", async () => {
    const at = epochSeconds(START + 60);
    await store.journal.append(unit([], { snapshots: [{ device: HOUSE, at, batteryMv: 2990 }] }));
    expect((await ask({ query: "snapshots" })).payload).toEqual([{ device: HOUSE, at, batteryMv: 2990 }]);
    expect((await ask({ query: "snapshots", meter: "0.0.1.1.1" })).payload).toEqual([]);
  });
});
