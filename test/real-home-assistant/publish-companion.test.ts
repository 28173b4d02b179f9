import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import {
  becomes,
  complaints,
  devices,
  entries,
  publishFlow,
  reading,
  snapshotFact,
  startPublishing,
  watts,
} from "../support/hass/publishing.ts";
import type { NodeRed } from "../support/node-red.ts";
import { until } from "../support/product.ts";

/** Without MQTT: plain states first, then the Node-RED companion as soon as it is set up. */
const plain = "sensor.meterman_0_0_1_1_2";
const customComponents = join(import.meta.dirname, "../data/third-party/hass-node-red/custom_components");
let hass: HomeAssistant;
let red: NodeRed;
const status = () => red.status("pub")?.text ?? "";

/** Entity id of a sensor of the companion. */
async function entityOf(key: string): Promise<string> {
  const wanted = `nodered-meterman-meterman_0_0_1_1_2_${key}`;
  const found = async () => (await entries(hass)).find(({ unique_id }) => unique_id === wanted);
  return (await until(wanted, found)).entity_id;
}

async function reload(): Promise<void> {
  const [entry] = await hass.request({ type: "config_entries/get", domain: "nodered" });
  await hass.rest("POST", `config/config_entries/entry/${entry.entry_id}/reload`);
}

beforeAll(async () => {
  hass = await startHomeAssistant({ mqtt: false, customComponents });
  red = await startPublishing();
  await red.deploy(publishFlow(hass));
});
afterAll(async () => {
  await red?.stop();
  await hass?.remove();
});

describe("without MQTT in Home Assistant", () => {
  it("writes plain states that statistics can be made of, and says that this is degraded", async () => {
    red.inject("pub", watts(480));
    red.inject("pub", reading(812_400));
    await becomes(hass, `${plain}_energy`, "812.4");
    expect((await hass.state(`${plain}_energy`))?.attributes).toMatchObject({
      ...{ device_class: "energy", state_class: "total_increasing", unit_of_measurement: "kWh" },
      friendly_name: "House Energy",
    });
    await red.until("the status", () => status() === "REST states (degraded) · 1 meter");
  });

  it("writes them again after a restart that forgot them", async () => {
    await hass.restart();
    await becomes(hass, `${plain}_energy`, "812.4", 40_000);
    await becomes(hass, `${plain}_power`, "480");
  }, 180_000);

  it("removes the states of a meter when asked, until it is heard of again", async () => {
    red.inject("pub", { topic: "remove", payload: { meter: "0.0.1.1.2" } });
    await becomes(hass, `${plain}_energy`, undefined);
    expect(await hass.state(`${plain}_power`)).toBeUndefined();
    red.inject("pub", reading(812_450));
    await becomes(hass, `${plain}_energy`, "812.45");
  });

  it("moves to the companion as soon as that is set up, and takes its plain states along", async () => {
    const flow = await hass.rest("POST", "config/config_entries/flow", { handler: "nodered" });
    await hass.rest("POST", `config/config_entries/flow/${flow.flow_id}`, {});
    await red.until("the status", () => status() === "Node-RED companion · 1 meter");
    red.inject("pub", watts(480));
    red.inject("pub", snapshotFact);
    await becomes(hass, await entityOf("energy"), "812.45");
    await becomes(hass, await entityOf("power"), "480");
    await becomes(hass, await entityOf("battery"), "4.093");
    expect((await hass.states()).filter(({ attributes }) => attributes.friendly_name === "House Energy").length).toBe(
      1,
    );
    const all = await entries(hass);
    expect(all.find(({ unique_id }) => unique_id.endsWith("_battery"))?.entity_category).toBe("diagnostic");
    const [house] = await devices(hass);
    expect(house).toMatchObject({ name: "House", model: "Energy meter" });
    expect(all.every(({ device_id }) => device_id === house.id)).toBe(true);
    expect(complaints(hass)).toEqual([]);
  });

  it("announces everything again after a restart, and a renamed sensor keeps its id", async () => {
    const energy = await entityOf("energy");
    const mine = "sensor.what_the_house_used";
    await hass.request({ type: "config/entity_registry/update", entity_id: energy, new_entity_id: mine });
    await hass.restart();
    red.inject("pub", reading(812_500));
    await becomes(hass, mine, "812.5", 40_000);
    await becomes(hass, await entityOf("power"), "480", 40_000);
    expect(await hass.state(energy)).toBeUndefined();
  }, 180_000);

  it("announces everything again when the companion is reloaded", async () => {
    await reload();
    red.inject("pub", reading(812_600));
    await becomes(hass, await entityOf("energy"), "812.6", 30_000);
    await becomes(hass, await entityOf("power"), "480");
  });

  it("takes a meter out when asked, and makes it anew when it is heard of again and the companion reloaded", async () => {
    red.inject("pub", { topic: "remove", payload: { meter: "0.0.1.1.2" } });
    await until("the entities to go", async () => (await entries(hass)).length === 0);
    expect(await devices(hass)).toEqual([]);
    red.inject("pub", reading(812_700));
    await reload();
    await becomes(hass, await entityOf("energy"), "812.7");
  });

  it("takes along what it showed when another way is chosen", async () => {
    await red.deploy(publishFlow(hass, { path: "rest" }));
    red.inject("pub", reading(812_800));
    await becomes(hass, `${plain}_energy`, "812.8");
    expect(await entries(hass)).toEqual([]);
    expect(await devices(hass)).toEqual([]);
    await red.deploy(publishFlow(hass, { path: "companion" }));
    red.inject("pub", reading(812_900));
    await red.until("the status", () => status() === "Node-RED companion · 1 meter");
    await becomes(hass, `${plain}_energy`, undefined);
    await reload();
    await becomes(hass, await entityOf("energy"), "812.9");
  });
});
