import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, shot } from "../support/browser.ts";
import { benchOnly, onBench } from "../support/hass/any.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";
import { until } from "../support/product.ts";

/** What a house used in each hour of a day, kWh: the whole of it, and what stands behind three of its own meters. */
const NIGHT = [0.3, 0.3, 0.3, 0.3, 0.3, 0.4];
const DAY = [0.9, 1.2, 0.8, 0.5, 0.4, 0.5, 0.9, 0.7, 0.5, 0.5, 0.6, 0.9, 1.6, 1.9, 1.3, 0.9, 0.6, 0.4];
const HEAT = [
  0.9, 0.9, 1, 1.1, 1.2, 1.3, 1.1, 0.7, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2, 0.3, 0.4, 0.6, 0.8, 0.8, 0.8, 0.9, 0.9, 0.9, 0.9,
];
const CAR = [3.6, 3.6, 3.6, 2.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const BOILER = [0, 0, 0, 0, 1.4, 1.2, 0.3, 0.2, 0, 0, 0, 0, 0, 0.4, 0, 0, 0, 0, 0.2, 0.3, 0, 0, 0, 0];
const REST = [...NIGHT, ...DAY];
const HOUSE = REST.map((kwh, hour) => kwh + (HEAT[hour] ?? 0) + (CAR[hour] ?? 0) + (BOILER[hour] ?? 0));
const METERS = [
  {
    id: "0.0.1.1.2",
    name: "House",
    as: "grid",
    watts: 1860,
    hours: HOUSE,
  },
  { id: "0.0.1.1.3", name: "Heat pump", as: "device", watts: 910, hours: HEAT },
  { id: "0.0.1.1.4", name: "Car", as: "device", watts: 0, hours: CAR },
  { id: "0.0.1.1.5", name: "Boiler", as: "device", watts: 340, hours: BOILER },
];
const DAYS = 3;
const HOUR_MS = 3_600_000;
/** A zone in which it is evening now, so that today has bars whenever this runs. */
const ahead = ((21 - new Date().getUTCHours() + 36) % 24) - 12;
const zone = `Etc/GMT${ahead <= 0 ? "+" : "-"}${Math.abs(ahead)}`;
const energyOf = (id: string) => `sensor.meterman_${id.replaceAll(".", "_")}_energy`;

let ha: HomeAssistant;
let red: NodeRed;
let browser: Browser;
/** The page has tabs and live power. */
let tabs: boolean;

function flow(): FlowNode[] {
  const credentials = { token: ha.token };
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "ha", type: "meterman-home-assistant", name: "", url: ha.url, timeoutS: 30, credentials },
    { id: "pub", type: "meterman-publish", z: "tab", x: 1, y: 1, homeAssistant: "ha", path: "mqtt", wires: [["said"]] },
    { id: "said", type: "function", z: "tab", x: 1, y: 1, func: "return null", wires: [[]] },
  ];
}

/** Hours from a local midnight until now; the last of them is still going on. */
const NOW = Date.now();
const BEGIN = (Math.floor(NOW / HOUR_MS) - 21 - (DAYS - 1) * 24) * HOUR_MS;
const hourly = (hours: readonly number[]) => {
  const likeness = (index: number) => 0.9 + ((index * 7) % 5) / 20;
  const wh = (_: unknown, index: number) => Math.round((hours[index % 24] ?? 0) * likeness(index) * 100) * 10;
  return Array.from({ length: Math.floor((NOW - BEGIN) / HOUR_MS) }, wh);
};
const today = (hours: readonly number[]) =>
  hourly(hours)
    .slice((DAYS - 1) * 24)
    .reduce((sum, wh) => sum + wh, 0) / 1000;
const shown = (kwh: number) => `${new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 }).format(kwh)} kWh`;

const release = () => {
  const [year = 0, month = 0] = ha.version.split(".").map(Number);
  return year * 100 + month;
};

