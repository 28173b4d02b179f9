import RED from "node-red";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { TARIFFS, type Tariff } from "../../nodes/demand/index.ts";
import type { DemandService } from "../../nodes/runtime/services.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** Tariffs, limits, money and solar surplus as they come out of the node, in a real Node-RED. */
let red: NodeRed;
let mark = 0;
const METER = "0.0.1.1.2";
const SUN = "0.0.1.1.3";
const EMPTY: FlowNode[] = [{ id: "tab", type: "tab", label: "t" }];
/** At the beginning of a month of UTC a clock that is behind: the hours before must be of the same month. */
const isNew = new Date().getUTCDate() === 1 && new Date().getUTCHours() < 6;
const ZONE = isNew ? "Etc/GMT+12" : "UTC";
const now = () => Math.floor(Date.now() / 1000);
const hour = () => Math.floor(now() / 3600) * 3600;

async function deploy(settings: Record<string, unknown> = {}): Promise<void> {
  const on = { z: "tab", x: 1, y: 1 };
  const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
  await red.deploy([
    ...EMPTY,
    { id: "demand", type: "meterman-demand", ...on, name: "House", zone: ZONE, wires: [["a"], ["b"]], ...settings },
    sink("a"),
    sink("b"),
  ]);
}
const own = (tariff: Partial<Tariff>) => ({
  tariff: "own",
  tariffJson: JSON.stringify({ name: "Mine", windowMinutes: 60, zone: ZONE, highest: 1, ...tariff }),
});
const from = (port = 0) =>
  red.sent.slice(mark).flatMap((one) => (one.id === "demand" && one.port === port ? [one.msg] : []));
const state = () => from().at(-1)?.payload;
const reading = (start: number, end: number, wh: number, meter = METER) => ({
  topic: meter,
  payload: {
    ...{ meter, start, end, wh, watts: (wh * 3600) / (end - start), registerWh: 0, lifetimeWh: 0 },
    ...{ source: "interval", quality: [] },
  },
});
const power = (watts: number, meter = METER) => ({
  ...{ topic: "House", meter, payload: watts },
  power: { known: true, watts, at: now() },
});
/** The hours before the present one, so much in each; the last is the one just before it. */
function past(wh: readonly number[], meter = METER): void {
  wh.forEach((energy, i) => {
    const start = hour() - (wh.length - i) * 3600;
    for (let part = 0; part < 12; part += 1) {
      red.inject("demand", reading(start + part * 300, start + part * 300 + 300, energy / 12, meter));
    }
  });
}
const known = async (watts: number) => {
  await red.until(`${watts} W`, () => state()?.powerWatts === watts);
  return state();
};

beforeAll(async () => {
  red = await startNodeRed({ flow: EMPTY });
  return () => red.stop();
});
afterEach(async () => {
  await red.deploy(EMPTY);
  mark = red.sent.length;
});

describe("the demand node's windows", () => {
  it("slides them: a new one each minute, and says all that are open", async () => {
    await deploy({ windowMinutes: 15, stepMinutes: "1", limitW: 3000 });
    const minute = Math.floor(now() / 60) * 60;
    red.inject("demand", reading(minute - 900, minute, 240));
    red.inject("demand", power(1200));
    const { windowStart, windowEnd, ahead } = await known(1200);
    expect(windowEnd - windowStart).toBe(900);
    expect(windowEnd - now()).toBeLessThanOrEqual(60);
    expect(ahead.length).toBeGreaterThan(1);
    expect(ahead.map((one: { remainingS: number }) => one.remainingS)).toEqual(
      [...ahead].map((one) => one.remainingS).sort((a, b) => a - b),
    );
  });

  it("can be as short as five minutes, on the utility's clock", async () => {
    await deploy({ windowMinutes: "5" });
    red.inject("demand", power(700));
    const { windowStart, windowEnd } = await known(700);
    expect([windowEnd - windowStart, windowStart % 300]).toEqual([300, 0]);
  });

  it("keeps a tariff's fixed limit whatever the month has reached", async () => {
    await deploy({ ...own({ limitW: 3500 }), limitW: 1000, followPeak: true });
    past([4800]);
    red.inject("demand", power(500));
    await known(500);
    await red.until("the peak", () => state().peakWatts === 4800);
    expect(state().limitWatts).toBe(3500);
  });
});

