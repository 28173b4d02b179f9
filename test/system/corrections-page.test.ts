import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newToken, type Scope } from "../../nodes/api/index.ts";
import { kwh } from "../../nodes/api/pages/home/corrections/kwh.ts";
import { fieldTime } from "../../nodes/api/pages/home/corrections/local-time.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { launchBrowser, shot, sticksOut } from "../support/browser.ts";
import { Product, until } from "../support/product.ts";

/** The page of corrections as its users meet it: the flow that npm start runs, a day of readings, and a browser. */
const root = join(import.meta.dirname, "..", "..");
const ZONE = "Europe/Brussels";
const HOUSE = "0.0.1.1.2";
const PUMP = "0.0.1.1.3";
const made = (name: string, ...scopes: Scope[]) => {
  const { secret, ...rest } = newToken(randomBytes(32), epochSeconds(Math.floor(Date.now() / 1000)));
  return { secret, token: { ...rest, name, scopes } };
};
const reader = made("Kitchen tablet", "read");
const owner = made("Anna", "read", "adjust");

let product: Product;
let browser: Browser;
const complaints: string[] = [];
/** An hour of which the simulated house has told all: hours before the playing began, to the second. */
let from = 0;
let to = 0;

async function layFlow(...tokens: object[]): Promise<void> {
  const flow: { id: string; [setting: string]: unknown }[] = JSON.parse(
    await readFile(join(root, "flows", "flows.json"), "utf8"),
  );
  const changed: Record<string, object> = { "mm-api": { tokens }, "mm-store": { zone: ZONE } };
  await product.lay(flow.map((node) => ({ ...node, ...changed[node.id] })));
}

beforeAll(async () => {
  browser = await launchBrowser();
  product = await Product.create();
  await layFlow();
  await product.start();
  await until("a day of the house", async () => (await product.get(`/meters/${HOUSE}`)).registerWh > 10_000);
  from = Math.floor(Date.now() / 1000 / 60) * 60 - 6 * 3600;
  to = from + 3600;
});
afterAll(async () => {
  await browser?.close();
  await product?.remove();
});

async function open(address = "#corrections", options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 1000 }, ...options })).newPage();
  page.on("console", (message) => {
    // Chromium itself writes every status of 400 and more there.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(product.url) && !request.url().startsWith("data:")) complaints.push(request.url());
  });
  await page.goto(`${product.url}/meterman/${address}`);
  return page;
}

const plain = (text: string | null) => (text ?? "").replaceAll(/[\u00a0\u202f]/g, " ");
const kind = (page: Page, name: string) => page.getByRole("radio", { name, exact: true });
const field = (page: Page, id: string) => page.locator(`#correct-${id}`);
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const preview = (page: Page) => page.locator("#correct-preview");
const newest = (page: Page) => page.locator(".adjustment").first();
const span = () => `from=${from}&to=${to}`;
const consumed = async (meter = HOUSE) => (await product.get(`/meters/${meter}/consumption?${span()}`)).wh;
const readings = async () =>
  JSON.stringify((await product.get(`/meters/${HOUSE}/readings?${span()}&limit=5000`)).items);

async function fillTime(page: Page, id: string, at: number): Promise<void> {
  const { text, fold } = fieldTime(at, ZONE);
  await field(page, id).fill(text);
  if (fold === 1) await field(page, `${id}-fold`).selectOption("1");
}

async function fillSpan(page: Page): Promise<void> {
  await fillTime(page, "from", from);
  await fillTime(page, "to", to);
}

/** From the preview on. @returns what the page says of it */
async function make(page: Page, why: string): Promise<string> {
  await field(page, "why").fill(why);
  await button(page, "Preview").click();
  await preview(page).waitFor();
  await button(page, "Make the correction").click();
  await page.locator("#correct-done").waitFor();
  await newest(page).locator(".why", { hasText: why }).waitFor();
  return plain(await newest(page).locator("h3").textContent());
}

async function undo(page: Page, why: string): Promise<void> {
  await newest(page).getByRole("button", { name: /^Undo/ }).click();
  await page.getByLabel(/^Why is no\. \d+ undone\?$/).fill(why);
  await page.keyboard.press("Enter");
  await newest(page).locator(".back", { hasText: why }).waitFor();
}

