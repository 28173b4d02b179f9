import { expect, it } from "vitest";
import { epochSeconds, type MeterId, type MeterSummary, type Warning, watts, wh } from "../../nodes/model/index.ts";
import { statusOf } from "../../nodes/runtime/meterman-meter/words.ts";

const meter = (name: string, warnings: readonly Warning[] = []): MeterSummary => ({
  ...{ id: name as MeterId, name, lifetimeWh: wh(812_400), registerWh: wh(5), lastHeard: epochSeconds(1_783_000_000) },
  power: { known: true, watts: watts(600), at: epochSeconds(1_783_000_000) },
  health: { lastHeard: null, dark: warnings.includes("dark"), reboots: 0, warnings, troubles: [] },
});

it("shows power and energy of one meter, and what is wrong with it in a word", () => {
  expect(statusOf([meter("House")])).toEqual({ kind: "ok", text: "House 600 W · 812.4 kWh" });
  expect(statusOf([meter("House", ["dark", "no-pulses"])]).text).toBe("House 600 W · 812.4 kWh · dark");
  expect(statusOf([meter("House", ["no-pulses"])])).toEqual({
    kind: "warn",
    text: "House 600 W · 812.4 kWh · no pulses",
  });
  expect(statusOf([meter("House", ["low-battery"])]).kind).toBe("ok");
});

it("counts the meters that something is wrong with", () => {
  const all = [meter("House"), meter("Car", ["dark"]), meter("Pump", ["no-pulses"])];
  expect(statusOf(all)).toEqual({ kind: "warn", text: "3 meters · 1.80 kW · 1 dark · 1 without pulses" });
});
