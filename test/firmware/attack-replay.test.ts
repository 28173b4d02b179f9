import { describe, expect, it } from "vitest";
import { Attacker } from "./crypto/attacker.ts";
import { Scene } from "./house/scene.ts";
import type { AirFrame } from "./simulator/ether.ts";
import type { NodeBoard } from "./simulator/node-board.ts";

const fromNode = ({ from }: AirFrame) => from === "node-2";
const fromGateway = ({ from }: AirFrame) => from === "gateway";

/** Ten minutes of a meter, all of it recorded, then rest. */
function attacked(seed: number): { scene: Scene; node: NodeBoard; attacker: Attacker } {
  const scene = new Scene({ seed, nodes: 1, intervalS: 20 });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => 1);
  scene.world.run(600);
  expect(scene.settle(300)).toBe(true);
  return { scene, node, attacker: new Attacker(scene.world) };
}

/** Everything told of the node, as printed. */
const told = (scene: Scene) => scene.server.text.match(/^G>S:(?:MU|MREB|GMSG;2).*$/gm) ?? [];

/** After an attack: no line twice, and what the meter goes on to count arrives. */
function unharmed(scene: Scene, node: NodeBoard): void {
  node.pulses(() => 1);
  scene.world.run(400);
  expect(scene.settle(600)).toBe(true);
  expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  // A node may well say twice that it has started.
  const lines = told(scene).filter((line) => !line.includes("GMSG"));
  expect(new Set(lines).size).toBe(lines.length);
}

describe("recorded frames, sent again", () => {
  it("count nothing twice in the same session, forwards and backwards", () => {
    const { scene, node, attacker } = attacked(41);
    const recorded = attacker.recorded(fromNode);
    expect(recorded.length).toBeGreaterThan(10);
    for (const frame of [...recorded, ...recorded.toReversed()]) attacker.replay(frame);
    unharmed(scene, node);
  });

  it("count nothing in a later session of the node, behind their own PREQ either", () => {
    const { scene, node, attacker } = attacked(42);
    const old = attacker.recorded(fromNode);
    node.reset("external");
    scene.world.run(120);
    for (const frame of old) attacker.replay(frame);
    unharmed(scene, node);
  });

  it("count nothing after a restart of the gateway, while the node is silent", () => {
    const { scene, node, attacker } = attacked(43);
    const old = attacker.recorded(fromNode);
    node.power(false);
    scene.gateway.reset("external");
    scene.world.run(20);
    const before = told(scene).length;
    for (const frame of old) attacker.replay(frame);
    expect(told(scene)).toHaveLength(before);
    node.power(true);
    scene.world.run(60);
    unharmed(scene, node);
  });

  it("set no register and no clock when they are a gateway's", () => {
    const { scene, node, attacker } = attacked(44);
    scene.server.ask("set-register", { meter: "0.0.1.1.2", registerWh: 5_000_000, id: "set" });
    expect(scene.world.runUntil(() => scene.server.states("set").includes("confirmed"), 900)).toBe(true);
    scene.server.ask("set-register", { meter: "0.0.1.1.2", registerWh: 700_000, id: "back" });
    expect(scene.world.runUntil(() => scene.server.states("back").includes("confirmed"), 900)).toBe(true);
    const recorded = attacker.recorded(fromGateway);
    scene.gateway.power(false);
    node.pulses(() => 1);
    // Without its gateway the node calls and listens; each time it hears all that its gateway ever said, in turn.
    let calls = 0;
    for (const frame of recorded) {
      const { length } = scene.world.ether.log;
      const called = scene.world.runUntil(() => scene.world.ether.log.slice(length).some(isOver(scene, fromNode)), 400);
      if (called) calls += 1;
      attacker.replay(frame);
    }
    expect(calls).toBeGreaterThan(10);
    scene.gateway.power(true);
    scene.world.run(3700);
    expect(scene.settle(3700)).toBe(true);
    const rebases = scene.server.of("MREB", 2).map(({ register }) => register);
    expect(rebases.filter((register) => register >= 5_000_000)).toHaveLength(1);
    const last = scene.server.of("MUPT", 2).at(-1);
    expect(Math.abs((last?.baseTime ?? 0) - scene.world.clockS)).toBeLessThan(4000);
  });
});

/** Whether a frame of that kind has been sent to its end. */
const isOver = (scene: Scene, wanted: (frame: AirFrame) => boolean) => (frame: AirFrame) =>
  wanted(frame) && frame.endUs <= scene.world.now;
