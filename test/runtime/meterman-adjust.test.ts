import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RED from "node-red";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DemandReport } from "../../nodes/model/index.ts";
import type { DemandService } from "../../nodes/runtime/services.ts";
import { House } from "../support/house.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** A correction in a real Node-RED, and what follows it. */
const METER = "0.0.1.1.2";
const OTHER = "0.0.1.1.3";
const realNow = Date.now;
/** Within the first seconds of an hour a reading of this hour would be of the future: then the clock is ahead of them. */
const aheadMs = Math.max(0, 40_000 - (realNow() % 3_600_000));
Date.now = () => realNow() + aheadMs;
const now = () => Math.floor(Date.now() / 1000);
const HOUR = Math.floor(now() / 3600) * 3600;
const at = (hours: number) => HOUR + hours * 3600;
/** A clock whose month neither began some hours ago nor ends in some hours. */
const isMidday = new Date().getUTCHours() >= 6 && new Date().getUTCHours() < 18;
const ZONE = isMidday ? "UTC" : "Etc/GMT+12";

let folder: string;
let red: NodeRed;
let house: House;
let pump: House;

const flow = (): FlowNode[] => {
  const on = { z: "tab", name: "" };
  const meters = [
    { id: METER, name: "House" },
    { id: OTHER, name: "Pump" },
  ];
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "store", type: "meterman-store", name: "", folder, zone: ZONE, flushS: 1 },
    {
      id: "gw",
      type: "meterman-gateway",
      ...on,
      network: "0.0.1.1",
      silentAfterS: 300,
      diagnostics: "none",
      wires: [["meter"], [], []],
    },
    {
      id: "meter",
      type: "meterman-meter",
      ...on,
      store: "store",
      meters,
      wires: [["demand", "all"], ["demand", "all"], []],
    },
    {
      ...{ id: "demand", type: "meterman-demand", ...on, meters: METER, windowMinutes: 60, limitW: "", zone: ZONE },
      ...{ store: "store", wires: [["sink"], ["sink"]] },
    },
    {
      ...{ id: "all", type: "meterman-demand", ...on, meters: "", windowMinutes: 60, limitW: "", zone: ZONE },
      ...{ store: "store", wires: [[], []] },
    },
    { id: "history", type: "meterman-history", ...on, store: "store", meter: METER, hours: 24, wires: [["sink"]] },
    { id: "api", type: "meterman-api", ...on, store: "store", wires: [] },
    { id: "errors", type: "catch", z: "tab", scope: null, wires: [["sink"]] },
    { id: "sink", type: "junction", z: "tab", wires: [[]] },
  ];
};

// biome-ignore lint/suspicious/noExplicitAny: a test looks into messages of every shape
async function ask(payload: object): Promise<any> {
  const before = red.from("history").length;
  red.inject("history", { payload });
  return red.until(`an answer to ${JSON.stringify(payload)}`, () => red.from("history")[before]);
}
const hours = async () =>
  (await ask({ query: "readings", resolution: "hour", from: at(-5), to: HOUR })).payload.map(
    ({ wh }: { wh: number }) => wh,
  );
const rows = async () =>
  JSON.stringify((await ask({ query: "readings", resolution: "raw", from: at(-5), to: HOUR })).payload);
const state = () => red.from("demand").at(-1)?.payload;
const closed = (mark = 0) =>
  red
    .from("demand", 1)
    .slice(mark)
    .map(({ payload }) => payload)
    // The hour that runs now may end while this runs.
    .filter((window) => window.start === undefined || window.start < HOUR);

function reportOf(id: string): DemandReport {
  const node = (RED.nodes as unknown as { getNode(id: string): { service: DemandService } }).getNode(id);
  return node.service.report();
}

/** What was, without what goes on meanwhile. */
function past(): Partial<DemandReport> {
  const { months, windows } = reportOf("demand");
  const candidates = months.map(({ period, candidates, figureWatts }) => ({ period, candidates, figureWatts }));
  return { months: candidates as never, windows: windows.filter(({ start }) => start < HOUR) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-adjust-"));
  red = await startNodeRed({ flow: flow() });
  await red.until("the API", () => red.status("api")?.fill === "green");
  await red.until("a state", () => state());
  house = new House(2, at(-5));
  pump = new House(3, at(-5));
  for (const watts of [1200, 2400, 600, 900, 1000]) {
    red.inject("gw", { payload: house.use(3600, watts) });
    red.inject("gw", { payload: pump.use(3600, 500) });
  }
  // Up to now, so that power is known.
  red.inject("gw", { payload: house.use(Math.max(10, now() - HOUR), 800) });
  red.inject("gw", { payload: pump.use(Math.max(10, now() - HOUR), 500) });
  await red.until("the hours before", () => closed().filter(({ end }) => end !== undefined).length >= 5);
  await red.until("power", () => state()?.powerWatts > 0 && state().coverage > 0.9);
});
afterAll(async () => {
  await red.stop();
  Date.now = realNow;
  await rm(folder, { recursive: true, force: true });
});

