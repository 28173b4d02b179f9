import { describe, expect, test } from "vitest";
import { Ether } from "./simulator/ether.ts";
import { EventQueue } from "./simulator/scheduler.ts";
import { house, stranger, text } from "./v10/bench.ts";
import { PacketRadio, packetOf } from "./v10/packet-radio.ts";
import { cString, padded } from "./v10/texts.ts";
import { V10Node } from "./v10/v10-node.ts";

describe("what a v10 gateway does with other frames", () => {
  test("a frame is acknowledged with the same id and `!`; the same id again is acknowledged and dropped", () => {
    const { queue, ether, lines } = house();
    const { send, got } = stranger({ queue, ether });
    for (const id of [5, 5, 6]) send(padded("MREB,1783000000,7"), { id });
    expect(got.map(({ to, from, id, flags, payload }) => [to, from, id, flags, cString(payload)])).toEqual([
      [9, 1, 5, 0x80, "!"],
      [9, 1, 5, 0x80, "!"],
      [9, 1, 6, 0x80, "!"],
    ]);
    expect(lines().filter((line) => line.startsWith("G>S:"))).toHaveLength(2);
  });

  test("id 0 of a node never heard before counts as a duplicate", () => {
    const { queue, ether, lines } = house();
    const { send, got } = stranger({ queue, ether });
    send(padded("MREB,1783000000,7"), { id: 0 });
    expect([got.length, lines()]).toEqual([1, []]);
  });

  test("bytes behind the first zero change nothing, a short frame is as good as a long one", () => {
    const { queue, ether, lines } = house();
    const { send } = stranger({ queue, ether });
    send(text("PREQ,1783000002\0\xb1\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b"));
    expect(lines()[0]).toBe("DEBUG: Got msg: PREQ,1783000002. RSSI = -72");
  });

  test("waiting for an acknowledgement of its own, it acknowledges a repetition, and throws a new frame away", () => {
    const { queue, ether, lines } = house();
    const { radio, send, got } = stranger({ queue, ether });
    send(padded("MREB,1783000000,7"), { id: 9 });
    radio.send({ to: 1, from: 9, id: 10, flags: 0, payload: padded("PREQ,1783000000") });
    // 125 ms of question, 45 of acknowledgement, 125 of the answer, which nobody acknowledges.
    queue.runUntil(queue.now + 350_000);
    got.length = 0;
    lines();
    for (const id of [10, 11]) {
      radio.send({ to: 1, from: 9, id, flags: 0, payload: padded("MREB,1783000000,8") });
      queue.runUntil(queue.now + 200_000);
    }
    expect(got.map(({ id, flags }) => [id, flags])).toEqual([[10, 0x80]]);
    expect(lines()).toEqual([]);
  });

  test("unknown kinds are acknowledged and only logged", () => {
    const { queue, ether, lines } = house();
    const { send, got } = stranger({ queue, ether });
    send(Uint8Array.of(0x81, 1, 2, 3, 0));
    expect(got).toHaveLength(1);
    expect(lines().at(-1)).toMatch(/^WARN: Unknown msg from node 9: /);
  });

  test("a sixth node is acknowledged and dropped", () => {
    const { queue, ether, gateway, lines } = house();
    const { send, got } = stranger({ queue, ether });
    for (let from = 10; from < 16; from++) send(padded("MREB,1783000000,7"), { from, id: 1 });
    expect(got).toHaveLength(6);
    expect(gateway.nodes.map(({ id }) => id)).toEqual([10, 11, 12, 13, 14]);
    expect(lines().at(-1)).toBe("ERROR: Can't add node 15: array full");
  });

  test("another key is garbage, another network is not heard", () => {
    const world = house();
    stranger(world, { key: "ANOTHER_KEY_HERE" }).send(padded("MREB,1783000000,7"));
    expect(world.lines().filter((line) => line.startsWith("G>S:"))).toEqual([]);
    const { got, send } = stranger(world, { network: [9, 9, 9, 9] });
    send(padded("MREB,1783000000,7"));
    expect([got, world.lines()]).toEqual([[], []]);
  });

  test("a replayed frame is believed: v10 has no protection", () => {
    const { ether, run, lines } = house();
    for (const id of [1, 2]) {
      ether.inject(packetOf({ to: 1, from: 9, id, flags: 0, payload: padded("MREB,1783000000,7") }));
      run(1);
    }
    ether.inject(ether.log.find(({ bytes }) => bytes[3] === 1)?.packet as never);
    run(1);
    expect(lines().filter((line) => line === "G>S:MREB;9,MREB,1783000000,7")).toHaveLength(3);
  });

  test("a stray character deafens it until a carriage return comes", () => {
    const { queue, ether, gateway, lines } = house();
    const { send, got } = stranger({ queue, ether });
    gateway.type("x");
    send(padded("MREB,1783000000,7"));
    send(padded("MREB,1783000000,8"));
    expect([got, lines()]).toEqual([[], []]);
    gateway.type("\r");
    queue.runUntil(queue.now + 1e6);
    // The one frame that was held comes late, the other is lost.
    expect(lines().filter((line) => line.startsWith("G>S:"))).toEqual(["G>S:MREB;9,MREB,1783000000,7"]);
  });

  test("SMINT needs a blank: behind a comma it takes 0 and sends that", () => {
    const { queue, ether, gateway, server, lines } = house();
    const { send } = stranger({ queue, ether });
    send(padded("MREB,1783000000,7"));
    server("SMINT;9,30");
    expect([lines().at(-2), gateway.nodes[0]?.interval]).toEqual(["G>S:SMINT_ACK;9", "0"]);
  });

  test("typed faster than it prints, commands overflow its buffer", () => {
    const { gateway, run, lines } = house();
    gateway.type("S>G:GGWSNAP\r".repeat(20));
    run(1);
    const answers = lines().filter((line) => line.startsWith("G>S:GWSNAP"));
    expect(answers.length).toBeLessThan(20);
    expect(answers.length).toBeGreaterThan(1);
  });
});

