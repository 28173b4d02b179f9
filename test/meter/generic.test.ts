import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { powerOf } from "../../nodes/meter/index.ts";
import {
  dbm,
  epochSeconds,
  impulsesPerKwh,
  type PulsesFact,
  type RegisterFact,
  seconds,
  wh,
} from "../../nodes/model/index.ts";
import { Book, brief, METER, T0 } from "./support.ts";

const pulses = (count: number, duration: number, at: number): PulsesFact => ({
  kind: "pulses",
  meter: METER,
  pulses: count,
  duration: seconds(duration),
  receivedAt: epochSeconds(at),
});
const register = (registerWh: number, receivedAt: number, at?: number): RegisterFact => ({
  kind: "register",
  meter: METER,
  registerWh,
  receivedAt: epochSeconds(receivedAt),
  ...(at !== undefined && { at: epochSeconds(at) }),
});

describe("pulses of any counter", () => {
  it("become readings that span the seconds before the receipt", () => {
    const book = new Book({ impPerKwh: 1000 }).feed(pulses(3, 10, T0));
    expect(brief(book.readings)).toEqual([[T0 - 10, T0, 3, "pulses"]]);
    expect(book.readings[0]).toMatchObject({ watts: 1080, registerWh: 3, lifetimeWh: 3 });
  });

  it("count as at 1000 imp/kWh when the device reports 0 impulses per kWh", () => {
    const silent = { kind: "snapshot", meter: METER, impulsesPerKwh: impulsesPerKwh(0), rssi: dbm(-70) } as const;
    const times = { lastEntryFinish: epochSeconds(0), lastRegister: wh(0), receivedAt: epochSeconds(T0) };
    expect(new Book().feed({ ...silent, ...times }, pulses(3, 10, T0)).totalWh).toBe(3);
  });

  it("never lose a fraction of a Wh, for any impulse constant, through restarts", () => {
    const counts = fc.array(fc.nat(5000), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), counts, (impPerKwh, all) => {
        const book = new Book({ impPerKwh });
        all.forEach((count, i) => {
          book.feed(pulses(count, 10, T0 + 10 * i)).kill();
        });
        const sum = all.reduce((total, count) => total + count, 0);
        expect(book.totalWh).toBe(Math.floor((sum * 1000) / impPerKwh));
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it("of a fine meter show their power before a whole Wh is full", () => {
    const book = new Book({ impPerKwh: 10_000 });
    for (let i = 1; i <= 4; i += 1) book.feed(pulses(3, 10, T0 + 10 * i));
    expect(book.totalWh).toBe(1);
    expect(powerOf(book.state, T0 + 40, book.settings)).toMatchObject({ known: true, watts: 108 });
  });
});

describe("a register from any source", () => {
  it("counts differences, and nothing for the first or the same value", () => {
    const book = new Book().feed(register(1000, T0), register(1010, T0 + 60), register(1010, T0 + 70));
    expect(brief(book.readings)).toEqual([[T0, T0 + 60, 10, "interval"]]);
  });

  it("with fractions adds up to the whole", () => {
    const book = new Book();
    for (let i = 0; i <= 100; i += 1) book.feed(register(7.5 + i * 0.3, T0 + 10 * i));
    expect(book.totalWh).toBe(30);
  });

  it("goes on after a restart", () => {
    const book = new Book().feed(register(1000, T0), register(1010, T0 + 60)).kill();
    expect(book.feed(register(1025, T0 + 120)).totalWh).toBe(25);
  });

  it("that falls is an implied rebase", () => {
    const book = new Book().feed(register(1000, T0), register(5, T0 + 60), register(9, T0 + 120));
    expect(book.totalWh).toBe(4);
    expect(book.toldOf("rebase")).toEqual([{ implied: true, fromWh: 1000, toWh: 5, countedWh: 0 }]);
  });

  it("that jumps further than anybody can use counts nothing", () => {
    const book = new Book().feed(register(1000, T0), register(900_000, T0 + 60), register(900_004, T0 + 120));
    expect(book.totalWh).toBe(4);
  });

  it("out of order changes nothing", () => {
    const frames = [register(1000, T0, T0), register(1020, T0 + 121, T0 + 120), register(1010, T0 + 122, T0 + 60)];
    expect(new Book().feed(...frames).totalWh).toBe(20);
  });

  it("that stands still for five minutes tells that nothing was used", () => {
    const book = new Book().feed(register(1000, T0), register(1000, T0 + 299), register(1000, T0 + 300));
    expect(brief(book.readings)).toEqual([[T0, T0 + 300, 0, "interval"]]);
  });
});
