import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { TARIFFS } from "../../nodes/demand/index.ts";
import { launchBrowser, shot } from "../support/browser.ts";
import { Product } from "../support/product.ts";

/** The form of a tariff of one's own in the editor, as its user meets it. */
let product: Product;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const on = { z: "tab", x: 300 };
const OWN = "#meterman-demand-own";

type Editor = {
  RED: {
    editor: { edit(node: unknown): void };
    nodes: { node(id: string): Record<string, unknown> & { valid: boolean } };
  };
};
const settings = () =>
  page.evaluate(() => {
    const { valid, tariff, tariffJson, target, exportMeters, limitW } = (
      globalThis as unknown as Editor
    ).RED.nodes.node("d");
    return { valid, tariff, tariffJson: String(tariffJson), target, exportMeters, limitW };
  });
async function open(): Promise<void> {
  await page.evaluate(() => {
    const { RED } = globalThis as unknown as Editor;
    RED.editor.edit(RED.nodes.node("d"));
  });
  await page.waitForSelector("#node-dialog-ok");
  await page.waitForTimeout(600);
}
async function done(): Promise<void> {
  await page.click("#node-dialog-ok");
  await page.waitForSelector("#node-dialog-ok", { state: "detached" });
  await page.waitForTimeout(300);
}
const rules = () => page.locator("#meterman-demand-rules li").allTextContents();
const alarm = () => page.locator(`${OWN} .mm-alarm`).textContent();

beforeAll(async () => {
  product = await Product.create();
  await product.lay([
    { id: "tab", type: "tab", label: "Trial" },
    { id: "st", type: "meterman-store", name: "", folder: "", zone: "", flushS: 10 },
    { id: "api", type: "meterman-api", ...on, y: 60, name: "", store: "st", wires: [] },
    // As a version before the form saved it.
    {
      ...{ id: "d", type: "meterman-demand", ...on, y: 200, name: "", meters: "", windowMinutes: 15, limitW: "2500" },
      ...{ followPeak: true, tariff: "none", tariffJson: "", zone: "", staleAfterS: 300, store: "", wires: [[], []] },
    },
  ]);
  await product.start();
  browser = await launchBrowser();
});
beforeEach(async () => {
  await page?.close();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(product.url);
  const palette = ".red-ui-palette-node[data-palette-type='meterman-demand']";
  await page.waitForSelector(palette, { state: "attached", timeout: 60_000 });
  await page.waitForTimeout(1500);
});
afterAll(async () => {
  expect(complaints).toEqual([]);
  await browser?.close();
  await product?.remove();
});

it("says the rules of a shipped tariff in words", async () => {
  await open();
  await page.selectOption("#node-input-tariff", "belgium");
  expect(await rules()).toContain("54.20 EUR per kW and year");
  await shot(page, "demand-rules");
  await done();
  expect(await settings()).toMatchObject({ valid: true, tariff: "belgium", target: "limit" });
});

it("names its ports in the words of the locale", async () => {
  const labels = await page.evaluate(() => {
    const node = (globalThis as unknown as Editor).RED.nodes.node("d");
    const { inputLabels, outputLabels } = node._def as Record<string, (this: unknown, index: number) => string>;
    return [inputLabels?.call(node, 0), outputLabels?.call(node, 0), outputLabels?.call(node, 1)];
  });
  expect(labels).toEqual(["readings, power", "demand of the open window", "closed windows, peaks"]);
});

it("makes a tariff of one's own from a copy, and names what is wrong with it meanwhile", async () => {
  await open();
  await page.selectOption("#node-input-tariff", "own");
  await page.selectOption(`${OWN} .mm-start`, "norway");
  expect((await rules())[0]).toBe("the mean of the 3 highest hours of the month, each on another day");
  await page.fill(`${OWN} [aria-label='Mean of']`, "two");
  expect(await alarm()).toBe("Mean of: enter a number");
  await page.fill(`${OWN} [aria-label='Mean of']`, "2");
  expect(await alarm()).toBe("");
  expect((await rules())[0]).toBe("the mean of the 2 highest hours of the month, each on another day");
  // Weekdays from 7 to 19 h.
  await page.locator(`${OWN} .mm-section`, { hasText: "Windows that count" }).first().getByText("+ time").click();
  await page.locator(`${OWN} [aria-label=Hours]`).first().fill("7-19");
  for (const day of ["Mon", "Tue", "Wed", "Thu", "Fri"])
    await page.locator(`${OWN} button`, { hasText: day }).first().click();
  expect(await rules()).toContain("windows that count: Mon–Fri, 7–19 h");
  await shot(page, "demand-own");
  await done();
  const { valid, tariffJson } = await settings();
  expect(valid).toBe(true);
  expect(JSON.parse(tariffJson)).toEqual({
    ...TARIFFS.norway,
    ...{ name: "Norway, my own", highest: 2, counts: [{ weekdays: [1, 2, 3, 4, 5], hours: [[7, 19]] }] },
  });
});

it("takes the JSON of a tariff, refuses a wrong one in words, and shows it in the form", async () => {
  await open();
  await page.selectOption("#node-input-tariff", "own");
  await page.click(`${OWN} [data-view=json]`);
  await page.fill("#node-input-tariffJson", JSON.stringify({ ...TARIFFS.sweden, windowMinutes: 7 }));
  expect(await alarm()).toMatch(/^windowMinutes must be one of 5, 6/);
  await page.click(`${OWN} [data-view=form]`);
  expect(await page.isVisible("#node-input-tariffJson")).toBe(true);
  await done();
  expect((await settings()).valid).toBe(false);
  await open();
  await page.fill("#node-input-tariffJson", JSON.stringify(TARIFFS.sweden));
  await page.click(`${OWN} [data-view=form]`);
  expect(await page.inputValue(`${OWN} [aria-label='Time zone']`)).toBe("Europe/Stockholm");
  await page.keyboard.press("Escape");
  await done();
  expect(await settings()).toMatchObject({ valid: true, tariff: "own" });
});

it("asks for the meter of what is fed in where the goal is solar surplus", async () => {
  await open();
  await page.selectOption("#node-input-target", "surplus");
  expect(await page.inputValue("#node-input-limitW")).toBe("");
  expect(await page.isVisible("#node-input-tariff")).toBe(false);
  await done();
  expect((await settings()).valid).toBe(false);
  await open();
  await page.fill("#node-input-exportMeters", "0.0.1.1.3");
  await shot(page, "demand-surplus");
  await done();
  expect(await settings()).toMatchObject({ valid: true, target: "surplus", exportMeters: "0.0.1.1.3", limitW: "" });
});
