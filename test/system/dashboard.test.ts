import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, shot } from "../support/browser.ts";
import { Examples } from "../support/examples.ts";
import { House } from "../support/house.ts";
import { Trial } from "../support/trial.ts";

const LOADS = { ev: 3680, pool: 1100, boiler: 2000, heatpump: 2500 };
const complaints: string[] = [];

let examples: Examples;
let browser: Browser;
beforeAll(async () => {
  examples = await Examples.start();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await examples?.stop();
});

async function open(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const isOwn = request.url().startsWith(examples.red.url) || /^(data|blob):/.test(request.url());
    if (!isOwn) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`${examples.red.url}/dashboard/energy`);
  return page;
}

/** The example again, on a page of Dashboard 2 in a browser. */
it("dashboard.json shows window and loads, and its buttons are obeyed", async () => {
  examples.clock("2026-06-10T12:05:00Z");
  const trial = new Trial(examples, LOADS);
  await examples.deploy("dashboard.json", 0, (flow) =>
    Trial.quick(flow).map((node) => (node.type === "meterman-demand" ? { ...node, limitW: "9000" } : node)),
  );
  const page = await open();
  // The page is empty until something is known.
  await page.getByText("This quarter hour").waitFor();
  const house = new House(2, trial.now() - 1800);
  trial.feed(house.until(trial.now(), 2400));
  // The states of the simulator come by link; here they are told to both ends of it.
  const say = (load: string, on: boolean, watts: number) => {
    trial.tell(load, on);
    examples.red.inject("in-say", { topic: "load", payload: { load, on, watts } });
  };
  for (const [load, watts] of Object.entries(LOADS)) say(load, true, watts);
  await page.getByText("on · 2.5 kW").waitFor();
  await examples.red.until("the gauge", async () =>
    /2\.4\d?/.test((await page.locator(".nrdb-ui-gauge").textContent()) ?? ""),
  );

  await page.locator(".nrdb-ui-button-group", { hasText: "Pool pump" }).getByText("Off", { exact: true }).click();
  const [off] = await trial.first(1, "override");
  expect(off).toMatchObject({ load: "pool", level: 0, reason: "asked to be off" });
  await page.getByText("pool off: asked to be off").waitFor();
  say("pool", false, 0);
  await page.locator(".nrdb-ui-text", { hasText: "Pool pump" }).getByText("off", { exact: true }).waitFor();
  await shot(page, "dashboard");
  expect(complaints).toEqual([]);
});
