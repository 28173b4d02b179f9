import { spawn, spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, shot } from "../support/browser.ts";
import { type Any, anyHomeAssistant, benchOnly, onBench } from "../support/hass/any.ts";
import { listens } from "../support/hass/broker.ts";
import { logIn } from "../support/hass/browse.ts";
import { HassClient } from "../support/hass/client.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { lateSeconds } from "../support/hass/loads.ts";
import { atLeast, version } from "../support/hass/places.ts";
import { pause, until } from "../support/product.ts";

const hourMs = 3_600_000;
/** As long as a start may take. */
const startLimitMs = 180_000;
const discoveryTopic = "homeassistant/device/meterman_bench/config";
const stateTopic = "meterman/bench/energy";

const discovery = {
  device: { identifiers: ["meterman_bench"], name: "Bench meter" },
  origin: { name: "bench" },
  components: {
    energy: {
      ...{ platform: "sensor", unique_id: "meterman_bench_energy", name: "Energy", device_class: "energy" },
      ...{ state_class: "total_increasing", unit_of_measurement: "kWh", state_topic: stateTopic },
    },
  },
};

const publish = (client: HassClient, topic: string, payload: string) =>
  client.call("mqtt", "publish", { topic, payload, retain: true, qos: 1 });
const becomes = (client: HassClient, entity: string, state: string, limitMs = 20_000) =>
  until(`${entity} to be ${state}`, async () => (await client.state(entity))?.state === state, limitMs);

async function announceEnergy(client: HassClient, kWh: string): Promise<void> {
  await publish(client, discoveryTopic, JSON.stringify(discovery));
  await publish(client, stateTopic, kWh);
  await becomes(client, "sensor.bench_meter_energy", kWh);
}

describe("any Home Assistant", () => {
  let any: Any;
  beforeAll(async () => {
    any = await anyHomeAssistant();
  });
  afterAll(() => any?.end());

  it("runs, with the parts that the product talks to", async () => {
    const config = await any.client.rest("GET", "config");
    expect(config.state).toBe("RUNNING");
    for (const part of ["api", "websocket_api", "recorder", "history", "energy", "frontend", "mqtt"])
      expect(config.components).toContain(part);
    expect((await any.client.request({ type: "auth/current_user" })).is_admin).toBe(true);
  });

  it("makes an entity of a retained discovery, and removes it with an empty one", async () => {
    try {
      await announceEnergy(any.client, "812.4");
      const registered = await any.client.request({
        type: "config/entity_registry/get",
        entity_id: "sensor.bench_meter_energy",
      });
      expect(registered.unique_id).toBe("meterman_bench_energy");
    } finally {
      await publish(any.client, discoveryTopic, "");
      await publish(any.client, stateTopic, "");
    }
    await until("the entity to go", async () => (await any.client.state("sensor.bench_meter_energy")) === undefined);
  });
});

