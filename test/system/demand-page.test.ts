import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newToken, type Scope } from "../../nodes/api/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { launchBrowser, shot, sticksOut } from "../support/browser.ts";
import { Product, until } from "../support/product.ts";

/** The page of demand as its users meet it: the flow that npm start runs, and a browser. */
const root = join(import.meta.dirname, "..", "..");
const made = (...scopes: Scope[]) => {
  const { secret, ...rest } = newToken(randomBytes(32), epochSeconds(Math.floor(Date.now() / 1000)));
  return { secret, token: { ...rest, name: scopes.join(" "), scopes } };
};
/** Without a token for reading this machine may read. */
const driver = made("control");
const owner = made("read", "control");

let product: Product;
let browser: Browser;
const complaints: string[] = [];

async function layFlow(...tokens: object[]): Promise<void> {
  const flow: { id: string; [setting: string]: unknown }[] = JSON.parse(
    await readFile(join(root, "flows", "flows.json"), "utf8"),
  );
  await product.lay(flow.map((node) => (node.id === "mm-api" ? { ...node, tokens } : node)));
}

beforeAll(async () => {
  browser = await launchBrowser();
  product = await Product.create();
  await layFlow(driver.token);
  await product.start();
});
afterAll(async () => {
  await browser?.close();
  await product?.remove();
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  page.on("console", (message) => {
    // Chromium itself writes every status of 400 and more there.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(product.url) && !request.url().startsWith("data:")) complaints.push(request.url());
  });
  await page.goto(`${product.url}/meterman/demand`);
  return page;
}

async function enter(page: Page, secret: string, remember = false): Promise<void> {
  await page.locator(".token").click();
  await page.getByLabel("Token", { exact: true }).fill(secret);
  if (remember) await page.getByLabel("Remember it on this device").check();
  await page.keyboard.press("Enter");
}

const load = (page: Page, name: string) =>
  page.locator(".load", { has: page.getByRole("heading", { name, exact: true }) });
const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true });
const answer = async () => (await fetch(`${product.url}/meterman/api/v1/demand`)).json();

