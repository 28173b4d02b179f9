import { expect, it } from "vitest";
import { FIRST_NODE, Scene } from "./house/scene.ts";

it("serves sixteen nodes on one gateway to the impulse", () => {
  const scene = new Scene({ seed: 21, nodes: 16 });
  for (const [i, node] of scene.nodes.entries()) node.pulses(() => (200 + i * 150) / 3600);
  scene.world.run(3600);
  expect(scene.settle(1800)).toBe(true);
  for (const node of scene.nodes) expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  const known = new Set(scene.server.of("NOSNAP").map(({ node }) => node));
  expect([...known].sort((a, b) => a - b)).toEqual(scene.nodes.map((_, i) => FIRST_NODE + i));
  expect(scene.server.rejected).toEqual([]);
});

it("counts ten impulses a second while it talks", () => {
  const scene = new Scene({ seed: 22, nodes: 1, intervalS: 5 });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => 10);
  scene.world.ether.loss = 0.3;
  scene.world.run(1200);
  scene.world.ether.loss = 0;
  expect(node.pulsesGiven).toBeGreaterThan(11_900);
  expect(scene.settle(900)).toBe(true);
  expect(scene.countedWh(node)).toBe(node.pulsesGiven);
});
