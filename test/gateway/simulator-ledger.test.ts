import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, decide, evolveAll, isMeterFact, newLedger } from "../../nodes/meter/index.ts";
import type { Fact, MeterId } from "../../nodes/model/index.ts";
import { flat, settings, world } from "./simulator-world.ts";

function lifetimeWh(facts: readonly Fact[], meter: string): number {
  let ledger = newLedger(meter as MeterId);
  for (const fact of facts) {
    if (!isMeterFact(fact) || fact.meter !== meter) continue;
    ledger = evolveAll(ledger, decide(ledger, fact, DEFAULT_SETTINGS));
  }
  return ledger.lifetimeWh;
}

const DAY_S = 86_400;
const faulty = (seed: number) =>
  world(
    settings({
      seed,
      meters: [{ ...flat(2, 200), profile: "household" }, flat(3, 2400, { intervalS: 30 })],
      lossShare: 0.2,
      duplicateShare: 0.1,
    }),
  );

describe("a simulated day with losses, duplicates, two reboots and a gateway restart", () => {
  it("is counted to the watt-hour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const one = faulty(seed);
        one.run(DAY_S / 4);
        one.fault({ kind: "node-reboot", node: 2 });
        one.run(DAY_S / 4);
        one.fault({ kind: "gateway-reboot" });
        one.run(DAY_S / 4);
        one.fault({ kind: "node-reboot", node: 3 });
        one.fault({ kind: "reorder", node: 2 });
        one.run(DAY_S / 4);
        for (const node of [2, 3]) {
          const { shownWh, hiddenRebases } = one.truth(node);
          if (hiddenRebases === 0) expect(lifetimeWh(one.facts, `0.0.1.1.${node}`)).toBe(shownWh);
        }
      }),
      { numRuns: 10 },
    );
  });

  it("is counted to the watt-hour when a clock jumps and a node is dark for hours", () => {
    const one = faulty(3);
    one.run(DAY_S / 4);
    one.fault({ kind: "loss", share: 0 });
    one.fault({ kind: "clock-jump", node: 2, seconds: 40 });
    one.run(DAY_S / 4);
    one.fault({ kind: "dark", node: 3, seconds: 10_000 });
    one.run(DAY_S / 2);
    expect(lifetimeWh(one.facts, "0.0.1.1.2")).toBe(one.truth(2).shownWh);
    expect(lifetimeWh(one.facts, "0.0.1.1.3")).toBe(one.truth(3).shownWh);
  });

  it("loses nothing but what the node had not sent: its pulses are the ledger's watt-hours", () => {
    const one = world(settings({ meters: [flat(2, 3600)] }));
    one.run(DAY_S);
    const { pulses, registerWh, shownWh } = one.truth(2);
    expect(pulses - registerWh).toBeLessThanOrEqual(5);
    expect(registerWh - shownWh).toBeLessThanOrEqual(3600 / 60);
    expect(lifetimeWh(one.facts, "0.0.1.1.2")).toBe(shownWh);
  });
});
