import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DisplayCheck, displayDrift, epochSeconds } from "../../nodes/model/index.ts";

const DAY = 86_400;
const FIRST = 1_772_496_000; // 3 March 2026

interface Given {
  readonly days: number;
  /** Wh per day. */
  readonly used: number;
}

/** Checks of a meter whose display shows steps of `step`, while `share` of its impulses are counted. */
function checksOf(given: readonly Given[], step: number, share: number, startWh: number): DisplayCheck[] {
  let [at, trueWh] = [FIRST, startWh];
  const show = () => Math.floor(trueWh / step) * step;
  const checks: DisplayCheck[] = [{ at: epochSeconds(at), displayWh: show(), countedWhSincePrevious: null }];
  for (const { days, used } of given) {
    at += days * DAY;
    trueWh += days * used;
    const counted = Math.round(days * used * share);
    checks.push({ at: epochSeconds(at), displayWh: show(), countedWhSincePrevious: counted });
  }
  return checks;
}

const months = fc.array(
  fc.record({ days: fc.integer({ min: 5, max: 60 }), used: fc.integer({ min: 3000, max: 40_000 }) }),
  {
    minLength: 1,
    maxLength: 6,
  },
);
const steps = fc.constantFrom(1000, 100, 10);
const starts = fc.integer({ min: 1_000_000, max: 90_000_000 });

describe("the display and the count", () => {
  it("agree when every impulse was counted, whatever the display rounds away", () => {
    fc.assert(
      fc.property(months, steps, starts, (given, step, start) => {
        const drift = displayDrift(checksOf(given, step, 1, start), "UTC");
        expect(drift).toMatchObject({ isOff: false, implausible: [] });
        expect(Math.abs(drift?.ppm ?? 0)).toBeLessThanOrEqual(drift?.uncertaintyPpm ?? 0);
        expect(drift?.steps).toHaveLength(given.length);
      }),
    );
  });

  it("differ by the share of impulses that was lost, to within what the display can show", () => {
    fc.assert(
      fc.property(months, steps, starts, fc.integer({ min: 950, max: 1040 }), (given, step, start, perMille) => {
        const drift = displayDrift(checksOf(given, step, perMille / 1000, start), "UTC");
        const truth = (perMille - 1000) * 1000;
        expect(Math.abs((drift?.ppm ?? 0) - truth)).toBeLessThanOrEqual((drift?.uncertaintyPpm ?? 0) + 1);
      }),
    );
  });

  it("are told in words, with what to do", () => {
    const [first, second] = checksOf([{ days: 30, used: 10_000 }], 100, 0.96, 12_345_600);
    const drift = displayDrift(first && second ? [first, second] : [], "Europe/Oslo");
    expect(drift?.words).toBe(
      "meterman counts 4 % less than the display since 3 March 2026: 288 of 300.0 kWh were counted; look whether the puck sits right on the LED, and at the impulses per kWh.",
    );
    expect(drift).toMatchObject({ offsetWh: -12_000, ppm: -40_000, isOff: true });
    expect(displayDrift(checksOf([{ days: 90, used: 10_000 }], 100, 1, 12_345_600), "UTC")?.words).toBe(
      "meterman and the display agree since 3 March 2026, to within 0.022 %.",
    );
    expect(displayDrift(checksOf([{ days: 1, used: 2000 }], 1000, 1, 0), "UTC")?.words).toMatch(/^Too little energy/);
  });

  it("cannot be compared before there are two checks with a known energy between them", () => {
    expect(displayDrift([], "UTC")).toBeNull();
    expect(displayDrift(checksOf([], 100, 1, 5000), "UTC")).toBeNull();
    const unknown = checksOf([{ days: 30, used: 9000 }], 100, 1, 0).map((c) => ({
      ...c,
      countedWhSincePrevious: null,
    }));
    expect(displayDrift(unknown, "UTC")).toBeNull();
  });
});

describe("a figure that was read or typed wrong", () => {
  const four = [20, 31, 28, 30].map((days) => ({ days, used: 12_000 }));

  it("is left out and told, and does not move the drift", () => {
    fc.assert(
      fc.property(
        starts,
        fc.integer({ min: 1, max: 3 }),
        fc.nat(7),
        fc.nat(9),
        fc.constantFrom(0.97, 1),
        (start, which, place, digit, share) => {
          const checks = checksOf(four, 100, share, start);
          const right = checks[which];
          // Before the second check nobody knows how many impulses are lost.
          fc.pre(share === 1 || which > 1);
          if (right === undefined) return;
          const digits = [...String(right.displayWh / 100)];
          const at = place % digits.length;
          const displayWh = Number(digits.with(at, String(digit)).join("")) * 100;
          // Within what is believed a wrong digit is as good as a right one.
          fc.pre(Math.abs(displayWh - right.displayWh) > 60_000);
          const drift = displayDrift(checks.with(which, { ...right, displayWh }), "UTC");
          expect(drift?.implausible.map((one) => one.at)).toEqual([right.at]);
          expect(Math.abs((drift?.ppm ?? 0) - (share - 1) * 1e6)).toBeLessThanOrEqual(drift?.uncertaintyPpm ?? 0);
        },
      ),
    );
  });

  it("is told with the figure that would fit", () => {
    const checks = checksOf([{ days: 30, used: 10_000 }], 100, 1, 12_345_600);
    const [first, second] = checks;
    if (first === undefined || second === undefined) return;
    const words = (displayWh: number) => displayDrift([first, { ...second, displayWh }], "UTC")?.implausible[0]?.words;
    expect(words(12_465_600)).toBe("12465.6 kWh on 2 April 2026 looks like a wrong digit: 12645.6 kWh would fit.");
    expect(words(12_045_600)).toMatch(/looks like a wrong digit/);
    expect(words(345_600)).toMatch(/is less than 12345\.6 kWh on 3 March 2026: look at the digits/);
    expect(words(99_888_700)).toMatch(/does not fit/);
  });

  it("is what two later checks that agree with each other say of the first", () => {
    const [, ...later] = checksOf(four, 100, 1, 5_000_000);
    const wrong = { at: epochSeconds(FIRST), displayWh: 8_800_000, countedWhSincePrevious: null };
    const drift = displayDrift([wrong, ...later], "UTC");
    expect(drift).toMatchObject({ isOff: false, implausible: [], from: later[0]?.at });
  });

  it("is told from a new meter, whose display begins anew", () => {
    const old = checksOf([{ days: 30, used: 10_000 }], 100, 1, 40_000_000);
    const next = checksOf(
      [
        { days: 30, used: 10_000 },
        { days: 30, used: 10_000 },
      ],
      100,
      1,
      0,
    );
    const shifted = next.map((c) => ({
      ...c,
      at: epochSeconds(c.at + 40 * DAY),
      countedWhSincePrevious: c.countedWhSincePrevious ?? 1000,
    }));
    const drift = displayDrift([...old, ...shifted], "UTC");
    expect(drift).toMatchObject({ isOff: false, from: shifted[0]?.at, implausible: [] });
  });
});
