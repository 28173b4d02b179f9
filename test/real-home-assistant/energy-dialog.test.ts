import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, shot } from "../support/browser.ts";
import { benchOnly, onBench } from "../support/hass/any.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { Product, until } from "../support/product.ts";

const HOUSE = "0.0.1.1.2";
const at = { z: "tab", y: 100 };
const reading = {
  ...{ meter: HOUSE, start: 1_783_000_005, end: 1_783_000_020, wh: 5, watts: 1200, registerWh: 412_400 },
  ...{ lifetimeWh: 812_400, source: "interval", quality: [] },
};
const power = { known: true, watts: 480, at: 1_783_000_020 };
const FLOW = [
  { id: "tab", type: "tab", label: "Energy" },
  { id: "ha", type: "meterman-home-assistant", name: "", url: "", timeoutS: 30 },
  { id: "store", type: "meterman-store", name: "", folder: "", zone: "UTC", flushS: 60 },
  { id: "api", type: "meterman-api", ...at, x: 100, name: "", store: "store", wires: [] },
  {
    ...{ id: "readings", type: "inject", ...at, x: 250, once: true, onceDelay: 1, repeat: "5", wires: [["pub"]] },
    props: [{ p: "payload" }, { p: "topic", vt: "str" }],
    ...{ topic: HOUSE, payload: JSON.stringify(reading), payloadType: "json" },
  },
  {
    ...{ id: "powers", type: "inject", ...at, x: 250, once: true, onceDelay: 1, repeat: "5", wires: [["pub"]] },
    props: [
      { p: "topic", vt: "str" },
      { p: "meter", v: HOUSE, vt: "str" },
      { p: "power", v: JSON.stringify(power), vt: "json" },
    ],
    topic: "House",
  },
  { id: "pub", type: "meterman-publish", ...at, x: 450, name: "", homeAssistant: "ha", path: "auto", wires: [[]] },
];

let ha: HomeAssistant;
let product: Product;
let browser: Browser;

describe.runIf(onBench)(benchOnly("the publish node's dialog"), () => {
  beforeAll(async () => {
    ha = await startHomeAssistant();
    product = await Product.create({ METERMAN_HA_URL: ha.url, METERMAN_HA_TOKEN: ha.token });
    await product.lay(FLOW);
    await product.start();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.remove();
    await ha?.remove();
  });

  it("puts a meter into the Energy dashboard, and shows what became of it", async () => {
    await until("the meter in Home Assistant", async () => (await ha.state("sensor.meterman_0_0_1_1_2_energy"))?.state);
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(product.url);
    await page.waitForSelector(".red-ui-palette-node[data-palette-type='meterman-publish']", { state: "attached" });
    await page.waitForTimeout(1500);
    await page.evaluate(() => {
      const { RED } = globalThis as unknown as {
        RED: { nodes: { node(id: string): unknown }; editor: { edit(node: unknown): void } };
      };
      RED.editor.edit(RED.nodes.node("pub"));
    });
    const section = page.locator("#meterman-energy-dashboard");
    const result = section.locator(".meterman-energy-result");
    await section.locator("option", { hasText: "House (0.0.1.1.2)" }).waitFor({ state: "attached" });
    await section.locator("button").click();
    await until("the answer", async () => (await result.innerText()).includes("is in the Energy dashboard now"));
    await shot(page, "publish-energy");
    expect(JSON.stringify(await ha.request({ type: "energy/get_prefs" }))).toContain(
      "sensor.meterman_0_0_1_1_2_energy",
    );
    await section.locator("select.meterman-energy-role").selectOption("device");
    await section.locator("button").click();
    await until("the refusal", async () => (await result.innerText()).includes("grid consumption already"));
    await shot(page, "publish-energy-refused");
  });

  it("takes requests with JSON only, and of a deployed node only", async () => {
    const post = async (id: string, type: string, body: string) => {
      const url = `${product.url}/meterman-publish/${id}/energy-dashboard`;
      return (await fetch(url, { method: "POST", headers: { "content-type": type }, body })).status;
    };
    const wish = JSON.stringify({ meter: HOUSE, as: "grid" });
    expect(await post("pub", "application/json", wish)).toBe(200);
    expect(await post("pub", "text/plain", wish)).toBe(415);
    expect(await post("pub", "application/x-www-form-urlencoded", `meter=${HOUSE}&as=grid`)).toBe(415);
    expect(await post("pub", "application/json", '{"meter":"../x","as":"grid"}')).toBe(400);
    expect(await post("pub", "application/json", `{"meter":"${HOUSE}","as":"device"}`)).toBe(409);
    for (const id of ["gone", "api", "__proto__"]) expect(await post(id, "application/json", wish)).toBe(404);
  });
});
