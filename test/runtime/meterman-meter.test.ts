import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RED from "node-red";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochSeconds, type LiveItem, type MeterEvent, type MeterId, type Reading } from "../../nodes/model/index.ts";
import type { OpenStore, StoreService } from "../../nodes/runtime/services.ts";
import { expectedEnergy } from "../support/capture.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

const capture = readFileSync(join(import.meta.dirname, "..", "data", "bench-run-1.uart.bin"));
const ALWAYS = [epochSeconds(1_577_836_800), epochSeconds(1_900_000_000)] as const;
const id = (node: number) => `0.0.1.1.${node}` as MeterId;

let folder: string;
let red: NodeRed;
const meter = (name: string, more: object = {}): FlowNode => ({
  id: name,
  type: "meterman-meter",
  z: "tab",
  name: "",
  store: "store",
  meters: [{ id: "0.0.1.1.2", name: "House" }],
  others: true,
  wires: [["sink"], ["sink"], ["sink"]],
  ...more,
});
const flow = (flushS = 1): FlowNode[] => [
  { id: "tab", type: "tab", label: "t" },
  { id: "store", type: "meterman-store", folder: join(folder, "store"), zone: "UTC", flushS },
  { id: "broken", type: "meterman-store", folder: join(folder, "a-file"), zone: "UTC", flushS },
  { id: "gw", type: "meterman-gateway", z: "tab", network: "0.0.1.1", wires: [["meter"], ["sink"], ["sink"]] },
  meter("meter"),
  meter("pulses", { meters: [{ id: "heat-pump", name: "Heat pump", impPerKwh: 800 }], others: false }),
  meter("rival", { meters: [{ id: "0.0.1.1.3" }, { id: "0.0.1.1.6" }], others: false }),
  meter("strict", { meters: [{ id: "0.0.1.1.9", name: "Cellar" }], others: false, noPulsesAfterS: 300 }),
  meter("homeless", { store: "" }),
  meter("unlucky", { store: "broken" }),
  meter("wrong", { meters: [{ id: "../etc" }] }),
  { id: "errors", type: "catch", z: "tab", scope: null, wires: [["sink"]] },
  { id: "sink", type: "junction", z: "tab", wires: [[]] },
];

