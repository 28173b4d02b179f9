import { expect, it } from "vitest";
import { Scene } from "./house/scene.ts";
import { V10Node } from "./v10/v10-node.ts";

it("says when a node has gone silent, however often it is told the time", () => {
  const scene = new Scene({ seed: 121, nodes: 2 });
  for (const node of scene.nodes) node.pulses(() => 0.5);
  scene.world.run(300);
  scene.nodes[1]?.power(false);
  const since = scene.world.clockS;
  for (let i = 0; i < 15; i += 1) {
    scene.world.run(60);
    scene.server.ask("set-time", {});
  }
  const dark = scene.server.of("NDARK");
  expect(dark).toHaveLength(1);
  expect(dark[0]?.node).toBe(3);
  expect(Math.abs((dark[0]?.lastSeen ?? 0) - since)).toBeLessThan(300);
});

it("refuses a seventeenth node without an acknowledgement, and says so once", () => {
  const scene = new Scene({ seed: 122, nodes: 0 });
  const { world, server } = scene;
  for (let id = 10; id < 27; id += 1) {
    const node = new V10Node(world.scheduler, world.ether, { id });
    world.run(11);
    node.pulses(() => 600);
  }
  world.run(1800);
  const known = new Set(world.ether.log.flatMap(({ from, bytes }) => (from === "gateway" ? [bytes[1]] : [])));
  expect(known.size).toBe(16);
  expect(known).not.toContain(26);
  expect(server.text).not.toMatch(/G>S:[A-Z_]+;26\b/);
  expect(server.text.match(/^(?:ERROR|WARN): .*26.*$/gm)).toHaveLength(1);
});

it("takes commands and frames while its log runs over and the line is noisy", () => {
  const scene = new Scene({ seed: 123, nodes: 3 });
  const { world, server, gateway } = scene;
  for (const node of scene.nodes) node.pulses(() => 1);
  const noise = [..."\0\x7f\xff;*S>G:\x08\x1b[Axyz"];
  for (let i = 0; i < 400; i += 1) {
    gateway.uart.type(noise[(i * 7) % noise.length] ?? "x");
    if (i % 40 === 39) gateway.uart.type(`${"S>G:STIME;1".repeat(30)}\r`);
    world.run(2.3);
  }
  gateway.uart.type("\r");
  expect(scene.settle()).toBe(true);
  for (const node of scene.nodes) expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  server.ask("snapshot", { id: "after" });
  world.run(5);
  expect(server.states("after")).toContain("confirmed");
  expect(gateway.resets).toHaveLength(1);
});
