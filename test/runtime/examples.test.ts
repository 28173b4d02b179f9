import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** Every shipped flow runs in the real Node-RED and does what its comment promises. */
const root = join(import.meta.dirname, "..", "..");
const read = (path: string): FlowNode[] => JSON.parse(readFileSync(join(root, path), "utf8"));
const capture = readFileSync(join(root, "test/data/bench-run-1.uart.bin"));
const captured = [
  ["0.0.1.1.2", 295],
  ["0.0.1.1.3", 2870],
] as const;

let red: NodeRed;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-examples-"));
  red = await startNodeRed({ flow: [{ id: "empty", type: "tab" }] });
});
afterEach(() => red.deploy([{ id: "empty", type: "tab" }]));
afterAll(async () => {
  await red.stop();
  await rm(folder, { recursive: true, force: true });
});

let runs = 0;
/** Deploys an example with a folder of its own; nothing else in it is changed but the length of the play. */
async function deploy(file: string, playS = 7200): Promise<FlowNode[]> {
  runs += 1;
  const flow = read(`examples/${file}`).map((node) => {
    if (node.type === "meterman-store") return { ...node, folder: join(folder, `run-${runs}`), flushS: "1" };
    if (node.type === "meterman-simulator") return { ...node, playS };
    return node;
  });
  await red.deploy(flow);
  return flow;
}

/** Messages of an output that were sent since the last deploy of this test. */
const messages = (id: string, port = 0) => red.from(id, port);
const payloads = (id: string, port = 0) => messages(id, port).map((msg) => msg.payload);
const press = (id: string) => red.inject(id, {});
const get = async (path: string) => (await fetch(`${red.url}/meterman/api/v1/${path}`)).json();

describe("the examples", () => {
  it("are complete: each one is tried here", () => {
    const tried = /deploy\("([a-z-]+\.json)"/g;
    const names = [...readFileSync(import.meta.filename, "utf8").matchAll(tried)].map((match) => match[1]);
    expect([...new Set(names)].sort()).toEqual(readdirSync(join(root, "examples")).sort());
  });

  it("gateway.json decodes what comes from the port and sends what is pressed", async () => {
    await deploy("gateway.json");
    red.inject("gateway", { payload: capture });
    const update = await red.until("an update", () => payloads("gateway").find((fact) => fact.kind === "update"));
    expect(update).toMatchObject({ meter: "0.0.1.1.2", baseTime: 1783000004, baseRegister: 0 });
    press("faster");
    await red.until("the command on the wire", () =>
      payloads("gateway", 1).some((bytes) => String(bytes) === "S>G:SGITR;2,30,600\r"),
    );
  });

  it("simulator.json counts a simulated house and shows a fault", async () => {
    await deploy("simulator.json");
    await red.until("energy over REST", async () => (await get("meters")).items[0]?.lifetimeWh > 0);
    press("reboot");
    await red.until("the reboot among the events", () =>
      payloads("meter", 2).some((event) => ["boot", "rebase"].includes(event.kind)),
    );
  });

  it("meter-pulses.json keeps fractions of a watt-hour", async () => {
    await deploy("meter-pulses.json");
    for (let i = 0; i < 4; i += 1) press("pulses");
    press("register");
    press("register2");
    const of = (meter: string) => payloads("meter").filter((reading) => reading.meter === meter);
    // 52 pulses of 1.25 Wh, and 812 400.5 → 812 650.25 Wh.
    await red.until("65 Wh of pulses", () => of("heat-pump").reduce((sum, one) => sum + one.wh, 0) === 65);
    await red.until("250 Wh of the register", () => of("solar").reduce((sum, one) => sum + one.wh, 0) === 250);
  });

  it("history.json answers each of its questions", async () => {
    await deploy("history.json");
    await red.until("readings", () => payloads("meter").length > 400);
    press("q1");
    press("q2");
    press("q3");
    const [hours, consumption, meters] = await red.until("three answers", () => {
      const answers = payloads("history");
      return answers.length >= 3 ? answers : undefined;
    });
    const sum = hours.reduce((total: number, hour: { wh: number }) => total + hour.wh, 0);
    expect(sum).toBeGreaterThan(0);
    expect(consumption.wh).toBeGreaterThanOrEqual(sum);
    expect(meters.map((meter: { name: string }) => meter.name)).toContain("House");
  });

  it("api.json serves the meters of a recorded gateway exactly", async () => {
    const flow = await deploy("api.json", 0);
    await red.deploy(flow.filter((node) => node.type !== "meterman-simulator"));
    red.inject("gateway", { payload: capture });
    for (const [meter, wh] of captured) {
      await red.until(`${wh} Wh of ${meter}`, async () => {
        const answer = await get(`meters/${meter}/consumption?from=1577836800&to=1900000000`);
        return answer.wh === wh;
      });
    }
  });

  it("publish.json waits calmly while no Home Assistant is set", async () => {
    await deploy("publish.json", 0);
    await red.until("a status", () => red.status("publish")?.text !== undefined);
    expect(red.status("publish")?.text).toMatch(/not configured/i);
    expect(red.status("publish")?.fill).not.toBe("red");
  });

  it("demand.json tells the open window and the closed ones", async () => {
    await deploy("demand.json");
    const closed = await red.until("a closed window", () =>
      messages("demand", 1).find((msg) => msg.topic === "window"),
    );
    expect(closed.payload.wh).toBeGreaterThanOrEqual(0);
    const state = await red.until("the open window", () => messages("demand", 0)[0]);
    expect(state.topic).toBe("demand");
  });

  it("shed.json decides in a dry run and switches nothing", async () => {
    await deploy("shed.json", 0);
    await red.until("a status", () => /dry run/i.test(red.status("shed")?.text ?? ""));
  });
});