async function store(): Promise<OpenStore> {
  const node: unknown = (RED.nodes as unknown as { getNode(id: string): unknown }).getNode("store");
  const opened = await (node as { service: StoreService }).service.ready;
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function consumption(node: number): Promise<number> {
  const { archive } = await store();
  const used = await archive.consumption(id(node), ...ALWAYS);
  if (!used.ok) throw new Error(used.error.message);
  return used.value.wh;
}

const readings = (name: string): Reading[] => red.from(name, 0).map((msg) => msg.payload);
const sum = (all: readonly Reading[]) => all.reduce((total, { wh }) => total + wh, 0);
const errors = (words: string) =>
  red.from("errors").filter((msg): boolean => String(msg.error.message).includes(words));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-meter-"));
  await writeFile(join(folder, "a-file"), "not a folder");
  red = await startNodeRed({ flow: flow() });
});
afterAll(async () => {
  await red.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the meter node behind a gateway", () => {
  it("says what it waits for", async () => {
    await red.until("the store", () => red.status("meter")?.text === "waiting for a meter");
  });

  it("counts an hour of a real gateway to the watt-hour, on disk before it is sent", async () => {
    red.inject("gw", { payload: capture });
    await red.until("the readings", () => sum(readings("meter")) === 295 + 2870);
    const { directory } = await store();
    for (const node of [2, 3]) {
      const wh = expectedEnergy(capture).get(node)?.wh;
      expect(await consumption(node)).toBe(wh);
      expect(directory.find(id(node), epochSeconds(1_795_000_000))).toMatchObject({ lifetimeWh: wh });
    }
    expect(readings("meter")[0]).toMatchObject({ meter: id(2), start: 1_783_000_005, end: 1_783_000_020 });
    expect(red.from("meter", 0)[0].topic).toBe("0.0.1.1.2");
  });

  it("tells what happened, with the kind as topic", () => {
    const events: MeterEvent[] = red.from("meter", 2).map((msg) => msg.payload);
    expect(red.from("meter", 2).map((msg) => msg.topic)).toEqual(events.map(({ kind }) => kind));
    expect(events).toContainEqual(expect.objectContaining({ kind: "boot", meter: id(2), version: 10 }));
  });

  it("shows its meters, and no power of a day that is long gone", async () => {
    await red.until("the status", () => red.status("meter")?.text === "2 meters · –");
    expect(red.from("meter", 1)).toEqual([]);
  });

  it("keeps what the gateway and its nodes said of themselves, and nothing of the radio key", async () => {
    const said = async (node: number) => {
      const { archive, flush } = await store();
      await flush();
      const page = await archive.snapshots({ device: id(node), from: ALWAYS[0], to: ALWAYS[1] });
      return page.ok ? page.value.items : [];
    };
    const gateway = { device: id(1), freeRamBytes: 398, txPowerDbm: 19, logLevel: "DEBUG", bootedAt: 1_783_000_000 };
    await red.until("the gateway's", async () => (await said(1)).length > 0);
    expect(await said(1)).toMatchObject([gateway]);
    const node = await said(2);
    expect(node.at(-1)).toMatchObject({ device: id(2), batteryMv: 4495, intervalS: 15, freeRamBytes: 367 });
    // Before the node has said anything of itself, only its signal is known.
    expect(node[0]).not.toHaveProperty("batteryMv");
    expect(JSON.stringify([...(await said(1)), ...node])).not.toMatch(/CHANGE_ME/);
    const { directory, journal } = await store();
    expect(directory.find(id(1), epochSeconds(1_795_000_000))).toBeUndefined();
    expect(journal.meters()).not.toContain(id(1));
  });

  it("tells in health that every interval of the capture arrived: its nodes sent again what was lost", async () => {
    const { directory } = await store();
    const of = (node: number) => directory.find(id(node), epochSeconds(1_783_003_600))?.health;
    expect(of(2)?.link).toMatchObject({ days: 1, expected: 236, missed: 0, recoveredWh: 0, unknownS: 0 });
    expect(of(3)?.link).toMatchObject({ days: 1, expected: 120, missed: 0 });
    expect(of(2)).toMatchObject({ reboots: 1, warnings: [], troubles: [] });
  });

  it("changes nothing when the same bytes come again", async () => {
    const before = readings("meter").length;
    red.inject("gw", { payload: capture });
    red.inject("gw", { payload: "G>S:GMSG;2,GMSG,the end \r\n" });
    await red.until("the end", () => red.from("meter", 2).some((msg) => msg.payload.text === "the end"));
    expect(readings("meter")).toHaveLength(before);
    expect(await consumption(2)).toBe(295);
  });
});

