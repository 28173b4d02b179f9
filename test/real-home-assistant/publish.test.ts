import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import {
  becomes,
  complaints,
  demandState,
  devices,
  EMPTY,
  entries,
  gatewayFact,
  publishFlow,
  reading,
  retained,
  snapshotFact,
  startPublishing,
  watts,
} from "../support/hass/publishing.ts";
import type { NodeRed } from "../support/node-red.ts";
import { pause, until } from "../support/product.ts";

/** Over MQTT, through Home Assistant: what it makes of it, and what survives. */
const meter = "sensor.meterman_0_0_1_1_2";
const gateway = "sensor.meterman_0_0_1_1_1";
let hass: HomeAssistant;
let red: NodeRed;
const status = () => red.status("pub")?.text ?? "";
const stateOf = async (entity: string) => (await hass.state(entity))?.state;

beforeAll(async () => {
  hass = await startHomeAssistant();
  red = await startPublishing();
  await red.deploy(publishFlow(hass));
});
afterAll(async () => {
  await red?.stop();
  await hass?.remove();
});

describe("over MQTT discovery in a real Home Assistant", () => {
  it("each sensor has its class, unit, category and name, on a device behind its gateway", async () => {
    red.inject("pub", watts(480));
    red.inject("pub", reading(812_400));
    red.inject("pub", gatewayFact);
    red.inject("pub", snapshotFact);
    red.inject("pub", demandState(["0.0.1.1.2"]));
    red.inject("pub", demandState(["0.0.1.1.2", "0.0.1.1.3"]));
    const states = {
      ...{ [`${meter}_energy`]: "812.4", [`${meter}_power`]: "480", [`${meter}_demand`]: "900" },
      ...{ [`${meter}_projected_demand`]: "950", [`${meter}_battery`]: "4.093", [`${meter}_signal`]: "-71" },
      ...{ [`${meter}_clock_drift`]: "-2", [`${gateway}_free_memory`]: "398" },
      [`${gateway}_started`]: "2026-07-02T13:46:40+00:00",
    };
    for (const [entity, state] of Object.entries(states)) await becomes(hass, entity, state);
    const found = Object.fromEntries((await entries(hass)).map((entry) => [entry.entity_id, entry]));
    for (const [key, [category, name]] of Object.entries({
      energy: [null, "Energy"],
      power: [null, "Power"],
      projected_demand: [null, "Projected demand"],
      battery: ["diagnostic", "Battery voltage"],
      signal: ["diagnostic", "Signal strength"],
      last_seen: ["diagnostic", "Last seen"],
    })) {
      expect(found[`${meter}_${key}`]).toMatchObject({ platform: "mqtt", entity_category: category });
      const { attributes } = (await hass.state(`${meter}_${key}`)) ?? {};
      expect(attributes?.friendly_name).toBe(`House ${name}`);
    }
    expect((await hass.state(`${meter}_energy`))?.attributes).toMatchObject({
      ...{ device_class: "energy", state_class: "total_increasing", unit_of_measurement: "kWh" },
    });
    expect((await hass.state(`${meter}_signal`))?.attributes).toMatchObject({ unit_of_measurement: "dBm" });
    const behind = await until("the meter to be behind its gateway", async () => {
      const all = await devices(hass);
      const house = all.find(({ name }) => name === "House");
      return house?.via_device_id && all.find(({ id }) => id === house.via_device_id);
    });
    expect(behind).toMatchObject({ name: "Gateway 0.0.1.1", model: "Radio gateway" });
    expect((await devices(hass)).map(({ name }) => name).sort()).toEqual([
      ...["Demand of 2 meters", "Gateway 0.0.1.1", "House"],
    ]);
    expect(status()).toBe("MQTT discovery · 1 meter");
    expect(complaints(hass)).toEqual([]);
  });

  it("a sensor that its user renamed goes on, and so does one whose meter is renamed", async () => {
    const mine = "sensor.what_the_house_used";
    await hass.request({ type: "config/entity_registry/update", entity_id: `${meter}_energy`, new_entity_id: mine });
    red.inject("pub", reading(812_500));
    await becomes(hass, mine, "812.5");
    red.inject("pub", watts(490, "Cottage"));
    await until("the new name", async () => (await devices(hass)).some(({ name }) => name === "Cottage"));
    red.inject("pub", reading(812_600));
    await becomes(hass, mine, "812.6");
    expect((await hass.state(mine))?.attributes.friendly_name).toBe("Cottage Energy");
    expect((await entries(hass)).filter(({ unique_id }) => unique_id === "meterman_0_0_1_1_2_energy").length).toBe(1);
    await hass.request({ type: "config/entity_registry/update", entity_id: mine, new_entity_id: `${meter}_energy` });
    await becomes(hass, `${meter}_energy`, "812.6");
  });

  it("everything is there again after a restart of Home Assistant, with what came meanwhile", async () => {
    await hass.stop();
    red.inject("pub", reading(812_700));
    await hass.start();
    await becomes(hass, `${meter}_energy`, "812.7", 40_000);
    await becomes(hass, `${meter}_power`, "490", 40_000);
    await becomes(hass, `${meter}_battery`, "4.093");
    expect(complaints(hass)).toEqual([]);
  }, 180_000);

  it("everything is there again after a restart of the broker", async () => {
    await hass.broker?.stop();
    await becomes(hass, `${meter}_energy`, "unavailable");
    red.inject("pub", reading(812_800));
    await hass.broker?.start();
    await becomes(hass, `${meter}_energy`, "812.8", 90_000);
    await becomes(hass, `${meter}_power`, "490", 40_000);
    await red.until("the status", () => status() === "MQTT discovery · 1 meter", 90_000);
  }, 240_000);

  it("sensors are unavailable while Node-RED is stopped, save when a meter was last seen", async () => {
    await red.deploy(EMPTY);
    await becomes(hass, `${meter}_energy`, "unavailable");
    expect(await stateOf(`${gateway}_free_memory`)).toBe("unavailable");
    expect(await stateOf(`${meter}_last_seen`)).toMatch(/^20/);
    await red.deploy(publishFlow(hass));
    red.inject("pub", reading(812_900));
    await becomes(hass, `${meter}_energy`, "812.9");
  });

  it("falls back to plain states when MQTT is taken out of Home Assistant, and returns under the same ids", async () => {
    const [entry] = await hass.request({ type: "config_entries/get", domain: "mqtt" });
    const enable = (disabled_by: "user" | null) =>
      hass.request({ type: "config_entries/disable", entry_id: entry.entry_id, disabled_by });
    await enable("user");
    await red.until("the status", () => status() === "REST states (degraded) · 1 meter");
    red.inject("pub", reading(812_950));
    await becomes(hass, `${meter}_energy`, "812.95");
    await enable(null);
    await red.until("the status", () => status() === "MQTT discovery · 1 meter");
    red.inject("pub", reading(812_960));
    await becomes(hass, `${meter}_energy`, "812.96");
    expect((await hass.states()).filter(({ entity_id }) => entity_id.startsWith(`${meter}_energy`)).length).toBe(1);
    const energy = (await entries(hass)).filter(({ unique_id }) => unique_id === "meterman_0_0_1_1_2_energy");
    expect(energy).toMatchObject([{ entity_id: `${meter}_energy`, platform: "mqtt" }]);
  });

  it("leaves nothing of a meter that is removed, in Home Assistant or at the broker, until it is heard of again", async () => {
    red.inject("pub", { topic: "remove", payload: { meter: "0.0.1.1.2" } });
    await until(
      "the device to go",
      async () => !(await devices(hass)).some(({ serial_number }) => serial_number === "0.0.1.1.2"),
    );
    await becomes(hass, `${meter}_energy`, undefined);
    const removals = () => red.from("pub").filter(({ topic }) => topic === "removed");
    await red.until("the news", () => removals().length > 0);
    expect(removals()).toMatchObject([{ payload: { meter: "0.0.1.1.2", path: "mqtt" } }]);
    expect((await retained(hass.broker?.port)).filter((topic) => topic.includes("0_0_1_1_2"))).toEqual([]);
    red.inject("pub", snapshotFact);
    red.inject("pub", watts(null));
    red.inject("pub", gatewayFact);
    red.inject("pub", reading(5, "0.0.1.1.3"));
    await becomes(hass, "sensor.meterman_0_0_1_1_3_energy", "0.005");
    expect(await stateOf(`${meter}_energy`)).toBeUndefined();
    red.inject("pub", reading(813_000));
    await becomes(hass, `${meter}_energy`, "813");
  });

  it("leaves nothing of a meter that is removed while Home Assistant is still making its entities", async () => {
    const ids = [10, 11, 12, 13, 14].map((node) => `0.0.1.1.${node}`);
    for (const [n, id] of ids.entries()) {
      red.inject("pub", reading(1000, id));
      await pause(n * 50);
      red.inject("pub", { topic: "remove", payload: { meter: id } });
    }
    const ghosts = async () => (await devices(hass)).filter(({ serial_number }) => ids.includes(serial_number));
    await red.until("the removals", () => {
      const removed = red.from("pub").flatMap(({ topic, payload }) => (topic === "removed" ? [payload.meter] : []));
      return ids.every((id) => removed.includes(id));
    });
    await pause(5000);
    expect(await ghosts()).toEqual([]);
  });
});
