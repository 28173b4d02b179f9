import { expect, it } from "vitest";
import { dayWords, epochSeconds, longWords, timeWords } from "../../nodes/model/index.ts";

/** 22:30 UTC on 3 March 2026: half past eleven in Oslo, the morning of the 4th in Sydney. */
const AT = epochSeconds(1_772_577_000);

it("tells a time of today by the clock, and of another local day with its date", () => {
  expect(timeWords(AT, "UTC", epochSeconds(AT + 3600))).toBe("22:30");
  expect(timeWords(AT, "UTC", epochSeconds(AT + 2 * 3600))).toBe("3 March 2026, 22:30");
  expect(timeWords(AT, "Europe/Oslo", epochSeconds(AT + 3600))).toBe("3 March 2026, 23:30");
  expect(dayWords(AT, "Australia/Sydney")).toBe("4 March 2026");
});

it("tells how long in the unit that fits", () => {
  expect([5, 90, 7100, 7200, 170_000, 259_200].map(longWords)).toEqual([
    ...["1 min", "2 min", "118 min", "2 h", "47 h", "3 days"],
  ]);
});