it("previews first, deletes a span, and undoes it without a trace in the readings", async () => {
  const page = await open();
  const before = await readings();
  const wh = await consumed();
  expect(wh).toBeGreaterThan(50);
  await fillSpan(page);
  await field(page, "why").fill("torch in front of the sensor");
  await button(page, "Preview").click();
  await preview(page).waitFor();
  const told = plain(await preview(page).textContent());
  expect(told).toContain(`${plain(kwh(wh))} less than now`);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("correct-preview");
  expect(await readings()).toBe(before);
  await shot(page, "corrections-preview");

  await button(page, "Make the correction").click();
  await page.locator("#correct-done").waitFor();
  expect(await consumed()).toBe(0);
  await newest(page).waitFor();
  expect(plain(await newest(page).textContent())).toMatch(
    /Span deleted.*torch in front of the sensor.*by this machine/,
  );
  expect(plain(await page.locator("#news").textContent())).toContain(`−${plain(kwh(wh))}`);

  await button(page, "Undo it").click();
  await newest(page).getByRole("button", { name: "Undo it" }).click();
  expect(await page.locator("#undo-fault").textContent()).toContain("Say why");
  await page.locator("#undo-why").fill("it was the wrong hour");
  await page.keyboard.press("Enter");
  await newest(page).locator(".back").waitFor();
  expect(await newest(page).locator("s").count()).toBeGreaterThan(0);
  expect(await newest(page).getByRole("button").count()).toBe(0);
  expect(await readings()).toBe(before);
  await page.close();
});

it("says at each field what it lacks, and goes to the first", async () => {
  const page = await open();
  await kind(page, "Fill in energy").check();
  await fillTime(page, "from", from);
  await fillTime(page, "to", from);
  await field(page, "kwh").fill("1.234,5");
  await button(page, "Preview").click();
  for (const id of ["kwh", "why", "to"]) {
    expect(await field(page, id).getAttribute("aria-invalid")).toBe("true");
    const told = (await field(page, id).getAttribute("aria-describedby"))?.split(" ") ?? [];
    expect(await page.locator(`#${told[0]}`).textContent()).toMatch(/\.$/);
  }
  expect(await page.locator("#correct-kwh-fault").textContent()).toContain("without a separator");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("correct-kwh");
  expect(await page.locator("#news").textContent()).toContain("3 fields");
  await field(page, "kwh").fill("1,5");
  expect(await page.locator("#correct-kwh-fault").count()).toBe(0);
  expect(plain(await page.locator("#correct-kwh-hint").textContent())).toContain("1 500 Wh");
  await page.close();
});

it("ends a preview as soon as the form says something else", async () => {
  const page = await open();
  await fillSpan(page);
  await field(page, "why").fill("first thought");
  await button(page, "Preview").click();
  await preview(page).waitFor();
  await fillTime(page, "to", to - 600);
  expect(await preview(page).count()).toBe(0);
  expect(await button(page, "Make the correction").count()).toBe(0);
  await page.close();
});

it("fills in energy, and offers the form anew", async () => {
  const page = await open();
  const wh = await consumed();
  await kind(page, "Fill in energy").check();
  await fillSpan(page);
  await field(page, "kwh").fill("1,234");
  expect(await make(page, "from the bill")).toContain("Energy filled in, evenly");
  expect(await consumed()).toBe(1234);
  await button(page, "Make another one").click();
  expect(await field(page, "kwh").inputValue()).toBe("");
  await undo(page, "no");
  expect(await consumed()).toBe(wh);
  await page.close();
});

it("takes a file, by choosing it or by dropping it, and tells which rows do not count", async () => {
  const page = await open();
  const wh = await consumed();
  await kind(page, "Bring a file").check();
  const rows = [0, 1, 2, 3].map((i) => `${from + i * 900},${100 + i},900,`);
  const original = ["when_start,entry_value,entry_interval_length,meter_value", ...rows, ""].join("\n");
  await field(page, "file").setInputFiles({ name: "old.csv", mimeType: "text/csv", buffer: Buffer.from(original) });
  await page.getByText("old.csv, 5 lines").waitFor();
  expect(await make(page, "rows of the server before")).toContain("4 readings brought");
  expect(await consumed()).toBe(406);
  await undo(page, "again by hand");

  const ours = JSON.stringify([{ start: from, end: from + 900, wh: 77 }]);
  const drop = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "ours.json", { type: "application/json" }));
    return transfer;
  }, ours);
  await kind(page, "Bring a file").check();
  await page.locator(".drop").dispatchEvent("drop", { dataTransfer: drop });
  await page.getByText("ours.json, 1 line").waitFor();
  await page.getByLabel("Where there are readings already").selectOption("fill");
  await field(page, "why").fill("holes only");
  await button(page, "Preview").click();
  expect(plain(await preview(page).textContent())).toMatch(/1 row of the file does not count/);
  expect(await consumed()).toBe(wh);
  await page.close();
});

