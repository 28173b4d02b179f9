import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ether, type Loss, type Transceiver } from "./simulator/ether.ts";
import { airTimeUs, type Packet, syncUs } from "./simulator/packet.ts";
import { EventQueue } from "./simulator/scheduler.ts";

const tuning = {
  ...{ carrierHz: 915e6, bitRate: 0x1a0b, deviation: 0x9d, sync: Uint8Array.of(0, 0, 1, 1) },
  ...{ variableLength: true, coding: 2, crc: true },
};

function packet(length: number, carrierHz = tuning.carrierHz): Packet {
  const air = Uint8Array.from({ length: length + 1 }, (_, i) => (i === 0 ? length : i));
  return { tuning: { ...tuning, carrierHz }, preambleBytes: 4, air, clear: air, encrypted: false, crcRight: true };
}

/** A radio that always listens on one carrier and keeps what it gets. */
class Listener implements Transceiver {
  readonly name: string;
  readonly pathLossDb: number;
  readonly sensitivityDbm = -105;
  readonly got: number[] = [];
  rssiDbm = 0;
  deaf: Loss | null = null;
  #busy = false;

  constructor(name: string, pathLossDb = 80) {
    this.name = name;
    this.pathLossDb = pathLossDb;
  }

  deafTo(sent: Packet): Loss | null {
    if (this.deaf) return this.deaf;
    if (this.#busy) return "busy";
    return sent.tuning.carrierHz === tuning.carrierHz ? null : "tuning";
  }

  locked(rssiDbm: number): void {
    this.#busy = true;
    this.rssiDbm = rssiDbm;
  }

  received(sent: Packet, failure: Loss | null): Loss | null {
    this.#busy = false;
    if (failure === null) this.got.push(sent.air[0] ?? 0);
    return failure;
  }
}

function room(...radios: readonly Listener[]) {
  const queue = new EventQueue();
  const ether = new Ether(queue, { seed: 7 });
  for (const radio of radios) ether.join(radio);
  const send = (from: Listener, length: number, txDbm = 13) => ether.transmit(from, packet(length), txDbm);
  const lost = (index: number) => ether.log[index]?.lost.map(({ to, why }) => `${to}: ${why}`);
  return { queue, ether, send, lost };
}

const AIR_TIME = airTimeUs(packet(20));

describe("who hears", () => {
  test("everyone but the sender, as strong as power and way allow, when the frame is over", () => {
    const [a, b, c] = [new Listener("a", 60), new Listener("b", 90), new Listener("c", 70)];
    const { queue, ether, send } = room(a, b, c);
    send(a, 20);
    queue.runUntil(AIR_TIME - 1);
    expect(b.got).toEqual([]);
    queue.runUntil(AIR_TIME);
    expect([a.got, b.got, c.got]).toEqual([[], [20], [20]]);
    expect([b.rssiDbm, c.rssiDbm]).toEqual([-77, -57]);
    expect(ether.log[0]).toMatchObject({ from: "a", startUs: 0, endUs: AIR_TIME, txDbm: 13, delivered: ["b", "c"] });
  });

  test("nobody who is too far: −105 dBm are heard, −106 are not", () => {
    const [a, b] = [new Listener("a"), new Listener("b")];
    const { queue, ether, send, lost } = room(a, b);
    ether.setPathLossDb("b", "a", 118);
    send(a, 20);
    queue.runUntil(AIR_TIME);
    ether.setPathLossDb("a", "b", 119);
    send(a, 20);
    queue.runUntil(2 * AIR_TIME);
    expect([lost(0), lost(1)]).toEqual([[], ["b: weak"]]);
  });

  test("distance counts where places are given: 30 dB a decade", () => {
    const { ether } = room();
    const loss = (metres: number) =>
      ether.pathLossDb({ name: "a", at: { x: 0, y: 0 } }, { name: "b", at: { x: metres, y: 0 } });
    expect(loss(100) - loss(10)).toBeCloseTo(30);
    expect(ether.pathLossDb({ name: "a" }, { name: "b" })).toBe(85);
  });

  test("a receiver that leaves in the middle, or a sender that stops, loses the frame", () => {
    const [a, b, c] = [new Listener("a"), new Listener("b"), new Listener("c")];
    const { queue, ether, send, lost } = room(a, b, c);
    const { abort } = send(a, 20);
    queue.runUntil(20_000);
    ether.leave(b);
    queue.runUntil(30_000);
    abort();
    expect(ether.log[0]?.endUs).toBe(30_000);
    expect(lost(0)).toEqual(["b: left", "c: aborted"]);
  });
});

describe("collisions", () => {
  const crowd = (nearDb: number, farDb: number) => {
    const radios = [new Listener("a", nearDb), new Listener("b", farDb), new Listener("c", 50)] as const;
    return { radios, ...room(...radios) };
  };

  test("two of about the same strength destroy each other", () => {
    const { radios, queue, send, lost } = crowd(80, 75);
    send(radios[0], 20);
    queue.runUntil(1000);
    send(radios[1], 20);
    queue.runUntil(200_000);
    expect([lost(0), lost(1)]).toEqual([
      ["b: collision", "c: collision"],
      ["a: collision", "c: collision"],
    ]);
  });

  test("6 dB make the stronger one survive, whether it comes first or second, as long as no sync word was heard", () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { radios, queue, ether, send } = crowd(80, 86);
      for (const index of order) {
        send(radios[index] as Listener, 10 + index);
        queue.runUntil(queue.now + 5000);
      }
      queue.runUntil(200_000);
      expect(radios[2].got).toEqual([10]);
      expect(ether.log.flatMap(({ lost }) => lost.filter(({ to }) => to === "c"))).toHaveLength(1);
    }
  });

