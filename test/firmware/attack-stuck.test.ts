import { expect, it } from "vitest";
import { withChecksum } from "../../nodes/gateway/checksum.ts";
import { Attacker, NETWORK_KEY } from "./crypto/attacker.ts";
import { GATEWAY, Listener } from "./crypto/listener.ts";
import { type Session, seal } from "./crypto/session.ts";
import { imageOf } from "./house/images.ts";
import { Scene } from "./house/scene.ts";
import type { AirFrame } from "./simulator/ether.ts";
import type { NodeBoard } from "./simulator/node-board.ts";
import { World } from "./simulator/world.ts";
import { V10Gateway } from "./v10/v10-gateway.ts";

const NODE = 2;
const UPDATE = 0x81;
const POLL = 0xc2;
const REGISTER = 0xc3;

function house(seed: number, consoles: readonly string[] = []): { scene: Scene; node: NodeBoard; attacker: Attacker } {
  const scene = new Scene({ seed, nodes: 1, intervalS: 20, consoles });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => 1);
  scene.world.run(300);
  return { scene, node, attacker: new Attacker(scene.world) };
}

function sessionOf({ ether }: World): Session {
  const listener = new Listener(NETWORK_KEY);
  for (const frame of ether.log) listener.hear(frame);
  const [session] = listener.sessions(NODE);
  if (session === undefined) throw new Error("no session was seen");
  return session;
}

/** Runs until the next frame like that has been sent to its end. */
function over(world: World, wanted: (frame: AirFrame) => boolean): void {
  const { length } = world.ether.log;
  const seen = () => world.ether.log.slice(length).some((frame) => wanted(frame) && frame.endUs <= world.now);
  expect(world.runUntil(seen, 1500)).toBe(true);
}

const latin1Of = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("latin1");
const text = (bytes: Uint8Array) => latin1Of(bytes.slice(5, 9));
const isUpdate = ({ from, bytes }: AirFrame) => from === "node-2" && bytes[5] === UPDATE;

it("an instruction that comes late delivers nothing that was not acknowledged", () => {
  const { scene, node, attacker } = house(91);
  const { world } = scene;
  const session = sessionOf(world);
  const body = Uint8Array.of(30, 0, 60, 0);
  world.ether.drop = (frame, to) => to === "gateway" && isUpdate(frame);
  over(world, isUpdate);
  attacker.send({ to: NODE, from: GATEWAY, id: 9, payload: seal(session, "down", POLL, 60_000, body) });
  world.run(20);
  world.ether.drop = null;
  expect(scene.settle(3000)).toBe(true);
  expect(scene.impulses(node)).toBe(node.pulsesGiven);
});

it("a register is set once, however often the acknowledgement is lost", () => {
  const { scene, node } = house(92);
  const { world, server, gateway } = scene;
  const isOrder = ({ from, bytes }: AirFrame) => from === "gateway" && bytes[5] === REGISTER;
  const isAck = ({ from, bytes }: AirFrame) => from === "node-2" && ((bytes[4] ?? 0) & 0x80) !== 0;
  for (const command of [`S>G:SGITR;${NODE},10,600`, `S>G:SMVAL;${NODE},5000000`]) {
    gateway.uart.type(`${withChecksum(command)}\r`);
    world.run(1);
  }
  world.runUntil(() => world.ether.log.some(({ bytes }) => bytes[5] === POLL), 700);
  world.run(2);
  world.ether.drop = (frame, to) => to === "gateway" && isAck(frame);
  over(world, isOrder);
  world.run(4);
  world.ether.drop = null;
  world.run(60);
  expect(scene.settle(3000)).toBe(true);
  const orders = world.ether.log.filter(isOrder).map(({ bytes }) => Buffer.from(bytes.slice(6, 9)).toString("hex"));
  expect(new Set(orders).size).toBe(1);
  expect(server.of("MREB", NODE).filter(({ register }) => register === 5_000_000)).toHaveLength(1);
  expect(scene.impulses(node)).toBe(node.pulsesGiven);
});

