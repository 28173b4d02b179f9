import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, shot } from "../test/support/browser.ts";
import { Product } from "../test/support/product.ts";
import { fillHouse } from "./api-house.ts";
import { type Measurement, round, say } from "./store-common.ts";
import { DAY, METERS, median, START } from "./store-load.ts";

/**
 * The page of charts in Chromium, before the real Node-RED with 18 meter-years of 15-s readings on disk: how long until
 * a year of a meter is seen that nobody asked for before, and from there to a day. `--quick`: 90 days.
 */
const quick = process.argv.includes("--quick");
const days = quick ? 90 : 365;
const LOADS = 9;
const FIRST_PAINT_MS = 1000;
const ZOOM_MS = 200;

const at = { x: 100, y: 100, z: "tab", wires: [] };
const FLOW = [
  { id: "tab", type: "tab", label: "18 meters" },
  { id: "store", type: "meterman-store", name: "", folder: "", zone: "Europe/Oslo", flushS: 60 },
  {
    ...at,
    id: "meter",
    type: "meterman-meter",
    name: "",
    store: "store",
    meters: [],
    others: true,
    wires: [[], [], []],
  },
  { ...at, id: "api", type: "meterman-api", name: "", store: "store" },
];

async function measured(page: Page, name: string): Promise<number> {
  const found = await page.waitForFunction((wanted) => performance.getEntriesByName(wanted).at(-1)?.toJSON(), name);
  const entry = await found.jsonValue();
  return entry.duration > 0 ? entry.duration : entry.startTime;
}

/** @returns ms from the navigation to the first picture with data, and from the click to the whole day */
async function look(browser: Browser, url: string, meter: string): Promise<{ paint: number; zoom: number }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}/meterman/#energy?meter=${meter}&from=${START}&to=${START + days * DAY}`);
  const paint = await measured(page, "meterman:first-paint");
  // What loads beside the picture is not to be counted twice.
  await page.waitForTimeout(1000);
  await page.evaluate(() => performance.clearMeasures());
  await page.getByRole("button", { name: "Day", exact: true }).click();
  const zoom = await measured(page, "meterman:zoom");
  await shot(page, `a-day-of-${meter}`);
  await context.close();
  return { paint, zoom };
}

const folder = mkdtempSync(join(tmpdir(), "meterman-bench-"));
const product = await Product.create();
const browser = await launchBrowser();
const found: Measurement[] = [];
try {
  renameSync(await fillHouse(folder, days, false), join(product.folder, "data"));
  await product.lay(FLOW);
  await product.start();
  const looks: { paint: number; zoom: number }[] = [];
  // The first one warms up the browser; each of the others is a meter of which the server knows nothing yet.
  for (const meter of METERS.slice(0, LOADS + 1)) looks.push(await look(browser, product.url, meter));
  const [, ...rest] = looks;
  const paints = rest.map(({ paint }) => paint);
  const zooms = rest.map(({ zoom }) => zoom);
  const limit = (name: string, value: number, goal: number): Measurement => {
    return { name, value: round(value, 3), unit: "ms", goal, met: value < goal, days, meters: METERS.length };
  };
  found.push(
    limit("a year is seen, median", median(paints), FIRST_PAINT_MS),
    limit("a year is seen, slowest", Math.max(...paints), FIRST_PAINT_MS),
    limit("from the year to a day, median", median(zooms), ZOOM_MS),
    limit("from the year to a day, slowest", Math.max(...zooms), ZOOM_MS),
  );
} catch (thrown) {
  say(product.output.slice(-2000));
  throw thrown;
} finally {
  await browser.close();
  await product.remove();
  rmSync(folder, { recursive: true, force: true });
}
for (const one of found) console.log(JSON.stringify(one));
if (found.some(({ met }) => met === false)) process.exitCode = 1;
