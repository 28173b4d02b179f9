import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Load } from "../../nodes/demand/index.ts";
import { type Behaviour, House, shedConfig } from "./house.ts";

const loads = fc.array(
  fc.record({
    kind: fc.constantFrom("switch" as const, "switch" as const, "modulating" as const),
    ratedW: fc.option(fc.integer({ min: 50, max: 3500 }), { freq: 5 }),
    wattsFactor: fc.constantFrom(0, 0.4, 1, 1, 1, 1.5),
    priority: fc.integer({ min: 1, max: 3 }),
    critical: fc.boolean(),
    minOnS: fc.constantFrom(0, 0, 120, 600),
    minOffS: fc.constantFrom(0, 0, 180, 600),
    offPeakOnly: fc.boolean(),
    whenStale: fc.constantFrom("hold" as const, "minimum" as const),
    on: fc.boolean(),
    delayS: fc.constantFrom<(number | null)[]>(1, 1, 5, 40, 90, null),
  }),
  { minLength: 1, maxLength: 5 },
);

const happenings = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("base" as const), watts: fc.integer({ min: 0, max: 6000 }) }),
    fc.record({ kind: fc.constant("base" as const), watts: fc.integer({ min: 0, max: 1500 }) }),
    fc.record({ kind: fc.constant("silence" as const), seconds: fc.integer({ min: 30, max: 900 }) }),
    fc.record({ kind: fc.constant("by-hand" as const), load: fc.nat(4), on: fc.boolean() }),
    fc.record({ kind: fc.constant("unavailable" as const), load: fc.nat(4) }),
  ),
  { minLength: 1, maxLength: 6 },
);

/** The story begins at 15:45 there: energy becomes dear after a quarter of an hour. */
const tariff = {
  name: "t",
  windowMinutes: 15,
  zone: "Asia/Kathmandu",
  highest: 1,
  onPeak: [{ hours: [[16, 17]] }],
} as const;

interface Described {
  kind: "switch" | "modulating";
  ratedW: number | null;
  wattsFactor: number;
  priority: number;
  critical: boolean;
  minOnS: number;
  minOffS: number;
  offPeakOnly: boolean;
  whenStale: "hold" | "minimum";
  on: boolean;
  delayS: number | null;
}
type Happening =
  | { kind: "base"; watts: number }
  | { kind: "silence"; seconds: number }
  | { kind: "by-hand"; load: number; on: boolean }
  | { kind: "unavailable"; load: number };

function build(described: readonly Described[]): House {
  const made = described.map(
    (one, i): Load => ({
      name: `load ${i}`,
      kind: one.kind,
      levels: one.kind === "switch" ? [0, 1] : [6, 10, 16],
      ratedW: one.ratedW === null ? null : one.kind === "switch" ? one.ratedW : 230,
      priority: one.priority,
      critical: one.critical,
      minOnS: one.minOnS,
      minOffS: one.minOffS,
      offPeakOnly: one.offPeakOnly,
      whenStale: one.whenStale,
      phases: [],
      surplus: false,
      maxOffS: 0,
    }),
  );
  const behaviours: Record<string, Behaviour> = {};
  described.forEach((one, i) => {
    const watts = (one.kind === "switch" ? (one.ratedW ?? 800) : 230) * one.wattsFactor;
    behaviours[`load ${i}`] = { watts, on: one.on, delayS: one.delayS };
  });
  return new House(shedConfig(made, { marginW: 20 }), behaviours, { tariff });
}

function happen(house: House, happening: Happening): void {
  const name = (n: number) => `load ${n % house.real.size}`;
  switch (happening.kind) {
    case "base":
      house.baseW = happening.watts;
      break;
    case "silence":
      house.audible = false;
      house.live(happening.seconds);
      house.audible = true;
      break;
    case "by-hand": {
      const target = house.settings.loads.find((one) => one.name === name(happening.load));
      if (target !== undefined) house.set(target.name, happening.on ? (target.levels.at(-1) ?? 1) : 0);
      break;
    }
    case "unavailable":
      house.set(name(happening.load), null);
      house.live(60);
      house.tell(name(happening.load));
      break;
  }
  house.live(400);
}

