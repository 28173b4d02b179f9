import { describe, expect, it } from "vitest";
import { Attacker, NETWORK_KEY } from "./crypto/attacker.ts";
import { GATEWAY, Listener } from "./crypto/listener.ts";
import { latin1, type Session, seal } from "./crypto/session.ts";
import { Scene } from "./house/scene.ts";
import type { AirFrame } from "./simulator/ether.ts";
import type { NodeBoard } from "./simulator/node-board.ts";

const NODE = 2;
const ACK = 0x80;

function attacked(
  seed: number,
  consoles: readonly string[] = [],
): { scene: Scene; node: NodeBoard; attacker: Attacker } {
  const scene = new Scene({ seed, nodes: 1, intervalS: 20, consoles });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => 1);
  scene.world.run(300);
  expect(scene.settle(300)).toBe(true);
  return { scene, node, attacker: new Attacker(scene.world) };
}

/** The session that node and gateway are in, as somebody who knows everything would see it. */
function sessionOf(scene: Scene): Session {
  const listener = new Listener(NETWORK_KEY);
  for (const frame of scene.world.ether.log) listener.hear(frame);
  const [session] = listener.sessions(NODE);
  if (session === undefined) throw new Error("no session was seen");
  return session;
}

const told = (scene: Scene) => scene.server.text.match(/^G>S:(?:MU|MREB|GMSG;2).*$/gm) ?? [];
/** Acknowledgements of a frame with that id. */
const acks = (frames: readonly AirFrame[], id: number) =>
  frames.filter(({ bytes, from }) => from !== "attacker" && bytes[3] === id && ((bytes[4] ?? 0) & ACK) !== 0);

/** t, Wh, imp/kWh, remainder and one entry of 60 s with 9000 impulses. */
function update(clockS: number): Uint8Array {
  const body = Buffer.alloc(17);
  body.writeUInt32LE(Math.floor(clockS) - 61, 0);
  body.writeUInt32LE(123, 4);
  body.writeUInt16LE(1000, 8);
  body.writeUInt8(60, 12);
  body.writeUInt16LE(9000, 13);
  body.writeUInt16LE(1, 15);
  return body;
}

describe("frames that nobody of the house made", () => {
  it("count only with the right tag, whatever else about them is right", () => {
    const { scene, attacker } = attacked(51);
    const session = sessionOf(scene);
    const right = seal(session, "up", 0x81, 60_000, update(scene.world.clockS));
    const wrong = [
      ...[0, 1, 2, 3].map((i) => flipped(right, right.length - 1 - i)),
      ...[0, 1, 3, 4, 12, 15].map((i) => flipped(right, i)),
      right.slice(0, -1),
      right.slice(0, 4),
      Uint8Array.of(...right, 0),
      seal({ ...session, node: NODE + 1 }, "up", 0x81, 60_001, update(scene.world.clockS)),
      seal(session, "down", 0x81, 60_002, update(scene.world.clockS)),
    ];
    const before = told(scene);
    for (const [i, payload] of wrong.entries()) {
      const { length } = scene.world.ether.log;
      attacker.send({ to: GATEWAY, from: NODE, id: 100 + i, payload });
      expect(acks(scene.world.ether.log.slice(length), 100 + i)).toEqual([]);
    }
    expect(told(scene).filter((line) => /,9\d{3}/.test(line))).toEqual([]);
    expect(told(scene).length - before.length).toBeLessThan(3);
    // The test's own forgery is good: with the right tag it would have counted.
    attacker.send({ to: GATEWAY, from: NODE, id: 99, payload: right });
    scene.world.run(1);
    expect(told(scene).filter((line) => line.includes(";60,9000,9000"))).toHaveLength(1);
  });

  it("do nothing when they come back the other way", () => {
    const { scene, node, attacker } = attacked(52);
    const { log } = scene.world.ether;
    for (const frame of log.slice(-12)) {
      const [, to = 0, from = 0, id = 0, flags = 0] = frame.bytes;
      if (flags & ACK) continue;
      attacker.send({ to: from, from: to, id: id + 50, flags, payload: frame.bytes.slice(5) });
    }
    works(scene, node);
  });

  it("do nothing as plain text under the number of a node or gateway that talk better", () => {
    const { scene, node, attacker } = attacked(53);
    const at = Math.floor(scene.world.clockS);
    const before = told(scene);
    for (const [i, text] of [
      `MREB,${at},99999`,
      `MUP_,${at - 60},500;60,9999`,
      "GMSG,BOOT v10. Flags: 1",
      `PREQ,${at}`,
    ].entries()) {
      const { length } = scene.world.ether.log;
      attacker.send({ to: GATEWAY, from: NODE, id: 150 + i, payload: text });
      scene.world.run(1);
      expect(acks(scene.world.ether.log.slice(length), 150 + i)).toEqual([]);
    }
    expect(told(scene).filter((line) => /9999|BOOT v10/.test(line))).toEqual([]);
    expect(told(scene).length - before.length).toBeLessThan(3);
    whenItListens(scene, () => attacker.send({ to: NODE, from: GATEWAY, id: 200, payload: "MVAI,777777,-60" }));
    works(scene, node);
    expect(scene.server.of("MREB", NODE).some(({ register }) => register >= 777_777)).toBe(false);
  });

  it("make no node forget what they acknowledge", () => {
    const { scene, node, attacker } = attacked(54);
    const genuine = scene.world.ether.log.findLast(({ bytes, from }) => from === "gateway" && bytes[5] === ACK);
    scene.gateway.power(false);
    node.pulses(() => 1);
    for (let i = 0; i < 6; i += 1) {
      whenItListens(scene, (frame) => {
        const payload = [latin1("!"), genuine?.bytes.slice(5) ?? latin1("!")][i % 2] ?? latin1("!");
        attacker.send({ to: NODE, from: GATEWAY, id: frame.bytes[3] ?? 0, flags: ACK, payload });
      });
    }
    scene.gateway.power(true);
    works(scene, node);
  });

  it("are not made of blocks of others, which the radio's AES would allow", () => {
    const { scene, node, attacker } = attacked(55);
    const frames = attacker.recorded(({ from, bytes }) => from === "node-2" && bytes[5] === 0x81);
    const [first, second, third] = frames.slice(-3);
    if (first === undefined || second === undefined || third === undefined) throw new Error("too few updates");
    for (const block of [0, 1, 2]) {
      attacker.splice(second, first, block);
      attacker.splice(third, second, block);
      attacker.splice(third, first, block);
    }
    works(scene, node);
  });
});

/** Calls `act` directly behind a frame of the node, while it waits for an answer. */
function whenItListens(scene: Scene, act: (frame: AirFrame) => void): void {
  const { length } = scene.world.ether.log;
  const found = () =>
    scene.world.ether.log.slice(length).find((one) => one.from === "node-2" && one.endUs <= scene.world.now);
  expect(scene.world.runUntil(() => found() !== undefined, 4000)).toBe(true);
  const frame = found();
  if (frame !== undefined) act(frame);
}

/** The meter goes on, and all of it arrives, once. */
function works(scene: Scene, node: NodeBoard): void {
  node.pulses(() => 1);
  scene.world.run(600);
  expect(scene.settle(4000)).toBe(true);
  expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  // A node may well say twice that it has started.
  const lines = told(scene).filter((line) => !line.includes("GMSG"));
  expect(new Set(lines).size).toBe(lines.length);
}

function flipped(frame: Uint8Array, at: number): Uint8Array {
  const other = frame.slice();
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}
