import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RED from "node-red";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { MeterId } from "../../nodes/model/index.ts";
import type { StoreService } from "../../nodes/runtime/services.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

let red: NodeRed;
let mark = 0;
const METER = "0.0.1.1.2";
const now = () => Math.floor(Date.now() / 1000);

function flow(settings: Record<string, unknown> = {}): FlowNode[] {
  const on = { z: "tab", x: 1, y: 1 };
  const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "demand", type: "meterman-demand", ...on, zone: "UTC", wires: [["state"], ["closed"]], ...settings },
    { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["caught"]] },
    sink("state"),
    sink("closed"),
    sink("caught"),
  ];
}
const deploy = (settings: Record<string, unknown> = {}) => red.deploy(flow(settings));
const from = (id: string, port = 0) =>
  red.sent.slice(mark).flatMap((one) => (one.id === id && one.port === port ? [one.msg] : []));
const reading = (start: number, end: number, wh: number, meter = METER) => ({
  topic: meter,
  payload: {
    ...{ meter, start, end, wh, watts: (wh * 3600) / (end - start), registerWh: 0, lifetimeWh: 0 },
    ...{ source: "interval", quality: [] },
  },
});
const power = (watts: number | null, at = now(), meter = METER) => ({
  ...{ topic: "House", meter, payload: watts },
  power: watts === null ? { known: false, since: at } : { known: true, watts, at },
});

