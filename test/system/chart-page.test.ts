import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newToken } from "../../nodes/api/index.ts";
import { epochSeconds, type MeterEvent, type MeterId, type Reading, watts, wh } from "../../nodes/model/index.ts";
import { openStore } from "../../nodes/store/index.ts";
import { meter } from "../api/meters.ts";
import { launchBrowser, shot, sticksOut } from "../support/browser.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** The charts in a real Chromium, on a real Node-RED with a folder of readings. */
const HOUSE = meter("0.0.1.1.2");
const PUMP = meter("0.0.1.1.3");
const ZONE = "Europe/Oslo";
const DAY = 86_400;
const NOW = Math.floor(Date.now() / 60_000) * 60;
const FIRST = NOW - 100 * DAY;
/** Nothing is known of it: the register began anew at its end. */
const HOLE = { from: NOW - 3 * DAY, to: NOW - 3 * DAY + 4 * 3600 };
/** Its sum is known only. */
const GAP = { from: NOW - 5 * 3600, to: NOW - 4 * 3600 };

let folder: string;
let red: NodeRed;
let browser: Browser;
const complaints: string[] = [];

function readingsOf(id: MeterId, from: number, perMinute: (at: number) => number) {
  const [readings, events]: [Reading[], MeterEvent[]] = [[], []];
  let [register, lifetime] = [500_000, 0];
  const add = (start: number, end: number, energy: number, more: Partial<Reading> = {}) => {
    register += energy;
    lifetime += energy;
    readings.push({
      ...{ meter: id, start: epochSeconds(start), end: epochSeconds(end), wh: wh(energy) },
      ...{ watts: watts((energy * 3600) / (end - start)), registerWh: wh(register), lifetimeWh: wh(lifetime) },
      ...{ source: "interval", quality: [], ...more },
    });
  };
  for (let at = from; at < NOW; at += 60) {
    if (id === HOUSE && at === HOLE.from) {
      at = HOLE.to;
      events.push({
        ...{ kind: "rebase", meter: id, at: epochSeconds(at), implied: true },
        ...{ fromWh: wh(register), toWh: wh(0), countedWh: wh(0) },
      });
      register = 0;
    }
    if (id === HOUSE && at === GAP.from) {
      add(GAP.from, GAP.to, 900, { source: "register-gap" });
      at = GAP.to;
    }
    add(at, at + 60, perMinute(at));
  }
  return { meter: id, readings, events, memory: {} };
}

async function fill(): Promise<void> {
  const opened = await openStore({ folder, zone: ZONE, now: () => epochSeconds(NOW) });
  if (!opened.ok) throw new Error(opened.error.message);
  const evening = (at: number) => (Math.floor(at / 3600) % 24 > 16 ? 30 : 6);
  const units = [readingsOf(HOUSE, FIRST, evening), readingsOf(PUMP, NOW - 20 * DAY, () => 2)];
  const done = units.map((unit) => opened.value.append(unit));
  await opened.value.flush();
  await Promise.all(done);
  await opened.value.settled();
  await opened.value.close();
}

