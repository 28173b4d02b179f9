import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RED from "node-red";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { MeterId } from "../../nodes/model/index.ts";
import type { StoreService } from "../../nodes/runtime/services.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** What a restart leaves of the open window and the month, in a real Node-RED. */
let red: NodeRed;
let mark = 0;
const METER = "0.0.1.1.2";
const EMPTY: FlowNode[] = [{ id: "tab", type: "tab", label: "t" }];
/** At the beginning of a month of UTC a clock that is behind: the hours before must be of the same month. */
const isNew = new Date().getUTCDate() === 1 && new Date().getUTCHours() < 6;
const ZONE = isNew ? "Etc/GMT+12" : "UTC";
const now = () => Math.floor(Date.now() / 1000);
const hour = () => Math.floor(now() / 3600) * 3600;
const file = () => join(red.userDir, "meterman-demand-demand.json");

function flow(settings: Record<string, unknown> = {}): FlowNode[] {
  const on = { z: "tab", x: 1, y: 1 };
  const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
  return [
    ...EMPTY,
    {
      ...{ id: "demand", type: "meterman-demand", ...on, name: "", zone: ZONE, limitW: "", windowMinutes: 60 },
      ...{ wires: [["a"], ["b"]], ...settings },
    },
    { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["c"]] },
    ...["a", "b", "c"].map(sink),
  ];
}
const deploy = async (settings: Record<string, unknown> = {}, more: FlowNode[] = []) => {
  mark = red.sent.length;
  await red.deploy([...flow(settings), ...more]);
};
const from = (id: string, port = 0) =>
  red.sent.slice(mark).flatMap((one) => (one.id === id && one.port === port ? [one.msg] : []));
const state = () => from("demand").at(-1)?.payload;
/** `lifetimeWh` counts as a meter does. */
const reading = (start: number, end: number, wh: number, lifetimeWh = 0) => ({
  topic: METER,
  payload: {
    ...{
      meter: METER,
      start,
      end,
      wh,
      watts: (wh * 3600) / Math.max(1, end - start),
      registerWh: lifetimeWh,
      lifetimeWh,
    },
    ...{ source: "interval", quality: [] },
  },
});
/** The two hours before this one with 1500 and 2400 Wh, and 70 Wh of this one. */
function history(): { readonly all: ReturnType<typeof reading>[]; readonly until: number; readonly total: number } {
  const all = [];
  let total = 10_000;
  for (const [i, wh] of [1500, 2400].entries()) {
    for (let part = 0; part < 12; part += 1) {
      const start = hour() - (2 - i) * 3600 + part * 300;
      total += wh / 12;
      all.push(reading(start, start + 300, wh / 12, total));
    }
  }
  total += 70;
  const until = Math.max(hour() + 1, now() - 5);
  all.push(reading(hour(), until, 70, total));
  return { all, until, total };
}

beforeAll(async () => {
  red = await startNodeRed({ flow: EMPTY });
  return () => red.stop();
});
afterEach(async () => {
  await red.deploy(EMPTY);
});

