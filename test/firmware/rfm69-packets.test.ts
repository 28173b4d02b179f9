import { describe, expect, test } from "vitest";
import type { Packet } from "./simulator/packet.ts";
import { listen, message, pair, STANDBY, send } from "./simulator/parts/radio-bench.ts";

describe("which packets a receiver takes", () => {
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

  test("v10's filter hears −105 dBm, one twice as wide 3 dB less", () => {
    for (const [filter, hears] of [
      [0xf4, 118],
      [0xf3, 115],
    ] as const) {
      const { a, b, ether, exchange } = pair();
      b.write(0x19, filter);
      ether.setPathLossDb(a.radio.name, b.radio.name, hears - 0.1);
      expect(exchange()).toEqual([]);
      b.read(0x00, 21);
      b.mode(STANDBY);
      ether.setPathLossDb(a.radio.name, b.radio.name, hears + 0.1);
      expect(exchange()).toEqual(["weak"]);
    }
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
});
