import { describe, expect, test } from "vitest";
import { Ether } from "./simulator/ether.ts";
import { airTimeUs } from "./simulator/packet.ts";
import { Rfm69 } from "./simulator/parts/rfm69.ts";
import { EventQueue } from "./simulator/scheduler.ts";
import { configuration, type NetworkOptions } from "./v10/packet-radio.ts";

const SLEEP = 0x00;
const STANDBY = 0x04;
const FS = 0x08;
const TX = 0x0c;
const RX = 0x10;
const STARTED = 3000;

/** A chip on a bench: registers by SPI, DIO0 on a wire. */
function bench() {
  const queue = new EventQueue();
  const ether = new Ether(queue, { seed: 1 });
  const chip = (o: NetworkOptions & { kind?: "W" | "HW"; configured?: boolean; ppm?: number } = {}) => {
    const edges: boolean[] = [];
    const radio = new Rfm69(queue, ether, { kind: "W", ...o, onDio0: (high) => edges.push(high) });
    const write = (address: number, ...values: number[]) => {
      radio.select(true);
      for (const byte of [0x80 | address, ...values]) radio.transfer(byte);
      radio.select(false);
    };
    const read = (address: number, count = 1) => {
      radio.select(true);
      radio.transfer(address);
      const values = Array.from({ length: count }, () => radio.transfer(0));
      radio.select(false);
      return values;
    };
    const mode = (value: number) => {
      write(0x01, value);
      queue.runUntil(queue.now + STARTED);
    };
    if (o.configured !== false) for (const [address, ...values] of configuration(o)) write(address, ...values);
    return { radio, edges, write, read, mode, flags1: () => read(0x27)[0] ?? 0, flags2: () => read(0x28)[0] ?? 0 };
  };
  const run = (us: number) => queue.runUntil(queue.now + us);
  return { queue, ether, chip, run };
}

type Chip = ReturnType<ReturnType<typeof bench>["chip"]>;
const message = (length: number) => [length, ...Array.from({ length }, (_, i) => i + 1)];

function send(chip: Chip, bytes: readonly number[]): void {
  chip.mode(STANDBY);
  chip.write(0x00, ...bytes);
  chip.write(0x25, 0x00);
  chip.mode(TX);
}

function listen(chip: Chip): void {
  chip.write(0x25, 0x40);
  chip.mode(RX);
}

describe("registers by SPI", () => {
  test("after power-on the chip stands by, names itself 24 and holds the values of the data sheet", () => {
    const { read } = bench().chip({ configured: false });
    expect(read(0x10)).toEqual([0x24]);
    expect(read(0x01, 9)).toEqual([0x04, 0x00, 0x1a, 0x0b, 0x00, 0x52, 0xe4, 0xc0, 0x00]);
    expect([...read(0x11), ...read(0x13), ...read(0x2e), ...read(0x3c, 2)]).toEqual([0x9f, 0x1a, 0x98, 0x0f, 0x02]);
  });

  test("a burst steps through the registers, but stays on the FIFO", () => {
    const { write, read } = bench().chip();
    write(0x2f, 1, 2, 3, 4);
    expect(read(0x2e, 5)).toEqual([0x98, 1, 2, 3, 4]);
    write(0x00, 7, 8, 9);
    expect(read(0x01)).toEqual([STANDBY]);
    expect(read(0x00, 3)).toEqual([7, 8, 9]);
  });

  test("version and flags cannot be written", () => {
    const { write, read, flags1 } = bench().chip();
    write(0x10, 0x55);
    write(0x27, 0x00);
    expect(read(0x10)).toEqual([0x24]);
    expect(flags1()).toBe(0x80);
  });

  test("unselected or without supply it leaves MISO alone, and answers 10 ms after power-on", () => {
    const { chip, run } = bench();
    const { radio, read } = chip();
    expect(radio.transfer(0x10)).toBe(0xff);
    radio.powerFail();
    expect(read(0x10)).toEqual([0xff]);
    radio.reset();
    run(9_000);
    expect(read(0x10)).toEqual([0xff]);
    run(1_000);
    expect(read(0x10)).toEqual([0x24]);
    expect(read(0x6f)).toEqual([0x00]);
  });
});

