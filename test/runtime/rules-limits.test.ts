import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Examples } from "../support/examples.ts";
import { House } from "../support/house.ts";
import { type Told, Trial } from "../support/trial.ts";

let examples: Examples;
beforeAll(async () => {
  examples = await Examples.start();
});
beforeEach(() => examples.clock("2026-06-10T12:05:00Z"));
afterEach(() => examples.clear());
afterAll(() => examples.stop());

describe("solar-surplus.json", () => {
  it("runs pool and car on what would be fed in, and no longer", async () => {
    const trial = new Trial(examples, { ev: 3680, pool: 1100 });
    await examples.deploy("solar-surplus.json", 0, Trial.quick);
    const [house, roof] = [new House(2, trial.now() - 1200), new House(4, trial.now() - 1200)];
    const net: Told = {
      until: (end, watts) => house.until(end, Math.max(0, watts)) + roof.until(end, Math.max(0, -watts)),
    };
    trial.tellAll(false);
    // Nothing to spare: nothing runs.
    trial.feed(net.until(trial.now(), 400));
    await examples.red.until("the net power", () => trial.demand()?.powerWatts === 400);
    expect(examples.payloads("shed")).toEqual([]);

    examples.clock("2026-06-10T12:06:00Z");
    trial.feed(net.until(trial.now(), -4000));
    await examples.red.until("surplus", () => trial.demand()?.powerWatts < -3000);
    const [pool] = await trial.first(1, "surplus");
    expect(pool).toMatchObject({ load: "pool", level: 1 });
    trial.obey(pool);
    await trial.pass(net, -2900);
    const car = (await trial.first(2, "surplus"))[1];
    expect(car.load).toBe("ev");
    // As many amps as fit, and no more than that.
    const roomW = car.inputs.allowedW - car.inputs.netW;
    expect(car.level * 230).toBeLessThan(roomW);
    expect(car.level * 230).toBeGreaterThan(roomW / 2);
    expect(car.reason).toMatch(/^the sun gives \d\.\d kW more than is drawn$/);
    trial.obey(car);

    // Clouds for some minutes: what runs on surplus alone stops.
    const running = new Map([
      ["pool", 1],
      ["ev", car.level],
    ]);
    for (let heard = examples.payloads("shed").length; Math.max(...running.values()) > 0; ) {
      await trial.pass(net, 3000);
      const { at } = trial.demand();
      await examples.red.until("the next look", () => trial.demand().at > at);
      expect(trial.now(), "ten minutes later").toBeLessThan(Date.parse("2026-06-10T12:17:00Z") / 1000);
      for (const one of examples.payloads("shed").slice(heard)) {
        running.set(one.load, one.level);
        trial.obey(one);
        heard += 1;
      }
    }
    expect([...running.keys()]).toEqual(["pool", "ev"]);
  });
});

describe("ev-sharing.json", () => {
  it("slows the guest first, keeps quarter hour and fuse, and lets the other charge when the guest has gone", async () => {
    const trial = new Trial(examples, {});
    await examples.deploy("ev-sharing.json", 0, Trial.quick);
    const house = new House(2, trial.now() - 1800);
    let ev = 16;
    const say = () => {
      const payload = { load: "ev", on: ev > 0, level: ev, watts: 230 * ev };
      examples.red.inject("cars", { topic: "load", payload });
    };
    /** Half a minute with `base` W of other use, in which both cars do as they were told. */
    async function live(base: number): Promise<void> {
      examples.forward(30);
      trial.feed(house.until(trial.now(), base + 230 * ev));
      examples.press("tick");
      const { at } = trial.demand();
      await examples.red.until("both limits", () => trial.demand().at > at && trial.demand("fuse")?.at > at);
      ev = examples.payloads("shed").findLast((one) => one.load === "ev")?.level ?? ev;
      say();
    }
    trial.feed(house.until(trial.now(), 600 + 230 * ev));
    say();
    examples.press("plug");
    await examples.red.until("demand", () => trial.demand());
    // Early in the window there is room for both; then the guest has what is left.
    while (trial.demand().remainingS > 60) {
      await live(600);
    }
    expect(examples.payloads("shed")[0]).toMatchObject({ load: "guest", limit: "quarter hour" });
    expect(new Set(examples.payloads("shed").map(({ limit }) => limit))).toContain("fuse L1");
    const { usedWh, bridgedWh, powerWatts, remainingS } = trial.demand();
    expect((usedWh + bridgedWh + (powerWatts * remainingS) / 3600) * 4).toBeLessThan(11_000);
    expect(trial.demand("fuse").projectedWatts).toBeLessThan(7300);
    // It drives home: the other has all of it again.
    examples.press("unplug");
    for (let i = 0; i < 12; i += 1) await live(600);
    expect(ev).toBe(16);
  });
});
