import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Examples } from "../support/examples.ts";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { House } from "../support/house.ts";
import type { FlowNode } from "../support/node-red.ts";
import { Trial } from "../support/trial.ts";

let examples: Examples;
beforeAll(async () => {
  examples = await Examples.start();
});
beforeEach(() => examples.clock("2026-06-10T12:05:00Z"));
afterEach(() => examples.clear());
afterAll(() => examples.stop());

describe("notify-only.json", () => {
  let trial: Trial;
  beforeEach(async () => {
    trial = new Trial(examples, {});
    await examples.deploy("notify-only.json", 0, Trial.quick);
    // What is in the store before the node has looked there is known to it, and no news.
    await examples.red.until("its first word", () => trial.demand());
  });
  const told = (id: string) => examples.payloads(id);

  it("tells once of a window that is about to break, and again in the next one", async () => {
    const house = new House(2, trial.now() - 1800);
    trial.feed(house.until(trial.now() - 300, 2000) + house.until(trial.now(), 4000));
    const first = await examples.red.until("the message", () => told("words")[0]);
    expect(first).toMatch(/^On course for [34]\.\d kW, the limit is 2\.5 kW: switch something off within 10 min\.$/);
    trial.feed(house.use(10, 6000));
    await examples.red.until("more demand", () => trial.demand()?.powerWatts > 4500);
    expect(told("words")).toHaveLength(1);

    examples.clock("2026-06-10T12:20:00Z");
    trial.feed(house.until(trial.now(), 6000));
    // By then the month has reached more than 2.5 kW: that is the limit now.
    const second = await examples.red.until("the next window's", () => told("words")[1]);
    expect(second).toMatch(/^On course for 6\.0 kW, the limit is [2-6]\.\d kW: /);
  });

  it("says nothing of a window that is on course", async () => {
    trial.feed(new House(2, trial.now() - 1800).until(trial.now(), 2000));
    await examples.red.until("demand", () => trial.demand()?.projectedWatts > 1900);
    expect(told("words")).toEqual([]);
  });

  it("tells each new peak of the month once, with what it costs", async () => {
    const quarter = Math.floor(trial.now() / 900) * 900;
    const house = new House(2, quarter - 3600);
    trial.feed(
      house.until(quarter - 2700, 2000) + house.until(quarter - 1800, 3000) + house.until(quarter - 900, 2800),
    );
    const first = await examples.red.until("the peak", () => told("peak-words")[0]);
    // 3 kW × 54.20 EUR a year, a twelfth of it.
    expect(first).toBe("New peak of 2026-06: 3.00 kW. The month's share of the demand charge is 13.55 EUR.");
    trial.feed(house.until(quarter, 4000));
    expect(await examples.red.until("the next", () => told("peak-words")[1])).toMatch(
      /^New peak of 2026-06: 4\.00 kW\./,
    );
    expect(told("peak-words")).toHaveLength(2);
  });
});

describe("plain-messages.json", () => {
  it("turns decisions into a word, an address and amps, and a device's word into a state", async () => {
    const trial = new Trial(examples, { ev: 3680, pool: 1100, heatpump: 2500 });
    await examples.deploy("plain-messages.json", 0, Trial.quick);
    const house = new House(2, trial.now() - 3600);
    // The boiler speaks for itself; until then it is not touched.
    examples.press("says-on");
    await examples.red.until("its state", () => examples.payloads("state")[0]);
    trial.overload(house);
    const boiler = await examples.red.until("the boiler's word", () => examples.messages("boiler-word")[0]);
    expect(boiler).toMatchObject({ topic: "boiler/set", payload: "OFF" });
    const pool = await examples.red.until("the pool's address", () => examples.messages("pool-url")[0]);
    expect(pool.url).toBe("http://pool-plug.local/relay?turn=off");
    const car = await examples.red.until("the car's amps", () => examples.messages("ev-amps")[0]);
    expect(car).toMatchObject({ topic: "ev", payload: 0 });
    examples.red.inject("state", { topic: "boiler/state", payload: "nonsense" });
    const states = await examples.red.until(
      "its second state",
      () => examples.payloads("state")[1] && examples.payloads("state"),
    );
    expect(states).toEqual([
      { load: "boiler", on: true },
      { load: "boiler", on: null },
    ]);
  });
});

describe("home-assistant-loads.json", () => {
  const POOL = "switch.pool_pump";
  let server: HomeAssistantServer;
  beforeEach(async () => {
    server = await HomeAssistantServer.start();
    server.addLoad(POOL, "on");
    server.addLoad("switch.boiler", "on");
    server.addLoad("number.wallbox_current", "16");
    server.states.set("sensor.boiler_power", "2000", { unit_of_measurement: "W", device_class: "power" });
  });
  afterEach(() => server.stop());

  const connected = (change: object) => (flow: FlowNode[]) =>
    Trial.quick(flow).map((node) => {
      if (node.type === "meterman-shed") return { ...node, ...change };
      const connection = { url: `${server.url}/`, credentials: { token: server.token } };
      return node.type === "meterman-home-assistant" ? { ...node, ...connection } : node;
    });
  const loads = () => ["number.wallbox_current", POOL, "switch.boiler"].map((entity) => server.state(entity));

  it("begins as a dry run, and shows the window in Home Assistant", async () => {
    const trial = new Trial(examples, {});
    await examples.deploy("home-assistant-loads.json", 0, connected({}));
    const house = new House(2, trial.now() - 3600);
    trial.feed(house.until(trial.now() - 15, 1500) + house.use(15, 24_000));
    await examples.red.until("its thoughts", () => /would shed/.test(examples.red.status("shed")?.text ?? ""));
    const projected = "sensor.meterman_0_0_2_10_2_projected_demand";
    await examples.red.until("the sensor", () => Number(server.state(projected)) > 3000);
    expect(loads()).toEqual(["16", "on", "on"]);
  });

  it("switches the entities once it is no dry run any more", async () => {
    const trial = new Trial(examples, {});
    await examples.deploy("home-assistant-loads.json", 0, connected({ dryRun: false }));
    await examples.red.until("the entities", () =>
      /nothing shed|waiting/.test(examples.red.status("shed")?.text ?? ""),
    );
    const house = new House(2, trial.now() - 3600);
    trial.feed(house.until(trial.now() - 15, 1500) + house.use(15, 24_000));
    await examples.red.until("all three off", () => loads().join() === "0,off,off");
    expect(server.loads.calls.map((call) => call.service)).toEqual(["set_value", "turn_off", "turn_off"]);
  });
});