describe("modes", () => {
  test("ModeReady falls with the change and returns when the mode is reached; sleep adds the oscillator", () => {
    const { chip, run } = bench();
    const { write, flags1, mode } = chip();
    mode(SLEEP);
    write(0x01, RX);
    expect(flags1() & 0x80).toBe(0);
    run(500);
    expect(flags1() & 0x80).toBe(0);
    run(900);
    expect(flags1()).toBe(0xd0);
    mode(FS);
    expect(flags1()).toBe(0x90);
    mode(TX);
    expect(flags1()).toBe(0xb0);
  });

  test.each([
    ["sleep", SLEEP, 0.1],
    ["standby", STANDBY, 1250],
    ["fs", FS, 9000],
    ["rx", RX, 16000],
  ] as const)("%s draws its current", (name, value, microamperes) => {
    const { chip, run } = bench();
    const { radio, mode } = chip();
    mode(value);
    const charge = radio.chargeUas;
    const before = radio.timeInMode[name];
    run(10e6);
    expect(radio.chargeUas - charge).toBeCloseTo(10 * microamperes, 6);
    expect(radio.timeInMode[name] - before).toBe(10e6);
  });

  test.each([
    ["W", 13, 0x80 | 31, 45, 13],
    ["W", 0, 0x80 | 18, 20, 0],
    ["W", -18, 0x80, 16, -18],
    ["W", 13, 0x60 | 31, 95, -60],
    ["HW", 13, 0x40 | 31, 45, 13],
    ["HW", 17, 0x60 | 31, 95, 17],
    ["HW", 13, 0x80 | 31, 45, -60],
  ] as const)("%s at %i dBm (PALEVEL %i) draws %i mA and radiates %i dBm", (kind, _, level, mA, radiated) => {
    const { chip, run, ether } = bench();
    const sender = chip({ kind });
    sender.write(0x11, level);
    send(sender, message(20));
    const charge = sender.radio.chargeUas;
    run(10_000);
    expect(sender.radio.chargeUas - charge).toBeCloseTo(mA * 10, 6);
    expect(ether.log[0]?.txDbm).toBe(radiated);
  });

  test("20 dBm need both test registers and the over-current protection off", () => {
    const power = (ocp: number, pa1: number, pa2: number) => {
      const { chip, ether, run } = bench();
      const sender = chip({ kind: "HW" });
      for (const [address, value] of [
        [0x11, 0x7f],
        [0x13, ocp],
        [0x5a, pa1],
        [0x5c, pa2],
      ] as const)
        sender.write(address, value);
      send(sender, message(20));
      const charge = sender.radio.chargeUas;
      run(1000);
      return [ether.log[0]?.txDbm, Math.round(sender.radio.chargeUas - charge)];
    };
    expect(power(0x0f, 0x5d, 0x7c)).toEqual([20, 130]);
    expect(power(0x0f, 0x55, 0x70)).toEqual([17, 95]);
    expect(power(0x1a, 0x5d, 0x7c)).toEqual([17, 95]);
  });
});

describe("sending", () => {
  test.each([
    [5, 45],
    [16, 45],
    [17, 71.7],
    [40, 98.3],
    [64, 125],
  ])("%i bytes behind the length are %f ms on the air, PacketSent and DIO0 rise at their end", (length, ms) => {
    const { chip, ether, run } = bench();
    const sender = chip();
    send(sender, message(length));
    const frame = ether.log[0];
    const airTime = frame ? airTimeUs(frame.packet) : 0;
    expect(airTime / 1000).toBeCloseTo(ms, 1);
    expect(sender.flags2() & 0x08).toBe(0);
    run(airTime - STARTED);
    expect(sender.flags2()).toBe(0);
    run(STARTED);
    expect(sender.flags2()).toBe(0x08);
    expect(sender.edges).toEqual([true]);
    sender.mode(STANDBY);
    expect(sender.flags2()).toBe(0);
    expect(sender.edges).toEqual([true, false]);
  });

  test("what is left in the FIFO goes when sending is left", () => {
    const { chip } = bench();
    const sender = chip();
    send(sender, [20, 1, 2]);
    expect(sender.flags2() & 0x40).toBe(0x40);
    sender.mode(STANDBY);
    expect(sender.flags2()).toBe(0);
  });

  test("a 67th byte is lost, and FifoOverrun tells so until it is cleared together with the FIFO", () => {
    const { write, flags2 } = bench().chip();
    write(0x00, ...Array.from({ length: 66 }, () => 1));
    expect(flags2()).toBe(0xe0);
    write(0x00, 1);
    expect(flags2()).toBe(0xf0);
    write(0x28, 0x10);
    expect(flags2()).toBe(0);
  });
});

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
    send(a, message(60));
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
