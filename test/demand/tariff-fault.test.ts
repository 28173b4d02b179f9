import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import { plainTariff, TARIFF_SCHEMA, TARIFFS, type Tariff, tariffFault } from "../../nodes/demand/index.ts";

const fits = new Ajv({ allErrors: false, allowUnionTypes: true, strictTypes: false }).compile(TARIFF_SCHEMA);
const base: Tariff = plainTariff(15, "Europe/Brussels");

describe("a tariff of one's own", () => {
  it("is sound when it is one of those that ship", () => {
    for (const tariff of Object.values(TARIFFS)) {
      expect(fits(tariff), tariff.name).toBe(true);
      expect(tariffFault(tariff), tariff.name).toBeNull();
    }
  });

  it("may have windows of 5 to 60 minutes and any step that divides them, and no other", () => {
    expect(tariffFault({ ...base, windowMinutes: 12, stepMinutes: 4 })).toBeNull();
    expect(tariffFault({ ...base, windowMinutes: 20, stepMinutes: 3 })).toMatch(/^stepMinutes: 3 minutes do not fit/);
    for (const wrong of [{ windowMinutes: 7 }, { windowMinutes: 120 }, { stepMinutes: 0 }, { stepMinutes: 2.5 }]) {
      expect(fits({ ...base, ...wrong })).toBe(false);
    }
  });

  it("is refused with words for what to change", () => {
    const steps = (...bounds: (number | undefined)[]): Tariff => ({
      ...base,
      price: {
        kind: "steps",
        currency: "NOK",
        steps: bounds.map((belowKw, i) => ({ perMonth: i, ...(belowKw === undefined ? {} : { belowKw }) })),
      },
    });
    const wrong: [Tariff, RegExp][] = [
      [{ ...base, zone: "Europe/Atlantis" }, /^zone: .*Europe\/Brussels/],
      [steps(2, 5), /^price: the last step must have no belowKw/],
      [steps(2, undefined, 5, undefined), /^price: only the last step/],
      [steps(5, 2, undefined), /^price: the steps must rise, but 2 kW comes after 5 kW/],
      [steps(5, 5, undefined), /^price: the steps must rise/],
      [
        { ...base, price: { kind: "per-kw", currency: "EUR", per: "month", rates: [{ months: [1, 2], perKw: 3 }] } },
        /^price: nothing fits Mar, Apr.*leave out the months/,
      ],
      [{ ...base, counts: [] }, /^counts: no window would count/],
      [{ ...base, counts: [{ hours: [[7, 7]] }] }, /^counts: the hours from 7 to 7 are none; write 0 to 24/],
      [{ ...base, weights: [{ when: { hours: [[0, 0]] }, factor: 0.5 }] }, /^weights: the hours from 0 to 0/],
      [{ ...base, holidays: ["02-30"] }, /^holidays: there is no day 02-30/],
      [{ ...base, holidays: ["2026-13-01"] }, /^holidays: there is no day 2026-13-01/],
      [
        { ...base, energy: { currency: "EUR", rates: [{ perKwh: 0.3, when: [{ hours: [[7, 22]] }] }] } },
        /^energy: the last price must have no times/,
      ],
    ];
    for (const [tariff, words] of wrong) {
      expect(fits(tariff)).toBe(true);
      expect(tariffFault(tariff)).toMatch(words);
    }
    expect(tariffFault(steps(2, 5, undefined))).toBeNull();
    expect(tariffFault({ ...base, holidays: ["easter+39", "02-29", "2026-05-15"] })).toBeNull();
  });

  it("does not take weights, limits or prices that mean nothing", () => {
    for (const wrong of [
      { weights: [{ when: {}, factor: 0 }] },
      { limitW: 0 },
      { energy: { currency: "EUR", rates: [] } },
      { energy: { currency: "EUR", rates: [{ perKwh: "cheap" }] } },
      { counts: [{ hours: [[7.25, 9]] }] },
    ]) {
      expect(fits({ ...base, ...wrong })).toBe(false);
    }
    expect(fits({ ...base, counts: [{ hours: [[15, 21.5]] }] })).toBe(true);
  });
});
