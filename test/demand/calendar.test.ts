import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Calendar, inCalendar } from "../../nodes/demand/index.ts";
import { epochSeconds, localTime } from "../../nodes/model/index.ts";
import { at } from "./support.ts";

const ZONES = [
  "UTC",
  "Europe/Brussels",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Australia/Adelaide",
  "Pacific/Chatham",
  "Africa/Casablanca",
];
/** Around changes of the clock somewhere, and anywhere. */
const instants = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"),
      fc.integer({ min: -20_000, max: 20_000 }),
    )
    .map(([iso, by]) => at(iso) + by),
  fc.integer({ min: at("2025-01-01T00:00:00Z"), max: at("2027-12-31T00:00:00Z") }),
);

describe("a part of the year", () => {
  it("is told by the clock on the wall of its zone, through every change of it", () => {
    const half = fc.integer({ min: 0, max: 48 }).map((n) => n / 2);
    fc.assert(
      fc.property(instants, fc.constantFrom(...ZONES), half, half, fc.nat(6), (when, zone, from, to, weekday) => {
        fc.pre(from !== to);
        const wall = localTime(epochSeconds(when), zone);
        const hour = wall.hour + wall.minute / 60 + wall.second / 3600;
        const inHours = from < to ? hour >= from && hour < to : hour >= from || hour < to;
        const is = (calendar: Calendar) => inCalendar(epochSeconds(when), zone, [calendar], []);
        expect(is({ hours: [[from, to]] })).toBe(inHours);
        expect(is({ weekdays: [weekday] })).toBe(wall.weekday === weekday);
        expect(is({ months: [wall.month] })).toBe(true);
        expect(is({ months: [(wall.month % 12) + 1] })).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });

  it("leaves out public holidays: every year's, one year's, and those that move with Easter", () => {
    const days: [string, string, boolean][] = [
      ["12-25", "2031-12-25T12:00:00Z", true],
      ["12-25", "2031-12-26T00:00:00Z", false],
      ["2026-06-08", "2026-06-08T12:00:00Z", true],
      ["2026-06-08", "2027-06-08T12:00:00Z", false],
      ["easter", "2026-04-05T12:00:00Z", true],
      ["easter-2", "2027-03-26T12:00:00Z", true],
      ["easter+39", "2028-05-25T12:00:00Z", true],
      ["easter+1", "2026-04-05T12:00:00Z", false],
    ];
    for (const [holiday, iso, isHoliday] of days) {
      expect(inCalendar(epochSeconds(at(iso)), "UTC", [{ holidays: false }], [holiday]), `${holiday} ${iso}`).toBe(
        !isHoliday,
      );
    }
  });
});