const flow = (...tokens: object[]): FlowNode[] => {
  const on = { z: "tab", name: "" };
  const meters = [
    { id: HOUSE, name: "House" },
    { id: PUMP, name: "Garden pump" },
  ];
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "store", type: "meterman-store", name: "", folder, zone: ZONE, flushS: 1 },
    { id: "meter", type: "meterman-meter", ...on, store: "store", meters, wires: [[], [], []] },
    { id: "api", type: "meterman-api", ...on, store: "store", tokens, wires: [] },
  ];
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-chart-"));
  await fill();
  browser = await launchBrowser();
  red = await startNodeRed({ flow: flow() });
  await red.until("the meters", async () => {
    for (const id of [HOUSE, PUMP]) red.inject("meter", { payload: { meter: id, registerWh: 700_000 } });
    const { items } = await ask("meters").catch(() => ({ items: [] }));
    return items.length === 2;
  });
});
afterAll(async () => {
  await browser?.close();
  await red?.stop();
  await rm(folder, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
async function ask(path: string, init: RequestInit = {}): Promise<any> {
  const answer = await fetch(`${red.url}/meterman/api/v1/${path}`, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function open(hash = "", options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })).newPage();
  page.on("console", (message) => {
    // Chromium itself writes every status of 400 and more there.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(red.url) && !/^(data|blob):/.test(url)) complaints.push(url);
  });
  await page.goto(`${red.url}/meterman/${hash}`);
  return page;
}

const figure = (page: Page, name: string) =>
  page.locator(".energy .figures > div", { has: page.getByText(name, { exact: true }) }).locator("dd");
const text = async (page: Page, selector: string) =>
  ((await page.locator(selector).first().textContent()) ?? "").replaceAll(/[\u00a0\u202f]/g, " ");
const seen = (page: Page) => figure(page, "Used").getByText("kWh").waitFor();
/** What the address says of the span, once the chart rests. */
const spanOf = (page: Page) => {
  const query = new URLSearchParams(new URL(page.url()).hash.split("?")[1]);
  return { from: Number(query.get("from")), to: Number(query.get("to")), last: Number(query.get("last")) };
};
const rest = (page: Page, is: (span: ReturnType<typeof spanOf>) => boolean) =>
  expect.poll(() => is(spanOf(page)), { timeout: 10_000 }).toBe(true);

it("stands at its slash, and leaves the API, the other page and addresses of the flow alone", async () => {
  const status = async (path: string) => {
    const answer = await fetch(`${red.url}${path}`, { redirect: "manual" });
    return [answer.status, answer.headers.get("location")];
  };
  expect(await status("/meterman/")).toEqual([200, null]);
  expect(await status("/meterman")).toEqual([308, "meterman/"]);
  expect(await status("/meterman/demand")).toEqual([200, null]);
  expect(await status("/meterman/api/v1/meters")).toEqual([200, null]);
  const other = await (await fetch(`${red.url}/meterman/other`)).text();
  expect(other).toContain("Cannot GET /meterman/other");
});

it("shows the last day, its sum to the Wh, and what is special about it in words", async () => {
  const page = await open();
  await seen(page);
  expect(await text(page, ".span-row h2")).toContain("Last 24 hours");
  await page.getByText("recovered from the register").waitFor();
  expect(await page.locator(".mark-hole").count()).toBe(0);
  await page.getByText(`Times of ${ZONE}`).waitFor();
  const exact = await ask(`meters/${HOUSE}/consumption?from=${HOLE.to}&to=${GAP.to}`);
  await page.goto(`${red.url}/meterman/#energy?meter=${HOUSE}&from=${HOLE.to}&to=${GAP.to}`);
  await expect.poll(() => text(page, ".energy .figures dd")).toContain(`${(exact.wh / 1000).toFixed(2)} kWh`);
  const marks = await page.evaluate(() => performance.getEntriesByName("meterman:first-paint").length);
  expect(marks).toBe(1);
  await shot(page, "chart-day");
  await page.close();
});

it("tells holes and rebases apart from readings, and draws neither as zero", async () => {
  const page = await open(`#energy?meter=${HOUSE}&from=${HOLE.from - DAY}&to=${HOLE.to + DAY}`);
  await seen(page);
  await page.getByText("no readings: what was used is not known").waitFor();
  await page.getByText("the register began anew").waitFor();
  const box = await page.locator(".energy .plot .u-over").boundingBox();
  if (box === null) throw new Error("no plot");
  await page.mouse.move(box.x + box.width / 2, box.y + 80);
  await expect.poll(() => text(page, ".readout")).toContain("no reading");
  await page.mouse.move(box.x + box.width * 0.1, box.y + 80);
  await expect.poll(() => text(page, ".readout")).toMatch(/W, .*Wh/);
  await shot(page, "chart-hole");
  await page.close();
});

it("zooms and moves by mouse, wheel, buttons and keys, and the address goes along", async () => {
  const page = await open(`#energy?meter=${HOUSE}&from=${NOW - 90 * DAY}&to=${NOW}`);
  await seen(page);
  const box = await page.locator(".energy .plot .u-over").boundingBox();
  if (box === null) throw new Error("no plot");
  const drag = async (from: number, to: number) => {
    await page.mouse.move(box.x + box.width * from, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, box.y + 110, { steps: 4 });
    await page.mouse.up();
  };
  await drag(0.5, 0.6);
  await rest(page, ({ from, to }) => Math.abs(to - from - 9 * DAY) < 0.5 * DAY);
  const near = spanOf(page);
  await page.keyboard.down("Shift");
  await drag(0.2, 0.7);
  await page.keyboard.up("Shift");
  await rest(page, ({ from }) => Math.abs(near.from - from - 4.5 * DAY) < 0.5 * DAY);
  await page.mouse.wheel(0, -300);
  await rest(page, ({ from, to }) => to - from < 6 * DAY);
  await page.locator(".energy .plot").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("+");
  await rest(page, ({ from, to }) => to - from < 3 * DAY);
  await page.getByRole("button", { name: "Day", exact: true }).click();
  await rest(page, ({ from, to }) => to - from >= 23 * 3600 && to - from <= 25 * 3600);
  await page.getByRole("button", { name: "Earlier" }).click();
  await rest(page, ({ to }) => to <= near.to);
  await page.locator(".energy .plot").focus();
  await page.keyboard.press("Home");
  await rest(page, ({ from }) => from === FIRST);
  await expect.poll(() => page.locator("#news").textContent()).toMatch(/House: .*kWh, mean/);
  await page.keyboard.press("End");
  await rest(page, ({ last }) => last > 99 * DAY);
  const measured = await page.evaluate(() => performance.getEntriesByName("meterman:zoom").map((one) => one.duration));
  expect(measured.length).toBeGreaterThan(5);
  await page.close();
});

it("compares with the week before, in words", async () => {
  const page = await open(`#energy?meter=${HOUSE}&from=${NOW - 20 * DAY}&to=${NOW - 13 * DAY}`);
  await seen(page);
  await page.getByLabel("Compare with").selectOption("week");
  await figure(page, "Compared").getByText("as much as a week earlier").waitFor();
  expect(page.url()).not.toContain("against=day");
  await page.locator(".mark-earlier").waitFor();
  await shot(page, "chart-compare");
  await page.close();
});

it("shows several meters beside each other, and their sum", async () => {
  const page = await open();
  await seen(page);
  await page.getByRole("button", { name: "Several" }).click();
  const names = page.locator(".lines tbody th");
  await expect.poll(() => names.allTextContents()).toEqual(["House", "Garden pump"]);
  await shot(page, "chart-several");
  await page.getByRole("button", { name: "Sum" }).click();
  const used = async () => Number((await text(page, ".energy .figures dd")).match(/[\d.]+/)?.[0]);
  const both = async () => {
    const { last } = spanOf(page);
    const to = Math.floor(Date.now() / 1000);
    const parts = [HOUSE, PUMP].map((id) => ask(`meters/${id}/consumption?from=${to - last}&to=${to}`));
    return (await Promise.all(parts)).reduce((sum, one) => sum + one.wh, 0) / 1000;
  };
  await expect.poll(async () => Math.abs((await used()) - (await both()))).toBeLessThan(0.1);
  await page.close();
});

it("shows what was used and the register, a table of it, and saves it as CSV", async () => {
  const page = await open(`#energy?meter=${HOUSE}&from=${GAP.from - 3600}&to=${GAP.to + 3600}`);
  await seen(page);
  await page.getByRole("button", { name: "Register" }).click();
  await expect.poll(() => text(page, ".axis-name")).toBe("kWh on the register");
  await page.getByRole("button", { name: "Used" }).click();
  await expect.poll(() => text(page, ".axis-name")).toContain("kWh used");
  await page.getByText("As a table").click();
  const cells = page.locator(".data tbody tr", { hasText: "recovered from the register" });
  await cells.first().waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV" }).click(),
  ]);
  const csv = await readFile(await download.path(), "utf8");
  expect(download.suggestedFilename()).toMatch(/^meterman 0\.0\.1\.1\.2 .*\.csv$/);
  expect(csv.split("\r\n")[0]).toMatch(/^meter,start,end,/);
  expect(csv).toContain("register-gap");
  await page.close();
});

