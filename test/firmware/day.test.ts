import { expect, it } from "vitest";
import { impulseRate, Powers } from "./house/powers.ts";
import { Scene } from "./house/scene.ts";

const DAY_S = 86_400;
const PER_KWH = [1000, 800, 3200, 500];

it("counts a day of four meters, with a fifth of the radio lost, to the impulse", () => {
  // Parts as they are: no crystal and no oscillator is right.
  const board = { rtcPpm: 60, clockPpm: -90, watchdogPercent: 11, radioPpm: 8 };
  const scene = new Scene({ seed: 7, nodes: PER_KWH.length, perKwh: PER_KWH, board });
  const { world } = scene;
  world.ether.loss = 0.2;
  const powers = new Powers(world.epochS);
  for (const [i, node] of scene.nodes.entries()) {
    node.pulses((atUs) => impulseRate(powers.at(world.epochS + atUs / 1e6)[i] ?? 400, PER_KWH[i] ?? 1000));
  }
  world.run(DAY_S);
  world.ether.loss = 0;
  expect(scene.settle()).toBe(true);

  // A frame whose acknowledgement was lost came twice, and was counted once.
  const repeats = world.ether.log.filter(({ delivered }, i) => {
    const before = world.ether.log.slice(Math.max(0, i - 8), i);
    return (
      delivered.includes("gateway") &&
      before.some((one) => isSame(one.bytes, world.ether.log[i]?.bytes) && one.delivered.includes("gateway"))
    );
  });
  expect(repeats.length).toBeGreaterThan(50);
  for (const node of scene.nodes) {
    expect(node.pulsesGiven).toBeGreaterThan(1000);
    expect(scene.impulses(node)).toBe(node.pulsesGiven);
    expect(scene.countedWh(node)).toBe(scene.givenWh(node));
    expect(node.resets.map(({ cause }) => cause)).toEqual(["power-on", "power-on"]);
    expect(node.busConflicts).toBe(0);
  }
  expect(scene.gateway.resets).toHaveLength(1);
  expect(scene.server.rejected).toEqual([]);
});

function isSame(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}
