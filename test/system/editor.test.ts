import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, ElementHandle, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, shot } from "../support/browser.ts";
import { Product, until } from "../support/product.ts";

/** The editor as a user meets it: every node dragged from the palette, configured and deployed. */
const root = join(import.meta.dirname, "..", "..");
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const configTypes = ["meterman-store", "meterman-home-assistant"];
const types: string[] = Object.keys(manifest["node-red"].nodes).filter((type) => !configTypes.includes(type));

let product: Product;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await product?.remove();
});

async function openEditor(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(product.url) && !/^(data|blob):/.test(request.url())) {
      complaints.push(`asked for ${request.url()}`);
    }
  });
  await page.goto(product.url);
  await page.waitForSelector(
    "#red-ui-palette-base-category-meterman, .red-ui-palette-node[data-palette-type='meterman-meter']",
    {
      state: "attached",
      timeout: 60_000,
    },
  );
  await page.waitForTimeout(1500);
  return page;
}

const isMarked = (select: ElementHandle) =>
  select.evaluate((one) => (one as Element).classList.contains("input-error"));

/** Gives every reference that the dialog marks as wrong a config node, and makes one with its defaults where there is none. */
async function fillReferences(page: Page): Promise<void> {
  const selects = await page.$$("#red-ui-editor-stack .red-ui-tray-content select[id^='node-input-']");
  for (const select of selects) {
    const id = (await select.getAttribute("id"))?.replace("node-input-", "") ?? "";
    const add = page.locator(`#node-input-btn-${id}-add`);
    if ((await add.count()) === 0) continue;
    // Others are optional, and a config node that only fills them may have no good defaults: a broker has no address.
    if (!(await isMarked(select))) continue;
    const options = await select.$$eval("option", (all) => all.map((one) => (one as HTMLOptionElement).value));
    const existing = options.find((value) => value !== "_ADD_" && value !== "");
    if (existing !== undefined) await select.selectOption(existing);
    else {
      await add.click();
      await page.waitForSelector("#node-config-dialog-ok");
      await page.waitForTimeout(500);
      await shot(page, `editor-config-${id}`);
      await page.click("#node-config-dialog-ok");
      await page.waitForTimeout(500);
    }
    expect(await isMarked(select), `${id} is marked as wrong`).toBe(false);
  }
}

it("lets every node be dragged, configured and deployed", async () => {
  product = await Product.create();
  const user = join(product.folder, "user");
  await mkdir(user, { recursive: true });
  // REST of the empty flow: what `start` waits for.
  await writeFile(
    join(user, "flows.json"),
    JSON.stringify([
      { id: "tab", type: "tab", label: "Trial" },
      { id: "st", type: "meterman-store", name: "", folder: "", zone: "", flushS: 10 },
      { id: "api", type: "meterman-api", z: "tab", name: "", store: "st", x: 200, y: 40, wires: [] },
    ]),
  );
  await product.start();
  const page = await openEditor();
  // A second API would be refused: the one that is there is enough to start with, the dragged one replaces it.
  await page.evaluate(() =>
    (globalThis as unknown as { RED: { nodes: { remove(id: string): void } } }).RED.nodes.remove("api"),
  );
  for (const [index, type] of types.entries()) {
    const source = page.locator(`.red-ui-palette-node[data-palette-type='${type}']`);
    await source.scrollIntoViewIfNeeded();
    const from = await source.boundingBox();
    const chart = await page.locator("#red-ui-workspace-chart").boundingBox();
    if (from === null || chart === null) throw new Error(`${type} is not in the palette`);
    const to = { x: chart.x + 200 + (index % 2) * 350, y: chart.y + 90 + Math.floor(index / 2) * 110 };
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + 60, from.y + 30, { steps: 4 });
    await page.mouse.move(to.x, to.y, { steps: 8 });
    await page.mouse.up();
    await page.waitForTimeout(300);
    await page.mouse.dblclick(to.x, to.y);
    await page.waitForSelector("#node-dialog-ok");
    await page.waitForTimeout(600);
    await fillReferences(page);
    await shot(page, `editor-${type}`);
    await page.click("#node-dialog-ok");
    await page.waitForSelector("#node-dialog-ok", { state: "detached" });
    await page.waitForTimeout(400);
  }
  await page.click("#red-ui-header-button-deploy");
  const deployed = async () => {
    const flow = (await (await fetch(`${product.url}/flows`)).json()) as { type: string }[];
    return types.every((type) => flow.some((node) => node.type === type));
  };
  await until("every type in the deployed flow", deployed);
  await page.waitForTimeout(2000);
  await shot(page, "editor-deployed");
  const invalid = await page.evaluate(() => {
    const RED = (
      globalThis as unknown as {
        RED: { nodes: { eachNode(visit: (node: { type: string; valid: boolean }) => void): void } };
      }
    ).RED;
    const bad: string[] = [];
    RED.nodes.eachNode((node) => {
      if (node.type.startsWith("meterman") && !node.valid) bad.push(node.type);
    });
    return bad;
  });
  expect(invalid).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
  await product.remove();
});

/** Reads what the editor holds of a node, and whether it calls it valid. */
const nodeOf = (page: Page, id: string): Promise<{ valid: boolean; [setting: string]: unknown }> =>
  page.evaluate((wanted) => {
    const RED = (globalThis as unknown as { RED: { nodes: { node(id: string): Record<string, unknown> } } }).RED;
    const { valid, meters, loads, limitW } = RED.nodes.node(wanted);
    return JSON.parse(JSON.stringify({ valid, meters, loads, limitW }));
  }, id);

