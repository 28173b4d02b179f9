import { describe, expect, test } from "vitest";
import { airTimeUs } from "./simulator/packet.ts";
import { bench, FS, listen, message, RX, SLEEP, STANDBY, STARTED, send, TX } from "./simulator/parts/radio-bench.ts";

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
    run(1300);
    expect(flags1() & 0x80).toBe(0);
    run(100);
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

  test("power may change on the way, and counts from then on", () => {
    const { chip, run } = bench();
    const sender = chip();
    sender.write(0x11, 0x80 | 31);
    send(sender, message(60));
    const charge = sender.radio.chargeUas;
    run(10_000);
    sender.write(0x11, 0x80 | 18);
    run(10_000);
    expect(sender.radio.chargeUas - charge).toBeCloseTo(10 * 45 + 10 * 20, 6);
  });

  test("standby in the middle cuts the frame off, and PacketSent never comes", () => {
    const { chip, ether, run } = bench();
    const [sender, receiver] = [chip(), chip()];
    listen(receiver);
    send(sender, message(60));
    run(50_000);
    sender.mode(STANDBY);
    run(200_000);
    expect(sender.edges).toEqual([]);
    expect(ether.log[0]?.lost.map(({ why }) => why)).toEqual(["aborted"]);
    expect(receiver.flags2()).toBe(0);
  });

  test("a packet that is completed in transmit mode goes at once, the next one behind it", () => {
    const { chip, ether, run } = bench();
    const sender = chip();
    sender.mode(TX);
    sender.write(0x00, 20, ...message(19));
    run(1000);
    sender.write(0x00, ...message(5));
    expect(ether.log).toHaveLength(1);
    run(72_000);
    expect(sender.flags2() & 0x08).toBe(0);
    expect(ether.log.map(({ bytes }) => bytes[0])).toEqual([20, 5]);
    run(50_000);
    expect(sender.flags2()).toBe(0x08);
  });

  test("with the threshold as start condition it waits for one byte more", () => {
    const { chip, ether, run } = bench();
    const sender = chip();
    sender.write(0x3c, 5);
    send(sender, message(4));
    expect(ether.log).toHaveLength(0);
    sender.write(0x00, 0);
    run(1000);
    expect(ether.log).toHaveLength(1);
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
