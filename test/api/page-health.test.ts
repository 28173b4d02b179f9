import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { curve, type Point } from "../../nodes/api/pages/home/health/curve.ts";
import { eventWords, isBad } from "../../nodes/api/pages/home/health/events.ts";
import {
  clockOff,
  leftWords,
  longSince,
  missedWords,
  partsPerMillion,
  percent,
  recoveredWords,
  signalWords,
  trendWords,
  volts,
} from "../../nodes/api/pages/home/health/figures.ts";
import { BEGIN, type HealthAnswer, type HealthState, type MeterRow } from "../../nodes/api/pages/home/health/state.ts";
import { healthView } from "../../nodes/api/pages/home/health/view.ts";
import { type Piece, wordsOf } from "../../nodes/api/pages/parts/tree.ts";
import { type DisplayDrift, epochSeconds, type GatewayReport, type MeterEvent, wh } from "../../nodes/model/index.ts";
import { HOUSE } from "../store/support.ts";

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");
const AT = epochSeconds(1_795_430_000);
const DAY_S = 86_400;

function meter(health: Partial<MeterRow["health"]> = {}, display: DisplayDrift | null = null): MeterRow {
  const usual = { lastHeard: epochSeconds(AT - 20), dark: false, reboots: 0, warnings: [], troubles: [] };
  return { id: HOUSE, name: "House", health: { ...usual, ...health }, display };
}

function gateway(more: Partial<GatewayReport> = {}): GatewayReport {
  const unknown = { bootedAt: null, uptimeS: null, freeRamBytes: null, clockDriftS: null, txPowerDbm: null };
  return {
    ...unknown,
    ...{ id: HOUSE, node: "gw", name: "Cellar", network: "0.0.1.1" as GatewayReport["network"] },
    ...{ lastHeard: AT, silent: false, logLevel: null, lines: 12_000, rejected: 0, rejectedPercent: 0 },
    ...{ queuedCommands: 0, meters: [HOUSE], troubles: [], firmware: null, granted: null },
    ...more,
  };
}

function state(answer: Partial<HealthAnswer> = {}, more: Partial<HealthState> = {}): HealthState {
  const usual = { time: AT, store: { open: true }, nodes: [], meters: [meter()], gateways: [gateway()] };
  return { ...BEGIN, answer: { ...usual, ...answer }, now: AT, ...more };
}

const seen = (shown: HealthState) => plain(healthView(shown).map(wordsOf).join(" "));

describe("figures of devices", () => {
  it("have the unit and the sign that fit, and a dash for what nobody knows", () => {
    expect(
      [volts(2981), volts(undefined), percent(0.42), percent(12.4), percent(0), percent(undefined)].map(plain),
    ).toEqual([...["2.98 V", "–", "0.4 %", "12 %", "0 %", "–"]]);
    expect([clockOff(0.2), clockOff(-3), clockOff(12), clockOff(null)].map(plain)).toEqual([
      "right",
      "−3 s",
      "+12 s",
      "–",
    ]);
    expect([20, 200, 7200, 12 * DAY_S, null].map(longSince).map(plain)).toEqual([
      "20 s",
      "3 min",
      "2 h",
      "12 days",
      "–",
    ]);
    expect([-60, -80, -95, -104, undefined].map(signalWords)).toEqual([
      ...["strong", "good", "weak", "very weak", "not told yet"],
    ]);
  });

  it("say how long a battery lasts only where something tells", () => {
    const trend = { days: 20, mvPerDay: -1.24, lowMv: 3300, assumes: "it goes on like this" };
    expect(plain(trendWords({ ...trend, daysLeft: 41 }))).toBe("−1.2 mV a day, about 41 days left");
    expect(plain(trendWords(trend))).toBe("−1.2 mV a day");
    expect(trendWords({ ...trend, mvPerDay: 0.01 })).toBe("steady");
    expect(trendWords(undefined)).toBe("no trend yet");
    expect([0.4, 1, 60, 200, 1500].map(leftWords).map(plain)).toEqual([
      ...["less than a day", "about a day", "about 60 days", "about 7 months", "more than 4 years"],
    ]);
  });

  it("tell a drift with its sign", () => {
    expect([-30_072.4, 12, 0.2].map(partsPerMillion).map(plain)).toEqual(["−30 072 ppm", "+12 ppm", "0 ppm"]);
  });

  it("tell what did not arrive, and what came back", () => {
    const link = {
      days: 7,
      expected: 40_320,
      missed: 12,
      missedPercent: 0,
      recoveredWh: wh(1234),
      recoveredPercent: 0,
    };
    expect(plain(missedWords({ ...link, unknownS: 0 }))).toBe("12 of 40 320 in 7 days");
    expect(plain(recoveredWords({ ...link, unknownS: 0 }))).toBe("1.234 kWh had to come with a later register");
    expect(plain(recoveredWords({ ...link, unknownS: 7200 }))).toContain("of 2 h it is not known");
  });
});