describe("the demand node's money", () => {
  it("says the month so far, and what this window adds to it", async () => {
    await deploy({
      ...own({ price: { kind: "per-kw", currency: "EUR", per: "month", rates: [{ perKw: 10 }] } }),
      limitW: 1000,
    });
    past([2400]);
    red.inject("demand", reading(hour(), now(), 0));
    await red.until("the peak", () => state()?.peakWatts === 2400);
    red.inject("demand", power(4000));
    const said = await known(4000);
    expect(said).toMatchObject({ peakWatts: 2400, charge: { amount: 24, currency: "EUR" } });
    expect(said.period).toBe(new Date((now() - (isNew ? 43_200 : 0)) * 1000).toISOString().slice(0, 7));
    const more = Math.max(0, said.projectedWatts - 2400);
    expect(said.adds.watts).toBeCloseTo(more, 6);
    expect(said.adds.charge).toEqual({ amount: expect.closeTo(more / 100, 6), currency: "EUR" });
    const text = red.status("demand")?.text ?? "";
    if (more > 100) expect(text).toMatch(/ · \+\d+\.\d kW = \+\d+\.\d\d EUR$/);
    else expect(text).toMatch(/ left/);
  });

  it("says what energy costs now, and that it is dear", async () => {
    const rates = [{ when: [{ hours: [[0, 24]] as [number, number][] }], perKwh: 0.45, dear: true }, { perKwh: 0.2 }];
    await deploy(own({ energy: { currency: "EUR", rates } }));
    past([1200]);
    red.inject("demand", power(600));
    expect(await known(600)).toMatchObject({ price: { perKwh: 0.45, currency: "EUR" }, onPeak: true });
    await red.until("the cost of the month", () =>
      from(1).some(({ topic, payload }) => topic === "peak" && payload.energyCharge),
    );
    const peak = from(1).findLast(({ topic }) => topic === "peak")?.payload;
    expect(peak).toMatchObject({ energyWh: 1200, energyCharge: { amount: expect.closeTo(0.54, 9), currency: "EUR" } });
  });

  it("reports the months and the windows of the last day to the page", async () => {
    await deploy({ ...own({ highest: 2 }), limitW: 2500 });
    past([1200, 3600, 2400]);
    red.inject("demand", power(900));
    await known(900);
    await red.until("three windows", () => from(1).filter(({ topic }) => topic === "window").length === 3);
    const node = (RED.nodes as unknown as { getNode(id: string): { service: DemandService } }).getNode("demand");
    const report = node.service.report();
    expect(report).toMatchObject({
      id: "demand",
      name: "House",
      tariff: "Mine",
      zone: ZONE,
      windowS: 3600,
      stepS: 3600,
    });
    expect(report).toMatchObject({ target: "limit", phase: null, meters: [METER], powerWatts: 900 });
    expect(report.windows.map(({ wh }) => wh)).toEqual([1200, 3600, 2400]);
    expect(report.months.length).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe("the demand node's solar surplus", () => {
  it("takes what is fed in off what is drawn: power and energy are below zero while the sun gives more", async () => {
    await deploy({ target: "surplus", meters: METER, exportMeters: SUN, limitW: "", tariff: "belgium" });
    red.inject("demand", power(400));
    red.inject("demand", power(2400, SUN));
    const said = await known(-2000);
    expect(said).toMatchObject({ target: "surplus", limitWatts: 0, counts: true, meters: [METER, SUN] });
    expect(said.windowEnd - said.windowStart).toBe(900);
    await red.until("net energy", () => {
      // Again, for the window may have ended since.
      const end = now();
      red.inject("demand", reading(end - 1, end, 5));
      red.inject("demand", reading(end - 1, end, 45, SUN));
      return state().usedWh < 0;
    });
    expect(red.status("demand")?.text).toMatch(/^\d+\.\d kW fed in, projected · \d+ (min|s) left$/);
  });

  it("takes signed power of one meter, and shows what is drawn in the evening", async () => {
    await deploy({ target: "surplus", meters: METER });
    red.inject("demand", power(-1500));
    await known(-1500);
    // Deleted in between, for a node that remembers what the window fed in would show the sum of both.
    await red.deploy(EMPTY);
    mark = red.sent.length;
    await deploy({ target: "surplus", meters: METER });
    red.inject("demand", power(800));
    await known(800);
    await red.until("the status", () => / kW drawn, projected · /.test(red.status("demand")?.text ?? ""));
  });

  it("is of one phase where the meters are", async () => {
    await deploy({ phase: "L2", limitW: 3680 });
    red.inject("demand", power(100));
    expect(await known(100)).toMatchObject({ phase: "L2", target: "limit" });
  });
});

describe("the demand node's settings", () => {
  const expected: [string, Record<string, unknown>, RegExp][] = [
    ["a step that does not fit", { windowMinutes: 15, stepMinutes: 4 }, /^stepMinutes: 4 /],
    ["a window that is not offered", { windowMinutes: 7 }, /windowMinutes/],
    [
      "a tariff of the wrong shape",
      own({ price: { ...TARIFFS.belgium.price, rates: [{ perKw: "x" as never }] } }),
      /^tariff: price\.rates\[0\]\.perKw must be a number$/,
    ],
    ["a tariff that contradicts itself", own({ stepMinutes: 7 }), /^tariff: stepMinutes: 7 /],
    ["a tariff on no clock", own({ zone: "Mars/Olympus" }), /^tariff: zone: this time zone is unknown/],
    ["surplus without a meter for it", { target: "surplus" }, /enter it under Export$/],
    [
      "a meter that is both",
      { target: "surplus", meters: "a b", exportMeters: "b" },
      /^b cannot be under Meters and under Export$/,
    ],
  ];

  it.each(expected)("refuse %s, and say what to do", async (_, settings, words) => {
    await deploy(settings);
    await red.until(String(words), () => words.test(red.status("demand")?.text ?? ""));
    expect(red.status("demand")).toMatchObject({ fill: "red" });
  });

  it("of flows of older versions keep their meaning", async () => {
    await deploy({ windowMinutes: 30, limitW: "2500", tariff: "none", followPeak: true, staleAfterS: "300" });
    red.inject("demand", power(500));
    const { windowStart, windowEnd, limitWatts, target, phase } = await known(500);
    expect([windowEnd - windowStart, limitWatts, target, phase]).toEqual([1800, 2500, "limit", null]);
  });
});
