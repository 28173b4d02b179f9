import { describe, expect, it } from "vitest";
import type { Load } from "../../nodes/demand/index.ts";
import { parseInput } from "../../nodes/runtime/meterman-shed/input.ts";
import { parseWish } from "../../nodes/runtime/meterman-simulator/messages.ts";

const car = (kind: Load["kind"], levels: readonly number[]): Load => ({
  ...{ name: "ev", kind, levels, ratedW: 230, priority: 1, critical: false, minOnS: 0, minOffS: 0 },
  ...{ offPeakOnly: false, whenStale: "hold", phases: [], surplus: false, maxOffS: 0 },
});
const decided = (action: string, level: number, dryRun = false) =>
  parseWish({ topic: "ev", payload: { load: "ev", action, level, dryRun, reason: "there is room again" } });

describe("what shed node and simulator say to each other", () => {
  it("is amps for a car that is modulating, and as many as there are for one that is a switch", () => {
    expect(decided("set", 8)).toEqual({ ok: true, value: { kind: "load", load: "ev", level: 8 } });
    expect(decided("on", 1)).toEqual({ ok: true, value: { kind: "load", load: "ev", level: undefined } });
    expect(decided("off", 0)).toEqual({ ok: true, value: { kind: "load", load: "ev", level: 0 } });
    expect(decided("off", 0, true)).toEqual({ ok: true, value: { kind: "nothing" } });
  });

  it("is on, not sixteen, for a shed node that knows the car as a switch", () => {
    const said = { topic: "load", payload: { load: "ev", on: true, level: 16, watts: 3680 } };
    const heard = (load: Load) => parseInput(said, [load]);
    expect(heard(car("switch", [0, 1]))).toMatchObject({ value: { level: 1, watts: 3680 } });
    expect(heard(car("modulating", [0, 6, 16]))).toMatchObject({ value: { level: 16, watts: 3680 } });
  });
});