async function openDialog(page: Page, id: string): Promise<void> {
  await page.evaluate((wanted) => {
    const RED = (
      globalThis as unknown as { RED: { nodes: { node(id: string): unknown }; editor: { edit(node: unknown): void } } }
    ).RED;
    RED.editor.edit(RED.nodes.node(wanted));
  }, id);
  await page.waitForSelector("#node-dialog-ok");
  // The tray slides in; a click meanwhile would miss.
  await page.waitForTimeout(600);
}

async function done(page: Page): Promise<void> {
  await page.click("#node-dialog-ok");
  await page.waitForSelector("#node-dialog-ok", { state: "detached" });
}

const row = (page: Page, list: string, index: number) => page.locator(`#${list} > li`).nth(index);

it("keeps what is typed into the tables, and marks what a node would refuse", async () => {
  product = await Product.create();
  await product.start();
  const page = await openEditor();
  for (const type of ["serial in", "serial out"]) {
    expect(await page.locator(`.red-ui-palette-node[data-palette-type='${type}']`).count(), type).toBe(1);
  }

  await openDialog(page, "mm-meter");
  await row(page, "node-input-meter-list", 1).locator("[data-field=name]").fill("Well “ö” <b>");
  await row(page, "node-input-meter-list", 1).locator("[data-field=maxPowerW]").fill("4000");
  await done(page);
  await openDialog(page, "mm-meter");
  const well = row(page, "node-input-meter-list", 1);
  expect(await well.locator("[data-field=name]").inputValue()).toBe("Well “ö” <b>");
  expect(await well.locator("[data-field=maxPowerW]").inputValue()).toBe("4000");
  expect(await well.locator("[data-field=impPerKwh]").inputValue()).toBe("");
  await well.locator("[data-field=id]").fill("");
  await done(page);
  expect((await nodeOf(page, "mm-meter")).valid).toBe(false);

  await openDialog(page, "mm-shed");
  const ev = row(page, "node-input-load-list", 1);
  await ev.locator("[data-field=kind]").selectOption("modulating");
  await ev.locator("[data-field=levels]").fill("0, 6, 16");
  await ev.locator(".meterman-more > summary").click();
  await ev.locator("[data-field=entity]").fill("number.ev_amps");
  await ev.locator("[data-field=critical]").check();
  await done(page);
  // An entity without a connection would never be heard.
  expect((await nodeOf(page, "mm-shed")).valid).toBe(false);
  await openDialog(page, "mm-shed");
  await page.locator("#node-input-homeAssistant").selectOption("mm-ha");
  await done(page);
  const shed = await nodeOf(page, "mm-shed");
  expect(shed.valid).toBe(true);
  expect(shed.loads).toMatchObject([
    { name: "pool", kind: "switch", critical: false, ratedW: "1100" },
    { name: "ev", kind: "modulating", levels: "0, 6, 16", entity: "number.ev_amps", critical: true, ratedW: "230" },
    { name: "boiler", kind: "switch", minOffS: "180" },
    { name: "heatpump", kind: "switch" },
  ]);
  await openDialog(page, "mm-shed");
  const again = row(page, "node-input-load-list", 1);
  expect(await again.locator("[data-field=levels]").inputValue()).toBe("0, 6, 16");
  expect(await again.locator("[data-field=critical]").isChecked()).toBe(true);
  await again.locator(".meterman-more > summary").click();
  await again.locator("[data-field=entity]").fill("switch.ev");
  await done(page);
  expect((await nodeOf(page, "mm-shed")).valid).toBe(false);

  await openDialog(page, "mm-simulator");
  await page.locator(".red-ui-tray-content .red-ui-editableList-addButton").click();
  const fresh = row(page, "node-input-simulator-meters", 3);
  expect(await fresh.locator(".meterman-node").inputValue()).toBe("5");
  await fresh.locator(".meterman-profile").selectOption("flat");
  await fresh.locator(".meterman-watts").fill("321");
  await fresh.locator(".meterman-current").check();
  await done(page);
  expect((await nodeOf(page, "mm-simulator")).meters).toMatchObject([
    { node: 2, profile: "household" },
    { node: 3, profile: "pump" },
    { node: 4, profile: "export" },
    { node: 5, profile: "flat", watts: 321, impulsesPerKwh: 1000, intervalS: 15, current: true },
  ]);
  await openDialog(page, "mm-simulator");
  expect(await row(page, "node-input-simulator-meters", 3).locator(".meterman-watts").inputValue()).toBe("321");
  await row(page, "node-input-simulator-meters", 3).locator(".meterman-node").fill("3");
  await done(page);
  expect((await nodeOf(page, "mm-simulator")).valid).toBe(false);

  await openDialog(page, "mm-demand");
  await page.fill("#node-input-limitW", "0");
  await done(page);
  expect((await nodeOf(page, "mm-demand")).valid).toBe(false);

  expect((await nodeOf(page, "mm-publish")).valid).toBe(true);
  await openDialog(page, "mm-publish");
  await page.selectOption("#node-input-homeAssistant", { label: "none" });
  await done(page);
  expect((await nodeOf(page, "mm-publish")).valid).toBe(false);
  expect(complaints).toEqual([]);
  await page.close();
  await product.remove();
});

it("shows live power below the nodes of the flow that npm start runs", async () => {
  product = await Product.create();
  await product.start();
  const page = await openEditor();
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll(".red-ui-flow-node-status-label")].some((label) =>
        /\d\s?k?W\b/.test(label.textContent ?? ""),
      ),
    undefined,
    { timeout: 60_000 },
  );
  await page.waitForTimeout(8000);
  await shot(page, "editor");
  expect(complaints).toEqual([]);
  await page.close();
});
