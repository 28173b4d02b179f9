import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reading } from "../../nodes/model/index.ts";
import { actions, send, transmit } from "./device.ts";
import { Book, rebase, T0, update } from "./support.ts";

const DAY = 86_400;
const positions = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 });
const repeats = fc.array(fc.tuple(fc.nat(60), fc.nat(30)), { maxLength: 8 });

const sum = (readings: readonly Reading[], of: (reading: Reading) => number) =>
  readings.reduce((total, reading) => total + of(reading), 0);
const lengthOf = ({ start, end }: Reading) => end - start;

describe("what arrived as it was measured", () => {
  it("is what the store holds, whatever was lost, repeated or came late", () => {
    fc.assert(
      fc.property(actions(["reboot", "clock", "register", "wrap"], 1), positions, repeats, (script, swaps, again) => {
        const book = new Book().feed(...transmit(send(script, 412_400), swaps, again));
        const newest = Math.max(...book.readings.map(({ end }) => end));
        // A clock that is wrong by years makes readings of days that are not kept.
        fc.pre(book.readings.every(({ start }) => start > newest - 20 * DAY));
        const { days } = book.state.watch;
        const total = (key: "coveredS" | "coveredWh" | "gapS" | "gapWh" | "lostS") =>
          days.reduce((all, day) => all + day[key], 0);
        const gaps = book.readings.filter(({ source }) => source === "register-gap");
        const intervals = book.readings.filter(({ source }) => source !== "register-gap");
        expect(total("coveredWh")).toBe(sum(intervals, ({ wh }) => wh));
        expect(total("coveredS")).toBe(sum(intervals, lengthOf));
        expect(total("gapWh")).toBe(sum(gaps, ({ wh }) => wh));
        expect(total("gapS")).toBe(sum(gaps, lengthOf));
        const short = gaps.filter((gap) => lengthOf(gap) <= 3600);
        expect(total("lostS")).toBe(sum(short, lengthOf));
      }),
      { numRuns: 400, seed: 20_261_123 },
    );
  });

  const minutes = (from: number, wh: number) =>
    update(from - 1, wh, [
      [60, 1],
      [60, 1],
      [60, 1],
      [60, 1],
    ]);

  it("is told in per cent, with the energy that the register brought back", () => {
    const book = new Book().feed(minutes(T0, 100), minutes(T0 + 480, 112));
    expect(book.health(T0 + 800).link).toEqual({
      ...{ days: 1, expected: 12, missed: 4, missedPercent: 33.3, recoveredWh: 8, recoveredPercent: 50, unknownS: 0 },
    });
  });

  it("is whole again when the detail comes late", () => {
    const book = new Book().feed(
      minutes(T0, 100),
      minutes(T0 + 480, 112),
      update(T0 + 239, 104, [
        [60, 2],
        [60, 2],
      ]),
    );
    expect(book.health(T0 + 800).link).toMatchObject({ expected: 12, missed: 2, recoveredWh: 4 });
    book.feed(
      update(T0 + 359, 108, [
        [60, 2],
        [60, 2],
      ]),
    );
    expect(book.health(T0 + 800).link).toMatchObject({ expected: 12, missed: 0, missedPercent: 0, recoveredWh: 0 });
  });

  it("counts time of which nobody knows the energy as missed", () => {
    const book = new Book().feed(minutes(T0, 100), rebase(T0 + 300, 0), minutes(T0 + 300, 0));
    expect(book.health(T0 + 800).link).toMatchObject({ unknownS: 60, missed: 1, expected: 9, recoveredWh: 0 });
  });

  it("is unknown before the first data, and for a counter that sends no intervals", () => {
    const book = new Book();
    expect(book.health(T0).link).toBeUndefined();
    const pulses = { kind: "pulses", meter: book.state.meter, pulses: 10, duration: 60, receivedAt: T0 };
    book.feed(pulses as Parameters<Book["feed"]>[0]);
    expect(book.health(T0).link).toBeUndefined();
  });

  it("is of the last 30 days", () => {
    const book = new Book();
    for (let day = 0; day < 40; day += 1) book.feed(minutes(T0 + day * DAY, 100 + 4 * day));
    const link = book.health(T0 + 39 * DAY + 300).link;
    expect(link).toMatchObject({ days: 30, missedPercent: 99.7 });
    expect(book.health(T0 + 100 * DAY).link).toBeUndefined();
  });

  it("does not blame the radio for a day in which Node-RED was stopped", () => {
    const book = new Book();
    const hour = (at: number, wh: number) => book.feed(update(at - 1, wh, [[3600, 500]])).tick(at + 3605);
    for (let i = 0; i < 60; i += 1) hour(T0 + (i < 30 ? i : i + 48) * 3600, 1000 + 500 * (i < 30 ? i : i + 48));
    expect(book.toldOf("missed-intervals")).toEqual([]);
    expect(book.health(T0 + 108 * 3600).link).toMatchObject({ missedPercent: 44.4, recoveredPercent: 44.4 });
  });

  it("warns of a week with many holes, and ends the warning only well below", () => {
    const book = new Book({ missedPercent: 10 });
    let [at, wh] = [T0, 1000];
    const hours = (count: number, lostPerHour: number) => {
      for (let hour = 0; hour < count; hour += 1) {
        book.feed(update(at - 1, wh, [[3600 - 300 * lostPerHour, 500]])).tick(at + 3605);
        at += 3600;
        wh += 600;
      }
    };
    hours(30, 3);
    expect(book.toldOf("missed-intervals")).toEqual([{ percent: expect.any(Number), cleared: false }]);
    expect(book.health(at).troubles).toEqual([
      expect.stringMatching(/^Many intervals of the last 7 days did not arrive/),
    ]);
    hours(24 * 8, 0);
    expect(book.toldOf("missed-intervals").map((event) => "cleared" in event && event.cleared)).toEqual([false, true]);
  });
});
