import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDecoder, type Frame, simulator } from "../../nodes/gateway/index.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

const tab: FlowNode = { id: "tab", type: "tab", label: "t" };
const node = (id: string, more: object = {}): FlowNode => ({
  id,
  type: "meterman-simulator",
  z: "tab",
  name: "",
  meters: [
    { node: 2, profile: "household", watts: "200", impulsesPerKwh: 1000, intervalS: 15 },
    { node: 3, profile: "flat", watts: 600, impulsesPerKwh: 1000, intervalS: 30, current: true },
  ],
  seed: 5,
  playS: 86_400,
  speed: 0,
  lossShare: "0",
  network: "0.0.1.1",
  wires: [[`${id}-bytes`], [`${id}-loads`]],
  ...more,
});
const sink = (id: string): FlowNode => ({ id, type: "junction", z: "tab", wires: [[]] });

const realNow = Date.now;
let red: NodeRed;
let startedAt: number;

function framesOf(id: string, skip = 0): Frame[] {
  const decoder = createDecoder();
  const lines = red
    .from(id)
    .slice(skip)
    .flatMap((msg) => decoder.feed(msg.payload));
  return lines.flatMap((line) => (line.kind === "frame" || line.kind === "continuation" ? [line.frame] : []));
}
const textOf = (id: string) => Buffer.concat(red.from(id).map((msg) => msg.payload)).toString("latin1");
const updatesOf = (id: string, skip = 0) =>
  framesOf(id, skip).filter((frame): frame is Extract<Frame, { kind: "MUP_" }> => frame.kind === "MUP_");
const command = (id: string, text: string) => red.inject(id, { payload: Buffer.from(`${text}\r`) });
const realTime = (id: string) =>
  red.until(`${id} in real time`, () => red.status(id)?.text?.includes("real time") === true);

beforeAll(async () => {
  startedAt = Math.floor(Date.now() / 1000);
  red = await startNodeRed({
    flow: [
      tab,
      node("day"),
      sink("day-bytes"),
      sink("day-loads"),
      sink("sink"),
      node("now", { playS: 0, meters: [{ node: 7 }] }),
      node("paced", {
        playS: 600,
        speed: 300,
        meters: [{ node: 4, profile: "flat", watts: 5000 }],
        wires: [["gateway"], []],
      }),
      {
        id: "gateway",
        type: "meterman-gateway",
        z: "tab",
        name: "",
        network: "0.0.1.1",
        wires: [["sink"], ["paced"], ["sink"]],
      },
      node("bad", { meters: [{ node: 2 }, { node: 2 }] }),
      node("alone", { meters: [{ node: 2, profile: "flat" }, { node: 3, profile: "export" }, { node: 4 }] }),
    ],
  });
});
afterAll(async () => {
  await red.stop();
  Date.now = realNow;
});

