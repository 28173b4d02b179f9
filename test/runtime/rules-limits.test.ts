import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Examples } from "../support/examples.ts";
import { House } from "../support/house.ts";
import type { FlowNode } from "../support/node-red.ts";
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
  const CHARGING = { ev: { load: "ev", on: true, level: 16, watts: 3680 }, guest: { load: "guest", level: 16 } };
  // What comes by itself in the example comes here when it is asked for.
  const asked = (node: FlowNode) => (node.type === "inject" ? { ...node, repeat: "", once: false } : node);

  /** Both cars charge with all they can, and the meters show what a test says. @returns the first decision */
  async function charging(houseW: number, guestW: number, phaseW: number) {
    const trial = new Trial(examples, {});
    await examples.deploy("ev-sharing.json", 0, (flow) => Trial.quick(flow).map(asked));
    for (const payload of Object.values(CHARGING)) await examples.red.hand("cars", { topic: "load", payload });
    trial.feed(new House(2, trial.now() - 1800).until(trial.now(), houseW));
    for (const [meter, watts] of [
      ["guest", guestW],
      ["l1", phaseW],
    ] as const) {
      const payload = { meter, pulses: Math.round((watts * 60) / 3600), seconds: 60 };
      examples.red.inject("meter", { payload });
    }
    return (await trial.first(1, "limit"))[0];
  }
  const answers = () => examples.payloads("cars", 1).filter(({ load }) => load === "guest");

  it("slows the guest for the quarter hour, and its charger follows", async () => {
    const decision = await charging(4280, 11_040, 1200);
    expect(decision).toMatchObject({ load: "guest", action: "set", limit: "quarter hour" });
    expect(decision.level).toBeLessThan(16);
    const answer = await examples.red.until("the charger", () => answers()[1]);
    expect(answer).toEqual({
      load: "guest",
      on: decision.level > 0,
      level: decision.level,
      watts: 690 * decision.level,
    });
  });

  it("slows the guest for the fuse, of which it has a third", async () => {
    const decision = await charging(600, 600, 8560);
    expect(decision).toMatchObject({ load: "guest", limit: "fuse L1" });
    // What is needed on L1 takes three times as much of a car on three phases, or all of it.
    const { needW, dropW } = decision.inputs;
    expect(dropW).toBeGreaterThanOrEqual(decision.level > 0 ? 3 * needW : needW);
    await examples.red.until("the charger", () => answers()[1]?.level === decision.level);
  });
});