describe.runIf(onBench)(benchOnly("the bench's own"), () => {
  const start = Date.parse("2026-10-24T23:30:00Z");
  let hass: HomeAssistant;
  beforeAll(async () => {
    hass = await startHomeAssistant({ clock: start });
  });
  afterAll(() => hass?.remove());

  it("is the version that was asked for, at the time that was asked for", async () => {
    expect((await hass.rest("GET", "config")).version).toBe(hass.version);
    expect(Math.abs((await hass.now()) - hass.clock.now())).toBeLessThan(2000);
    const elapsed = (await hass.now()) - start;
    expect(elapsed).toBeGreaterThan(0);
    expect(elapsed).toBeLessThan(startLimitMs);
  });

  it("is never started a second time while it runs", async () => {
    await expect(hass.start()).rejects.toThrow(/runs already/);
    expect(await answers(hass)).toBe(true);
  });

  it("books an hour when its clock passes it", async () => {
    await announceEnergy(hass, "812.4");
    await publish(hass, stateTopic, "813.4");
    await becomes(hass, "sensor.bench_meter_energy", "813.4");
    await pause(2000);
    await hass.passHour();
    const rows = await until("the hour", async () => {
      const answer = await hass.request({
        type: "recorder/statistics_during_period",
        start_time: new Date(start - hourMs).toISOString(),
        statistic_ids: ["sensor.bench_meter_energy"],
        period: "hour",
        types: ["state", "sum", "change"],
      });
      return answer["sensor.bench_meter_energy"];
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ start: Date.parse("2026-10-24T23:00:00Z"), state: 813.4, sum: 1, change: 1 });
    await becomes(hass, "sensor.bench_meter_energy", "813.4");
  });

  it.each(["switch.pool_pump", "light.terrace"])("%s obeys at once", async (entity) => {
    const domain = entity.split(".")[0] ?? "";
    await hass.call(domain, "turn_on", { entity_id: entity });
    await becomes(hass, entity, "on");
    await hass.call(domain, "turn_off", { entity_id: entity });
    await becomes(hass, entity, "off");
  });

  it("dims the light of the terrace", async () => {
    await hass.call("light", "turn_on", { entity_id: "light.terrace", brightness: 100 });
    await until("the brightness", async () => (await hass.state("light.terrace"))?.attributes.brightness === 100);
  });

  it.each([
    ["switch", "turn_on", "switch.slow_pump", {}, "off", "on"],
    ["number", "set_value", "number.slow_charger_current", { value: 16 }, "0.0", "16.0"],
  ])("%s.%s on %s is answered at once and done late", async (domain, service, entity_id, data, before, after) => {
    const called = Date.now();
    await hass.call(domain, service, { entity_id, ...data });
    expect(Date.now() - called).toBeLessThan(lateSeconds * 1000);
    expect((await hass.state(entity_id))?.state).toBe(before);
    await becomes(hass, entity_id, after);
    expect(Date.now() - called).toBeGreaterThan(lateSeconds * 1000 - 200);
  });

  it("sets the charger's current", async () => {
    await hass.call("number", "set_value", { entity_id: "number.charger_current", value: 10 });
    await becomes(hass, "number.charger_current", "10.0");
  });

  it("answers success for the loads that never obey", async () => {
    await hass.call("switch", "turn_on", { entity_id: "switch.stuck_pump" });
    await hass.call("light", "turn_on", { entity_id: "light.stuck_lamp" });
    await hass.call("number", "set_value", { entity_id: "number.stuck_charger_current", value: 6 });
    await hass.call("climate", "set_hvac_mode", { entity_id: "climate.deaf_heat_pump", hvac_mode: "off" });
    await hass.call("water_heater", "set_operation_mode", {
      entity_id: "water_heater.deaf_boiler",
      operation_mode: "off",
    });
    await pause(1500);
    const states = new Map((await hass.states()).map((state) => [state.entity_id, state.state]));
    expect(states.get("switch.stuck_pump")).toBe("off");
    expect(states.get("light.stuck_lamp")).toBe("off");
    expect(states.get("number.stuck_charger_current")).toBe("0.0");
    expect(states.get("climate.deaf_heat_pump")).toBe("heat");
    expect(states.get("water_heater.deaf_boiler")).toBe("eco");
  });

  it("has a thermostat, a heat pump and a boiler that obey", async () => {
    const set = (domain: string, service: string, entity_id: string, data: object) =>
      hass.call(domain, service, { entity_id, ...data });
    await set("climate", "set_temperature", "climate.living_room", { temperature: 18 });
    await set("climate", "set_temperature", "climate.heat_pump", { temperature: 19 });
    await set("water_heater", "set_temperature", "water_heater.boiler", { temperature: 45 });
    for (const [entity, temperature] of [
      ["climate.living_room", 18],
      ["climate.heat_pump", 19],
      ["water_heater.boiler", 45],
    ] as const)
      await until(`${entity} at ${temperature} °C`, async () => {
        return (await hass.state(entity))?.attributes.temperature === temperature;
      });
    await set("climate", "set_hvac_mode", "climate.heat_pump", { hvac_mode: "off" });
    await becomes(hass, "climate.heat_pump", "off");
    await set("climate", "turn_off", "climate.living_room", {});
    await becomes(hass, "climate.living_room", "off");
    await set("water_heater", "set_operation_mode", "water_heater.boiler", { operation_mode: "off" });
    await becomes(hass, "water_heater.boiler", "off");
  });

  it("takes a load away and gives it back", async () => {
    await hass.call("input_boolean", "turn_on", { entity_id: "input_boolean.pool_pump_unplugged" });
    await becomes(hass, "switch.pool_pump", "unavailable");
    await hass.call("input_boolean", "turn_off", { entity_id: "input_boolean.pool_pump_unplugged" });
    await becomes(hass, "switch.pool_pump", "off");
  });

  it("has a user who may look and not administer", async () => {
    const visitor = new HassClient(hass.url, await hass.makeUser());
    try {
      expect((await visitor.request({ type: "auth/current_user" })).is_admin).toBe(false);
      expect((await visitor.rest("GET", "config")).state).toBe("RUNNING");
      await expect(visitor.request({ type: "energy/save_prefs", device_consumption: [] })).rejects.toMatchObject({
        code: "unauthorized",
      });
    } finally {
      visitor.close();
    }
  });

  it("shows its Energy page in a browser", async () => {
    const browser = await launchBrowser();
    try {
      const page = await logIn(browser, hass.url);
      await page.goto(`${hass.url}/energy`);
      await page.locator("ha-panel-energy").waitFor({ state: "attached", timeout: 60_000 });
      await page
        .getByText(/energy/i)
        .first()
        .waitFor({ timeout: 60_000 });
      await shot(page, `home-assistant-${hass.version}-energy`);
    } finally {
      await browser.close();
    }
  });

  it.runIf(atLeast(version, 2026, 9))("keeps the http part of its configuration", async () => {
    await expect(hass.request({ type: "http/config/promote" })).rejects.toThrow();
    expect((await fetch(`${hass.url}/manifest.json`)).status).toBe(200);
  });

  it("loses the broker and finds it again, with what was retained", async () => {
    await hass.broker?.stop();
    await becomes(hass, "water_heater.boiler", "unavailable", 30_000);
    await hass.broker?.start();
    await becomes(hass, "water_heater.boiler", "off", 60_000);
    await becomes(hass, "sensor.bench_meter_energy", "813.4");
  });

  it("starts again by itself when it is told to", async () => {
    await hass.call("homeassistant", "restart").catch(() => undefined);
    hass.close();
    await until("it to go", async () => !(await answers(hass)), 60_000);
    await until("it to come back", async () => answers(hass), 60_000);
    await becomes(hass, "sensor.bench_meter_energy", "813.4", 60_000);
  });

  it("is killed and started at another time, and knows what it knew", async () => {
    const later = Date.parse("2026-10-25T05:00:00Z");
    await hass.kill();
    expect(await answers(hass)).toBe(false);
    await hass.start({ clock: later });
    expect(Math.abs((await hass.now()) - later)).toBeLessThan(startLimitMs);
    await becomes(hass, "sensor.bench_meter_energy", "813.4");
  });

  it("has its clock moved while it runs, and lends it to other processes", async () => {
    const later = Date.parse("2027-01-01T00:00:00Z");
    await hass.moveClock(later);
    expect(Math.abs((await hass.now()) - later)).toBeLessThan(20_000);
    const other = spawnSync(process.execPath, ["-p", "Date.now()"], {
      encoding: "utf8",
      env: { ...process.env, ...hass.clock.env() },
    });
    expect(Math.abs(Number(other.stdout) - hass.clock.now())).toBeLessThan(2000);
  });
});

describe.runIf(onBench)(benchOnly("the bench"), () => {
  it("leaves no Home Assistant and no broker behind when its process is killed", async () => {
    const script = join(import.meta.dirname, "..", "support", "hass", "start.ts");
    const child = spawn(process.execPath, [script, version], { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    try {
      await until("it to be up", () => said.includes("Ctrl-C"), 240_000);
    } finally {
      child.kill("SIGKILL");
    }
    const url = /url +(\S+)/.exec(said)?.[1] ?? "";
    const broker = Number(/broker +\S+:(\d+)/.exec(said)?.[1]);
    await until("Home Assistant to end", async () => !(await fetch(url).catch(() => undefined)));
    await until("the broker to end", async () => !(await listens(broker)));
    await rm(/folder +(\S+)/.exec(said)?.[1] ?? "", { recursive: true, force: true });
  });
});

async function answers(hass: HomeAssistant): Promise<boolean> {
  try {
    return (await hass.rest("GET", "config")).state === "RUNNING";
  } catch {
    return false;
  }
}