/** Makes the meter known with the energy of all those hours, and gives Home Assistant the hours. */
async function settle({ id, name, as, watts, hours }: (typeof METERS)[number]): Promise<void> {
  const wh = hourly(hours);
  const total = wh.reduce((sum, one) => sum + one, 0);
  const at = Math.floor(Date.now() / 1000);
  red.inject("pub", { topic: name, meter: id, payload: watts, power: { known: true, watts, at } });
  const times = { start: at - 15, end: at, wh: 5, watts, registerWh: total };
  red.inject("pub", {
    topic: id,
    payload: { meter: id, ...times, lifetimeWh: total, source: "interval", quality: [] },
  });
  await until(`${name} in Home Assistant`, async () => Number((await ha.state(energyOf(id)))?.state) === total / 1000);
  let sum = 0;
  const first = { start: new Date(BEGIN - HOUR_MS).toISOString(), state: 0, sum: 0 };
  const rows = wh.map((one, index) => {
    sum += one;
    return { start: new Date(BEGIN + index * HOUR_MS).toISOString(), state: sum / 1000, sum: sum / 1000 };
  });
  const kind = release() < 2025_11 ? { has_mean: false } : { mean_type: 0, unit_class: "energy" };
  const metadata = {
    source: "recorder",
    statistic_id: energyOf(id),
    name: null,
    has_sum: true,
    unit_of_measurement: "kWh",
  };
  await ha.request({ type: "recorder/import_statistics", metadata: { ...metadata, ...kind }, stats: [first, ...rows] });
  red.inject("pub", { topic: "energy", payload: { meter: id, as } });
  const answer = await red.until(`an answer about ${name}`, () =>
    red.from("pub").find((msg) => msg.topic === "energy" && msg.payload.meter === id),
  );
  expect(answer.payload).toMatchObject({ change: "added", powerEntity: energyOf(id).replace("_energy", "_power") });
}

async function open(path: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1180, height: 1420 },
    timezoneId: zone,
    locale: "en-GB",
  });
  const tokens = { hassUrl: ha.url, clientId: null, refresh_token: "", access_token: ha.token, token_type: "Bearer" };
  const valid = { expires: Date.now() + 1e10, expires_in: 1e7 };
  await context.addInitScript(
    (value) => {
      localStorage.setItem("hassTokens", value);
      localStorage.setItem("dockedSidebar", '"always_hidden"');
    },
    JSON.stringify({ ...tokens, ...valid }),
  );
  const page = await context.newPage();
  await page.goto(`${ha.url}${path}`);
  return page;
}
const see = (page: Page, text: string) =>
  page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 60_000 });

describe.runIf(onBench)(benchOnly("the Energy page"), () => {
  beforeAll(async () => {
    ha = await startHomeAssistant({ timeZone: zone });
    await ha.request({ type: "config/core/update", location_name: "Home" });
    tabs = release() >= 2025_12;
    red = await startNodeRed({ flow: [{ id: "tab", type: "tab", label: "t" }] });
    // Until its last step is done, the frontend shows the onboarding.
    await ha.rest("POST", "onboarding/core_config", {}).catch(() => undefined);
    browser = await launchBrowser();
    await red.deploy(flow());
    for (const meter of METERS) await settle(meter);
  });
  afterAll(async () => {
    await browser?.close();
    await red?.stop();
    await ha?.remove();
  });

  it("shows today's energy of the house, and its bars", async () => {
    const page = await open(tabs ? "/energy/electricity" : "/energy");
    await see(page, shown(today(HOUSE)));
    await see(page, "House Energy");
    if (tabs) for (const { name } of METERS.slice(1)) await see(page, name);
    // What was drawn is asked for, not how: the charts are canvases.
    await until("the charts", async () => (await page.locator("ha-chart-base canvas").count()) >= 2);
    await page.waitForTimeout(3000);
    await shot(page, `energy-dashboard-${ha.version}`);
    expect(await page.getByText("no data", { exact: false }).count()).toBe(0);
  });

  it("shows its power now, from 2025.12 on", async () => {
    if (!tabs) return expect(JSON.stringify(await ha.request({ type: "energy/get_prefs" }))).not.toContain("stat_rate");
    const page = await open("/energy/now");
    await see(page, "1.86 kW");
    await page.waitForTimeout(3000);
    await shot(page, `energy-dashboard-now-${ha.version}`);
  });
});
