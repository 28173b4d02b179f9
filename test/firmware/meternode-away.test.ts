import { describe, expect, it } from "vitest";
import { accountOf, meterNodeBench } from "./meternode-bench.ts";

const DAY_S = 86_400;

describe("a node that boots cold without a gateway", () => {
  it("counts for a day, grows quiet, and tells everything with its true times when one comes", () => {
    const bench = meterNodeBench({ seed: 21 });
    const { world, node } = bench;
    node.pulses(() => 0.2, 30);
    world.run(DAY_S);
    expect(node.hung).toBe(false);
    expect(node.resets).toHaveLength(1);
    // A minute of attempts at first, then one an hour.
    expect(world.ether.log.length).toBeLessThan(70);
    const gateway = bench.start();
    world.run(2 * 3600);
    node.stopPulses();
    world.run(400);
    const account = accountOf(gateway.lines);
    expect(account.gaps).toBe(0);
    expect(account.registerWh).toBe(node.pulsesGiven);
    // The first rebase is dated by the clock that came a day later.
    const first = /MREB,(\d+),0/.exec(gateway.lines.find((line) => line.startsWith("G>S:MREB;2")) ?? "");
    expect(Math.abs(Number(first?.[1]) - world.epochS)).toBeLessThan(4);
    expect(gateway.lines.filter((line) => /;900,\d+/.test(line)).length).toBeGreaterThan(20);
  });

  it("keeps the register of more than a day, and says where its memory of the course ends", () => {
    const bench = meterNodeBench({ seed: 22 });
    const { world, node } = bench;
    node.pulses(() => 0.1, 30);
    world.run(1.4 * DAY_S);
    const gateway = bench.start();
    world.run(2 * 3600);
    node.stopPulses();
    world.run(400);
    const account = accountOf(gateway.lines);
    expect(account.gaps).toBe(1);
    expect(account.wh).toBe(node.pulsesGiven);
    expect(account.registerWh).toBe(node.pulsesGiven);
  });

  it("raises its power while nobody answers", () => {
    const { world, ask } = meterNodeBench({ seed: 23 });
    world.run(3);
    ask("txpw=-10", 2);
    world.run(6 * 3600);
    const powers = world.ether.log.map(({ txDbm }) => txDbm);
    expect(powers[0]).toBeGreaterThanOrEqual(-10);
    expect(powers.at(-1)).toBe(13);
  });
});
