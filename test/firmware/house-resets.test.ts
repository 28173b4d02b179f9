import { describe, expect, it } from "vitest";
import { Scene } from "./house/scene.ts";
import type { NodeBoard } from "./simulator/node-board.ts";

const RATE = 1200 / 3600;

function sceneOf(seed: number): { scene: Scene; node: NodeBoard } {
  const scene = new Scene({ seed, nodes: 1 });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => RATE);
  scene.world.run(900);
  return { scene, node };
}

describe("a node that is reset", () => {
  it.each(["external", "brownout", "watchdog"] as const)("keeps every impulse over %s resets at any time", (cause) => {
    const { scene, node } = sceneOf(11);
    for (let i = 0; i < 12; i += 1) {
      scene.world.run(97.3 + i * 1.71);
      // In reset, and until its crystal runs, nobody can count.
      node.stopPulses();
      node.chip.reset(cause);
      scene.world.run(0.3);
      node.pulses(() => RATE);
    }
    scene.world.run(900);
    expect(scene.settle(1800)).toBe(true);
    expect(node.resets.filter((one) => one.cause === cause)).toHaveLength(12);
    expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  });

  it("says why, in words a server understands, and the register it goes on from", () => {
    const { scene, node } = sceneOf(12);
    node.reset("external");
    scene.world.run(60);
    const texts = scene.server.frames.flatMap((frame) =>
      frame.kind === "GMSG" && frame.sender === 2 && frame.message.boot !== undefined ? [frame.message.boot] : [],
    );
    expect(texts.at(-1)).toEqual({ version: 11, flags: 2 });
    expect(scene.server.of("MREB", 2).at(-1)?.register).toBeGreaterThan(250);
  });

  it("goes on from its last saved register after a battery change, never from 0", () => {
    const { scene, node } = sceneOf(13);
    const before = node.pulsesGiven;
    node.stopPulses();
    scene.world.run(400);
    node.power(false);
    scene.world.run(30);
    node.power(true);
    scene.world.run(30);
    expect(scene.server.of("MREB", 2).at(-1)?.register).toBe(before);
    node.pulses(() => RATE);
    scene.world.run(900);
    expect(scene.settle(1800)).toBe(true);
    expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  });

  it("loses at most five minutes of impulses when the battery falls out", () => {
    const { scene, node } = sceneOf(14);
    scene.world.run(137);
    node.power(false);
    scene.world.run(10);
    node.power(true);
    scene.world.run(60);
    expect(node.pulsesGiven - (scene.server.of("MREB", 2).at(-1)?.register ?? 0)).toBeLessThan(300 * RATE);
    scene.world.run(900);
  });
});

describe("a gateway that is reset", () => {
  it("loses nothing, asks for the time, and serves its nodes again", () => {
    const { scene, node } = sceneOf(15);
    for (const cause of ["external", "brownout", "external"] as const) {
      scene.gateway.reset(cause);
      scene.world.run(613);
    }
    scene.gateway.power(false);
    scene.world.run(45);
    scene.gateway.power(true);
    scene.world.run(1200);
    expect(scene.settle(3600)).toBe(true);
    expect(scene.countedWh(node)).toBe(node.pulsesGiven);
    expect(scene.server.of("GTIME")).toHaveLength(5);
    // Checksums are asked for anew each time.
    expect(scene.server.of("SCAP_ACK").length).toBeGreaterThanOrEqual(5);
    expect(scene.server.rejected).toEqual([]);
  });
});
