import { afterAll, beforeAll, expect, it } from "vitest";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { becomes, complaints, devices } from "../support/hass/publishing.ts";
import { Product, until } from "../support/product.ts";

/** The product as it is started by its user, with the simulated gateway, and what is left when it is killed. */
const meter = "sensor.meterman_0_0_1_1_2";
const EXPIRES_MS = 100_000;
let hass: HomeAssistant;
let product: Product;
const stateOf = async (entity: string) => (await hass.state(entity))?.state ?? "";
const isNumber = (text: string) => text !== "" && !Number.isNaN(Number(text));

beforeAll(async () => {
  hass = await startHomeAssistant();
  product = await Product.create({ METERMAN_HA_URL: hass.url, METERMAN_HA_TOKEN: hass.token });
  await product.start();
});
afterAll(async () => {
  await product?.kill("SIGKILL");
  await hass?.remove();
});

it("the shipped flow shows its meters, their demand and their gateway", async () => {
  for (const key of ["energy", "power", "demand", "projected_demand", "signal", "last_seen"]) {
    const known = async () => !["", "unknown", "unavailable"].includes(await stateOf(`${meter}_${key}`));
    await until(`a known ${key}`, known, 120_000);
  }
  const names = async () => (await devices(hass)).map(({ name }) => name).sort();
  await until("the devices", async () => (await names()).length === 4);
  expect(await names()).toEqual(["Garden pump", "Gateway 0.0.1.1", "House", "Solar feed-in"]);
  await until("the meters behind their gateway", async () => {
    const all = await devices(hass);
    return all.filter(({ via_device_id }) => via_device_id !== null).length === 3;
  });
  const lifetime = async () => (await product.get("/meters")).items[0].lifetimeWh / 1000;
  await until(
    "the same energy on both sides",
    async () => Number(await stateOf(`${meter}_energy`)) === (await lifetime()),
  );
  expect(complaints(hass)).toEqual([]);
}, 240_000);

it("power expires by itself after a kill, energy stands, and everything is there again after a start", async () => {
  await product.kill("SIGKILL");
  const energy = await stateOf(`${meter}_energy`);
  expect(isNumber(energy)).toBe(true);
  await becomes(hass, `${meter}_power`, "unavailable", EXPIRES_MS);
  expect(await stateOf(`${meter}_energy`)).toBe(energy);
  await product.start();
  await until("power", async () => isNumber(await stateOf(`${meter}_power`)), 120_000);
  expect(Number(await stateOf(`${meter}_energy`))).toBeGreaterThanOrEqual(Number(energy));
}, 300_000);
