import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochSeconds, type PulsesFact, seconds } from "../../nodes/model/index.ts";
import { Book, METER, T0, update } from "./support.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
/** A midnight. */
const START = Math.ceil(T0 / DAY) * DAY;

/** A meter that sends five minutes at a time, with the Wh that `use` says for their beginning. */
class House extends Book {
  at = START;
  register = 1000;

  run(durationS: number, use: (atS: number) => number): this {
    for (const end = this.at + durationS; this.at < end; this.at += 300) {
      const energy = use(this.at);
      const minute = (i: number) => Math.floor((energy * i) / 5);
      const entries = [1, 2, 3, 4, 5].map((i) => [60, minute(i) - minute(i - 1)] as const);
      this.feed(update(this.at - 1, this.register, entries)).tick(this.at + 306);
      this.register += energy;
    }
    return this;
  }
}
/** 5 Wh in five minutes is 60 W. */
const base = () => 5;
const none = () => 0;
const clearedOf = (book: Book) => book.toldOf("no-pulses").map((event) => "cleared" in event && event.cleared);

describe("a meter that is heard and says that nothing is used", () => {
  it("is told after hours in a house that never stands still, in words, and again when it counts", () => {
    const house = new House().run(8 * DAY, base).run(4 * HOUR, none);
    expect(house.toldOf("no-pulses")).toEqual([]);
    const stopped = START + 8 * DAY;
    house.run(2 * HOUR, none);
    expect(house.toldOf("no-pulses")).toEqual([{ since: stopped, cleared: false }]);
    const { warnings, troubles } = house.health(house.at);
    expect(warnings).toEqual(["no-pulses"]);
    expect(troubles).toEqual([
      "No pulses since 00:00, although this meter never counted less than 30 W for so long: look whether the puck still sits on the LED.",
    ]);
    house.run(HOUR, base);
    expect(clearedOf(house)).toEqual([false, true]);
    expect(house.health(house.at)).toMatchObject({ warnings: [], troubles: [] });
  });

  it("is not back for a flash of another light", () => {
    const house = new House().run(8 * DAY, base).run(6 * HOUR, none);
    house.run(300, () => 1).run(6 * HOUR, none);
    expect(clearedOf(house)).toEqual([false]);
    expect(house.health(house.at).warnings).toEqual(["no-pulses"]);
  });

  it("is believed before a week of it is known", () => {
    const house = new House().run(5 * DAY, base).run(20 * HOUR, none);
    expect(house.toldOf("no-pulses")).toEqual([]);
  });

  it("is believed when it is silent: nothing that arrives is not nothing that is used", () => {
    const house = new House().run(8 * DAY, base).run(HOUR, none);
    house.tick(house.at + DAY);
    expect(house.toldOf("no-pulses")).toEqual([]);
    expect(house.toldOf("dark")).toHaveLength(1);
  });

  it("is never told of feed-in, however dark the winter", () => {
    const sun = (atS: number) => (atS % DAY > 9 * HOUR && atS % DAY < 16 * HOUR ? 40 : 0);
    const house = new House()
      .run(9 * DAY, sun)
      .run(4 * DAY, none)
      .run(3 * DAY, sun);
    expect(house.toldOf("no-pulses")).toEqual([]);
  });

  it("is told once of a meter that begins to stand still every day, and then it is usual", () => {
    const sunny = (atS: number) => (atS % DAY > 9 * HOUR && atS % DAY < 16 * HOUR ? 0 : 10);
    const house = new House().run(10 * DAY, base).run(12 * DAY, sunny);
    expect(clearedOf(house).filter((cleared) => !cleared).length).toBeLessThanOrEqual(2);
    expect(house.health(house.at).warnings).toEqual([]);
  });

  it("is never told while it stands still no longer than is usual, and always after three times that", () => {
    const runs = fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 9, maxLength: 12 });
    fc.assert(
      fc.property(runs, (usual) => {
        const house = new House();
        for (const half of usual) house.run(half * 1800, none).run(DAY - half * 1800, base);
        const second = (usual.toSorted((a, b) => b - a)[1] ?? 0) * 1800;
        const limit = Math.max(4 * HOUR, 3 * second);
        // What is longer than the limit on the one worst day is told: it is not usual.
        const longest = Math.max(...usual) * 1800;
        if (longest <= 4 * HOUR) expect(house.toldOf("no-pulses")).toEqual([]);
        const before = house.toldOf("no-pulses").length;
        house.run(limit + 600, none);
        expect(house.toldOf("no-pulses").length).toBe(before + 1);
      }),
      { numRuns: 5 },
    );
  });

  it("is told after the time that the user set, also when nothing is known yet", () => {
    const house = new House({ noPulsesAfterS: HOUR }).run(2 * HOUR, base).run(HOUR, none);
    expect(house.toldOf("no-pulses")).toEqual([]);
    house.run(600, none);
    expect(clearedOf(house)).toEqual([false]);
    expect(house.health(house.at).troubles).toEqual([
      "No pulses since 02:00 (70 min): look whether the puck still sits on the LED.",
    ]);
  });

  it("goes on being wrong after a restart, and is not told twice", () => {
    const house = new House()
      .run(8 * DAY, base)
      .run(6 * HOUR, none)
      .kill();
    house.run(HOUR, none);
    expect(clearedOf(house)).toEqual([false]);
    expect(house.health(house.at).warnings).toEqual(["no-pulses"]);
    house.run(HOUR, base);
    expect(clearedOf(house)).toEqual([false, true]);
  });

  it("does not stand still for energy that was counted in the hour before a kill", () => {
    const house = new House()
      .run(8 * DAY, base)
      .run(3 * HOUR + 300, none)
      .run(600, base)
      .kill();
    house.run(3 * HOUR, none);
    expect(house.toldOf("no-pulses")).toEqual([]);
  });

  it("counts impulses of less than a watt-hour as a sign of life", () => {
    const book = new Book({ impPerKwh: 10_000, noPulsesAfterS: HOUR });
    const pulses = (atS: number, count: number): PulsesFact => {
      return { kind: "pulses", meter: METER, pulses: count, duration: seconds(600), receivedAt: epochSeconds(atS) };
    };
    for (let i = 0; i < 12; i += 1) book.feed(pulses(START + i * 600, 1)).tick(START + i * 600);
    expect(book.toldOf("no-pulses")).toEqual([]);
    for (let i = 12; i < 24; i += 1) book.feed(pulses(START + i * 600, 0)).tick(START + i * 600);
    expect(clearedOf(book)).toEqual([false]);
  });
});
