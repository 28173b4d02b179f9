import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bcd, unbcd } from "./simulator/parts/calendar.ts";
import { Pcf2123 } from "./simulator/parts/pcf2123.ts";
import { EventQueue } from "./simulator/scheduler.ts";

const SECOND = 1e6;

/** A clock on a bench, started as firmware does: reset, CLKOUT off, time set, OS cleared. */
function bench(o: { ppm?: number } = {}) {
  const queue = new EventQueue();
  const clock = new Pcf2123(queue, o);
  const access = (command: number, bytes: readonly number[]) => {
    clock.select(true);
    clock.transfer(command);
    const read = bytes.map((byte) => clock.transfer(byte));
    clock.select(false);
    return read;
  };
  const write = (address: number, ...bytes: number[]) => void access(0x10 | address, bytes);
  const read = (address: number, count = 1) => access(0x90 | address, Array(count).fill(0));
  /** seconds, minutes, hours, days, weekday, months, years */
  const set = (...fields: number[]) => write(0x02, ...fields.map(bcd));
  const time = () => read(0x02, 7).map(unbcd);
  const run = (seconds: number) => queue.runUntil(queue.now + seconds * SECOND);
  return { queue, clock, access, write, read, set, time, run };
}

describe("time", () => {
  test("counts in BCD through midnight, month and year, leap years by the two digits of the year", () => {
    const { set, time, read, run } = bench();
    set(58, 59, 23, 31, 4, 12, 26);
    expect(read(0x02, 7)).toEqual([0x58, 0x59, 0x23, 0x31, 0x04, 0x12, 0x26]);
    run(3);
    expect(time()).toEqual([1, 0, 0, 1, 5, 1, 27]);
    set(59, 59, 23, 28, 0, 2, 28);
    run(1);
    expect(time().slice(3, 6)).toEqual([29, 1, 2]);
    set(59, 59, 23, 28, 0, 2, 26);
    run(1);
    expect(time().slice(3, 6)).toEqual([1, 1, 3]);
  });

  test("law: for any start and span the registers agree with the civil calendar of 2000–2099", () => {
    const from = Date.UTC(2000, 0, 1) / 1000;
    const to = Date.UTC(2098, 0, 1) / 1000;
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), fc.integer({ min: 0, max: 400 * 86_400 }), (start, span) => {
        const { set, time, run } = bench();
        const fields = (epoch: number) => {
          const d = new Date(epoch * 1000);
          const clock = [d.getUTCSeconds(), d.getUTCMinutes(), d.getUTCHours()];
          return [...clock, d.getUTCDate(), d.getUTCDay(), d.getUTCMonth() + 1, d.getUTCFullYear() - 2000];
        };
        set(...fields(start));
        run(span);
        expect(time()).toEqual(fields(start + span));
      }),
      { numRuns: 200 },
    );
  });

  test("a crystal 20 ppm fast gains 1.7 s a day", () => {
    const { set, time, run } = bench({ ppm: 20 });
    set(0, 0, 0, 1, 0, 1, 26);
    run(86_400);
    expect(time().slice(0, 4)).toEqual([1, 0, 0, 2]);
  });

  test("stands still during one access, and catches up behind it", () => {
    const { clock, queue, set, time, run } = bench();
    set(59, 59, 10, 1, 0, 1, 26);
    run(0.5);
    clock.select(true);
    clock.transfer(0x92);
    const seconds = clock.transfer(0);
    queue.runUntil(queue.now + SECOND);
    expect([seconds, clock.transfer(0), clock.transfer(0)]).toEqual([0x59, 0x59, 0x10]);
    clock.select(false);
    expect(time().slice(0, 3)).toEqual([0, 0, 11]);
  });

  test("STOP halts it; released, the next second comes after 0.508 s", () => {
    const { set, write, time, run } = bench();
    write(0x00, 0x20);
    set(10, 0, 0, 1, 0, 1, 26);
    run(100);
    expect(time()[0]).toBe(10);
    write(0x00, 0x00);
    run(0.507);
    expect(time()[0]).toBe(10);
    run(0.002);
    expect(time()[0]).toBe(11);
  });
});

describe("registers", () => {
  test("auto-increment wraps from 0F to 00, and what does not exist reads 0", () => {
    const { write, read } = bench();
    write(0x0d, 0x11, 0x70, 0x22);
    expect(read(0x0d, 4)).toEqual([0x11, 0x70, 0x22, 0x00]);
    write(0x03, 0xd9, 0xe3);
    expect(read(0x03, 2)).toEqual([0x59, 0x23]);
  });

  test("software reset puts the control registers back, sets OS and leaves the time", () => {
    const { write, read, set, time } = bench();
    set(1, 2, 3, 4, 5, 6, 7);
    write(0x0e, 0x70);
    write(0x00, 0x58);
    expect(read(0x02)).toEqual([0x81]);
    expect(time().slice(1)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(read(0x09, 6)).toEqual([0x80, 0x80, 0x80, 0x80, 0x00, 0x03]);
  });

  test("OS tells of lost power and cannot be cleared before the crystal runs", () => {
    const { clock, read, set, run } = bench();
    set(1, 2, 3, 4, 5, 6, 7);
    expect(read(0x02)).toEqual([0x01]);
    clock.powerFail();
    expect((read(0x02)[0] ?? 0) & 0x80).toBe(0x80);
    set(1, 2, 3, 4, 5, 6, 7);
    expect((read(0x02)[0] ?? 0) & 0x80).toBe(0x80);
    run(1);
    set(1, 2, 3, 4, 5, 6, 7);
    expect(read(0x02)).toEqual([0x01]);
  });

  test("every register byte written is counted; a byte with CE low or another command changes nothing", () => {
    const { clock, access, write, read } = bench();
    write(0x0f, 5);
    expect(clock.writes).toBe(1);
    access(0x2f, [9]);
    expect(clock.transfer(0x1f)).toBe(0xff);
    expect(clock.transfer(9)).toBe(0xff);
    expect([clock.writes, ...read(0x0f)]).toEqual([1, 5]);
  });
});

describe("countdown timer", () => {
  test.each([
    [0, 4096],
    [1, 64],
    [2, 1],
    [3, 1 / 60],
  ])("source %i counts down at %f Hz and starts anew at its end", (source, hz) => {
    const { write, read, run } = bench();
    write(0x0f, 200);
    write(0x0e, 0x78 | source);
    expect(read(0x0f)).toEqual([200]);
    run(150 / hz);
    expect(read(0x0f)).toEqual([50]);
    run(49 / hz);
    expect(read(0x0f)).toEqual([1]);
    run(1 / hz);
    expect(read(0x0f)).toEqual([200]);
  });

  test("its ticks come from the prescaler: the first one is early by up to a period", () => {
    const { write, read, run } = bench();
    run(0.9 / 64);
    write(0x0f, 255);
    write(0x0e, 0x79);
    run(0.2 / 64);
    expect(read(0x0f)).toEqual([254]);
  });

  test("a 0 stops it, and so does TE", () => {
    const { write, read, run } = bench();
    write(0x0f, 0);
    write(0x0e, 0x79);
    run(10);
    expect(read(0x0f)).toEqual([0]);
    write(0x0f, 7);
    write(0x0e, 0x71);
    run(10);
    expect(read(0x0f)).toEqual([7]);
  });
});

test("draws 0.1 µA, with CLKOUT 0.5", () => {
  const { clock, write, run } = bench();
  run(100);
  expect(clock.chargeUas).toBeCloseTo(50);
  write(0x0e, 0x70);
  run(100);
  expect(clock.chargeUas).toBeCloseTo(60);
});
