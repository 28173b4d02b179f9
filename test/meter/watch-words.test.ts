import { expect, it } from "vitest";
import { NEW_WATCH } from "../../nodes/meter/watch/watch.ts";
import { type Telling, troubleWords } from "../../nodes/meter/watch/words.ts";
import { epochSeconds, WARNINGS, wh } from "../../nodes/model/index.ts";

const now = epochSeconds(1_783_000_000);
const bare: Telling = {
  health: { lastHeard: null, dark: false, reboots: 0, warnings: [] },
  ...{ watch: NEW_WATCH, now, zone: "UTC", quantumWh: 1 },
};
const tell = (more: Partial<Telling["health"]>): string[] =>
  WARNINGS.map((warning) => troubleWords(warning, { ...bare, health: { ...bare.health, ...more } }));

it("every warning is told in a sentence, and a figure that nobody knows is left out of it", () => {
  for (const words of tell({})) {
    expect(words).toMatch(/^[A-Z].*\.$/);
    expect(words).not.toMatch(/undefined|null|NaN|\(\)|\bsince:/);
  }
  expect(new Set(tell({})).size).toBe(WARNINGS.length);
});

it("known figures are in it", () => {
  const battery = { days: 60, mvPerDay: -5, daysLeft: 1, lowMv: 3300, assumes: "" };
  const link = {
    days: 7,
    expected: 100,
    missed: 18,
    missedPercent: 18,
    recoveredWh: wh(5),
    recoveredPercent: 9,
    unknownS: 0,
  };
  const figures = { batteryMv: 3210, rssiDbm: -98, clockDriftS: -7, freeRamBytes: 120 };
  const all = tell({ ...figures, battery, link, lastHeard: epochSeconds(now - 3600) }).join("\n");
  for (const figure of ["3.21 V", "-98 dBm", "by 7 s", "120 bytes", "in about 1 day:", "since 12:46"]) {
    expect(all).toContain(figure);
  }
});
