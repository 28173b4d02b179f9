import { describe, expect, test } from "vitest";
import type { Packet } from "./simulator/packet.ts";
import { listen, message, pair, RX, SLEEP, STANDBY, send, TX } from "./simulator/parts/radio-bench.ts";

describe("receiving", () => {
  test("PayloadReady, CrcOk and DIO0 rise; RSSI is that of the frame; the FIFO survives standby and empties by reading", () => {
    const { b, exchange } = pair();
    expect(exchange()).toEqual([]);
    expect(b.flags2()).toBe(0x66);
    expect(b.edges).toEqual([true]);
    expect(b.read(0x24)).toEqual([144]);
    b.mode(STANDBY);
    expect(b.edges).toEqual([true, false]);
    expect(b.read(0x00, 21)).toEqual(message(20));
    expect(b.flags2()).toBe(0);
  });

  test.each([
    ["sleep", SLEEP],
    ["receive", RX],
  ])("the FIFO is cleared on the way into %s", (_, into) => {
    const { b, exchange } = pair();
    exchange();
    b.mode(STANDBY);
    b.mode(into);
    expect(b.flags2()).toBe(0);
  });

  test("DIO0 tells CrcOk, PayloadReady or the sync word by mapping 0, 1, 2", () => {
    for (const [mapping, atSync] of [
      [0x00, false],
      [0x40, false],
      [0x80, true],
    ] as const) {
      const { a, b, run } = pair();
      b.write(0x25, mapping);
      b.mode(RX);
      send(a, message(20));
      run(20_000);
      expect(b.edges.length > 0).toBe(atSync);
      run(100_000);
      expect(b.edges).toEqual([true]);
    }
  });

  test("a held frame keeps others out until it is read, then reception restarts by itself", () => {
    const { b, exchange, a, run, ether } = pair();
    exchange();
    send(a, message(3));
    run(100_000);
    expect(ether.log.at(-1)?.lost).toEqual([{ to: b.radio.name, why: "not listening" }]);
    expect(b.read(0x00, 21)).toEqual(message(20));
    send(a, message(3));
    run(100_000);
    expect(b.read(0x00, 4)).toEqual(message(3));
  });

  test("leaving in the middle loses the frame, and its end does not disturb what came next", () => {
    const { a, b, ether, run } = pair();
    const whys = () => ether.log.map(({ lost }) => lost.find(({ to }) => to === b.radio.name)?.why);
    listen(b);
    send(a, message(64));
    run(30_000);
    b.mode(STANDBY);
    b.mode(RX);
    const packet = ether.log[0]?.packet as Packet;
    ether.inject(packet, { txDbm: 40 });
    run(100_000);
    ether.inject(packet, { txDbm: 0 });
    run(300_000);
    expect(whys()).toEqual(["left", undefined, "busy"]);
    expect(b.flags2() & 0x04).toBe(0x04);
  });

  test("going on to send clears what was received", () => {
    const { b, ether, exchange } = pair();
    exchange();
    b.mode(TX);
    expect([b.flags2(), ether.log.length]).toEqual([0, 1]);
  });

  test("locked to one frame, another one is missed", () => {
    const { a, b, ether, run } = pair();
    listen(b);
    send(a, message(64));
    run(30_000);
    ether.inject(ether.log[0]?.packet as Packet, { txDbm: -20 });
    run(300_000);
    expect(ether.log[1]?.lost).toContainEqual({ to: b.radio.name, why: "busy" });
    expect(b.read(0x00, 65)).toEqual(message(64));
  });

  test("without automatic restart it waits for RestartRx; InterPacketRxDelay holds the automatic one back", () => {
    const { a, b, run, exchange } = pair();
    b.write(0x3d, 0x01);
    exchange();
    b.read(0x00, 21);
    send(a, message(3));
    run(100_000);
    expect(b.flags2()).toBe(0);
    b.write(0x3d, 0x05);
    send(a, message(3));
    run(100_000);
    expect(b.read(0x00, 4)).toEqual(message(3));
    // 2^9 bits are 107 ms.
    b.write(0x3d, 0x97);
    send(a, message(4));
    run(100_000);
    b.read(0x00, 5);
    send(a, message(5));
    run(100_000);
    expect(b.flags2()).toBe(0);
    send(a, message(6));
    run(100_000);
    expect(b.read(0x00, 7)).toEqual(message(6));
    run(200_000);
    // From 12 on there is no delay.
    b.write(0x3d, 0xf3);
    exchange();
    b.read(0x00, 21);
    run(1);
    expect(exchange()).toEqual([]);
  });

  test("the 20 dBm registers must be off while receiving", () => {
    const { b, exchange } = pair();
    b.write(0x5a, 0x5d);
    b.write(0x5c, 0x7c);
    expect(exchange()).toEqual(["high power"]);
  });

  test("RssiStart measures the channel: silence, a frame, a jammer", () => {
    const { a, b, ether, run } = pair();
    const measure = () => {
      b.write(0x23, 0x01);
      expect(b.read(0x23)).toEqual([0x02]);
      return -(b.read(0x24)[0] ?? 0) / 2;
    };
    b.write(0x2f, 9);
    listen(b);
    expect(measure()).toBe(-113);
    b.mode(STANDBY);
    send(a, message(60));
    listen(b);
    expect(b.read(0x24)).toEqual([144]);
    expect(measure()).toBe(-72);
    run(200_000);
    ether.jammed = true;
    expect(measure()).toBe(-40);
  });

  test("what is not modelled says so", () => {
    const { b } = pair();
    expect(() => b.write(0x01, 0x44)).toThrow("listen mode");
    expect(() => b.write(0x3b, 0x01)).toThrow("automatic modes");
    expect(() => b.write(0x02, 0x08)).toThrow("FSK");
  });
});
