import { describe, expect, it } from "vitest";
import {
  batteryMonths,
  type Costs,
  chargePerDay,
  eventsPerDay,
  meanUa,
  ORIGINAL_BOARD_UA,
  PARTS_UA,
  sumUa,
  UAS_PER_MAH,
  USABLE_MAH,
  USUAL,
} from "../../bench/firmware-power.ts";

const DAY_S = 86_400;
const NOTHING: Costs = { impulse: 0, update: 0, status: 0, clock: 0 };

describe("battery life", () => {
  it("is what the old firmware's currents are known to give", () => {
    expect(batteryMonths(159)).toBeCloseTo(18, 0);
    expect(batteryMonths(790)).toBeCloseTo(3.6, 1);
  });

  it("halves when the current doubles, and doubles with the battery", () => {
    expect(batteryMonths(80)).toBeCloseTo(2 * batteryMonths(160), 9);
    expect(batteryMonths(80, 2 * USABLE_MAH)).toBeCloseTo(2 * batteryMonths(80), 9);
  });

  it("empties the battery exactly", () => {
    const seconds = batteryMonths(100) * (365.25 / 12) * DAY_S;
    expect(100 * seconds).toBeCloseTo(USABLE_MAH * UAS_PER_MAH, 0);
  });
});

describe("the charge of a day", () => {
  it("has a floor of about 80 µA on original boards, most of it in resistors", () => {
    const floor = sumUa(PARTS_UA) + sumUa(ORIGINAL_BOARD_UA);
    expect(floor).toBeCloseTo(79.2, 1);
    expect(meanUa(chargePerDay(NOTHING, eventsPerDay(USUAL), floor), DAY_S)).toBeCloseTo(floor, 9);
  });

  it("counts 14400 impulses at 600 W and every message", () => {
    expect(eventsPerDay(USUAL)).toEqual({ impulse: 14_400, update: 360, status: 144, clock: 96 });
    const costs = { impulse: 1, update: 100, status: 1000, clock: 10_000 };
    expect(chargePerDay(costs, eventsPerDay(USUAL), 0)).toBe(14_400 + 36_000 + 144_000 + 960_000);
  });

  it("grows with the power that is measured by its impulses only", () => {
    const costs = { impulse: 3, update: 5, status: 7, clock: 11 };
    const at = (watts: number) => chargePerDay(costs, eventsPerDay({ ...USUAL, watts }), 6.2);
    expect(at(1600) - at(600)).toBeCloseTo(24_000 * 3, 6);
  });
});
