import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

let red: NodeRed;
let server: HomeAssistantServer;
let mark = 0;

const energy = "sensor.meterman_0_0_1_1_2_energy";
const power = "sensor.meterman_0_0_1_1_2_power";

function flow(config: Record<string, unknown> = {}, publish: Record<string, unknown> = {}): FlowNode[] {
  const token = { credentials: { token: server.token } };
  // Without a place on the sheet Node-RED takes a node for a configuration node.
  const on = { z: "tab", x: 1, y: 1 };
  const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "ha", type: "meterman-home-assistant", name: "", url: `${server.url}/`, timeoutS: 1, ...token, ...config },
    { id: "pub", type: "meterman-publish", ...on, homeAssistant: "ha", path: "auto", wires: [["said"]], ...publish },
    { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["caught"]] },
    sink("said"),
    sink("caught"),
  ];
}
const reading = (lifetimeWh: number, meter = "0.0.1.1.2") => ({
  topic: meter,
  payload: {
    ...{ meter, start: 1_783_000_005, end: 1_783_000_020, wh: 5, watts: 1200, registerWh: 412_400, lifetimeWh },
    ...{ source: "interval", quality: [] },
  },
});
const watts = (value: number | null, meter = "0.0.1.1.2", name = "House") => ({
  ...{ topic: name, meter, payload: value },
  power: value === null ? { known: false, since: null } : { known: true, watts: value, at: 1_783_000_120 },
});
/** What a node sent since the test began. */
const from = (id: string) => red.sent.slice(mark).flatMap((one) => (one.id === id && one.port === 0 ? [one.msg] : []));
const status = () => red.status("pub")?.text ?? "";
const energies = (entity = energy) =>
  server.states.history
    .filter((state) => state.entity_id === entity)
    .map((state) => Number(state.state))
    .filter((value) => !Number.isNaN(value));
const rising = (values: readonly number[]) => expect(values).toEqual([...values].sort((a, b) => a - b));
const state = (entity: string, value: string) => red.until(`${entity} ${value}`, () => server.state(entity) === value);

beforeAll(async () => {
  red = await startNodeRed({ flow: [{ id: "tab", type: "tab", label: "t" }] });
  return () => red.stop();
});
afterEach(async () => {
  await red.deploy([{ id: "tab", type: "tab", label: "t" }]);
  await server.stop();
  mark = red.sent.length;
});

describe("over MQTT discovery", () => {
  it("makes a device with energy and power, and says which path it uses", async () => {
    server = await HomeAssistantServer.start();
    await red.deploy(flow());
    red.inject("pub", watts(480));
    red.inject("pub", reading(812_400));
    await state(energy, "812.4");
    await state(power, "480");
    await red.until("the status", () => status() === "MQTT discovery · 1 meter");
    expect(server.states.get(energy)?.attributes).toMatchObject({
      friendly_name: "House Energy",
      device_class: "energy",
      state_class: "total_increasing",
      unit_of_measurement: "kWh",
    });
    expect(server.mqttErrors).toEqual([]);
    const published = from("pub").filter((msg) => msg.topic === "published");
    const payload = { meter: "0.0.1.1.2", path: "mqtt", what: "energy", value: "812.4" };
    expect(published.map((msg) => msg.payload)).toContainEqual(payload);
  });

  it("says the unretained power again once the new entity listens", async () => {
    server = await HomeAssistantServer.start({ debounceMs: 1500 });
    await red.deploy(flow());
    red.inject("pub", watts(480));
    await state(power, "480");
    expect(server.broker.published.filter((message) => message.topic.endsWith("/power")).length).toBeGreaterThan(1);
  });

  it("shows an unknown power as unknown, a dark meter as unavailable, and never a zero", async () => {
    server = await HomeAssistantServer.start();
    await red.deploy(flow());
    red.inject("pub", watts(480));
    red.inject("pub", reading(812_400));
    await state(power, "480");
    red.inject("pub", watts(null));
    await state(power, "unknown");
    red.inject("pub", { topic: "dark", payload: { kind: "dark", meter: "0.0.1.1.2", at: 1, lastSeen: null } });
    await state(energy, "unavailable");
    red.inject("pub", reading(812_405));
    await state(energy, "812.405");
    expect(server.states.history.map((one) => one.state)).not.toContain("0");
  });

  it("keeps energy rising through drops, a silent host and restarts, and ends at the last lifetime", async () => {
    server = await HomeAssistantServer.start();
    await red.deploy(flow());
    red.inject("pub", watts(480));
    red.inject("pub", reading(1000));
    await state(energy, "1");
    server.dropConnections();
    red.inject("pub", reading(1100));
    red.inject("pub", reading(1050));
    await state(energy, "1.1");
    await server.restart(300);
    red.inject("pub", reading(1200));
    await state(energy, "1.2");
    await state(power, "480");
    server.silent = true;
    red.inject("pub", reading(1300));
    await red.until("a lost connection", () => status().startsWith("no connection"));
    server.silent = false;
    await state(energy, "1.3");
    await red.until("the status", () => status() === "MQTT discovery · 1 meter");
    rising(energies());
    expect(server.mqttErrors).toEqual([]);
  });

  it("waits until Home Assistant has finished starting", async () => {
    server = await HomeAssistantServer.start({ startingMs: 1500 });
    await red.deploy(flow());
    red.inject("pub", reading(1000));
    await red.until("the status", () => status() === "Home Assistant is starting");
    expect(server.broker.retained.size).toBe(0);
    await state(energy, "1");
  });

  it("says everything again when MQTT in Home Assistant starts anew", async () => {
    server = await HomeAssistantServer.start();
    await red.deploy(flow());
    red.inject("pub", watts(480));
    await state(power, "480");
    server.removeMqtt();
    server.states.forget();
    server.addMqtt();
    await state(power, "480");
  });

  it("works where Home Assistant cannot list its services", async () => {
    server = await HomeAssistantServer.start();
    server.unlisted = true;
    await red.deploy(flow());
    red.inject("pub", reading(1000));
    await state(energy, "1");
    await red.until("the status", () => status() === "MQTT discovery · 1 meter");
  });

  it("shows what Home Assistant refuses, reports it once, and succeeds when it can", async () => {
    server = await HomeAssistantServer.start();
    const error = { code: "home_assistant_error", message: "MQTT is not connected" };
    server.failing = { count: 3, error };
    await red.deploy(flow());
    red.inject("pub", reading(1000));
    await red.until("the status", () => status() === "MQTT discovery: Home Assistant: MQTT is not connected");
    await state(energy, "1");
    await red.until("the status", () => status() === "MQTT discovery · 1 meter");
    const refused = from("pub").filter((msg) => msg.topic === "failed" && msg.payload.what === "announce");
    expect(refused.length).toBeGreaterThan(1);
    const reports = from("catch").filter((msg) => msg.error.message.includes("MQTT is not connected"));
    expect(reports.length).toBe(1);
  });

  it("publishes twenty meters", async () => {
    server = await HomeAssistantServer.start();
    await red.deploy(flow());
    for (let n = 1; n <= 20; n += 1) {
      red.inject("pub", watts(100 * n, `0.0.1.1.${n + 1}`, `Flat ${n}`));
      red.inject("pub", reading(1000 * n, `0.0.1.1.${n + 1}`));
    }
    await state("sensor.meterman_0_0_1_1_21_energy", "20");
    await red.until("the status", () => status() === "MQTT discovery · 20 meters");
    const meters = [...server.states.registry.values()].map(({ device }) => device);
    expect(new Set(meters).size).toBe(20);
  });

  it("makes the meters unavailable when Node-RED stops them", async () => {
    server = await HomeAssistantServer.start();
    await red.deploy(flow());
    red.inject("pub", reading(1000));
    await state(energy, "1");
    await red.deploy([{ id: "tab", type: "tab", label: "t" }]);
    await state(energy, "unavailable");
  });
});