describe("the meter node with other sources", () => {
  it("counts pulses exactly and shows live power at once", async () => {
    for (let i = 0; i < 3; i += 1) red.inject("pulses", { payload: { meter: "heat-pump", pulses: 10, seconds: 45 } });
    await red.until("the readings", () => readings("pulses").length === 3);
    expect(readings("pulses").map(({ wh, source }) => [wh, source])).toEqual([
      [12, "pulses"],
      [13, "pulses"],
      [12, "pulses"],
    ]);
    const [first] = red.from("pulses", 1);
    expect(first).toMatchObject({ topic: "Heat pump", meter: "heat-pump", payload: 1000, power: { known: true } });
    await red.until("the status", () => red.status("pulses")?.text === "Heat pump 1.00 kW · 0.0 kWh");
  });

  it("ignores meters that are not in its table, if told to", async () => {
    red.inject("pulses", { payload: { meter: "other", pulses: 10, seconds: 45 } });
    red.inject("pulses", { payload: { meter: "heat-pump", registerWh: 12.5 } });
    await red.until("the anchor", () => readings("pulses").length >= 3);
    expect((await store()).directory.find("other" as MeterId, epochSeconds(0))).toBeUndefined();
  });

  it("leaves a meter to the node that keeps it, and says so once", async () => {
    const fact = { meter: "0.0.1.1.3", pulses: 1, seconds: 10 };
    red.inject("rival", { payload: fact });
    red.inject("rival", { payload: fact });
    await red.until("the error", () => errors("METERMAN_METER_TAKEN").length > 0);
    expect(errors("METERMAN_METER_TAKEN")).toHaveLength(1);
  });

  it("tells listeners at once what happens, readings once they are on disk", async () => {
    const heard: LiveItem[] = [];
    const stop = (await store()).live.listen((item) => heard.push(item));
    // What was counted before was of another second: the power of one second is told once.
    const last = readings("pulses").at(-1)?.end ?? 0;
    await red.until("the next second", () => Math.floor(Date.now() / 1000) > last);
    red.inject("pulses", { payload: { meter: "boiler", pulses: 1, seconds: 10 } });
    red.inject("pulses", { payload: { meter: "heat-pump", pulses: 0, seconds: 45 } });
    red.inject("gw", { payload: "G>S:GMSG;2,GMSG,hello \r\n" });
    const of = (type: LiveItem["type"]) => heard.filter((item) => item.type === type);
    await red.until("them", () => of("reading").length > 0 && of("event").length > 0 && of("power").length > 0);
    stop();
    expect(of("reading")).toMatchObject([{ reading: { meter: "heat-pump", wh: 0, source: "pulses" } }]);
    expect(of("power")).toMatchObject([{ meter: "heat-pump", name: "Heat pump", power: { known: true, watts: 0 } }]);
    expect(of("event")).toMatchObject([{ event: { kind: "text", text: "hello", meter: id(2) } }]);
  });

  it("tells that a meter is heard without pulses, in words, and when it counts again", async () => {
    const now = Math.floor(Date.now() / 1000);
    const update = (base: number, energies: readonly number[]) => {
      const entries = energies.map((energy) => ({ duration: 240, energy }));
      const fact = { kind: "update", meter: id(9), baseTime: base, baseRegister: 100, entries, receivedAt: now };
      red.inject("strict", { payload: fact });
    };
    const told = () => red.from("strict", 2).filter(({ topic }): boolean => topic === "no-pulses");
    update(now - 1921, [0, 0, 0, 0]);
    await red.until("the event", () => told().length > 0);
    expect(told()[0].payload).toMatchObject({ meter: id(9), since: now - 1920, cleared: false });
    const { directory } = await store();
    const health = () => directory.find(id(9), epochSeconds(now + 61))?.health;
    expect(health()?.troubles).toEqual([
      expect.stringMatching(/^No pulses since .* \(16 min\): look whether the puck/),
    ]);
    await red.until("the status", () => red.status("strict")?.text?.endsWith("· no pulses"));
    update(now - 961, [20, 20]);
    await red.until("the end of it", () => told().length === 2);
    expect(told()[1].payload).toMatchObject({ cleared: true });
    expect(health()?.troubles).toEqual([]);
  });

  it("refuses what it does not understand, with a code and a word of advice", async () => {
    for (const payload of ["text", { kind: "update" }, { kind: "nothing" }, { meter: "..", pulses: 1, seconds: 1 }])
      red.inject("meter", { payload });
    await red.until("the errors", () => errors("METERMAN_BAD_MESSAGE").length === 4);
  });
});

describe("the meter node that cannot work", () => {
  it("says that it has no store", async () => {
    red.inject("homeless", { payload: { meter: "x", pulses: 1, seconds: 1 } });
    await red.until("the error", () => errors("METERMAN_NO_STORE: choose a store").length === 1);
    expect(red.status("homeless")?.fill).toBe("red");
  });

  it("says that its store could not be opened", async () => {
    await red.until("the status", () => red.status("unlucky")?.fill === "red");
    red.inject("unlucky", { payload: { meter: "x", pulses: 1, seconds: 1 } });
    await red.until("the error", () => errors("METERMAN_NO_STORE: nothing is counted").length > 0);
  });

  it("names the setting that is wrong", () => {
    expect(red.status("wrong")?.text).toMatch(/in the table of meters: a meter id is/);
  });
});

