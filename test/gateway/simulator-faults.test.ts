import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "../../nodes/model/index.ts";
import { flat, settings, world } from "./simulator-world.ts";

const one = (more = {}) => world(settings({ meters: [flat(2, 3600)], ...more }));

/** The simplest account that the protocol allows: the register is cumulative between rebases. */
function counted(facts: readonly Fact[], meter: string): number {
  let total = 0;
  let register: number | undefined;
  for (const fact of facts) {
    if ((fact.kind !== "update" && fact.kind !== "rebase") || fact.meter !== meter) continue;
    const base: number = fact.kind === "update" ? fact.baseRegister : fact.register;
    const end = fact.kind === "update" ? fact.entries.reduce<number>((sum, entry) => sum + entry.energy, base) : base;
    if (fact.kind === "rebase" && base < (register ?? base)) register = base;
    register ??= base;
    if (end > register) {
      total += end - register;
      register = end;
    }
  }
  return total;
}

describe("faults of the simulated gateway", () => {
  it("lose frames for good, while the register carries their energy", () => {
    const { run, fault, of, truth } = one();
    run(300);
    fault({ kind: "loss", node: 2, count: 2 });
    const before = of("MUP_").length;
    run(300);
    expect(of("MUP_").length - before).toBe(3);
    const last = of("MUP_").at(-1);
    const end = (last?.entries ?? []).reduce((sum, entry) => sum + entry.energy, last?.baseRegister ?? 0);
    expect(truth(2).shownWh).toBe(end);
  });

  it("repeat frames", () => {
    const { run, fault, of } = one();
    fault({ kind: "duplicates", share: 1 });
    run(300);
    const bases = of("MUP_").map((update) => update.baseTime);
    expect(bases.length).toBe(2 * new Set(bases).size);
  });

  it("swap two updates", () => {
    const { run, fault, of } = one();
    run(100);
    fault({ kind: "reorder", node: 2 });
    run(300);
    const bases = of("MUP_").map((update) => update.baseTime);
    const sorted = [...bases].sort((a, b) => a - b);
    expect(bases).not.toEqual(sorted);
    expect(new Set(bases)).toEqual(new Set(sorted));
  });

  it("restart a node: boot message, MREB, register from 0", () => {
    const { run, fault, of } = one();
    run(1000);
    fault({ kind: "node-reboot", node: 2 });
    run(200);
    expect(of("MREB").map((rebase) => rebase.register)).toEqual([0, 0]);
    expect(of("GMSG").filter((message) => message.sender === 2)).toHaveLength(2);
    expect(of("MUP_").at(-1)?.baseRegister).toBeLessThan(200);
  });

  it("lose the MREB of a restart", () => {
    const { run, fault, of, truth } = one();
    run(1000);
    fault({ kind: "mreb-lost", node: 2 });
    fault({ kind: "node-reboot", node: 2 });
    run(200);
    expect(of("MREB")).toHaveLength(1);
    expect(truth(2).hiddenRebases).toBe(1);
  });

  it("restart the gateway: banner, GTIME, no nodes until they speak again", () => {
    const { run, fault, of, send, bytes } = one();
    run(700);
    fault({ kind: "gateway-reboot" });
    expect(of("GTIME")).toHaveLength(2);
    expect(bytes()).toContain("=BOOT=");
    expect(send("S>G:GNOSNAP;254")).toBe("S>G:GNOSNAP;254\r\nG>S:NOSNAP\r\n\r\n");
    run(100);
    expect(send("S>G:GNOSNAP;254")).toContain("NOSNAP;2,0,0,0,0,");
  });

  it("move a node's clock until it asks the gateway again", () => {
    const { run, fault, of, state } = one();
    run(200);
    fault({ kind: "clock-jump", node: 2, seconds: 5000 });
    expect(of("MREB").at(-1)?.time).toBe(state.now + 5000);
    run(1000);
    expect(of("MREB").at(-1)?.time).toBeLessThanOrEqual(state.now);
    expect(of("MREB")).toHaveLength(3);
  });

  it("darken a node, which the gateway reports once after 600 s, and which comes back with its register", () => {
    const { run, fault, of } = one();
    run(100);
    const before = of("MUP_").at(-1);
    fault({ kind: "dark", node: 2, seconds: 1500 });
    run(1400);
    expect(of("NDARK")).toHaveLength(1);
    run(400);
    expect(of("MUP_").at(-1)?.baseRegister).toBeGreaterThan((before?.baseRegister ?? 0) + 1000);
  });

  it("splice lines, of which the decoder believes nothing that begins inside another", () => {
    const { run, rejected, of } = one({ spliceShare: 0.3 });
    run(3600);
    expect(rejected.length).toBeGreaterThan(10);
    expect(of("MUP_").length).toBeGreaterThan(20);
  });

  it("never hide energy from an account that trusts the register", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const w = world(settings({ seed, lossShare: 0.2, duplicateShare: 0.2 }));
        w.run(30_000);
        w.fault({ kind: "node-reboot", node: 2 });
        w.run(1000);
        w.fault({ kind: "gateway-reboot" });
        w.run(20_000);
        w.fault({ kind: "node-reboot", node: 3 });
        w.fault({ kind: "reorder" });
        w.run(35_400);
        for (const node of [2, 3]) {
          const truth = w.truth(node);
          if (truth.hiddenRebases === 0) expect(counted(w.facts, `0.0.1.1.${node}`)).toBe(truth.shownWh);
        }
      }),
      { numRuns: 8 },
    );
  });
});