describe("laws of shedding, in random houses", () => {
  const seen = { limit: 0, restore: 0, "on-peak": 0, stale: 0, retry: 0, override: 0, surplus: 0, comfort: 0 };

  it("never sheds what is critical, gives back only what it shed, keeps minimum times, restores nothing unknown", () => {
    fc.assert(
      fc.property(loads, happenings, (described, story) => {
        const house = build(described);
        house.live(100);
        for (const happening of story) happen(house, happening);
        // Replay: what the loads said and what was decided, in order.
        const level = new Map<string, number | null>();
        const since = new Map<string, number>();
        const was = new Map<string, boolean>();
        const shed = new Map<string, number>();
        let stale = false;
        for (const [i, event] of house.events.entries()) {
          const now = house.times[i] ?? 0;
          if (event.kind === "stale") stale = event.since !== null;
          if (event.kind === "released") shed.delete(event.load);
          if (event.kind === "seen") {
            level.set(event.load, event.seen.level);
            const on = event.seen.level === null ? undefined : event.seen.level > 0;
            if (on !== undefined && was.get(event.load) !== on) since.set(event.load, now);
            if (on !== undefined) was.set(event.load, on);
          }
          if (event.kind !== "decision") continue;
          seen[event.rule] += 1;
          const load = house.settings.loads.find((one) => one.name === event.load);
          const before = level.get(event.load) ?? null;
          if (load === undefined || before === null || event.rule === "retry") continue;
          const forS = now - (since.get(event.load) ?? now);
          if (event.level < before) {
            expect(load.critical).toBe(false);
            if (event.level === 0) expect(forS).toBeGreaterThanOrEqual(load.minOnS);
            shed.set(event.load, shed.get(event.load) ?? before);
          } else {
            expect(stale).toBe(false);
            expect(shed.has(event.load)).toBe(true);
            expect(event.level).toBeLessThanOrEqual(shed.get(event.load) ?? 0);
            if (before === 0) expect(forS).toBeGreaterThanOrEqual(load.minOffS);
          }
        }
      }),
      { numRuns: 150 },
    );
    // The houses were lively enough to try the laws.
    for (const rule of ["limit", "restore", "on-peak", "stale", "retry"] as const)
      expect(seen[rule]).toBeGreaterThan(0);
  });

  it("gives every load back that can be commanded, once the need is over", () => {
    fc.assert(
      fc.property(loads, fc.integer({ min: 2500, max: 9000 }), (described, watts) => {
        const willing = described.map((one) => ({
          ...one,
          delayS: 1,
          wattsFactor: Math.min(1, one.wattsFactor),
          ratedW: Math.min(one.ratedW ?? 800, 400),
          on: true,
        }));
        const house = build(willing.map((one) => ({ ...one, kind: "switch" as const })));
        house.baseW = watts;
        house.live(600);
        house.baseW = 0;
        // Past the dear hour too.
        house.live(2 * 3600 + 900);
        for (const name of house.real.keys()) expect(house.level(name)).toBe(1);
        expect(house.state.held.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps windows under the limit whenever the loads it may shed are enough", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 300, max: 2500 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 1800 }),
        (powers, base) => {
          const made = powers.map((watts, i) => ({
            kind: "switch" as const,
            ratedW: watts,
            wattsFactor: 1,
            priority: i,
            critical: false,
            minOnS: 0,
            minOffS: 0,
            offPeakOnly: false,
            whenStale: "hold" as const,
            on: true,
            delayS: 2,
          }));
          const house = build(made);
          house.baseW = base;
          house.live(5 * 900);
          for (const window of [0, 1, 2, 3, 4]) expect(house.meanW(window)).toBeLessThanOrEqual(2500);
        },
      ),
      { numRuns: 60 },
    );
  });
});