describe("the meter node through deploys", () => {
  it("goes on where it was when only it is deployed, with readings that were still waiting", async () => {
    await red.deploy(flow(600));
    const before = await consumption(2);
    const now = Math.floor(Date.now() / 1000);
    const update = (base: number, register: number) => ({
      kind: "update",
      meter: "0.0.1.1.2",
      baseTime: base,
      baseRegister: register,
      entries: [{ duration: 60, energy: 10 }],
      receivedAt: now,
    });
    red.inject("meter", { payload: { ...update(now - 200, 0), kind: "rebase", time: now - 200, register: 0 } });
    red.inject("meter", { payload: update(now - 201, 0) });
    await red.until("the power", () => red.from("meter", 1).at(-1)?.payload === 600);
    const changed = flow(600).map((node) => (node.id === "meter" ? { ...node, clockDriftS: 7 } : node));
    await red.deploy(changed, "nodes");
    red.inject("meter", { payload: update(now - 201, 0) });
    red.inject("meter", { payload: update(now - 141, 10) });
    await red.until("the second update", () => red.from("meter", 1).length === 2);
    await (await store()).flush();
    expect(await consumption(2)).toBe(before + 20);
    expect((await store()).directory.find(id(2), epochSeconds(now))).toMatchObject({ lifetimeWh: before + 20 });
  });

  it("counts nothing for itself that its successor cannot know, when frames still arrive while it closes", async () => {
    const now = Math.floor(Date.now() / 1000);
    const frame = (i: number) => ({
      kind: "update",
      meter: "0.0.1.1.5",
      baseTime: now - 5000 + i,
      baseRegister: i,
      entries: [{ duration: 1, energy: 1 }],
      receivedAt: now,
    });
    const registry = RED.nodes as unknown as { getNode(id: string): { receive(msg: object): void } };
    const old = registry.getNode("meter");
    old.receive({ payload: frame(0) });
    const changed = flow(600).map((node) => (node.id === "meter" ? { ...node, clockDriftS: 8 } : node));
    let deployed = false;
    const deploying = red.deploy(changed, "nodes").then(() => {
      deployed = true;
    });
    let i = 1;
    for (; !deployed && i < 4000; i += 1) {
      old.receive({ payload: frame(i) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await deploying;
    red.inject("meter", { payload: frame(i) });
    await red.until("the last frame", async () => {
      await (await store()).flush();
      return (await store()).directory.find(id(5), epochSeconds(now))?.lifetimeWh === i + 1;
    });
    expect(await consumption(5)).toBe(i + 1);
  });

  it("takes over a meter when the node that kept it is deleted", async () => {
    const fact = { meter: id(6), pulses: 1, seconds: 10 };
    red.inject("meter", { payload: fact });
    red.inject("rival", { payload: fact });
    await red.until("the error", () => errors(`already counts ${id(6)}`).length === 1);
    await red.deploy(
      flow(600).filter((node) => node.id !== "meter"),
      "nodes",
    );
    red.inject("rival", { payload: fact });
    await red.until("the power", () => red.from("rival", 1).some(({ meter }): boolean => meter === id(6)));
    expect((await store()).directory.find(id(6), epochSeconds(0))).toMatchObject({ id: id(6) });
  });

  it("says what went wrong when its accounts cannot be read, and does not end Node-RED", async () => {
    const fail = () => {
      throw Error("EIO");
    };
    const ready = Promise.resolve({ ok: true, value: { journal: { meters: fail } } });
    const types = RED.nodes as unknown as {
      registerType(set: string, type: string, made: (config: object) => void): void;
      createNode(node: object, config: object): void;
    };
    types.registerType("test/broken", "broken-store", function broken(this: object, config: object) {
      types.createNode(this, config);
      Object.assign(this, { service: { kind: "store", zone: "UTC", ready } });
    });
    const [tab] = flow();
    await red.deploy([
      ...(tab === undefined ? [] : [tab]),
      meter("meter", { store: "bad" }),
      { id: "bad", type: "broken-store" },
    ]);
    await red.until("the status", () => red.status("meter")?.text?.endsWith("could not be opened: Error: EIO"));
  });
});