describe("a correction", () => {
  it("is followed by readings, windows, peaks and prices; undone, all is as before", async () => {
    const before = { rows: await rows(), past: past(), live: state() };
    expect(await hours()).toEqual([1200, 2400, 600, 900, 1000]);
    expect(before.live.peakWatts).toBe(2400);
    const mark = red.from("demand", 1).length;

    const span = { from: at(-4), to: at(-3) };
    const made = await ask({ adjust: { kind: "generate", ...span, wh: 300 }, why: "a lamp shone on the sensor" });
    expect(made.payload.adjustment).toMatchObject({ n: 1, changeWh: -2100 });
    expect(await hours()).toEqual([1200, 300, 600, 900, 1000]);
    await red.until("the window", () => closed(mark).some(({ start, wh }) => start === at(-4) && wh === 300));
    expect(closed(mark)).toMatchObject([
      { start: at(-4), wh: 300, watts: 300, coverage: 1, candidate: true, resettled: true },
      { candidates: [{ start: at(-5), watts: 1200 }], figureWatts: 1200, final: false },
    ]);
    await red.until("the peak", () => state().peakWatts === 1200);
    // What is heard now goes on.
    expect(state()).toMatchObject({ powerWatts: before.live.powerWatts, stale: false, meters: [METER] });
    if (state().windowStart === before.live.windowStart) expect(state().usedWh).toBe(before.live.usedWh);

    const again = red.from("demand", 1).length;
    await ask({ undo: 1, why: "there was no lamp" });
    expect(await rows()).toBe(before.rows);
    await red.until("the window", () => closed(again).some(({ start, wh }) => start === at(-4) && wh === 2400));
    await red.until("the peak", () => state().peakWatts === 2400);
    expect(past()).toEqual(before.past);
    expect(red.from("errors")).toEqual([]);
  });

  it("counts readings that come meanwhile once", async () => {
    const { windowStart, usedWh } = state();
    const made = ask({ adjust: { kind: "delete", from: at(-3), to: at(-2) }, why: "nobody was there" });
    red.inject("gw", { payload: house.use(20, 1800) });
    await made;
    await red.until("the window without energy", () => closed().some(({ start, wh }) => start === at(-3) && wh === 0));
    await red.until("the reading", () => state().windowStart !== windowStart || state().usedWh === usedWh + 10);
    await ask({ undo: 2, why: "somebody was" });
    await red.until("the window", () => closed().at(-1)?.start === at(-3) && closed().at(-1)?.wh === 600);
    if (state().windowStart === windowStart) expect(state().usedWh).toBe(usedWh + 10);
  });

  it("of another meter, a new name and a look at the display tell nothing", async () => {
    const mark = red.from("demand", 1).length;
    const before = past();
    await ask({ adjust: { kind: "delete", from: at(-5), to: at(-1) }, meter: OTHER, why: "it ran dry" });
    await ask({ adjust: { kind: "rename", name: "Cellar" }, why: "it moved" });
    await ask({ adjust: { kind: "check", at: at(-1), displayWh: 1_234_000 }, why: "read the display" });
    // One that is told, behind all of those.
    await ask({ adjust: { kind: "delete", from: at(-2), to: at(-1) }, why: "nobody was there" });
    await red.until("the window", () => closed(mark).some(({ start, wh }) => start === at(-2) && wh === 0));
    expect(closed(mark)).toHaveLength(1);
    const [, ...others] = before.windows ?? [];
    expect(past().windows?.length).toBeLessThanOrEqual(others.length + 1);
    const listed = await (await fetch(`${red.url}/meterman/api/v1/meters`)).json();
    expect(listed.items.map(({ name }: { name: string }) => name)).toEqual(["Cellar", "Pump"]);
  });

  it("is told live, with the instant from which on readings are others", async () => {
    const stop = new AbortController();
    const live = await fetch(`${red.url}/meterman/api/v1/live`, { signal: stop.signal });
    let text = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const part of live.body ?? []) text += decoder.decode(part, { stream: true });
    })().catch(() => undefined);
    await red.until("the beginning", () => text !== "");
    await ask({ undo: 5, why: "somebody was" });
    await red.until("the news", () => text.includes(`event: adjusted\ndata: {"meter":"${METER}","from":${at(-2)}}`));
    stop.abort();
    await reading;
  });

  it("is still there after a restart, and so is the undoing", async () => {
    await ask({ adjust: { kind: "generate", from: at(-4), to: at(-3), wh: 300 }, why: "a lamp, after all" });
    await red.until("the peak", () => state().peakWatts === 1200);
    const before = await hours();
    await red.deploy(flow());
    await red.until("a state", () => state()?.peakWatts === 1200);
    expect(await hours()).toEqual(before);
    expect((await ask({ query: "adjustments" })).payload.at(-1)).toMatchObject({ kind: "generate", undone: null });
  });

  it("that joins two meters leaves their sum with each reading once", async () => {
    const last = () => reportOf("all").windows.find(({ start }) => start === at(-1));
    await red.until("both meters", () => last()?.wh === 1500);
    const joined = await ask({
      adjust: { kind: "merge", source: OTHER, until: HOUR },
      why: "one took the other's place",
    });
    expect((await hours()).at(-1)).toBe(500);
    await red.until("the hour of one meter", () => last()?.wh === 500);
    expect(last()).toMatchObject({ coverage: 1, candidate: true });
    await red.deploy(flow());
    await red.until("the same after a restart", () => last()?.wh === 500);
    await ask({ undo: joined.payload.adjustment.n, why: "it did not" });
    // A meter that is heard again is asked for.
    red.inject("gw", { payload: pump.use(20, 500) });
    await red.until("both meters", () => last()?.wh === 1500);
    expect(red.from("errors")).toEqual([]);
  });
});
