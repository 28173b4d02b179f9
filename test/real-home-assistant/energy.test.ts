import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { benchOnly, onBench } from "../support/hass/any.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";
import { pause, until } from "../support/product.ts";

const on = { z: "tab", x: 1, y: 1 };
const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
const HOUSE = "0.0.1.1.2";
const PUMP = "0.0.1.1.3";
const entity = (meter: string, sensor: string) => `sensor.meterman_${meter.replaceAll(".", "_")}_${sensor}`;
const WAITING = "no statistics yet; the first come within five minutes";

let ha: HomeAssistant;
let red: NodeRed;
let mark = 0;
/** The one grid source of older releases, a list of connections from 2026.3 on. */
let flat: boolean;

function flow(token = ha.token, publish: object = {}): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "ha", type: "meterman-home-assistant", name: "", url: ha.url, timeoutS: 30, credentials: { token } },
    {
      id: "mq",
      type: "mqtt-broker",
      name: "",
      broker: "127.0.0.1",
      port: String(ha.broker?.port),
      protocolVersion: "4",
    },
    { id: "store", type: "meterman-store", name: "", folder: "", zone: "UTC", flushS: 60 },
    { id: "api", type: "meterman-api", ...on, store: "store", wires: [] },
    { id: "pub", type: "meterman-publish", ...on, homeAssistant: "ha", path: "auto", wires: [["said"]], ...publish },
    { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["caught"]] },
    ...["said", "caught"].map(sink),
  ];
}
const heard = (meter: string, name: string, lifetimeWh: number, watts: number) => {
  const at = Math.floor(Date.now() / 1000);
  const power = { known: true, watts, at };
  red.inject("pub", { topic: name, meter, payload: watts, power });
  const times = { start: at - 15, end: at, wh: 5, watts, registerWh: 412_400 };
  red.inject("pub", { topic: meter, payload: { meter, ...times, lifetimeWh, source: "interval", quality: [] } });
};
const since = (id: string) => red.sent.slice(mark).flatMap((one) => (one.id === id && one.port === 0 ? [one.msg] : []));
/** Asks by message, and waits for what output 1 says. */
async function ask(meter: unknown, as: unknown) {
  const before = since("pub").filter((msg) => msg.topic === "energy").length;
  red.inject("pub", { topic: "energy", payload: { meter, as } });
  const answers = () => since("pub").filter((msg) => msg.topic === "energy");
  return (await red.until(`an answer for ${meter}`, () => answers()[before], 60_000)).payload;
}
const post = async (meter: string, body: object) => {
  const response = await fetch(`${red.url}/meterman/api/v1/meters/${meter}/energy-dashboard`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};
const prefs = () => ha.request({ type: "energy/get_prefs" });
const published = async (...meters: string[]) => {
  await red.until("the status", () => red.status("pub")?.text?.includes(`· ${meters.length} meter`));
  for (const meter of meters) {
    for (const sensor of ["energy", "power"]) {
      const known = async () => Number((await ha.state(entity(meter, sensor)))?.state) > 0;
      await until(`${entity(meter, sensor)}`, known, 30_000);
    }
  }
};

/** What a user may have: costs, returned energy, a battery, a device inside another one. */
const theirGrid = () => {
  const night = { stat_energy_from: "sensor.night", stat_cost: null, entity_energy_price: null };
  const back = { stat_energy_to: "sensor.back", stat_compensation: null };
  if (!flat) {
    const flow_to = [{ ...back, entity_energy_price: null, number_energy_price: 0.05 }];
    return { type: "grid", flow_from: [{ ...night, number_energy_price: 0.25 }], flow_to, cost_adjustment_day: 1.5 };
  }
  const exported = { entity_energy_price_export: null, number_energy_price_export: 0.05 };
  const rest = { number_energy_price: 0.25, cost_adjustment_day: 1.5, stat_rate: "sensor.night_power", name: "Night" };
  return { type: "grid", ...night, ...back, ...exported, ...rest };
};
const theirs = () => ({
  energy_sources: [
    { type: "solar", stat_energy_from: "sensor.roof", config_entry_solar_forecast: ["one"] },
    theirGrid(),
    { type: "battery", stat_energy_from: "sensor.out", stat_energy_to: "sensor.in" },
  ],
  device_consumption: [
    { stat_consumption: "sensor.kitchen", name: "Kitchen" },
    { stat_consumption: "sensor.fridge", ...(flat ? { included_in_stat: "sensor.kitchen" } : {}) },
  ],
});

describe.runIf(onBench)(benchOnly("the Energy dashboard, on request"), () => {
  beforeAll(async () => {
    ha = await startHomeAssistant({ clock: Date.parse("2026-11-20T10:03:20Z") });
    const [year = 0, month = 0] = ha.version.split(".").map(Number);
    flat = year * 100 + month >= 2026_03;
    red = await startNodeRed({ flow: [{ id: "tab", type: "tab", label: "t" }] });
  });
  afterAll(async () => {
    await red?.stop();
    await ha?.remove();
  });
  beforeEach(async () => {
    mark = red.sent.length;
  });
  afterEach(() => red.deploy([{ id: "tab", type: "tab", label: "t" }]));

  it("shows a first meter as the grid and another as a device, and is satisfied when asked again", async () => {
    await red.deploy(flow());
    heard(HOUSE, "House", 812_400, 480);
    heard(PUMP, "Pump", 5_000, 90);
    await published(HOUSE, PUMP);
    const answer = await ask(HOUSE, "grid");
    expect(answer.reason).toBeUndefined();
    expect(answer).toMatchObject({
      ...{ meter: HOUSE, as: "grid", change: "added", energyEntity: entity(HOUSE, "energy") },
      ...{ powerEntity: entity(HOUSE, "power"), issues: expect.any(Array) },
    });
    for (const issue of answer.issues) expect(issue).toMatchObject({ text: WAITING, passing: true });
    const device = await post(PUMP, { as: "device" });
    expect(device).toMatchObject({
      status: 200,
      body: { change: "added", text: expect.stringContaining("individual") },
    });
    const rate = (meter: string) => (flat ? { stat_rate: entity(meter, "power") } : {});
    expect(await prefs()).toMatchObject({
      energy_sources: [
        flat
          ? { type: "grid", stat_energy_from: entity(HOUSE, "energy"), ...rate(HOUSE) }
          : { type: "grid", flow_from: [{ stat_energy_from: entity(HOUSE, "energy") }] },
      ],
      device_consumption: [{ stat_consumption: entity(PUMP, "energy"), name: "Pump", ...rate(PUMP) }],
    });
    const saved = await prefs();
    expect(await ask(HOUSE, "grid")).toMatchObject({ change: "none" });
    expect(await post(PUMP, { as: "device" })).toMatchObject({ status: 200, body: { change: "none" } });
    expect(await prefs()).toEqual(saved);
  });

  it("leaves everything of the user as it is", async () => {
    await ha.request({ type: "energy/save_prefs", ...theirs() });
    const before = await prefs();
    await red.deploy(flow());
    heard(HOUSE, "House", 812_400, 480);
    heard(PUMP, "Pump", 5_000, 90);
    await published(HOUSE, PUMP);
    expect(await ask(HOUSE, "grid")).toMatchObject({ change: "added" });
    expect(await ask(PUMP, "device")).toMatchObject({ change: "added" });
    const after = await prefs();
    expect(JSON.stringify(after.device_consumption.slice(0, 2))).toBe(JSON.stringify(before.device_consumption));
    const [solar, grid, battery, ...more] = after.energy_sources;
    const [, theirs_] = before.energy_sources;
    expect(JSON.stringify([solar, battery])).toBe(JSON.stringify([before.energy_sources[0], before.energy_sources[2]]));
    if (flat) {
      expect(JSON.stringify(grid)).toBe(JSON.stringify(theirs_));
      expect(more).toHaveLength(1);
    } else {
      expect(JSON.stringify({ ...grid, flow_from: grid.flow_from.slice(0, 1) })).toBe(JSON.stringify(theirs_));
      expect(more).toHaveLength(0);
      expect(grid.flow_from).toHaveLength(2);
    }
  });

  it("keeps both of two meters that are asked for at the same moment", async () => {
    await ha.request({ type: "energy/save_prefs", energy_sources: [], device_consumption: [] });
    await red.deploy(flow());
    heard(HOUSE, "House", 812_400, 480);
    heard(PUMP, "Pump", 5_000, 90);
    await published(HOUSE, PUMP);
    const answers = await Promise.all([
      ask(HOUSE, "device"),
      post(PUMP, { as: "device" }),
      post(HOUSE, { as: "device" }),
    ]);
    expect(answers.map((answer) => answer.status ?? 200)).toEqual([200, 200, 200]);
    const devices = (await prefs()).device_consumption.map((one: { stat_consumption: string }) => one.stat_consumption);
    expect(devices.sort()).toEqual([entity(HOUSE, "energy"), entity(PUMP, "energy")]);
  });

  it("does not count a meter twice, and says what to do: on output 1, to Catch nodes, over REST", async () => {
    await red.deploy(flow());
    heard(HOUSE, "House", 812_400, 480);
    await published(HOUSE);
    const saved = await prefs();
    const refused = await ask(HOUSE, "grid");
    expect(refused).toMatchObject({ code: "METERMAN_HA_ENERGY", reason: expect.stringContaining("individual device") });
    await red.until("the Catch node", () => since("catch").some((msg) => /HA_ENERGY/.test(msg.error.message)));
    expect(await post(HOUSE, { as: "grid" })).toMatchObject({ status: 409, body: { code: "METERMAN_HA_ENERGY" } });
    expect(await ask("0.0.1.1.99", "grid")).toMatchObject({ code: "METERMAN_UNKNOWN_METER" });
    expect(await prefs()).toEqual(saved);
  });

  it("takes the entity id that the user gave", async () => {
    await ha.request({ type: "energy/save_prefs", energy_sources: [], device_consumption: [] });
    await red.deploy(flow());
    heard(PUMP, "Pump", 5_000, 90);
    await published(PUMP);
    const rename = (from: string, to: string) =>
      ha.request({ type: "config/entity_registry/update", entity_id: from, new_entity_id: to });
    await rename(entity(PUMP, "energy"), "sensor.pool");
    expect(await ask(PUMP, "device")).toMatchObject({ change: "added", energyEntity: "sensor.pool" });
    await rename("sensor.pool", entity(PUMP, "energy"));
  });

  it("says that only an administrator may save, and saves nothing", async () => {
    await ha.request({ type: "energy/save_prefs", energy_sources: [], device_consumption: [] });
    const saved = await prefs();
    // Who may not publish through Home Assistant still can through the broker.
    await red.deploy(flow(await ha.makeUser("guest"), { broker: "mq", path: "broker" }));
    heard(HOUSE, "House", 812_400, 480);
    await published(HOUSE);
    expect(await ask(HOUSE, "grid")).toMatchObject({
      code: "METERMAN_HA_AUTH",
      reason: expect.stringContaining("not an administrator"),
    });
    expect(await post(HOUSE, { as: "grid" })).toMatchObject({ status: 502, body: { code: "METERMAN_HA_AUTH" } });
    expect(await prefs()).toEqual(saved);
  });

  it("finds nothing wrong once the first statistics are there", async () => {
    await red.deploy(flow());
    heard(HOUSE, "House", 812_405, 480);
    await published(HOUSE);
    const settled = async () => {
      await pause(5000);
      heard(HOUSE, "House", 812_405, 480);
      return (await ask(HOUSE, "grid")).issues.length === 0;
    };
    await until("the first statistics", settled, 420_000);
    expect((await ask(HOUSE, "grid")).text).toBe("House is in the Energy dashboard, as grid consumption.");
  }, 480_000);

  it("says that there is no connection when Home Assistant is away", async () => {
    await red.deploy(flow(ha.token, { broker: "mq", path: "broker" }));
    heard(HOUSE, "House", 812_405, 480);
    await published(HOUSE);
    await ha.stop();
    const refused = await ask(HOUSE, "grid");
    expect(refused).toMatchObject({ code: "METERMAN_HA_UNREACHABLE", reason: expect.stringMatching(/\w/) });
    expect(await post(HOUSE, { as: "grid" })).toMatchObject({ status: 503 });
  });
});
