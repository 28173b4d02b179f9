import { expect, it } from "vitest";
import { Scene } from "./house/scene.ts";

const HOUR_S = 3600;
const WATTS = 1500;
const RATE = WATTS / 3600;

it.each([0, 0.1, 0.2, 0.4])("loses nothing of two hours with %d of the frames lost", (loss) => {
  const scene = new Scene({ seed: 3, nodes: 2 });
  scene.world.ether.loss = loss;
  for (const node of scene.nodes) node.pulses(() => RATE);
  scene.world.run(2 * HOUR_S);
  scene.world.ether.loss = 0;
  expect(scene.settle(HOUR_S)).toBe(true);
  for (const node of scene.nodes) {
    expect(node.pulsesGiven).toBeGreaterThan(2900);
    expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  }
});

it("stores a day without a gateway as quarter hours and brings all of it", () => {
  const scene = new Scene({ seed: 4, nodes: 1 });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => 600 / 3600);
  scene.world.run(HOUR_S / 2);
  scene.gateway.power(false);
  const sentBefore = scene.world.ether.log.length;
  scene.world.run(24 * HOUR_S);
  // It gives up calling by and by: the battery has to last.
  expect(scene.world.ether.log.length - sentBefore).toBeLessThan(100);
  scene.gateway.power(true);
  expect(scene.world.runUntil(() => scene.server.of("MUPT", 2).length > 8, 2 * HOUR_S)).toBe(true);
  expect(scene.settle(2 * HOUR_S)).toBe(true);
  expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  const quarters = scene.server.of("MUPT", 2).flatMap(({ entries }) => entries);
  expect(quarters.filter(({ duration }) => duration > 800).length).toBeGreaterThan(80);
});

it("keeps the whole of two days, if not the quarter hours of each", () => {
  const scene = new Scene({ seed: 5, nodes: 1 });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => 300 / 3600);
  scene.world.run(600);
  scene.gateway.power(false);
  scene.world.run(48 * HOUR_S);
  scene.gateway.power(true);
  scene.world.run(2 * HOUR_S);
  expect(scene.settle(2 * HOUR_S)).toBe(true);
  expect(scene.countedWh(node)).toBe(node.pulsesGiven);
});
