import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dbm, epochSeconds, millivolts, type SnapshotFact, wh } from "../../nodes/model/index.ts";
import { Book, METER, T0, update } from "./support.ts";

const DAY = 86_400;
const START = Math.ceil(T0 / DAY) * DAY;

/** The device measures in steps of about 12 mV. */
const measured = (mv: number) => Math.round(Math.round(mv / 11.9) * 11.9);

function snapshot(atS: number, mv: number): SnapshotFact {
  const receivedAt = epochSeconds(atS);
  const last = { lastEntryFinish: receivedAt, lastRegister: wh(5), rssi: dbm(-70) };
  return { kind: "snapshot", meter: METER, battery: millivolts(Math.round(mv)), ...last, receivedAt };
}

/** Four reports a day for `days`, with the voltage that `course` says. */
function watched(days: number, course: (day: number, i: number) => number, book = new Book()): Book {
  book.feed(update(START - 400, 5, [[60, 0]], START - 300));
  for (let day = 0; day < days; day += 1) {
    for (let i = 0; i < 4; i += 1) book.feed(snapshot(START + day * DAY + i * 21_600, course(day, i))).tick(0);
  }
  return book;
}
const trend = (book: Book) => book.health(START).battery;

describe("the battery's trend", () => {
  it("finds how fast it falls, through the noise and the steps of the measurement", () => {
    const noise = fc.array(fc.integer({ min: -15, max: 15 }), { minLength: 400, maxLength: 400 });
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 90 }), fc.integer({ min: 20, max: 80 }), noise, (days, tenths, noisy) => {
        const slope = tenths / 10;
        const book = watched(days, (day, i) => measured(4500 - slope * (day + i / 4) + (noisy[day * 4 + i] ?? 0)));
        const found = trend(book);
        expect(found?.mvPerDay).toBeGreaterThan(-slope - 0.8);
        expect(found?.mvPerDay).toBeLessThan(-slope + 0.8);
        const truth = (4500 - slope * days - 3300) / slope;
        if (found?.daysLeft !== undefined && truth > 20) {
          expect(Math.abs(found.daysLeft - truth) / truth).toBeLessThan(0.5);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("is not promised from two points, nor from two weeks' noise around a level", () => {
    expect(trend(watched(2, (day) => 4500 - 300 * day))).toBeUndefined();
    expect(trend(watched(13, (day) => 4500 - 20 * day))).toBeUndefined();
    const noise = fc.array(fc.integer({ min: -12, max: 12 }), { minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(noise, (noisy) => {
        const found = trend(watched(20, (day, i) => measured(3350 + (noisy[day * 4 + i] ?? 0))));
        expect(found?.daysLeft).toBeUndefined();
        expect(Math.abs(found?.mvPerDay ?? 9)).toBeLessThan(1.5);
      }),
      // Once in some hundred times chance alone looks like a fall.
      { numRuns: 25, seed: 20_261_123 },
    );
  });

  it("says how long it lasts, and what that takes for granted", () => {
    expect(trend(watched(60, (day) => 3700 - 5 * day))).toEqual({
      days: 60,
      mvPerDay: -5,
      daysLeft: 21,
      lowMv: 3300,
      assumes:
        "It goes on falling by 5 mV a day as over the last 60 days, to 3300 mV. Cold makes it fall faster, and so does its end.",
    });
    expect(trend(watched(20, (day) => 4600 - day))).toEqual({
      ...{ days: 20, mvPerDay: -1, lowMv: 3300, assumes: "Over 20 days nothing says when it will be empty." },
    });
  });

  it("never leaves more days the lower the battery is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 60 }), fc.integer({ min: 2, max: 9 }), (days, slope) => {
        const left = [0, 100, 200, 300].map(
          (less) => trend(watched(days, (day) => 4300 - less - slope * day))?.daysLeft ?? 9999,
        );
        expect(left).toEqual(left.toSorted((a, b) => b - a));
      }),
      { numRuns: 10 },
    );
  });

  it("begins anew with a new battery", () => {
    const book = watched(70, (day) => (day < 50 ? 3800 - 8 * day : 4500 - 3 * (day - 50)));
    expect(trend(book)).toMatchObject({ days: 20, mvPerDay: -3 });
    expect(trend(watched(53, (day) => (day < 50 ? 3800 - 8 * day : 4500)))).toBeUndefined();
  });

  it("is not moved by single figures that are far off", () => {
    const book = watched(60, (day, i) => (i === 1 && day % 5 === 0 ? 2100 : 4400 - 4 * day));
    expect(trend(book)).toMatchObject({ mvPerDay: expect.closeTo(-4, 0), days: 60 });
  });

  it("takes nothing from a gateway that repeats what a silent meter said long ago", () => {
    const book = watched(30, (day) => 4400 - 4 * day);
    const before = trend(book);
    book.tick(START + 40 * DAY);
    expect(book.health(START + 40 * DAY).battery?.daysLeft).toBe((before?.daysLeft ?? 0) - 11);
    for (let day = 40; day < 80; day += 1) book.feed(snapshot(START + day * DAY, 4284));
    expect(trend(book)).toEqual(before);
  });

  it("goes on after a restart", () => {
    const book = watched(60, (day) => 3700 - 5 * day);
    const before = trend(book);
    expect(trend(book.kill())).toEqual(before);
  });

  it("warns before the battery ends, and is content with a new one", () => {
    const book = watched(62, (day) => 3700 - 5 * day);
    expect(book.toldOf("battery-ending")).toEqual([{ daysLeft: 29, cleared: false }]);
    expect(book.health(START).troubles).toEqual([
      expect.stringMatching(/^The battery is about to end, in about \d+ days: have a new one ready\.$/),
    ]);
    for (let day = 62; day < 64; day += 1) {
      for (let i = 0; i < 4; i += 1) book.feed(snapshot(START + day * DAY + i * 21_600, 4500)).tick(0);
    }
    expect(book.toldOf("battery-ending")).toEqual([
      { daysLeft: 29, cleared: false },
      { daysLeft: null, cleared: true },
    ]);
  });
});
