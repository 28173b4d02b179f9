import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import {
  becomes,
  complaints,
  devices,
  EMPTY,
  entries,
  gatewayFact,
  publishFlow,
  reading,
  retained,
  startPublishing,
  watts,
} from "../support/hass/publishing.ts";
import type { NodeRed } from "../support/node-red.ts";
import { until } from "../support/product.ts";

/** Through the user's own broker, without any connection to Home Assistant. */
const meter = "sensor.meterman_0_0_1_1_2";
let hass: HomeAssistant;
let red: NodeRed;
const status = () => red.status("pub")?.text ?? "";

beforeAll(async () => {
  hass = await startHomeAssistant();
  red = await startPublishing();
  await red.deploy(publishFlow(undefined, {}, hass.broker?.port));
});
afterAll(async () => {
  await red?.stop();
  await hass?.remove();
});

describe("through the user's own broker", () => {
  it("makes the same entities, under the same ids, in every release", async () => {
    red.inject("pub", watts(480));
    red.inject("pub", reading(812_400));
    red.inject("pub", gatewayFact);
    await becomes(hass, `${meter}_energy`, "812.4");
    await becomes(hass, `${meter}_power`, "480");
    const energy = (await entries(hass)).find(({ entity_id }) => entity_id === `${meter}_energy`);
    expect(energy).toMatchObject({ platform: "mqtt", unique_id: "meterman_0_0_1_1_2_energy" });
    await red.until("the status", () => status() === "own MQTT broker · 1 meter");
    expect(complaints(hass)).toEqual([]);
  });

  it("has the latest value there when Home Assistant comes back", async () => {
    await hass.stop();
    red.inject("pub", reading(812_500));
    await red.until("the broker to have it", () =>
      red.from("pub").some(({ payload }) => payload.what === "energy" && payload.value === "812.5"),
    );
    await hass.start();
    await becomes(hass, `${meter}_energy`, "812.5", 40_000);
    await becomes(hass, `${meter}_power`, "480", 40_000);
  }, 180_000);

  it("says that its broker is away, and everything again when it is back", async () => {
    await hass.broker?.stop();
    await red.until("the status", () => status().startsWith("the MQTT broker is not connected"));
    red.inject("pub", reading(812_600));
    await hass.broker?.start();
    await becomes(hass, `${meter}_energy`, "812.6", 90_000);
    await red.until("the status", () => status() === "own MQTT broker · 1 meter", 30_000);
  }, 240_000);

  it("says goodbye when Node-RED stops it", async () => {
    await red.deploy(EMPTY);
    await becomes(hass, `${meter}_energy`, "unavailable");
    await red.deploy(publishFlow(undefined, {}, hass.broker?.port));
    red.inject("pub", reading(812_700));
    await becomes(hass, `${meter}_energy`, "812.7");
  });

  it("leaves nothing of a meter that is removed", async () => {
    red.inject("pub", { topic: "remove", payload: { meter: "0.0.1.1.2" } });
    const isGone = async () => !(await devices(hass)).some(({ serial_number }) => serial_number === "0.0.1.1.2");
    await until("the device to go", isGone);
    expect((await retained(hass.broker?.port)).filter((topic) => topic.includes("0_0_1_1_2"))).toEqual([]);
  });
});