const startOfMonth = (at: number) => {
  const date = new Date(at * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
};

beforeAll(async () => {
  red = await startNodeRed({ flow: [{ id: "tab", type: "tab", label: "t" }] });
  return () => red.stop();
});
afterEach(async () => {
  await red.deploy([{ id: "tab", type: "tab", label: "t" }]);
  mark = red.sent.length;
});

describe("the demand node", () => {
  it("says nothing of demand before it has heard anything, and then what it is heading for", async () => {
    await deploy({ limitW: "2500" });
    await red.until("a first status", () => red.status("demand")?.text === "waiting for readings");
    expect(from("demand")[0]?.payload).toMatchObject({ stale: true, powerWatts: null, limitWatts: 2500 });
    red.inject("demand", power(1200));
    await red.until("a state", () => from("demand").some((msg) => msg.payload.powerWatts === 1200));
    const state = from("demand").at(-1);
    expect(state).toMatchObject({ topic: "demand", payload: { stale: false, meters: [METER], usedWh: 0 } });
    expect(red.status("demand")?.text).toMatch(/^1\.2 of 2\.5 kW projected · \d+ (min|s) left$/);
    expect(red.status("demand")).toMatchObject({ fill: "green" });
  });

  it("shows a window above its limit as news, not as a fault", async () => {
    await deploy({ limitW: "2500" });
    red.inject("demand", power(9000));
    await red.until("the status", () => /^9\.0 of 2\.5 kW/.test(red.status("demand")?.text ?? ""));
    expect(red.status("demand")).toMatchObject({ fill: "blue" });
  });

  it("goes on sending the state by itself while nothing is heard", async () => {
    await deploy();
    red.inject("demand", power(800));
    await red.until("some states", () => from("demand").length >= 4, 45_000);
    const times = from("demand").map((msg) => msg.payload.at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeGreaterThan(times[0]);
  });

  it("is unknown when the meter says that it is", async () => {
    await deploy({ limitW: 2500 });
    red.inject("demand", power(1200));
    await red.until("a state", () => from("demand").at(-1)?.payload.powerWatts === 1200);
    red.inject("demand", power(null));
    await red.until("unknown", () => from("demand").at(-1)?.payload.powerWatts === null);
    expect(from("demand").at(-1)?.payload).toMatchObject({ stale: true, projectedWatts: null, allowedWatts: null });
    expect(red.status("demand")?.text).toMatch(/^demand unknown · last heard \d+ s ago$/);
  });

  it("closes windows as the time of a played-back day passes, and leaves the open one alone", async () => {
    await deploy({ tariff: "belgium", limitW: "" });
    const day = Math.floor(now() / 86_400) * 86_400 - 3 * 86_400;
    for (let t = day; t < day + 6 * 3600; t += 300) {
      red.inject("demand", reading(t, t + 300, t === day + 7200 ? 300 : 50));
    }
    await red.until("all windows", () => from("demand", 1).filter((msg) => msg.topic === "window").length === 24);
    const windows = from("demand", 1).filter((msg) => msg.topic === "window");
    expect(windows.every((msg) => msg.payload.coverage === 1 && msg.payload.candidate)).toBe(true);
    expect(windows.reduce((sum, msg) => sum + msg.payload.wh, 0)).toBe(72 * 50 + 250);
    const peaks = from("demand", 1).filter((msg) => msg.topic === "peak");
    expect(peaks.at(-1)?.payload).toMatchObject({ figureWatts: 2500, candidates: [{ watts: 1600 }] });
    expect(from("demand").every((msg) => msg.payload.usedWh === 0)).toBe(true);
  });

  it("takes a tariff of one's own as JSON, with its time of use", async () => {
    const everyHour = { name: "Mine", windowMinutes: 30, zone: "UTC", highest: 2, onPeak: [{ hours: [[0, 24]] }] };
    await deploy({ tariff: "own", tariffJson: JSON.stringify(everyHour) });
    red.inject("demand", power(500));
    await red.until("a state", () => from("demand").at(-1)?.payload.powerWatts === 500);
    const { windowStart, windowEnd, onPeak } = from("demand").at(-1)?.payload ?? {};
    expect([windowEnd - windowStart, windowStart % 1800, onPeak]).toEqual([1800, 0, true]);
  });

  it("says what is wrong with a setting", async () => {
    const expected: [Record<string, unknown>, RegExp][] = [
      [{ tariff: "own", tariffJson: "{" }, /not valid JSON/],
      [{ tariff: "own", tariffJson: '{"name":"x"}' }, /windowMinutes is missing/],
      [{ tariff: "moon" }, /choose a tariff/],
      [{ zone: "Mars/Olympus" }, /time zone is unknown/],
      [{ meters: "../x" }, /meter id/],
    ];
    for (const [settings, words] of expected) {
      await deploy(settings);
      await red.until(String(words), () => words.test(red.status("demand")?.text ?? ""));
      expect(red.status("demand")).toMatchObject({ fill: "red" });
    }
  });

  it("refuses messages of another shape with a coded error that Catch nodes see", async () => {
    await deploy({ meters: METER });
    red.inject("demand", { payload: 5 });
    red.inject("demand", { payload: null, meter: METER, power: { known: true, watts: Number.NaN, at: now() } });
    red.inject("demand", reading(now(), now() - 60, 5));
    await red.until("the errors", () => from("catch").length === 3);
    expect(from("catch").every((msg) => /METERMAN_BAD_MESSAGE/.test(msg.error.message))).toBe(true);
  });

  it("sums the meters that are named and leaves out others", async () => {
    await deploy({ meters: "a, b" });
    red.inject("demand", power(500, now(), "a"));
    red.inject("demand", power(9000, now(), "other"));
    red.inject("demand", power(700, now(), "b"));
    await red.until("the sum", () => from("demand").at(-1)?.payload.powerWatts === 1200);
    expect(from("demand").at(-1)?.payload.meters).toEqual(["a", "b"]);
  });

  it("has the month's peak and the open window again after a restart, from the store", async () => {
    const folder = await mkdtemp(join(tmpdir(), "meterman-demand-"));
    const store = { id: "store", type: "meterman-store", name: "", folder, zone: "UTC", flushS: 1 };
    await red.deploy([...flow(), store]);
    const node = (RED.nodes as unknown as { getNode(id: string): { service: StoreService } }).getNode("store");
    const opened = await node.service.ready;
    if (!opened.ok) throw new Error(opened.error.message);
    const open = Math.floor(now() / 900) * 900;
    const past = Math.max(open - 40 * 900, startOfMonth(open));
    const readings = [];
    for (let t = past; t < open; t += 300) readings.push(reading(t, t + 300, t === past + 300 ? 400 : 60).payload);
    readings.push(reading(open, Math.max(open + 1, now()), 33).payload);
    await opened.value.journal.append({ meter: METER as MeterId, readings: readings as never, events: [], memory: {} });
    await red.deploy([...flow({ meters: METER, store: "store", limitW: 1000 }), store]);
    await red.until("a state", () => from("demand").some((msg) => msg.payload.meters.length === 1));
    red.inject("demand", power(500));
    await red.until("the state", () => from("demand").at(-1)?.payload.powerWatts === 500);
    const state = from("demand").at(-1)?.payload;
    // Unless a new window has just begun.
    if (state.windowStart === open) expect(state.usedWh).toBe(33);
    if (open - past >= 900) expect(state).toMatchObject({ peakWatts: 2080, limitWatts: 1000 });
    await red.deploy([{ id: "tab", type: "tab", label: "t" }]);
    await rm(folder, { recursive: true, force: true });
  });

  it("without its store goes on and says that the past is not read from there", async () => {
    await deploy({ store: "gone" });
    red.inject("demand", power(500));
    await red.until("a state", () => from("demand").at(-1)?.payload.powerWatts === 500);
    expect(from("catch").map((msg) => msg.error.message)).toEqual([
      expect.stringMatching(/METERMAN_NO_STORE.*past is not read from the store: its store is missing/),
    ]);
  });
});