describe("the simulator node", () => {
  it("converses with the gateway node: every line is understood, and the clock is set", async () => {
    const chores = await red.until("STIME and a snapshot", () => {
      const text = textOf("paced");
      return text.includes("G>S:STIME_ACK") && text.includes("G>S:GWSNAP") ? text : undefined;
    });
    expect(chores).toContain("S>G:STIME;");
    await realTime("paced");
    expect(red.from("gateway", 2).filter((msg) => msg.topic === "rejected")).toEqual([]);
    const updates = red.from("gateway").filter((msg) => msg.topic === "update");
    expect(updates.length).toBeGreaterThan(3);
    for (const { payload } of updates) expect(payload.baseTime).toBeLessThan(payload.receivedAt);
  });

  it("plays the past until now and tells no time of the future", async () => {
    await realTime("day");
    const updates = updatesOf("day");
    const ends = updates.map((one) => one.entries.reduce((sum, entry) => sum + entry.duration, one.baseTime + 1));
    expect(Math.min(...updates.map((one) => one.baseTime))).toBeLessThan(startedAt - 86_000);
    expect(Math.max(...ends)).toBeGreaterThan(startedAt - 400);
    expect(Math.max(...ends)).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
    expect(updates.filter((one) => one.node === 2).length).toBeGreaterThan(1400);
    expect(red.status("day")?.text).toMatch(/^2 meters · real time · \d+ W$/);
  });

  it("sends buffers that are cut anywhere, beginning with the banner", () => {
    expect(red.from("day").every((msg) => Buffer.isBuffer(msg.payload))).toBe(true);
    expect(textOf("day").startsWith("\r\n\r\n=BOOT=\r\n")).toBe(true);
    expect(red.from("day").some((msg) => !msg.payload.toString("latin1").endsWith("\n"))).toBe(true);
  });

  it("answers commands with echo and acknowledgement", async () => {
    command("day", "S>G:GGWSNAP");
    const snapshot = await red.until("the snapshot", () => framesOf("day").find((frame) => frame.kind === "GWSNAP"));
    expect(snapshot).toMatchObject({ gateway: 1, network: "0.0.1.1" });
    expect(textOf("day")).toContain("S>G:GGWSNAP\r\n");
  });

  it("tells its loads again and again: a node that was deployed alone has heard of none", async () => {
    await red.until("the loads", () => red.from("day", 1).length >= 3);
    const before = red.from("day", 1).length;
    await red.until("them again", () => red.from("day", 1).length >= before + 3, 40_000);
  });

  it("lets its loads be told what to do, follows decisions but no dry runs, and has a deaf one on request", async () => {
    await red.until("the loads", () => red.from("day", 1).length >= 4);
    const told = (load: string) => red.from("day", 1).filter(({ payload }) => payload.load === load);
    const decide = (load: string, action: string, level: number, dryRun = false) =>
      red.inject("day", { topic: load, payload: { load, action, level, dryRun } });
    expect(new Set(red.from("day", 1).map((msg) => msg.payload.load))).toEqual(new Set(simulator.LOAD_NAMES));
    expect(told("ev")[0]).toMatchObject({ topic: "load", payload: { on: true, level: 16 } });
    red.inject("day", { topic: "behaviour", payload: { load: "heatpump", obeys: "never" } });
    for (const load of ["boiler", "heatpump"]) red.inject("day", { topic: "load", payload: { load, on: false } });
    decide("pool", "off", 0, true);
    decide("pool", "off", 0);
    decide("pool", "on", 1, true);
    decide("ev", "set", 8);
    await red.until("the boiler off", () =>
      told("boiler").some(({ payload }) => !payload.on && payload.level === 0 && payload.watts === 0),
    );
    expect(told("pool").at(-1)?.payload.on).toBe(false);
    // A car takes up to half a minute: it has passed, and is not taken back.
    Date.now = () => realNow() + 31_000;
    await red.until("the car at 8 A", () => told("ev").at(-1)?.payload.level === 8, 40_000);
    expect(told("pool").at(-1)?.payload.on).toBe(false);
    expect(told("heatpump").every(({ payload }) => payload.on)).toBe(true);
  });

  it("starts at once without a past to play", async () => {
    await realTime("now");
    expect(red.status("now")?.text).toMatch(/^1 meter · /);
    expect(framesOf("now").some((frame) => frame.kind === "GTIME")).toBe(true);
  });

  it("makes faults on request", async () => {
    red.inject("now", { topic: "fault", payload: { kind: "gateway-reboot" } });
    await red.until("a second boot", () => framesOf("now").filter((frame) => frame.kind === "GTIME").length === 2);
  });

  it("refuses messages and settings that it does not understand, with a code", async () => {
    red.inject("now", { topic: "fault", payload: { kind: "earthquake" } });
    await red.until("the error", () => red.logs.find((line) => line.text.includes("METERMAN_BAD_MESSAGE")));
    red.inject("now", { topic: "behaviour", payload: { load: "boiler", obeys: "sometimes" } });
    await red.until("another", () => red.logs.find((line) => line.text.includes("obeys must be equal to one of")));
    expect(red.status("bad")?.text).toContain("two meters have the same node number");
    expect(red.status("alone")?.text).toContain("an export meter counts for the household above it");
    expect(red.logs.some((line) => line.text.includes("METERMAN_BAD_CONFIG"))).toBe(true);
  });

  it("goes on where it was after a restart, and never tells a past twice", async () => {
    const before = updatesOf("day");
    const sentBefore = red.from("day").length;
    await red.deploy([tab, node("day"), sink("day-bytes"), sink("day-loads")]);
    await realTime("day");
    command("day", "S>G:GNOSNAP;254");
    const nodes = await red.until("the snapshot", () => {
      const found = framesOf("day", sentBefore).filter((frame) => frame.kind === "NOSNAP");
      return found.length === 2 ? found : undefined;
    });
    const last = before.filter((one) => one.node === 2).at(-1);
    const register = nodes.find((one) => one.node === 2)?.lastRegister ?? 0;
    expect(register).toBeGreaterThanOrEqual(last?.baseRegister ?? Number.POSITIVE_INFINITY);
    expect(framesOf("day", sentBefore).some((frame) => frame.kind === "MREB")).toBe(false);
  });

  it("begins anew with other meters, but not in the past that it told already", async () => {
    const sentBefore = red.from("day").length;
    await red.deploy([tab, node("day", { meters: [{ node: 9 }] }), sink("day-bytes")]);
    await realTime("day");
    await red.until("the banner", () => framesOf("day", sentBefore).some((frame) => frame.kind === "GTIME"));
    expect(red.status("day")?.text).toMatch(/^1 meter/);
    expect(updatesOf("day", sentBefore)).toEqual([]);
  });

  it("plays on, and says so once, when its state cannot be saved", async () => {
    mkdirSync(join(red.userDir, "meterman-simulator-stuck.json"));
    await red.deploy([tab, node("day", { meters: [{ node: 9 }] }), sink("day-bytes"), node("stuck", { playS: 600 })]);
    await realTime("stuck");
    expect(updatesOf("stuck").length).toBeGreaterThan(0);
    expect(red.logs.filter((line) => line.text.includes("METERMAN_STORE_WRITE"))).toHaveLength(1);
    rmdirSync(join(red.userDir, "meterman-simulator-stuck.json"));
  });

  it("leaves nothing behind when it is deleted", async () => {
    expect(readdirSync(red.userDir)).toContain("meterman-simulator-day.json");
    await red.deploy([tab]);
    expect(readdirSync(red.userDir).filter((file) => file.startsWith("meterman-simulator"))).toEqual([]);
  });
});
