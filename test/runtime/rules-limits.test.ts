import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Examples } from "../support/examples.ts";
import { House } from "../support/house.ts";
import { Trial } from "../support/trial.ts";

let examples: Examples;
beforeAll(async () => {
  examples = await Examples.start();
});
beforeEach(() => examples.clock("2026-06-10T12:05:00Z"));
afterEach(() => examples.clear());
afterAll(() => examples.stop());

describe("solar-surplus.json", () => {
  it("runs car and pool on what is fed in, and no longer", async () => {
    const trial = new Trial(examples, { ev: 3680, pool: 1100 });
    await examples.deploy("solar-surplus.json", 0, Trial.quick);
    const [house, roof] = [new House(2, trial.now() - 1200), new House(4, trial.now() - 1200)];
    trial.tellAll(false);
    // Nothing to spare: nothing runs.
    trial.feed(house.until(trial.now(), 400) + roof.until(trial.now(), 0));
    await examples.red.until("the net power", () => trial.demand()?.powerWatts === 400);
    expect(examples.payloads("shed")).toEqual([]);

    examples.clock("2026-06-10T12:06:00Z");
    trial.feed(house.until(trial.now(), 0) + roof.until(trial.now(), 4000));
    await examples.red.until("surplus", () => trial.demand()?.powerWatts < -3000);
    const on = await trial.first(1, "surplus");
    expect(on[0]).toMatchObject({ load: "pool", action: "on", level: 1 });
    trial.obey(on[0]);
  });
});