it("tells in the server's words why a file is refused, and changes nothing", async () => {
  const page = await open();
  await kind(page, "Bring a file").check();
  const text = "start,end,wh\nyesterday,today,many\n";
  await field(page, "file").setInputFiles({ name: "bad.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await field(page, "why").fill("a try");
  await button(page, "Preview").click();
  await page.locator("#correct-refusal").waitFor();
  expect(await page.locator("#correct-refusal").textContent()).toMatch(/line 2/i);
  expect(await button(page, "Preview").isEnabled()).toBe(true);
  await page.close();
});

it("sets and shifts the register, and joins and renames meters", async () => {
  const page = await open();
  const wh = await consumed();
  const registerAt = async () => {
    const { items } = await product.get(`/meters/${HOUSE}/readings?${span()}&resolution=hour`);
    return items.at(-1).registerWh;
  };
  const register = await registerAt();
  await kind(page, "Shift registers").check();
  await fillTime(page, "from", from);
  await field(page, "kwh").fill("-0,5");
  expect(await make(page, "behind the display")).toBe("Registers shifted by −0.5 kWh");
  expect(await registerAt()).toBe(register - 500);
  expect(await consumed()).toBe(wh);
  await undo(page, "it was right");

  await kind(page, "Set the register").check();
  await fillTime(page, "at", from);
  await field(page, "registerKwh").fill("1000");
  expect(await make(page, "a new meter")).toBe("Register set to 1 000 kWh");
  expect(await registerAt()).toBe(1_000_000 + wh);
  await undo(page, "it was right");

  await kind(page, "Rename").check();
  await field(page, "name").fill("Flat <b>");
  expect(await make(page, "not the house")).toBe("Renamed to “Flat <b>”");
  await page.locator("#correct-meter option", { hasText: "Flat <b>" }).waitFor({ state: "attached" });
  expect((await product.get("/meters")).items[0].name).toBe("Flat <b>");
  await undo(page, "it is the house");
  await page.locator("#correct-meter option", { hasText: "House" }).waitFor({ state: "attached" });

  await kind(page, "Join a replaced node").check();
  await field(page, "source").selectOption(PUMP);
  // The two overlap here; without this the pump would end where the house began.
  await fillTime(page, "until", to);
  const before = await readings();
  expect(await make(page, "the pump's node broke")).toBe("Joined with Garden pump");
  await page.locator("#correct-meter option", { hasText: "Garden pump" }).waitFor({ state: "detached" });
  await undo(page, "it did not");
  await page.locator("#correct-meter option", { hasText: "Garden pump" }).waitFor({ state: "attached" });
  expect(await readings()).toBe(before);
  await page.close();
});

it("is filled in from the chart's span, and keeps what a person types then", async () => {
  const page = await open(`#corrections?meter=${PUMP}&${span()}`);
  await until("the meter of the chart", async () => (await field(page, "meter").inputValue()) === PUMP);
  expect(await field(page, "from").inputValue()).toBe(fieldTime(from, ZONE).text);
  expect(await field(page, "to").inputValue()).toBe(fieldTime(to, ZONE).text);
  await field(page, "why").fill("a thought");
  await page.evaluate(() => {
    location.hash = "#health";
  });
  await page.locator("#health").waitFor();
  await page.goBack();
  await field(page, "why").waitFor();
  expect(await field(page, "why").inputValue()).toBe("a thought");
  expect(await field(page, "meter").inputValue()).toBe(PUMP);
  await page.close();
});

it("can be used by keyboard alone, on a phone, in the dark", async () => {
  const page = await open("#corrections", { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await field(page, "meter").focus();
  await page.keyboard.press("Tab");
  expect(await kind(page, "Delete a span").evaluate((radio) => radio === document.activeElement)).toBe(true);
  for (const _ of [1, 2, 3]) await page.keyboard.press("ArrowRight");
  expect(await kind(page, "Set the register").isChecked()).toBe(true);
  await field(page, "registerKwh").focus();
  await page.keyboard.type("412,4");
  await page.keyboard.press("Tab");
  await page.keyboard.type("new meter");
  await page.keyboard.press("Enter");
  await preview(page).waitFor();
  expect(await sticksOut(page)).toEqual([]);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Make the correction");
  await shot(page, "corrections-phone-dark");
  await page.close();
});

it("asks for a token once there is one, and keeps the name of who corrects", async () => {
  await product.kill("SIGTERM");
  await layFlow(reader.token, owner.token);
  await product.start(owner.secret);
  const page = await open();
  const enter = async (secret: string) => {
    await page.getByLabel("Token", { exact: true }).fill(secret);
    await page.keyboard.press("Enter");
  };
  await page.getByRole("button", { name: "Enter a token" }).click();
  await enter(reader.secret);
  await kind(page, "Rename").check();
  await field(page, "name").fill("Home");
  await field(page, "why").fill("shorter");
  await button(page, "Preview").click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator("#correct-refusal", { hasText: "scope adjust" }).waitFor();
  await button(page, "Preview").click();
  await enter(owner.secret);
  await preview(page).waitFor();
  await button(page, "Make the correction").click();
  await newest(page).locator(".who", { hasText: "by Anna" }).waitFor();
  await page.close();
});

it("asked for nothing elsewhere, and left no error in the console", () => {
  expect(complaints).toEqual([]);
});
