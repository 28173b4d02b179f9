import { describe, expect, it } from "vitest";
import { accountOf, meterNodeBench } from "./meternode-bench.ts";
import { V10Gateway } from "./v10/v10-gateway.ts";

describe("a node's clock", () => {
  it("is replaced by the watchdog's beats when its chip fails, and set again by the gateway; no impulse is lost", () => {
    const { world, node, gateway } = meterNodeBench({ seed: 41, gateway: true, watchdogPercent: 6 });
    node.pulses(() => 0.5);
    world.run(500);
    node.rtc.powerFail();
    world.run(3000);
    node.stopPulses();
    world.run(700);
    const account = accountOf(gateway?.lines ?? []);
    expect(account.registerWh).toBe(node.pulsesGiven);
    // Within the age of an update that is not full yet, and the seconds that are left alone.
    expect(Math.abs(account.endS - world.clockS)).toBeLessThan(310);
  });

  it("takes no time from a gateway that has none, and dates what it counted when there is one", () => {
    const { world, node } = meterNodeBench({ seed: 42 });
    const gateway = new V10Gateway(world.scheduler, world.ether, {});
    node.pulses(() => 0.5);
    world.run(900);
    expect(gateway.lines.filter((line) => /G>S:M(REB|UP_);2/.test(line))).toEqual([]);
    gateway.type(`S>G:STIME;${Math.floor(world.clockS)}\r`);
    world.run(300);
    node.stopPulses();
    world.run(400);
    const account = accountOf(gateway.lines);
    expect(account.registerWh).toBe(node.pulsesGiven);
    const first = /MREB;2,MREB,(\d+),0/.exec(gateway.lines.join("\n"));
    expect(Math.abs(Number(first?.[1]) - world.epochS)).toBeLessThan(4);
  });

  it("of a node that keeps its supply goes on through a reset: nothing is dated anew", () => {
    const { world, node, gateway } = meterNodeBench({ seed: 43, gateway: true });
    node.pulses(() => 0.5);
    world.run(330);
    node.reset("brownout");
    world.run(300);
    node.stopPulses();
    world.run(400);
    const account = accountOf(gateway?.lines ?? []);
    // The impulse that falls into the reset itself may be missed.
    expect(node.pulsesGiven - account.registerWh).toBeLessThanOrEqual(1);
    expect(account.gaps).toBe(0);
    expect(gateway?.lines.filter((line) => line.startsWith("G>S:MREB;2"))).toHaveLength(2);
  });
});
