import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Examples } from "../support/examples.ts";
import { House } from "../support/house.ts";
import { actions, named, Trial } from "../support/trial.ts";

const LOADS = { ev: 3680, pool: 1100, boiler: 2000, heatpump: 2500 };
const HOUR = 3600;
const DAY = 86_400;

let examples: Examples;
let trial: Trial;
beforeAll(async () => {
  examples = await Examples.start();
  trial = new Trial(examples, LOADS);
});
afterEach(() => examples.clear());
afterAll(() => examples.stop());

describe("effekttariff.json", () => {
  it("keeps the clock hour below the end of a step", async () => {
    // A quarter past 18 h in Oslo.
    examples.clock("2026-01-14T17:15:00Z");
    await examples.deploy("effekttariff.json", 0, Trial.quick);
    await examples.red.until("the limit", () => trial.demand()?.limitWatts === 5000);
    const { windowStart, windowEnd } = trial.demand();
    expect(windowEnd - windowStart).toBe(HOUR);
    trial.overload(new House(2, trial.now() - 2 * HOUR), 4000);
    const off = await trial.first(4, "limit");
    expect(actions(off)).toEqual(["ev 0", "pool 0", "boiler 0", "heatpump 0"]);
    for (const { inputs } of off) expect(inputs.targetW).toBe(4900);
  });

  it("goes by the three highest days, once they are above the step", async () => {
    examples.clock("2026-01-14T17:15:00Z");
    await examples.deploy("effekttariff.json", 0, Trial.quick);
    // What is in the store before the node has looked there is known to it, and no news.
    await examples.red.until("its first word", () => trial.demand());
    const hour = Math.floor(trial.now() / HOUR) * HOUR;
    const house = new House(2, hour - 4 * DAY);
    let lines = "";
    // Two high hours on one day count once.
    for (const [daysAgo, hours, watts] of [
      [4, 0, 8000],
      [4, 1, 9000],
      [3, 0, 7000],
      [2, 0, 6000],
    ] as const) {
      const start = hour - daysAgo * DAY + hours * HOUR;
      lines += house.until(start, 500) + house.until(start + HOUR, watts);
    }
    trial.feed(lines + house.until(trial.now(), 500));
    await examples.red.until("the limit", () => trial.demand()?.limitWatts === 6000);
    const month = await examples.red.until("the month", () =>
      examples.payloads("demand", 1).find((one) => one.figureWatts === 22_000 / 3),
    );
    expect(month.charge).toEqual({ amount: 415, currency: "NOK" });
  });
});

describe("demand-window.json", () => {
  it("keeps half hours of the evening below the limit", async () => {
    // Ten past five in Brisbane.
    examples.clock("2026-02-11T07:10:00Z");
    await examples.deploy("demand-window.json", 0, Trial.quick);
    trial.overload(new House(2, trial.now() - HOUR));
    const off = await trial.first(4, "limit");
    expect(named(off)).toEqual(["ev", "pool", "boiler", "heatpump"]);
    for (const { inputs } of off) expect(inputs.targetW).toBe(2900);
    expect(trial.demand()).toMatchObject({ counts: true });

    // Past nine in the evening nothing counts any more: all of it comes back, whatever the house uses.
    examples.clock("2026-02-11T11:10:00Z");
    await examples.deploy("demand-window.json", 0, Trial.quick);
    const later = new House(2, trial.now() - HOUR);
    trial.feed(later.until(trial.now(), 4000));
    trial.tellAll(false);
    const back = await trial.follow("restore", later, 4000, (found) => found.length === 4);
    expect(named(back)).toEqual(["heatpump", "boiler", "ev", "pool"]);
    for (const { reason } of back) expect(reason).toBe("no limit is to be kept now");
  });

  it("lets the house use what it likes before 15 h", async () => {
    examples.clock("2026-02-11T03:10:00Z");
    await examples.deploy("demand-window.json", 0, Trial.quick);
    trial.overload(new House(2, trial.now() - HOUR));
    await examples.red.until("the house is heard", () => trial.demand()?.powerWatts > 20_000);
    expect(trial.demand()).toMatchObject({ counts: false });
    expect(examples.payloads("shed")).toEqual([]);
  });
});
