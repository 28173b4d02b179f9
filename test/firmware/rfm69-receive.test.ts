import { describe, expect, test } from "vitest";
import type { Packet } from "./simulator/packet.ts";
import { bench, listen, message, RX, SLEEP, STANDBY, send } from "./simulator/parts/radio-bench.ts";

describe("receiving", () => {
  function pair(sender: Parameters<ReturnType<typeof bench>["chip"]>[0] = {}, receiver = sender) {
    const { chip, ether, run } = bench();
    const a = chip(sender);
    const b = chip(receiver);
    const exchange = (bytes: readonly number[] = message(20)) => {
      listen(b);
      a.write(0x11, 0x9f);
      send(a, bytes);
      run(200_000);
      return ether.log.at(-1)?.lost.map(({ why }) => why);
    };
    return { a, b, ether, run, exchange };
  }

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

  test("another key gives garbage with a right CRC, as the chip does", () => {
    const { b, exchange } = pair({}, { key: "ANOTHER_KEY_HERE" });
    expect(exchange()).toEqual([]);
    expect(b.flags2() & 0x06).toBe(0x06);
    const read = b.read(0x00, 21);
    expect(read[0]).toBe(20);
    expect(read).not.toEqual(message(20));
  });

  test("another network, carrier, bit rate or deviation is not heard, a carrier a little off is", () => {
    expect(pair({}, { network: [0, 0, 1, 2] }).exchange()).toEqual(["sync"]);
    expect(pair({}, { frf: 0xd90000 }).exchange()).toEqual(["tuning"]);
    for (const [address, value] of [
      [0x04, 0x0c],
      [0x06, 0x9e],
    ] as const) {
      const { b, exchange } = pair();
      b.write(address, value);
      expect(exchange()).toEqual(["tuning"]);
    }
    expect(pair({}, { ppm: 9 }).exchange()).toEqual([]);
    expect(pair({}, { ppm: 11 }).exchange()).toEqual(["tuning"]);
  });

  test("a wider filter, or AFC with one, hears a carrier that is far off", () => {
    for (const settings of [
      [[0x19, 0xf2]],
      [
        [0x1a, 0xf2],
        [0x1e, 0x04],
      ],
    ] as const) {
      const { b, exchange } = pair({}, { ppm: 40 });
      for (const [address, value] of settings) b.write(address, value);
      expect(exchange()).toEqual([]);
    }
  });

  test("leaving in the middle loses the frame; back in time for the next one, it is not confused by the end of the first", () => {
    const { a, b, ether, run } = pair();
    const c = a;
    listen(b);
    send(c, message(64));
    run(30_000);
    b.mode(STANDBY);
    b.mode(RX);
    ether.inject({ ...(ether.log[0]?.packet as Packet), clear: Uint8Array.of(1) }, { txDbm: 40 });
    run(300_000);
    expect(ether.log.map(({ lost }) => lost.filter(({ to }) => to === b.radio.name).map(({ why }) => why))).toEqual([
      ["left"],
      [],
    ]);
    expect(b.flags2() & 0x04).toBe(0x04);
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
  });

  test("a wrong CRC drops the packet; with CrcAutoClearOff it stays, without CrcOk", () => {
    const { a, b, ether, run } = pair();
    listen(b);
    send(a, message(20));
    run(100_000);
    b.read(0x00, 21);
    run(1000);
    const forged = { ...(ether.log[0]?.packet as Packet), crcRight: false };
    const inject = () => {
      ether.inject(forged);
      run(100_000);
      return ether.log.at(-1)?.lost.find(({ to }) => to === b.radio.name)?.why;
    };
    expect([inject(), b.flags2()]).toEqual(["crc", 0]);
    b.write(0x37, 0xd8);
    b.write(0x25, 0x00);
    const edges = b.edges.length;
    expect([inject(), b.flags2() & 0x06, b.edges.length - edges]).toEqual([undefined, 0x04, 0]);
  });

  test("other coding is a wrong CRC", () => {
    const { b, exchange } = pair();
    b.write(0x37, 0x90);
    expect(exchange()).toEqual(["crc"]);
  });

  test("longer than RegPayloadLength is dropped, and the address filter keeps strangers out", () => {
    const short = pair();
    short.b.write(0x38, 19);
    expect(short.exchange()).toEqual(["length"]);
    expect(short.b.flags2()).toBe(0);
    const strict = pair();
    for (const { write } of [strict.a, strict.b]) write(0x37, 0xd4, 0x40, 7, 255);
    expect(strict.exchange([3, 8, 1, 1])).toEqual(["filtered"]);
    expect(strict.exchange([3, 7, 1, 1])).toEqual([]);
    expect(strict.b.read(0x00, 4)).toEqual([3, 7, 1, 1]);
    expect(strict.exchange([3, 255, 1, 1])).toEqual([]);
    strict.b.read(0x00, 4);
    strict.b.write(0x37, 0xd2);
    expect(strict.exchange([3, 255, 1, 1])).toEqual(["filtered"]);
  });

  test("without AES nobody pads; encrypted and plain radios take each other's CRC for wrong", () => {
    const plain = pair();
    for (const { write } of [plain.a, plain.b]) write(0x3d, 0x02);
    expect(plain.exchange(message(5))).toEqual([]);
    expect(plain.b.read(0x00, 6)).toEqual(message(5));
    const mixed = pair();
    mixed.a.write(0x3d, 0x02);
    expect(mixed.exchange(message(5))).toEqual(["crc"]);
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
