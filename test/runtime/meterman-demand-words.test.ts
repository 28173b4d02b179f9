import { describe, expect, it } from "vitest";
import { type DemandState, demandState, noDemand, plainTariff } from "../../nodes/demand/index.ts";
import { epochSeconds, watts } from "../../nodes/model/index.ts";
import { words } from "../../nodes/runtime/meterman-demand/words.ts";

const whole = { meters: [], exportMeters: [], phase: null, limitW: null, followPeak: false, staleAfterS: 300 };
const config = { ...whole, target: "limit", tariff: plainTariff(15, "UTC") } as const;
const at = epochSeconds(1_795_000_000);
/** A state as it is with readings, and what matters here. */
const state = (more: Partial<DemandState>): DemandState => ({
  ...demandState(noDemand, config, at),
  ...{ remainingS: 420, ageS: 3, stale: false, powerWatts: watts(2000) },
  ...more,
});
const adds = (by: number, amount: number) => ({ watts: watts(by), charge: { amount, currency: "EUR" } });

describe("the status of the demand node", () => {
  it("is what the window is heading for, of what it may, and the time left", () => {
    const text = "2.1 of 2.5 kW projected · 7 min left";
    expect(words(state({ projectedWatts: watts(2100), limitWatts: watts(2500) }))).toEqual(["ok", text]);
    expect(words(state({ projectedWatts: watts(2100) }))).toEqual(["ok", "2.1 kW projected · 7 min left"]);
    expect(words(state({ projectedWatts: watts(2900), limitWatts: watts(2500), remainingS: 42 }))).toEqual([
      "busy",
      "2.9 of 2.5 kW projected · 42 s left",
    ]);
  });

  it("names the money that the window adds to the month, and none where it adds nothing", () => {
    const high = { projectedWatts: watts(2900), limitWatts: watts(2500) };
    expect(words(state({ ...high, adds: adds(400, 21.68) }))[1]).toBe(
      "2.9 of 2.5 kW projected · 7 min left · +0.4 kW = +21.68 EUR",
    );
    for (const none of [null, adds(0, 0), adds(-300, -16.2), { watts: watts(400), charge: null }]) {
      expect(words(state({ ...high, adds: none }))[1]).toBe("2.9 of 2.5 kW projected · 7 min left");
    }
  });

  it("leaves the money out where it would be too long", () => {
    const high = { projectedWatts: watts(122_900), limitWatts: watts(102_500), adds: adds(20_400, 1_234_567.89) };
    expect(words(state(high))[1]).toBe("122.9 of 102.5 kW projected · 7 min left");
  });

  it("says of solar surplus what is fed in or drawn", () => {
    expect(words(state({ target: "surplus", projectedWatts: watts(-1840), limitWatts: watts(0) }))).toEqual([
      "ok",
      "1.8 kW fed in, projected · 7 min left",
    ]);
    expect(words(state({ target: "surplus", projectedWatts: watts(300), limitWatts: watts(0) }))[1]).toBe(
      "0.3 kW drawn, projected · 7 min left",
    );
  });

  it("says that it waits, or that it does not know", () => {
    expect(words(state({ ageS: null }))).toEqual(["idle", "waiting for readings"]);
    expect(words(state({ ageS: 360, projectedWatts: null }))).toEqual([
      "warn",
      "demand unknown · last heard 6 min ago",
    ]);
  });
});