describe("what a v10 node does with other frames", () => {
  /** A gateway of a test: answers every PREQ with the given payload. */
  function foreign(payload: (asked: string) => Uint8Array) {
    const queue = new EventQueue();
    const ether = new Ether(queue, { seed: 1 });
    const radio = new PacketRadio(queue, ether, { kind: "HW", name: "foreign" });
    let id = 100;
    const answers: (() => void)[] = [];
    radio.onEvent = () => {
      const frame = radio.take();
      if (frame && !(frame.flags & 0x80)) {
        radio.send({ to: frame.from, from: 1, id: frame.id, flags: 0x80, payload: Uint8Array.of(0x21) });
        const asked = cString(frame.payload);
        if (asked.startsWith("PREQ")) {
          answers.push(() => radio.send({ to: frame.from, from: 1, id: ++id, flags: 0, payload: payload(asked) }));
        }
      } else if (radio.sent) {
        radio.sent = false;
        const answer = answers.shift();
        if (answer) answer();
        else radio.listen();
      } else radio.listen();
    };
    radio.listen();
    return { queue, node: new V10Node(queue, ether, { gateway: 1 }) };
  }

  test("a short answer with a zero behind the text, and bytes behind that, sets its clock", () => {
    const { queue, node } = foreign(() => text("PRSP,0,1783000005,1,-60\0\xb1\x01\x02\x03\x04\x05\x06\x07\x08"));
    queue.runUntil(1e6);
    expect(node.replies).toEqual(["PRSP,0,1783000005,1,-60"]);
    expect(node.now).toBe(1_783_000_005);
  });

  test("without the zero an older, longer text shows behind it", () => {
    let answer = text("PRSP,0,1783000005,1,-60\0");
    const { queue, node } = foreign(() => answer);
    queue.runUntil(1e6);
    answer = text("PRSP,1783000905,1");
    queue.runUntil(905e6);
    node.pulse();
    queue.runUntil(910e6);
    expect(node.replies).toEqual(["PRSP,0,1783000005,1,-60", "PRSP,1783000905,1,1,-60"]);
  });
});
