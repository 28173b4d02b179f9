import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, shot } from "../support/browser.ts";
import { Product } from "../support/product.ts";

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

/** Makes a config node with its defaults for every reference of the dialog that has none. */
async function fillReferences(page: Page): Promise<void> {
  const selects = await page.$$("#red-ui-editor-stack .red-ui-tray-content select[id^='node-input-']");
  for (const select of selects) {
    const id = (await select.getAttribute("id"))?.replace("node-input-", "") ?? "";
    const add = page.locator(`#node-input-btn-${id}-add`);
    if ((await add.count()) === 0) continue;
    const options = await select.$$eval("option", (all) => all.map((one) => (one as HTMLOptionElement).value));
    const existing = options.find((value) => value !== "_ADD_" && value !== "");
    if (existing !== undefined) {
      await select.selectOption(existing);
      continue;
    }
    await add.click();
    await page.waitForSelector("#node-config-dialog-ok");
    await page.waitForTimeout(500);
    await shot(page, `editor-config-${id}`);
    await page.click("#node-config-dialog-ok");
    await page.waitForTimeout(500);
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
      { id: "st", type: "meterman-store", name: "" },
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
  await page.waitForTimeout(3000);
  await shot(page, "editor-deployed");
  const flow = (await (await fetch(`${product.url}/flows`)).json()) as { type: string }[];
  const deployed = flow.map((node) => node.type);
  for (const type of types) expect(deployed).toContain(type);
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