describe("events", () => {
  const base = { meter: HOUSE, at: AT };
  const all: MeterEvent[] = [
    { ...base, kind: "rebase", implied: true, fromWh: wh(5000), toWh: wh(0), countedWh: wh(0) },
    { ...base, kind: "rebase", implied: false, fromWh: null, toWh: wh(1000), countedWh: wh(20) },
    { ...base, kind: "gap", start: AT, end: epochSeconds(AT + 600), wh: wh(40) },
    { ...base, kind: "gap-refined", start: AT, end: epochSeconds(AT + 600), wh: wh(40) },
    { ...base, kind: "refused", reason: "too much power" },
    { ...base, kind: "dark", lastSeen: null },
    { ...base, kind: "back" },
    { ...base, kind: "boot", version: 12, flags: 0 },
    { ...base, kind: "text", text: "hello" },
    ...[true, false].flatMap((cleared): MeterEvent[] => [
      { ...base, kind: "low-battery", millivolts: 3200, cleared },
      { ...base, kind: "weak-signal", dbm: -99, cleared },
      { ...base, kind: "no-pulses", since: AT, cleared },
      { ...base, kind: "battery-ending", daysLeft: cleared ? null : 9, cleared },
      { ...base, kind: "missed-intervals", percent: 4, cleared },
      { ...base, kind: "reboots", count: 5, cleared },
      { ...base, kind: "low-memory", bytes: 90, cleared },
    ]),
  ];

  it("are told in sentences, each in its own", () => {
    const told = all.map(eventWords).map(plain);
    expect(new Set(told).size).toBe(told.length);
    for (const one of told) expect(one).toMatch(/^[A-Z].*[a-z.]$/);
    expect(told.join(" ")).not.toMatch(/undefined|null|NaN/);
    expect(told[0]).toBe("The register went from 5 kWh to 0 kWh, unannounced.");
    expect(told[1]).toBe("The register began at 1 kWh; 0.02 kWh of that were counted.");
    expect(told[2]).toBe("Nothing arrived for 10 min; 0.04 kWh came with the next register.");
  });

  it("are marked when they begin something that needs a person", () => {
    expect(all.filter(isBad).map(({ kind }) => kind)).toEqual([
      ...["refused", "dark", "low-battery", "weak-signal", "no-pulses", "battery-ending"],
      ...["missed-intervals", "reboots", "low-memory"],
    ]);
  });
});

describe("the page of health", () => {
  it("says that all is well, or first of all what is not", () => {
    expect(seen(state())).toContain("All is well");
    const off = { isOff: true, words: "meterman counts 3 % less.", ppm: -30_000, uncertaintyPpm: 900, implausible: [] };
    const shown = seen(
      state({
        store: { open: false, detail: "the folder is full" },
        meters: [meter({ troubles: ["The battery is low."] }, off as unknown as DisplayDrift)],
        gateways: [gateway({ troubles: ["Nothing was heard."] })],
        nodes: [
          { id: "a", type: "meterman-publish", name: "", status: { kind: "error", text: "no connection" } },
          { id: "b", type: "meterman-meter", name: "", status: { kind: "warn", text: "1 meter is dark" } },
        ],
      }),
    );
    expect(shown).toContain("5 things need a look");
    for (const words of [
      "the folder is full",
      "The battery is low.",
      "counts 3 % less",
      "Nothing was heard.",
      "publish node no connection",
    ]) {
      expect(shown.indexOf(words)).toBeGreaterThan(0);
      expect(shown.indexOf(words)).toBeLessThan(shown.indexOf("Meters"));
    }
    expect(shown).not.toContain("1 meter is dark");
  });

  it("never takes what is unknown for nothing", () => {
    const shown = seen(state());
    expect(shown).toMatch(/Battery – no trend yet/);
    expect(shown).toMatch(/Missed intervals – not known yet/);
    expect(seen(state({ meters: [meter({ lastHeard: null })] }))).toContain("never heard");
  });

  it("tells the firmware of a gateway and what it does beyond v10", () => {
    expect(seen(state())).toMatch(/Firmware –/);
    const shown = (firmware: string, granted: GatewayReport["granted"]) =>
      seen(state({ gateways: [gateway({ firmware, granted })] }));
    expect(shown("v10", [])).toContain("Firmware v10 nothing beyond v10");
    expect(shown("v11", ["checksums", "bridge"])).toContain("Firmware v11 checked lines, frames of other devices");
  });

  it("takes every text of the server as text", () => {
    const nasty = '<img src=x onerror="alert(1)">';
    const said: MeterEvent[] = [{ meter: HOUSE, at: AT, kind: "text", text: nasty }];
    const shown = state(
      {
        meters: [{ ...meter({ firmware: nasty, troubles: [nasty] }), name: nasty }],
        gateways: [gateway({ name: nasty })],
      },
      { events: new Map([[HOUSE, said]]) },
    );
    const walk = (piece: Piece | string): void => {
      if (typeof piece === "string") return;
      expect(piece.tag).not.toBe("img");
      for (const name of piece.attributes.keys()) expect(name).not.toMatch(/^on|^style$/);
      piece.children.forEach(walk);
    };
    healthView(shown).forEach(walk);
    expect(seen(shown)).toContain(nasty);
  });
});

describe("the small curve", () => {
  const options = { from: AT - 30 * DAY_S, to: AT, label: "Battery", least: 100 };
  const drawn = (points: readonly Point[]) =>
    JSON.stringify(curve(points, options)?.children, (_, value) => (value instanceof Map ? [...value] : value));

  it("is none without two points, and leaves a hole where nothing was said", () => {
    expect(curve([[AT, 3000]], options)).toBeNull();
    const hours = (first: number, count: number) =>
      Array.from({ length: count }, (_, i): Point => [AT - first + i * 3600, 3000 - i]);
    expect(drawn(hours(10 * 3600, 10))?.match(/M/g)).toHaveLength(1);
    expect(drawn([...hours(90 * 3600, 10), ...hours(20 * 3600, 10)])?.match(/M/g)).toHaveLength(2);
  });

  it("stays within its box, whatever the figures are", () => {
    const point = fc.tuple(
      fc.integer({ min: AT - 40 * DAY_S, max: AT + 3600 }),
      fc.double({ min: -5000, max: 5000, noNaN: true }),
    );
    const property = fc.property(fc.array(point, { maxLength: 400 }), (points) => {
      const text = drawn([...points].sort((a, b) => a[0] - b[0])) ?? "";
      expect(text).not.toMatch(/NaN|Infinity/);
      for (const [, x, y] of text.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(160);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(30);
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});
