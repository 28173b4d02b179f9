import { describe, expect, it } from "vitest";
import { imageOf } from "./house/images.ts";
import { accountOf, meterNodeBench } from "./meternode-bench.ts";

describe("a node that counts", () => {
  it.each([
    ["8 MHz", 8_000_000],
    ["16 MHz", 16_000_000],
  ] as const)("loses none of ten a second beside its radio, at %s", (mhz, clockHz) => {
    const image = imageOf("meternode", clockHz === 8_000_000 ? 8 : 16);
    const { world, node, gateway, registerWh } = meterNodeBench({ seed: 11, gateway: true, image, clockHz });
    world.ether.loss = 0.3;
    world.run(5);
    node.pulses(() => 10, 30);
    world.run(1800);
    node.stopPulses();
    world.run(1);
    expect(node.pulsesGiven).toBeGreaterThan(17_900);
    expect(registerWh(), mhz).toBe(node.pulsesGiven);
    world.ether.loss = 0;
    world.run(3 * 3600);
    const account = accountOf(gateway?.lines ?? []);
    expect(account.registerWh).toBe(node.pulsesGiven);
    expect(node.busConflicts).toBe(0);
  });

  it("takes a comparator that chatters for one impulse", () => {
    const { world, node, registerWh } = meterNodeBench({ seed: 12 });
    world.run(20);
    for (let flash = 0; flash < 50; flash++)
      for (const [atMs, widthMs] of [
        [0, 0.3],
        [0.7, 0.2],
        [1.5, 25],
        [27, 0.4],
        [28, 0.1],
      ] as const)
        node.pulse(world.now + 1000 + flash * 300_000 + atMs * 1000, widthMs);
    world.run(20);
    expect(registerWh()).toBe(50);
  });

  it("is awake for less than a millisecond at each edge, and asleep between them", () => {
    // The start of the crystal, 2 ms, is no work of the firmware.
    const { world, node } = meterNodeBench({ seed: 13, gateway: true, startupCycles: 6 });
    world.run(60);
    const frames = world.ether.log.length;
    const before = { awakeUs: node.awakeUs, idleUs: node.idleUs };
    for (let i = 0; i < 100; i++) node.pulse(world.now + 1000 + i * 200_000, 30);
    world.run(20.1);
    expect(world.ether.log.length).toBe(frames);
    expect(node.idleUs).toBe(before.idleUs);
    expect((node.awakeUs - before.awakeUs) / 200).toBeLessThan(1000);
  });

  it("closes hours of one-second intervals without an impulse", () => {
    const { world, node, ask, gateway } = meterNodeBench({ seed: 14, gateway: true });
    world.run(10);
    ask("mtri=1");
    world.run(1800);
    node.pulse(world.now + 1000, 30);
    world.run(60);
    const account = accountOf(gateway?.lines ?? []);
    expect(account.registerWh).toBe(1);
    expect(account.gaps).toBe(0);
    expect(node.resets).toHaveLength(1);
  });
});
