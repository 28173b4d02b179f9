import { describe, expect, it } from "vitest";
import { Scene, type SceneOptions } from "./house/scene.ts";
import type { NodeBoard } from "./simulator/node-board.ts";

function one(o: Partial<SceneOptions>): { scene: Scene; node: NodeBoard } {
  const scene = new Scene({ seed: 111, nodes: 1, ...o });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  return { scene, node };
}

/** Times of the LED from now on: when it went on, and for how many ms. */
function watchLed(node: NodeBoard): { atS: number; ms: number }[] {
  const flashes: { atS: number; ms: number }[] = [];
  let since = 0;
  node.onLed = (on, atUs) => {
    if (on) since = atUs;
    else flashes.push({ atS: since / 1e6, ms: (atUs - since) / 1000 });
  };
  return flashes;
}

describe("what a node measures", () => {
  it("is the current, to a few per cent, and none below 0.3 A", () => {
    const { scene, node } = one({ consoles: ["ctcl=1"], intervalS: 10 });
    node.pulses(() => 0.5);
    for (const amps of [0.2, 1, 7.5, 12.3, 60]) {
      node.ct(amps);
      scene.world.run(130);
      const told = scene.server.of("MUTC", 2).at(-1)?.entries.at(-1)?.amps ?? -1;
      if (amps < 0.3) expect(told).toBe(0);
      else expect(Math.abs(told / amps - 1)).toBeLessThan(0.05);
    }
    // 60 Hz is no other current.
    node.ct(7.5, 60);
    scene.world.run(130);
    expect(Math.abs((scene.server.of("MUTC", 2).at(-1)?.entries.at(-1)?.amps ?? 0) - 7.5)).toBeLessThan(0.4);
  });

  it("is its battery, to 2 %", () => {
    for (const batteryMv of [4700, 3900, 3450]) {
      const { scene } = one({ board: { batteryMv } });
      scene.world.run(920);
      const told = scene.server.of("NOSNAP", 2).at(-1)?.battery ?? 0;
      expect(Math.abs(told / batteryMv - 1)).toBeLessThan(0.02);
    }
  });
});

describe("the LED of a node", () => {
  it("shows each n-th impulse, for as long as it is told", () => {
    const { scene, node } = one({ consoles: ["ledr=3", "ledt=20"] });
    scene.world.run(30);
    const flashes = watchLed(node);
    node.pulses(() => 1);
    scene.world.run(60);
    expect(flashes.length).toBeGreaterThanOrEqual(19);
    expect(flashes.length).toBeLessThanOrEqual(21);
    // Between two ticks of the watchdog it may be a little longer.
    expect(Math.max(...flashes.map(({ ms }) => ms))).toBeLessThan(36);
  });

  it("follows the meter for a minute when the button is held, and is then as before", () => {
    const { scene, node } = one({});
    node.pulses(() => 2);
    scene.world.run(30);
    const flashes = watchLed(node);
    node.press(3.6);
    scene.world.run(4);
    // Two flashes of its own: let go.
    expect(flashes.filter(({ ms }) => ms > 60)).toHaveLength(2);
    flashes.length = 0;
    scene.world.run(86);
    expect(flashes.length).toBeGreaterThan(100);
    expect(flashes.length).toBeLessThan(130);
    expect(flashes.every(({ ms }) => ms < 45)).toBe(true);
    const { length } = flashes;
    scene.world.run(60);
    expect(flashes).toHaveLength(length);
  });
});

describe("the button of a node", () => {
  it("has it report at once; three short flashes when the gateway answered, one long when not", () => {
    const { scene, node } = one({});
    node.pulses(() => 1);
    scene.world.run(100);
    const flashes = watchLed(node);
    const before = scene.server.of("MUPT", 2).length;
    node.press(0.4);
    scene.world.run(8);
    expect(scene.server.of("MUPT", 2).length).toBeGreaterThan(before);
    expect(flashes).toHaveLength(3);
    scene.gateway.power(false);
    flashes.length = 0;
    node.press(0.4);
    scene.world.run(20);
    expect(flashes).toHaveLength(1);
    expect(flashes[0]?.ms).toBeGreaterThan(400);
  });
});

describe("the power of a node's radio", () => {
  const lastDbm = (scene: Scene) => scene.world.ether.log.findLast(({ from }) => from === "node-2")?.txDbm ?? 99;

  it("goes down when the gateway hears it well, and up again when it does not", () => {
    const { scene, node } = one({ board: { pathLossDb: 62 } });
    node.pulses(() => 0.5);
    scene.world.run(3 * 3600);
    expect(lastDbm(scene)).toBeLessThan(0);
    // Somebody shuts a steel door.
    scene.world.ether.setPathLossDb("gateway", "node-2", 98);
    scene.world.run(3 * 3600);
    expect(lastDbm(scene)).toBeGreaterThan(0);
    expect(scene.settle(3600)).toBe(true);
    expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  });
});