  test("a stronger one that comes behind the sync word destroys what is received and is missed itself", () => {
    const { radios, queue, send, lost } = crowd(80, 86);
    send(radios[1], 20);
    queue.runUntil(syncUs(packet(20)) + 1);
    send(radios[0], 20);
    queue.runUntil(200_000);
    expect(lost(0)).toContain("c: collision");
    expect(lost(1)).toContain("c: busy");
    expect(radios[2].got).toEqual([]);
  });

  test("another channel disturbs nobody", () => {
    const { radios, queue, ether, send } = crowd(80, 80);
    send(radios[0], 20);
    ether.transmit(radios[1], packet(20, 868e6), 13);
    queue.runUntil(200_000);
    expect(radios[2].got).toEqual([20]);
  });
});

describe("losses", () => {
  test("chance takes its share, the same for the same seed", () => {
    const heard = () => {
      const [a, b] = [new Listener("a"), new Listener("b")];
      const { queue, ether, send } = room(a, b);
      ether.loss = 0.3;
      for (let i = 0; i < 1000; i++) {
        send(a, 1 + (i % 60));
        queue.runUntil(queue.now + 200_000);
      }
      return b.got;
    };
    const first = heard();
    expect(first.length).toBeGreaterThan(650);
    expect(first.length).toBeLessThan(750);
    expect(heard()).toEqual(first);
  });

  test("a jammer lets nothing through, also not what was on its way", () => {
    const [a, b] = [new Listener("a"), new Listener("b")];
    const { queue, ether, send, lost } = room(a, b);
    send(a, 20);
    queue.runUntil(20_000);
    ether.jammed = true;
    queue.runUntil(AIR_TIME);
    send(a, 20);
    queue.runUntil(2 * AIR_TIME);
    queue.runUntil(queue.now + 40_000);
    send(a, 20);
    queue.runUntil(queue.now + 40_000);
    ether.jammed = false;
    queue.runUntil(4 * AIR_TIME);
    expect([lost(0), lost(1), lost(2)]).toEqual([["b: jam"], ["b: jam"], ["b: jam"]]);
  });

  test("a test drops what it chooses", () => {
    const [a, b, c] = [new Listener("a"), new Listener("b"), new Listener("c")];
    const { queue, ether, send, lost } = room(a, b, c);
    ether.drop = (frame, to) => frame.bytes[0] === 20 && to === "b";
    send(a, 20);
    queue.runUntil(AIR_TIME);
    expect([lost(0), ether.log[0]?.delivered]).toEqual([["b: dropped"], ["c"]]);
  });

  test("an attacker replays a frame of the log, or sends with a wrong CRC", () => {
    const [a, b] = [new Listener("a"), new Listener("b")];
    const { queue, ether, send } = room(a, b);
    send(a, 20);
    queue.runUntil(AIR_TIME);
    const heard = ether.log[0]?.packet as Packet;
    const replay = ether.inject(heard, { pathLossDb: 40 });
    queue.runUntil(queue.now + AIR_TIME);
    expect(replay).toMatchObject({ from: "attacker", delivered: ["a", "b"] });
    expect(b.got).toEqual([20, 20]);
  });

  test("law: every frame reaches every other radio or is logged as lost there, with one reason", () => {
    const step = fc.record({
      from: fc.nat(3),
      waitUs: fc.nat(150_000),
      length: fc.integer({ min: 1, max: 64 }),
      txDbm: fc.integer({ min: -18, max: 20 }),
      event: fc.constantFrom("none", "leave", "abort", "jam", "deaf"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const radios = [60, 75, 90, 115].map((db, i) => new Listener(`r${i}`, db));
        const { queue, ether, send } = room(...radios);
        ether.loss = 0.1;
        for (const { from, waitUs, length, txDbm, event } of steps) {
          const sender = radios[from] as Listener;
          sender.deaf = event === "deaf" ? "not listening" : null;
          const { abort } = send(sender, length, txDbm);
          queue.runUntil(queue.now + waitUs);
          if (event === "abort") abort();
          if (event === "leave") ether.leave(radios[(from + 1) % 4] as Listener);
          ether.jammed = event === "jam";
        }
        queue.runUntil(queue.now + 200_000);
        for (const frame of ether.log) {
          const told = [...frame.delivered, ...frame.lost.map(({ to }) => to), frame.from].sort();
          expect(told).toEqual(["r0", "r1", "r2", "r3"]);
        }
        const delivered = ether.log.flatMap((frame) => frame.delivered).length;
        expect(radios.flatMap(({ got }) => got)).toHaveLength(delivered);
      }),
    );
  });
});
