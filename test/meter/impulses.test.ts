import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { powerOf } from "../../nodes/meter/index.ts";
import { type Entry, impulsesPerKwh, seconds, type UpdateFact, wh } from "../../nodes/model/index.ts";
import { Book, T0, update } from "./support.ts";

/** What a device says of impulses at `times` (seconds from T0): intervals of `intervalS`, `perFrame` to a frame. */
function* frames(times: Iterable<number>, perKwh: number, intervalS: number, perFrame: number): Generator<UpdateFact> {
  let entries: Entry[] = [];
  let [fromS, base, register, left, count] = [0, 0, 0, 0, 0];
  let last: number | undefined;
  const source = times[Symbol.iterator]();
  let next = source.next();
  for (let startS = 0; next.done !== true; startS += intervalS) {
    [count, last] = [0, undefined];
    for (; next.done !== true && next.value < startS + intervalS; next = source.next()) {
      count += 1;
      last = next.value - startS;
    }
    // What comes after the last of `times` is not known: no interval ends there.
    if (next.done === true) return;
    const sum = left + count * 1000;
    const energy = Math.floor(sum / perKwh);
    left = sum % perKwh;
    entries.push(timed(intervalS, energy, count, last));
    if (entries.length < perFrame) continue;
    yield frame(T0 + fromS, base, entries, perKwh);
    register += entries.reduce((all, one) => all + one.energy, 0);
    [fromS, base, entries] = [startS + intervalS, register, []];
  }
}

/** The device has steps of 1/64 s, the gateway prints hundredths, at least one when there was an impulse. */
function timed(durationS: number, energyWh: number, impulses: number, lastS?: number): Entry {
  const entry = { duration: seconds(durationS), energy: wh(energyWh), impulses };
  if (lastS === undefined) return entry;
  return { ...entry, lastImpulseS: Math.max(1, Math.floor((Math.floor(lastS * 64) / 64) * 100)) / 100 };
}

/** Entries that begin at `startS`; a register stands at the end of the second before. */
function frame(startS: number, register: number, entries: readonly Entry[], perKwh = 1000): UpdateFact {
  const plain = entries.map(({ duration, energy }) => [duration, energy] as const);
  return { ...update(startS - 1, register, plain), impulsesPerKwh: impulsesPerKwh(perKwh), entries };
}

function* steadily(everyS: number, firstS: number, untilS: number): Generator<number> {
  for (let at = firstS; at < untilS; at += everyS) yield at;
}

const STEP_S = 1 / 64 + 0.01;
function watts(book: Book): number {
  const power = powerOf(book.state, T0 + 5, book.settings);
  return power.known ? power.watts : Number.NaN;
}