it.each([0, 1])("a time without a tag sets no clock, auth=%i", (auth) => {
  const { scene, attacker } = house(96, [`auth=${auth}`]);
  const { world, server } = scene;
  const rebases = server.of("MREB", NODE).length;
  world.ether.drop = ({ from, bytes }) => from === "gateway" && text(bytes) === "PRSP";
  // A node that has a session believes the third: it may have been given a gateway of v10.
  for (let i = 0; i < (auth === 1 ? 5 : 2); i += 1) {
    const isRequest = ({ from, bytes }: AirFrame) => from === "node-2" && text(bytes) === "PREQ";
    over(world, isRequest);
    world.run(0.3);
    const asked = /\d+/.exec(latin1Of(world.ether.log.findLast(isRequest)?.bytes.slice(10)))?.[0];
    attacker.send({ to: NODE, from: GATEWAY, id: 50 + i, payload: `PRSP,${asked},${Number(asked) + 99_999},1,-60` });
  }
  world.ether.drop = null;
  world.run(900);
  expect(scene.settle(3000)).toBe(true);
  expect(server.of("MREB", NODE)).toHaveLength(rebases);
});

it("a node that fell silent is dark, whatever of its is played again", () => {
  const { scene, node, attacker } = house(92);
  const last = attacker.recorded(isUpdate).at(-1);
  if (last === undefined) throw new Error("no update");
  node.power(false);
  for (let minutes = 0; minutes < 20; minutes += 5) {
    scene.world.run(300);
    attacker.replay(last);
  }
  expect(scene.server.text).toMatch(/^G>S:NDARK;2,/m);
});

it("a gateway of v10 is heard under all its numbers, 0 too", () => {
  const world = new World({ seed: 93 });
  const gateway = new V10Gateway(world.scheduler, world.ether);
  const node = world.node({ name: "node-2", image: imageOf("meternode", 16), clockHz: 16_000_000 });
  world.run(3);
  gateway.type("S>G:STIME;1783000003\r");
  world.run(120);
  const asks = ({ from, bytes }: AirFrame) => from === "node-2" && text(bytes) === "GINR";
  world.ether.drop = ({ from, bytes }) => from === "v10 gateway" && ((bytes[4] ?? 0) & 0x80) === 0;
  over(world, asks);
  world.run(0.3);
  new Attacker(world).send({ to: NODE, from: GATEWAY, id: 0, payload: "MVAI,777777,-60" });
  world.run(60);
  node.uart.type("\r");
  world.run(0.5);
  node.uart.type("mtrv\r");
  world.run(1);
  expect(node.uart.lines.map(({ line }) => line)).toContain(" > Mtr Val=777777");
});

it("a gateway without its radio goes on obeying its server", () => {
  const { scene } = house(94);
  scene.gateway.radio.powerFail();
  const said = (line: string, wanted: RegExp) => {
    scene.gateway.uart.type(`${withChecksum(line)}\r`);
    scene.world.run(15);
    expect(scene.server.text).toMatch(wanted);
  };
  said("S>G:SRAD;77,1,00", /^G>S:SRAD_NACK;77/m);
  said("S>G:SRAD;78,1,00", /^G>S:SRAD_NACK;78/m);
  said("S>G:SMVAL;99,1", /^G>S:SMVAL_NACK;99/m);
});

it("a stream that never ends a line keeps the gateway from nothing", () => {
  const { scene, node } = house(95);
  const boots = scene.gateway.resets.length;
  const { length } = scene.server.of("MUPT", NODE);
  for (let i = 0; i < 20; i += 1) {
    scene.gateway.uart.type("x".repeat(11_520));
    scene.world.run(1);
  }
  scene.gateway.uart.type("\r");
  expect(scene.gateway.resets).toHaveLength(boots);
  expect(scene.settle(600)).toBe(true);
  expect(scene.server.of("MUPT", NODE).length).toBeGreaterThan(length);
  expect(scene.countedWh(node)).toBe(node.pulsesGiven);
});