describe("over REST", () => {
  it("writes states, labelled degraded, and again after a restart that forgot them", async () => {
    server = await HomeAssistantServer.start({ mqtt: false });
    await red.deploy(flow());
    red.inject("pub", watts(480));
    red.inject("pub", reading(812_400));
    await state(energy, "812.4");
    await state(power, "480");
    await red.until("the status", () => status() === "REST states (degraded) · 1 meter");
    await server.restart(100);
    await state(energy, "812.4");
    rising(energies());
  });

  it("gives way to MQTT as soon as that is set up, under the same ids", async () => {
    server = await HomeAssistantServer.start({ mqtt: false });
    await red.deploy(flow());
    red.inject("pub", reading(1000));
    await state(energy, "1");
    server.addMqtt();
    await red.until("the status", () => status() === "MQTT discovery · 1 meter");
    await red.until("the entity", () => [...server.states.registry.values()].some((e) => e.entity_id === energy));
    await state(energy, "1");
  });
});

describe("when there is no way in", () => {
  it("is calm without an address, and keeps only the latest", async () => {
    server = await HomeAssistantServer.start();
    await red.deploy(flow({ url: "", credentials: {} }));
    for (let n = 0; n < 50; n += 1) red.inject("pub", reading(1000 + n));
    await red.until("a word", () => from("pub").some((msg) => msg.payload.reason === "not configured"));
    expect(red.status("pub")).toMatchObject({ fill: "grey", text: "not configured" });
    expect(from("catch")).toEqual([]);
  });

  it("shows a refused token, stops trying, and never shows the token", async () => {
    server = await HomeAssistantServer.start();
    const token = "a-secret-that-nobody-may-see";
    await red.deploy(flow({ credentials: { token } }));
    red.inject("pub", reading(1000));
    await red.until("the status", () => status().startsWith("Home Assistant refused the token"));
    const { sessions } = server;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(server.sessions).toBe(sessions);
    expect(JSON.stringify([red.logs, red.sent, red.status("pub"), red.status("ha")])).not.toContain(token);
    expect(red.logs.filter((line) => line.text.includes("METERMAN_HA_AUTH")).length).toBe(1);
    await red.deploy(flow());
    red.inject("pub", reading(1000));
    await state(energy, "1");
  });

  it("says that the wanted path is not there", async () => {
    server = await HomeAssistantServer.start({ mqtt: false });
    await red.deploy(flow({}, { path: "mqtt" }));
    await red.until("the status", () => status().startsWith("MQTT is not set up"));
  });

  it("refuses messages it cannot mean, with a coded error", async () => {
    server = await HomeAssistantServer.start();
    await red.deploy(flow());
    const bad = [
      { payload: 5 },
      { payload: { ...reading(5).payload, lifetimeWh: -1 } },
      { payload: { ...reading(5).payload, lifetimeWh: "812" } },
      { payload: { ...reading(5).payload, meter: "__proto__" } },
      { meter: "a", power: { known: true }, payload: 1 },
      { meter: "../x", power: { known: true, watts: 1 }, payload: 1 },
    ];
    const caught = () => from("catch").filter((msg) => msg.error.message.includes("METERMAN_BAD_MESSAGE"));
    for (const msg of bad) red.inject("pub", msg);
    red.inject("pub", { topic: "text", payload: { kind: "text", meter: "0.0.1.1.2", at: 1, text: "hello" } });
    await red.until("the errors", () => caught().length === bad.length);
    expect(server.broker.retained.size).toBe(0);
  });
});