describe("power between impulses", () => {
  it("is exact for a constant load of any power, phase, meter constant and interval", () => {
    const exponent = fc.double({ min: 0, max: 4.3, noNaN: true });
    const load = fc.record({
      powerW: exponent.map((power) => 10 ** power),
      phase: fc.double({ min: 0, max: 1, noNaN: true }),
      perKwh: fc.constantFrom(500, 800, 1000, 1600, 3200),
      intervalS: fc.integer({ min: 1, max: 60 }),
      perFrame: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(load, ({ powerW, phase, perKwh, intervalS, perFrame }) => {
        const everyS = 3_600_000 / perKwh / powerW;
        const longS = 4 * everyS + (2 + 2 * perFrame) * Math.max(intervalS, 15);
        const book = new Book({ maxPowerW: 30_000 });
        for (const fact of frames(steadily(everyS, phase * everyS, longS), perKwh, intervalS, perFrame))
          book.feed(fact);
        const off = Math.abs(watts(book) - powerW);
        expect(off).toBeLessThanOrEqual(0.5 + (powerW * STEP_S) / (Math.max(10, everyS) - STEP_S));
      }),
      { numRuns: 100 },
    );
  });

  it("shows 20 W as 20 W, where counting in whole intervals would show 0 or 240", () => {
    const book = new Book();
    for (const fact of frames(steadily(180, 7, 1200), 1000, 15, 4)) book.feed(fact);
    expect(watts(book)).toBe(20);
  });

  it("follows a rise after a long pause at once", () => {
    const book = new Book().feed(frame(T0, 0, [timed(15, 1, 1, 3), timed(15, 1, 1, 13)]));
    book.feed(frame(T0 + 30, 2, [timed(255, 0, 0), timed(255, 0, 0), timed(15, 12, 12, 14.5)]));
    expect(watts(book)).toBeGreaterThan(2700);
    expect(watts(book)).toBeLessThanOrEqual(3000);
  });

  it("falls by the silence bound when impulses stop: one impulse in all the time since the last", () => {
    const book = new Book().feed(frame(T0, 0, [timed(15, 5, 5, 14), timed(15, 5, 5, 14)]));
    expect(watts(book)).toBe(1200);
    const silent = [1, 2, 4, 8].map((n, i, all) => {
      const before = 15 * all.slice(0, i).reduce((sum, one) => sum + one, 2);
      book.feed(
        frame(
          T0 + before,
          10,
          Array.from({ length: n }, () => timed(15, 0, 0)),
        ),
      );
      const silentS = before + 15 * n - 29;
      return watts(book) / (3600 / silentS);
    });
    for (const share of silent) expect(share).toBeCloseTo(1, 1);
  });

  it("is known after a meter came back at the second time only: until then it is counted in intervals", () => {
    const book = new Book().feed(frame(T0, 0, [timed(15, 5, 5, 13)]));
    expect(watts(book)).toBe(1200);
    book.feed(frame(T0 + 15, 5, [timed(15, 6, 6, 14)]));
    expect(watts(book)).toBe(1350);
  });
});

describe("where times are missing", () => {
  const start = () => new Book().feed(frame(T0, 0, [timed(15, 5, 5, 13), timed(15, 6, 6, 14)]));

  it("intervals of a gateway without them begin anew, and are counted as ever", () => {
    const book = start().feed(update(T0 + 29, 11, [[60, 10]]));
    expect(watts(book)).toBe(600);
    book.feed(frame(T0 + 90, 21, [timed(15, 5, 5, 13)]));
    expect(watts(book)).toBe(720);
    book.feed(frame(T0 + 105, 26, [timed(15, 5, 5, 13)]));
    expect(watts(book)).toBe(1200);
  });

  it("a quarter hour whose impulses were only counted does not break the count", () => {
    const book = start().feed(frame(T0 + 30, 11, [timed(900, 300, 300)]));
    expect(watts(book)).toBe(1200);
    book.feed(frame(T0 + 930, 311, [timed(15, 5, 5, 14)]));
    // 305 impulses in the 915 s from 29 s to 944 s.
    expect(watts(book)).toBe(1200);
  });

  it("a time outside of its interval is no time: the power stays one that can be", () => {
    const number = fc.nat({ max: 300 });
    const lastImpulseS = fc.constantFrom(undefined, 0, 1, 14, 15, 60, 1_000_000);
    const entry = fc.record({
      duration: fc.constantFrom(0, 1, 15, 900),
      energy: number,
      impulses: number,
      lastImpulseS,
    });
    fc.assert(
      fc.property(fc.array(fc.array(entry, { minLength: 1, maxLength: 10 }), { maxLength: 5 }), (sent) => {
        const book = new Book({ maxPowerW: 1_000_000_000 });
        let [startS, register] = [T0, 0];
        for (const entries of sent) {
          book.feed(
            frame(
              startS,
              register,
              entries.map(({ lastImpulseS: lastS, ...one }) => {
                const plain = { ...one, duration: seconds(one.duration), energy: wh(one.energy) };
                return lastS === undefined ? plain : { ...plain, lastImpulseS: lastS };
              }),
            ),
          );
          startS += entries.reduce((sum, one) => sum + one.duration, 0);
          register += entries.reduce((sum, one) => sum + one.energy, 0);
          const power = powerOf(book.state, startS, book.settings);
          if (power.known) expect(power.watts).toBeGreaterThanOrEqual(0);
          if (power.known) expect(power.watts).toBeLessThan(Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  it("a hole, and another meter constant, begin anew", () => {
    const hole = start().feed(frame(T0 + 90, 100, [timed(15, 5, 5, 13)]));
    expect(watts(hole)).toBe(1200);
    const constant = start().feed(frame(T0 + 30, 11, [timed(15, 10, 5, 13)], 500));
    expect(watts(constant)).not.toBe(1200);
  });

  it("energy is counted the same with them and without, whatever is lost, repeated or late", () => {
    const plain = (fact: UpdateFact): UpdateFact => {
      const { impulsesPerKwh: _, entries, ...rest } = fact;
      return { ...rest, entries: entries.map(({ duration, energy }) => ({ duration, energy })) };
    };
    const gaps = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 20, maxLength: 120 });
    const order = fc.array(fc.nat({ max: 30 }), { maxLength: 40 });
    fc.assert(
      fc.property(gaps, order, (hundredths, places) => {
        let at = 0;
        const times = hundredths.map((gap) => (at += gap / 100));
        const sent = [...frames(times, 1000, 15, 3)];
        const heard = places.flatMap((place) => sent[place] ?? []);
        const book = new Book().feed(...heard);
        expect(book.readings).toEqual(new Book().feed(...heard.map(plain)).readings);
      }),
    );
  });

  it("a frame that is repeated, or comes too late, changes nothing", () => {
    const frameAgain = frame(T0 + 15, 5, [timed(15, 6, 6, 14)]);
    const book = start();
    const before = watts(book);
    const { recent } = book.state;
    book.feed(frameAgain, frame(T0, 0, [timed(15, 5, 5, 13)]));
    expect(watts(book)).toBe(before);
    expect(book.state.recent).toBe(recent);
  });
});
