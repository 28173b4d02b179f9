import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Examples } from "../support/examples.ts";
import { House } from "../support/house.ts";
import { actions, named, Trial } from "../support/trial.ts";

/** Power of the loads, in the order in which they are shed. */
const LOADS = { ev: 3680, pool: 1100, boiler: 2000, heatpump: 2500 };
const ALL_OFF = ["ev 0", "pool 0", "boiler 0", "heatpump 0"];

let examples: Examples;
let trial: Trial;
beforeAll(async () => {
  examples = await Examples.start();
  trial = new Trial(examples, LOADS);
});
beforeEach(() => examples.clock("2026-06-10T12:04:00Z"));
afterEach(() => examples.clear());
afterAll(() => examples.stop());

describe("the examples of rules", () => {
  it("peak-limit.json slows the car, sheds pool, boiler and heat pump, and gives them back with the last one first", async () => {
    await examples.deploy("peak-limit.json", 0, Trial.quick);
    const house = new House(2, trial.now() - 3600);
    trial.overload(house);
    const off = await trial.first(4, "limit");
    expect(actions(off)).toEqual(ALL_OFF);
    for (const one of off) {
      expect(one).toMatchObject({ dryRun: false, inputs: { targetW: 2900 } });
      expect(one.reason).toMatch(/^on course for \d+\.\d kW, aiming at 2\.9 kW$/);
    }
    for (const one of off) trial.obey(one);
    expect(named(examples.payloads("shed", 1).findLast((one) => one.held).held).sort()).toEqual([
      "boiler",
      "ev",
      "heatpump",
      "pool",
    ]);
    await trial.pass(house, 0, 25);
    await examples.red.until("a calm house", () => trial.demand().powerWatts < 200);
    const on = await trial.follow("restore", house, 0, (found) => named(found).includes("pool"));
    // Highest priority first; the car takes what fits, a few amps at a time.
    const order = ["heatpump", "boiler", "ev", "pool"];
    expect([...new Set(named(on))]).toEqual(order.filter((load) => named(on).includes(load)));
    expect(on[0].load).toBe("heatpump");
    let amps = 0;
    for (const { reason, inputs, level, load } of on) {
      expect(reason).toMatch(/^there is room again: /);
      const riseW = load === "ev" ? (level - amps) * 230 : LOADS[load as keyof typeof LOADS];
      expect(inputs.allowedW - inputs.netW - riseW).toBeGreaterThan(300);
      if (load === "ev") amps = level;
    }
  });

  it("shed.json decides in a dry run and switches nothing", async () => {
    await examples.deploy("shed.json", 0, Trial.quick);
    await examples.red.until("a status", () => examples.red.status("shed")?.text === "waiting for demand");
    trial.overload(new House(2, trial.now() - 3600));
    const thought = () => examples.messages("shed", 1).filter((msg) => msg.topic === "dry-run");
    await examples.red.until("four thoughts", () => thought().length >= 4);
    expect(actions(thought().map((msg) => msg.payload))).toEqual(ALL_OFF);
    for (const { payload } of thought()) expect(payload).toMatchObject({ dryRun: true, inputs: { targetW: 2400 } });
    expect(examples.red.status("shed")?.text).toMatch(/^dry run · would shed ev, pool, boiler, … · \d+\.\d kW$/);
    expect(examples.messages("shed", 0)).toEqual([]);
  });

  describe("capacity-tariff.json", () => {
    /** A quarter hour of 4 kW, then far too much. @returns what was decided for it */
    async function afterFourKw(limitW: number) {
      await examples.deploy("capacity-tariff.json", 0, Trial.quick);
      await examples.red.until("a limit", () => trial.demand()?.limitWatts === 2500);
      const quarter = Math.floor(trial.now() / 900) * 900 - 900;
      const house = new House(2, quarter - 900);
      trial.feed(house.until(quarter, 120) + house.until(quarter + 900, 4000) + house.until(trial.now() - 20, 120));
      const peak = () => examples.payloads("demand", 1).find((one) => one.candidates?.[0]?.watts === 4000);
      expect((await examples.red.until("the peak", peak)).charge).toMatchObject({ currency: "EUR" });
      const calm = () => trial.demand()?.limitWatts === limitW && trial.demand().powerWatts < 1000;
      await examples.red.until("the limit", calm);
      trial.overload(house, 120);
      return trial.first(4, "limit");
    }

    it("keeps to 2.5 kW until this month has seen more, then to that", async () => {
      const off = await afterFourKw(4000);
      expect(actions(off)).toEqual(ALL_OFF);
      for (const { inputs } of off) expect(inputs.targetW).toBe(3900);
    });

    it("begins each month at 2.5 kW, whatever the last one has seen", async () => {
      // Four minutes into July in Brussels.
      examples.clock("2026-06-30T22:04:00Z");
      for (const { inputs } of await afterFourKw(2500)) expect(inputs.targetW).toBe(2400);
    });
  });

  it("time-of-use.json lets loads wait while energy is dear, and no longer", async () => {
    // A quarter past 17 h in Brussels, on a Wednesday.
    examples.clock("2026-06-10T15:15:00Z");
    await examples.deploy("time-of-use.json", 0, Trial.quick);
    const house = new House(2, trial.now() - 3600);
    trial.overload(house);
    const off = await trial.first(3, "on-peak");
    expect(actions(off).sort()).toEqual(["boiler 0", "ev 0", "pool 0"]);
    for (const one of off) {
      expect(one.reason).toBe("energy is dear now, and this load is to wait");
      trial.obey(one);
    }
    await trial.pass(house, 24_000);
    examples.press("keep");
    expect((await trial.first(1, "override"))[0]).toMatchObject({ load: "ev", level: 16 });
    await examples.red.until("the house is heard", () => trial.demand()?.powerWatts > 20_000);
    // There is no limit in this rule: what comes back does so for the hour alone.
    expect(trial.demand()).toMatchObject({ onPeak: true, limitWatts: null });
    expect(trial.decisions("restore")).toEqual([]);

    examples.clock("2026-06-10T19:04:00Z");
    await examples.deploy("time-of-use.json", 0, Trial.quick);
    const later = new House(2, trial.now() - 600);
    trial.feed(later.until(trial.now(), 120));
    for (const load of ["pool", "boiler"]) trial.tell(load, false);
    trial.tell("ev", true);
    const on = await trial.follow("restore", later, 120, (found) => found.length === 2);
    expect(named(on)).toEqual(["boiler", "pool"]);
    expect(on[0].reason).toBe("no limit is to be kept now");
    expect(trial.decisions("on-peak")).toEqual([]);
  });

  it("time-of-use.json leaves loads alone on a Saturday evening, and tells what the energy costs", async () => {
    examples.clock("2026-06-13T15:16:00Z");
    await examples.deploy("time-of-use.json", 0, Trial.quick);
    await examples.red.until("its first word", () => trial.demand());
    trial.overload(new House(2, trial.now() - 3600));
    await examples.red.until("the house is heard", () => trial.demand()?.powerWatts > 20_000);
    expect(trial.demand()).toMatchObject({ onPeak: false, price: { perKwh: 0.28, currency: "EUR" } });
    expect(examples.payloads("shed")).toEqual([]);
    const month = await examples.red.until("the month", () =>
      examples.payloads("demand", 1).find((one) => one.energyWh),
    );
    expect(month.energyCharge.amount).toBeCloseTo((month.energyWh / 1000) * 0.28, 9);
  });
});
