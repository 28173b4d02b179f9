import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { epochSeconds, parseMeterId } from "../../nodes/model/index.ts";
import { openStore } from "../../nodes/store/index.ts";
import { launchBrowser, shot, sticksOut } from "../support/browser.ts";
import { Product, until } from "../support/product.ts";

/** The page of health as its users meet it: the flow that npm start runs, a month of snapshots, and a browser. */
const root = join(import.meta.dirname, "..", "..");
const HOUSE = "0.0.1.1.2";

let product: Product;
let browser: Browser;
const complaints: string[] = [];

async function layFlow(meterSettings: object = {}): Promise<void> {
  const flow: { id: string; [setting: string]: unknown }[] = JSON.parse(
    await readFile(join(root, "flows", "flows.json"), "utf8"),
  );
  await product.lay(flow.map((node) => (node.id === "mm-meter" ? { ...node, ...meterSettings } : node)));
}

/** What a node with a battery that empties would have said of itself in a month. */
async function laySnapshots(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const opened = await openStore({
    folder: join(product.folder, "data"),
    zone: "UTC",
    now: () => epochSeconds(now),
    report: (failure) => complaints.push(failure.message),
  });
  const meter = parseMeterId(HOUSE);
  if (!opened.ok || !meter.ok) throw new Error("the store could not be prepared");
  const snapshots = Array.from({ length: 29 * 24 }, (_, i) => {
    const at = epochSeconds(now - (30 * 24 - i) * 3600);
    return { device: meter.value, at, batteryMv: Math.round(4640 - i / 5 + 8 * Math.sin(i)), rssiDbm: -70 + (i % 5) };
  });
  await opened.value.append({ meter: meter.value, readings: [], events: [], snapshots, memory: {}, urgent: true });
  await opened.value.close();
}

beforeAll(async () => {
  browser = await launchBrowser();
  product = await Product.create();
  await layFlow();
  await product.start();
  await until("a day of the house, and its battery", async () => {
    const { registerWh, health } = await product.get(`/meters/${HOUSE}`);
    return registerWh > 10_000 && health.batteryMv > 0;
  });
  await product.kill("SIGTERM");
  await laySnapshots();
  await product.start();
});
afterAll(async () => {
  await browser?.close();
  await product?.remove();
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 1000 }, ...options })).newPage();
  page.on("console", (message) => {
    // Chromium itself writes every status of 400 and more there.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(product.url) && !request.url().startsWith("data:")) complaints.push(request.url());
  });
  await page.goto(`${product.url}/meterman/#health`);
  await card(page, "House").waitFor();
  return page;
}

const plain = (text: string | null) => (text ?? "").replaceAll(/[\u00a0\u202f]/g, " ");
const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const figure = async (page: Page, name: string, of: string) =>
  plain(await card(page, of).locator("dl > div", { hasText: name }).locator("dd").textContent());

it("shows every meter and gateway with what it said of itself", async () => {
  const page = await open();
  const { items } = await product.get("/meters");
  for (const { name } of items) await card(page, name).waitFor();
  await until("the battery of the house", async () => /\d\.\d\d V/.test(await figure(page, "Battery", "House")));
  expect(await figure(page, "Signal", "House")).toMatch(/^−\d+ dBm/);
  expect(await figure(page, "Missed intervals", "House")).toMatch(/^\d/);
  expect(plain(await card(page, "Gateway 0.0.1.1").textContent())).toMatch(/Lines received[\d ]+/);
  const curve = card(page, "House").getByRole("img", {
    name: /^Battery of 30 days: from 4\.6\d V to .+ V, lowest .+ V$/,
  });
  await curve.waitFor();
  expect((await curve.locator("path").getAttribute("d"))?.length).toBeGreaterThan(500);
  await shot(page, "health-page");
  await page.close();
});

it("keeps what the display reads, and refuses what is no reading", async () => {
  const page = await open();
  const input = card(page, "House").getByLabel("The display reads now (kWh)");
  const keep = card(page, "House").getByRole("button", { name: "Keep what the display of House reads" });
  expect(await keep.isDisabled()).toBe(true);
  await input.fill("about 400");
  await keep.click();
  expect(await input.getAttribute("aria-invalid")).toBe("true");
  const told = page.locator(`[id="${await input.getAttribute("aria-describedby")}"]`);
  expect(await told.textContent()).toContain("Write a number of kWh");
  const register: number = (await product.get(`/meters/${HOUSE}`)).registerWh;
  await input.fill(String(register / 1000).replace(".", ","));
  await page.keyboard.press("Enter");
  await card(page, "House").getByText("Kept.").waitFor();
  expect(await page.locator("#news").textContent()).toBe("Kept.");
  const { items } = await product.get(`/meters/${HOUSE}/adjustments`);
  expect(items.at(-1)).toMatchObject({ kind: "check", details: { displayWh: register }, who: "this machine" });
  expect(await input.inputValue()).toBe("");
  await page.close();
});

it("tells the drift once there are two readings of the display", async () => {
  const check = (at: number, displayWh: number) =>
    fetch(`${product.url}/meterman/api/v1/meters/${HOUSE}/adjustments`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "check", at, displayWh, why: "read" }),
    });
  const now = Math.floor(Date.now() / 1000);
  const { wh } = await product.get(`/meters/${HOUSE}/consumption?from=${now - 20 * 3600}&to=${now - 3600}`);
  expect((await check(now - 20 * 3600, 5_000_000)).status).toBe(201);
  expect((await check(now - 3600, 5_000_000 + Math.round(wh * 1.03))).status).toBe(201);
  const page = await open();
  const health = await product.get("/health");
  const { display } = health.meters.find(({ id }: { id: string }) => id === HOUSE);
  await card(page, "House").getByText(display.words).waitFor();
  expect(plain(await card(page, "House").locator(".display").textContent())).toMatch(
    /Drift: [+−]?[\d ]+ ppm, to within [\d ]+ ppm/,
  );
  await page.close();
});

it("lists what happened in words once it is unfolded, and stays unfolded", async () => {
  const page = await open();
  const events = card(page, "House").locator("details");
  await events.locator("summary").focus();
  await page.keyboard.press("Enter");
  await events.locator("li").first().waitFor();
  const words = (await events.locator("li span").allTextContents()).map(plain);
  expect(words.some((one) => one.startsWith("The node started, with firmware"))).toBe(true);
  await page.waitForResponse((answer) => answer.url().endsWith("/health"));
  expect(await events.locator("li").first().isVisible()).toBe(true);
  await page.close();
});

it("says first of all what needs a look, and leads there", async () => {
  // A house of its own: nodes say how they are when they are first heard, and then seldom.
  await product.remove();
  product = await Product.create();
  await layFlow({ lowBatteryMv: 5000 });
  await product.start();
  const page = await open({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  const list = page.getByRole("region", { name: /needs? a look$/ });
  await list
    .getByText(/battery/i)
    .first()
    .waitFor({ timeout: 120_000 });
  expect(await sticksOut(page)).toEqual([]);
  await list.getByRole("button").first().click();
  expect(await page.evaluate(() => document.activeElement?.id)).toMatch(/^meter-0\.0\.1\.1\.\d$/);
  await shot(page, "health-page-phone");
  await page.close();
});

it("asked for nothing elsewhere, and left no error in the console", () => {
  expect(complaints).toEqual([]);
});