it("hands a selected span to the corrections", async () => {
  const page = await open(`#energy?meter=${HOUSE}&from=${NOW - 10 * DAY}&to=${NOW}`);
  await seen(page);
  await page.getByRole("button", { name: "Select" }).click();
  const box = await page.locator(".energy .plot .u-over").boundingBox();
  if (box === null) throw new Error("no plot");
  await page.mouse.move(box.x + box.width * 0.3, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 100, { steps: 3 });
  await page.mouse.up();
  const bar = page.getByRole("group", { name: "Selected span" });
  await bar.getByText("kWh").waitFor();
  await shot(page, "chart-selected");
  await bar.getByRole("button", { name: "Correct…" }).click();
  await expect.poll(() => page.url()).toContain("#corrections?meter=0.0.1.1.2&from=");
  expect(spanOf(page).from).toBeCloseTo(NOW - 7 * DAY, -4);
  await page.goBack();
  await bar.or(page.locator(".span-row")).first().waitFor();
  await page.close();
});

it("follows readings, corrections and their undoing while it is open", async () => {
  const page = await open(`#energy?meter=${HOUSE}&from=${NOW - 2 * DAY}&to=${NOW - DAY}`);
  await seen(page);
  const used = () => text(page, ".energy .figures dd");
  await page.getByText("live", { exact: true }).waitFor();
  await page.waitForTimeout(500);
  const was = await used();
  const cut = { kind: "delete", from: NOW - 2 * DAY + 3600, to: NOW - 2 * DAY + 4 * 3600, why: "a test" };
  const post = (path: string, body: object) => {
    return ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  };
  const { adjustment } = await post(`meters/${HOUSE}/adjustments`, cut);
  await page.getByText("corrected by hand").waitFor();
  await expect.poll(used, { timeout: 10_000 }).not.toBe(was);
  await shot(page, "chart-corrected");
  await post(`meters/${HOUSE}/adjustments/${adjustment.n}/undo`, { why: "the test ends" });
  await page.getByText("corrected by hand").waitFor({ state: "detached" });
  await expect.poll(used, { timeout: 10_000 }).toBe(was);
  await page.close();
});

it("fits a phone, and the dark", async () => {
  const page = await open("", {
    viewport: { width: 390, height: 844 },
    colorScheme: "dark",
    hasTouch: true,
    isMobile: true,
  });
  await seen(page);
  expect(await sticksOut(page)).toEqual([]);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [brightest = 255] = (ground.match(/\d+/g) ?? []).map(Number).sort((a, b) => b - a);
  expect(brightest).toBeLessThan(40);
  await shot(page, "chart-phone");
  await page.close();
});

it("shows nothing without a token where reading needs one, and all of it with one", async () => {
  const { secret, ...token } = newToken(randomBytes(32), epochSeconds(NOW));
  await red.deploy(flow({ ...token, name: "reader", scopes: ["read"] }));
  const page = await open();
  await page.getByRole("heading", { name: "This page asks for a token" }).waitFor();
  expect(await page.locator(".energy").isVisible()).toBe(false);
  await page.locator(".locked .token").click();
  await page.getByLabel("Token", { exact: true }).fill(secret);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Read only" }).waitFor();
  await page.locator(".energy").waitFor();
  await page.close();
});

it("asked for nothing elsewhere, and left no error in the console", () => {
  expect(complaints).toEqual([]);
});