it("shows the window, the loads and why, to whoever may only look", async () => {
  const page = await open({ viewport: { width: 1280, height: 900 } });
  await heading(page, "Loads").waitFor();
  await until("a figure in the gauge", async () =>
    /\d/.test((await page.locator(".gauge .figure").textContent()) ?? ""),
  );
  expect(await page.locator(".verdict").textContent()).toMatch(/limit|count|readings/);
  const { shed } = await answer();
  const names: string[] = shed[0].loads.map(({ name }: { name: string }) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(await page.locator(".load h3").allTextContents()).toEqual(names);
  for (const name of names) expect((await load(page, name).locator(".why").textContent())?.length).toBeGreaterThan(10);
  expect(await page.locator(".controls").count()).toBe(0);
  expect(await page.getByRole("switch", { name: "Dry run" }).isDisabled()).toBe(true);
  await until("bars of the last 24 hours", async () => (await page.locator(".plot .bar").count()) > 10);
  await page.locator(".plot").focus();
  await page.keyboard.press("ArrowLeft");
  expect(await page.getByRole("slider").getAttribute("aria-valuetext")).toMatch(/^\d\d:\d\d to \d\d:\d\d: .+W/);
  await shot(page, "demand-page");
  await page.close();
});

it("fits a phone, and the dark", async () => {
  const page = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await heading(page, "Loads").waitFor();
  await page.waitForTimeout(500);
  expect(await sticksOut(page)).toEqual([]);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [brightest = 255] = (ground.match(/\d+/g) ?? []).map(Number).sort((a, b) => b - a);
  expect(brightest).toBeLessThan(40);
  await shot(page, "demand-page-phone");
  await page.close();
});

it("refuses a wrong token in words, and forgets it", async () => {
  const page = await open();
  await heading(page, "Loads").waitFor();
  await enter(page, "mm_wrong");
  await heading(page, "This token does not open the page").waitFor();
  expect(await page.getByRole("alert").textContent()).toMatch(/not known, or was revoked/);
  expect(await page.locator(".load").count()).toBe(0);
  await page.locator(".token").click();
  await page.getByRole("button", { name: "Forget it" }).click();
  await heading(page, "Loads").waitFor();
  expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
  await page.close();
});

it("asks for one where reading needs it, and keeps it for the tab only", async () => {
  await product.kill("SIGTERM");
  await layFlow(owner.token);
  await product.start(owner.secret);
  const page = await open();
  await heading(page, "This page asks for a token").waitFor();
  await enter(page, owner.secret);
  await heading(page, "Loads").waitFor();
  await page.reload();
  await heading(page, "Loads").waitFor();
  const other = await page.context().newPage();
  await other.goto(`${product.url}/meterman/demand`);
  await heading(other, "This page asks for a token").waitFor();
  await enter(other, owner.secret, true);
  await heading(other, "Loads").waitFor();
  const third = await page.context().newPage();
  await third.goto(`${product.url}/meterman/demand`);
  await heading(third, "Loads").waitFor();
  await page.context().close();
});

it("switches a simulated load by hand, and gives it back to the rules", async () => {
  const page = await open({ viewport: { width: 1280, height: 900 } });
  await enter(page, owner.secret);
  const boiler = load(page, "boiler");
  await boiler.getByRole("button", { name: "On", exact: true }).click();
  await boiler.locator(".level", { hasText: /^on$/ }).waitFor({ timeout: 120_000 });
  await boiler.getByRole("combobox").selectOption({ label: "for 1 hour" });
  await boiler.getByRole("button", { name: "Off", exact: true }).focus();
  await page.keyboard.press("Enter");
  await boiler.locator(".level", { hasText: /^off$/ }).waitFor({ timeout: 120_000 });
  await boiler.getByText(/^off by hand until \d\d:\d\d$/).waitFor();
  // What had the focus keeps it while the page is drawn anew.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Off");
  expect(await boiler.getByRole("button", { name: "Off", exact: true }).getAttribute("aria-pressed")).toBe("true");
  const first = page.locator(".decision").first();
  expect(await first.locator("summary").textContent()).toContain("boiler");
  await first.locator("summary").click();
  await page.waitForTimeout(4000);
  expect(await first.locator(".sum").isVisible()).toBe(true);
  await shot(page, "demand-page-switched");
  await boiler.getByRole("button", { name: "Automatic" }).click();
  await boiler.getByText("by hand").waitFor({ state: "detached", timeout: 30_000 });
  await page.close();
});

it("begins a dry run, and ends it only after asking", async () => {
  const page = await open();
  await enter(page, owner.secret);
  const dryRun = page.getByRole("switch", { name: "Dry run" });
  const isOn = (on: boolean) => page.locator(`.switch[aria-checked="${on}"]`).waitFor({ timeout: 20_000 });
  await isOn(false);
  await dryRun.click();
  await isOn(true);
  await page.locator(".notice", { hasText: "switches nothing" }).waitFor();
  await dryRun.click();
  await page.getByRole("button", { name: "Keep the dry run" }).click();
  await isOn(true);
  await dryRun.click();
  await page.getByRole("button", { name: "Switch for real" }).click();
  await isOn(false);
  await page.close();
});

it("says that Node-RED is away, keeps what it knows, and goes on when it is back", async () => {
  const page = await open();
  await enter(page, owner.secret);
  await heading(page, "Loads").waitFor();
  await product.kill("SIGKILL");
  await page.locator(".notice", { hasText: /Node-RED does not answer\. What you see is .+ old\./ }).waitFor();
  expect(await page.locator(".load").count()).toBeGreaterThan(0);
  await product.start(owner.secret);
  await page.locator(".notice.bad", { hasText: "does not answer" }).waitFor({ state: "detached", timeout: 60_000 });
  await page.close();
});

it("takes a token that was made in the editor's dialog, from the next deploy on", async () => {
  await product.kill("SIGTERM");
  await layFlow();
  await product.start();
  const editor = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
  await editor.goto(product.url);
  await editor.waitForSelector(".red-ui-palette-node[data-palette-type='meterman-api']", { state: "attached" });
  await editor.waitForTimeout(1500);
  const openDialog = async () => {
    await editor.evaluate(() => {
      const { RED } = globalThis as unknown as {
        RED: { nodes: { node(id: string): unknown }; editor: { edit(node: unknown): void } };
      };
      RED.editor.edit(RED.nodes.node("mm-api"));
    });
    await editor.waitForSelector("#node-dialog-ok");
    // The tray slides in; a click meanwhile would miss.
    await editor.waitForTimeout(600);
  };
  const rows = editor.locator("#meterman-token-list > li");
  await openDialog();
  await editor.locator("#meterman-token-new").click();
  const secret = await rows.locator("[data-field=secret]").inputValue();
  await rows.locator("[data-field=name]").fill("Phone <b>");
  await shot(editor, "editor-tokens");
  await editor.click("#node-dialog-ok");
  await editor.waitForSelector("#node-dialog-ok", { state: "detached" });
  const status = async () => {
    const headers = { authorization: `Bearer ${secret}` };
    return (await fetch(`${product.url}/meterman/api/v1/demand`, { headers })).status;
  };
  expect(await status()).toBe(401);
  await editor.click("#red-ui-header-button-deploy");
  await until("the token to be taken", async () => (await status()) === 200);
  expect(await (await fetch(`${product.url}/flows`)).text()).not.toContain(secret);

  await openDialog();
  expect(await rows.count()).toBe(1);
  expect(await rows.locator("[data-field=name]").inputValue()).toBe("Phone <b>");
  expect(await rows.locator("[data-field=secret]").count()).toBe(0);
  await rows.locator(".red-ui-editableList-item-remove").click();
  await editor.click("#node-dialog-ok");
  await editor.waitForSelector("#node-dialog-ok", { state: "detached" });
  await editor.click("#red-ui-header-button-deploy");
  await until("the token to be revoked", async () => (await status()) === 401);
  await editor.close();
});

it("asked for nothing elsewhere, and left no error in the console", () => {
  expect(complaints).toEqual([]);
});