describe("a restart of the demand node", () => {
  it("without a store goes on with the open window and the month, and tells no window twice", async () => {
    await deploy();
    const { all } = history();
    for (const one of all) red.inject("demand", one);
    await red.until("the open window", () => state()?.usedWh === 70);
    const before = state();
    expect(before.peakWatts).toBe(2400);
    expect(from("demand", 1).filter(({ topic }) => topic === "window")).toHaveLength(2);
    await deploy();
    await red.until("a state", () => state() !== undefined);
    const after = state();
    if (after.windowStart === before.windowStart) expect(after.usedWh).toBe(70);
    expect(after).toMatchObject({ peakWatts: 2400, meters: [METER] });
    for (const one of all) red.inject("demand", one);
    await red.until("a tick", () => from("demand").length >= 2, 15_000);
    expect(from("demand", 1).filter(({ topic }) => topic === "window")).toEqual([]);
    if (state().windowStart === before.windowStart) expect(state().usedWh).toBe(70);
  });

  it("goes on after it was disabled for a while, and forgets when it is deleted", async () => {
    await deploy();
    for (const one of history().all) red.inject("demand", one);
    await red.until("the open window", () => state()?.usedWh === 70);
    await red.deploy(flow({ d: true }));
    await deploy();
    await red.until("a state", () => state() !== undefined);
    expect(state()).toMatchObject({ peakWatts: 2400, meters: [METER] });
    await red.deploy(EMPTY);
    expect(existsSync(file())).toBe(false);
  });

  it("without a store takes what was used meanwhile from the meter's own count", async () => {
    await deploy();
    const { all, until, total } = history();
    for (const one of all) red.inject("demand", one);
    await red.until("the open window", () => state()?.usedWh === 70);
    const before = state();
    await deploy();
    await red.until("a state", () => state() !== undefined);
    await red.until("some seconds later", () => now() >= until + 4);
    // 25 Wh went by unheard, then 5 Wh are read.
    red.inject("demand", reading(now() - 1, now(), 5, total + 30));
    await red.until("the sum", () => state().usedWh > 70);
    if (state().windowStart === before.windowStart) expect(state().usedWh).toBe(100);
  });

  it("keeps a file that it cannot read, says so, and works", async () => {
    await deploy();
    for (const one of history().all) red.inject("demand", one);
    await red.until("the open window", () => state()?.usedWh === 70);
    await red.deploy([...flow({ d: true })]);
    await writeFile(file(), '{"format": 99, "ledger": {}}');
    await deploy();
    await red.until("the error", () => from("catch").length > 0);
    expect(from("catch")[0].error.message).toMatch(/METERMAN_STORE_DAMAGED.*begin anew.*set aside as/);
    const aside = (await readdir(red.userDir)).filter((name) =>
      name.startsWith("meterman-demand-demand.json.unreadable-"),
    );
    expect(aside).toHaveLength(1);
    expect(await readFile(join(red.userDir, aside[0] ?? ""), "utf8")).toBe('{"format": 99, "ledger": {}}');
    expect(state()).toMatchObject({ peakWatts: null });
    red.inject("demand", reading(hour(), now(), 9));
    await red.until("the reading", () => state().usedWh === 9);
  });

  it("with other windows begins anew, and the log says so", async () => {
    await deploy();
    for (const one of history().all) red.inject("demand", one);
    await red.until("the open window", () => state()?.usedWh === 70);
    const lines = red.logs.length;
    await deploy({ windowMinutes: 15 });
    await red.until("a state", () => state() !== undefined);
    expect(state()).toMatchObject({ peakWatts: null, usedWh: 0 });
    expect(red.logs.slice(lines).some(({ text }) => /other meters or windows/.test(text))).toBe(true);
  });

  it("forgets what a deleted node has kept", async () => {
    await deploy();
    for (const one of history().all) red.inject("demand", one);
    await red.until("the open window", () => state()?.usedWh === 70);
    await deploy();
    expect(existsSync(file())).toBe(true);
    await red.deploy(EMPTY);
    expect(existsSync(file())).toBe(false);
  });

  it("says once that the folder cannot be written to, and goes on", async () => {
    await deploy();
    await red.until("a state", () => state() !== undefined);
    // Where the file is to be written there is a folder.
    await mkdir(`${file()}.new`);
    for (const one of history().all) red.inject("demand", one);
    await red.until("the error", () => from("catch").length > 0, 30_000);
    expect(from("catch").map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/METERMAN_STORE_WRITE.*a restart would forget/),
    ]);
    expect(state().usedWh).toBe(70);
    await rm(`${file()}.new`, { recursive: true });
  });

  it("with a store has the store's account, and the months that only the file knows", async () => {
    const folder = await mkdtemp(join(tmpdir(), "meterman-demand-"));
    const store = { id: "store", type: "meterman-store", name: "", folder, zone: ZONE, flushS: 1 };
    await deploy({ meters: METER });
    const { all } = history();
    for (const one of all) red.inject("demand", one);
    await red.until("the open window", () => state()?.usedWh === 70);
    // The store has a little more of this hour than the node had heard.
    await deploy({ meters: METER }, [store]);
    const node = (RED.nodes as unknown as { getNode(id: string): { service: StoreService } }).getNode("store");
    const opened = await node.service.ready;
    if (!opened.ok) throw new Error(opened.error.message);
    const late = reading(hour(), Math.max(hour() + 1, now() - 5), 90).payload;
    await opened.value.journal.append({ meter: METER as MeterId, readings: [late] as never, events: [], memory: {} });
    await deploy({ meters: METER, store: "store" }, [store]);
    await red.until("a state", () => state() !== undefined);
    if (state().windowStart === late.start) expect(state().usedWh).toBe(90);
    expect(from("demand", 1).filter(({ topic }) => topic === "window")).toEqual([]);
    // The hours before are older than all that the store has.
    expect(state().peakWatts).toBe(2400);
    await red.deploy(EMPTY);
    await rm(folder, { recursive: true, force: true });
  });
});
