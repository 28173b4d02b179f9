import { describe, expect, it } from "vitest";
import { imageOf } from "./house/images.ts";
import { FIRST_NODE, Scene } from "./house/scene.ts";
import { Server } from "./house/server.ts";
import { lineOf } from "./house/v10-line.ts";
import { World } from "./simulator/world.ts";
import { V10Gateway } from "./v10/v10-gateway.ts";
import { V10Node } from "./v10/v10-node.ts";

const HOUR_S = 3600;
const WATTS = 1800;

describe("our gateway with nodes of v10", () => {
  it("serves them beside our own, in both their languages", () => {
    const scene = new Scene({ seed: 61, nodes: 2 });
    const { world, server } = scene;
    // They never seed their chance: two that start together collide for ever.
    const old = [10, 11].map((id) => {
      world.run(7);
      return new V10Node(world.scheduler, world.ether, { id, impPerKwh: 1000 });
    });
    world.run(7);
    const current = new V10Node(world.scheduler, world.ether, { id: 12, amps: () => 7.5 });
    for (const node of scene.nodes) node.pulses(() => WATTS / 3600);
    // A deployed node counts its first impulses on no basis; the account begins with its first clock.
    world.run(60);
    const stops = [...old, current].map((node) => node.pulses(() => WATTS));
    world.run(2 * HOUR_S);
    for (const stop of stops) stop();
    expect(scene.settle()).toBe(true);
    for (const id of [10, 11, 12]) {
      expect(server.of("NOSNAP", id).at(-1)?.interval).toBe(60);
      const told = [...server.of("MUP_", id), ...server.of("MUPC", id)];
      expect(told.length).toBeGreaterThan(20);
      // Two hours of 1800 W without what is still in its open intervals.
      expect(server.book(id).totalWh).toBeGreaterThan(3300);
      expect(server.book(id).totalWh).toBeLessThanOrEqual(3600);
    }
    expect(server.of("MUPC", 12).at(-1)?.entries[0]?.amps).toBe(7.5);
    for (const node of scene.nodes) expect(scene.countedWh(node)).toBe(node.pulsesGiven);
    expect(server.rejected).toEqual([]);
  });

  it("carries all four instructions to them", () => {
    const scene = new Scene({ seed: 62, nodes: 0 });
    const { world, server } = scene;
    const node = new V10Node(world.scheduler, world.ether, { id: 10 });
    node.pulses(() => WATTS);
    world.run(700);
    const meter = "0.0.1.1.10";
    server.ask("poll-faster", { meter, pollS: 20, forS: 600, id: "poll" });
    server.ask("set-register", { meter, registerWh: 4_000_000, id: "register" });
    server.ask("set-interval", { meter, intervalS: 30, id: "interval" });
    server.ask("set-led", { meter, rate: 3, ms: 50, id: "led" });
    const done = ["register", "interval", "led"];
    expect(world.runUntil(() => done.every((id) => server.states(id).includes("confirmed")), 1800)).toBe(true);
    expect(node.led).toEqual({ rate: 3, ms: 50 });
    expect(node.replies.map((text) => text.slice(0, 4))).toEqual(
      expect.arrayContaining(["GITR", "MVAI", "MINI", "MPLI"]),
    );
  });

  it("leaves them alone, unheard and unanswered, with auth=1", () => {
    const scene = new Scene({ seed: 63, nodes: 1, consoles: ["auth=1"] });
    const { world, server } = scene;
    const old = new V10Node(world.scheduler, world.ether, { id: 10 });
    const [node] = scene.nodes;
    node?.pulses(() => 0.5);
    old.pulses(() => WATTS);
    world.run(900);
    expect(server.text).not.toMatch(/G>S:[A-Z_]+;10\b/);
    expect(world.ether.log.filter(({ from, bytes }) => from === "gateway" && bytes[1] === 10)).toEqual([]);
    expect(server.book(FIRST_NODE).totalWh).toBeGreaterThan(300);
  });
});

describe("our node with a gateway of v10", () => {
  function oldHouse(seed: number, console?: string) {
    const world = new World({ seed });
    const gateway = new V10Gateway(world.scheduler, world.ether);
    const server = new Server(world, lineOf(gateway));
    const node = world.node({ name: "node-2", image: imageOf("meternode", 16), clockHz: 16_000_000, startS: 1 });
    world.run(8);
    if (console !== undefined) node.uart.type(`${console}\r`);
    world.run(30);
    return { world, gateway, server, node };
  }

  it("is counted to the impulse, also with a third of the frames lost", () => {
    const { world, server, node } = oldHouse(64);
    world.ether.loss = 0.3;
    node.pulses(() => WATTS / 3600);
    world.run(2 * HOUR_S);
    node.stopPulses();
    world.ether.loss = 0;
    expect(world.runUntil(() => server.book(2).totalWh === node.pulsesGiven, 1200)).toBe(true);
    expect(server.of("MUP_", 2).every(({ entries }) => entries.length <= 4)).toBe(true);
    expect(server.rejected).toEqual([]);
  });

  it("obeys its instructions", () => {
    const { world, server, node } = oldHouse(65);
    node.pulses(() => 0.5);
    const meter = "0.0.1.1.2";
    server.ask("set-register", { meter, registerWh: 4_000_000, id: "register" });
    server.ask("set-interval", { meter, intervalS: 30, id: "interval" });
    server.ask("set-led", { meter, rate: 3, ms: 50, id: "led" });
    const done = ["register", "interval", "led"];
    expect(world.runUntil(() => done.every((id) => server.states(id).includes("confirmed")), 4000)).toBe(true);
  });

  it("brings the quarter hours of an outage as lines that the old gateway can carry", () => {
    const { world, gateway, server, node } = oldHouse(66);
    node.pulses(() => 0.4);
    world.run(600);
    world.ether.drop = (_, to) => to === "v10 gateway";
    world.run(6 * HOUR_S);
    world.ether.drop = null;
    world.run(2 * HOUR_S);
    node.stopPulses();
    expect(world.runUntil(() => server.book(2).totalWh === node.pulsesGiven, 3600)).toBe(true);
    const quarters = server.of("MUP_", 2).flatMap(({ entries }) => entries.filter(({ duration }) => duration > 800));
    expect(quarters.length).toBeGreaterThan(20);
    expect(gateway.lines.filter((line) => line.startsWith("WARN: Unknown"))).toEqual([]);
  });

  it("does not speak to it with auth=1", () => {
    const { world, gateway, node } = oldHouse(67, "auth=1");
    const before = gateway.lines.length;
    node.pulses(() => 0.5);
    world.run(1200);
    expect(gateway.lines.slice(before).join("\n")).not.toMatch(/MUP|MREB|GINR/);
  });
});
