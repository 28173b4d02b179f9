import { type EpochSeconds, epochSeconds, type MeterId } from "../../model/index.ts";
import type { MeterSettings } from "../settings.ts";
import type { Verdict } from "../warnings.ts";
import { trendOf } from "./battery.ts";
import { bootsSince } from "./boots.ts";
import { DAY_S, lastDays, lostPercent } from "./days.ts";
import { runOf, stillLimit } from "./still.ts";
import type { Watch } from "./watch.ts";

/** One flash of another light is no meter that counts again. */
const COUNTS_AGAIN_WH = 5;
/** The battery's trend moves from day to day. */
const BATTERY_CLEAR_DAYS = 10;
const MISSED_CLEAR = 0.7;
export const WEEK = 7;
const MANY_BOOTS = 3;
export const TOLD_DAYS = 30;

interface Asked {
  readonly meter: MeterId;
  readonly watch: Watch;
  readonly lifetimeWh: number;
  readonly nowS: number;
}

/** What the last days say of the device. */
export function watchVerdicts(asked: Asked, settings: MeterSettings): readonly Verdict[] {
  const about = { meter: asked.meter, at: epochSeconds(asked.nowS) };
  return [
    stillVerdict(asked, settings, about),
    batteryVerdict(asked, settings, about),
    missedVerdict(asked, settings, about),
    bootsVerdict(asked, about),
  ];
}

type AboutNow = { readonly meter: MeterId; readonly at: EpochSeconds };

function stillVerdict({ watch, lifetimeWh, nowS }: Asked, settings: MeterSettings, about: AboutNow): Verdict {
  const { still, stopped, days } = watch;
  const limitS = stillLimit(lastDays(days, nowS, TOLD_DAYS), settings.noPulsesAfterS);
  const since = epochSeconds(stopped?.sinceS ?? still?.sinceS ?? nowS);
  return {
    warning: "no-pulses",
    isBad: limitS !== undefined && runOf(still) > limitS,
    isGood: stopped === null || lifetimeWh - stopped.wh >= COUNTS_AGAIN_WH,
    told: (cleared) => ({ ...about, kind: "no-pulses", since, cleared }),
  };
}

function batteryVerdict(
  { watch, nowS }: Asked,
  { lowBatteryMv, batteryDays }: MeterSettings,
  about: AboutNow,
): Verdict {
  const trend = trendOf(watch.battery, lowBatteryMv, nowS);
  const daysLeft = trend?.daysLeft;
  return {
    warning: "battery-ending",
    isBad: daysLeft !== undefined && daysLeft < batteryDays,
    // A line that says nothing for a day is no new battery: that one has no line at all.
    isGood: trend === undefined || (daysLeft ?? 0) >= batteryDays + BATTERY_CLEAR_DAYS,
    told: (cleared) => ({ ...about, kind: "battery-ending", daysLeft: daysLeft ?? null, cleared }),
  };
}

function missedVerdict({ watch, nowS }: Asked, { missedPercent }: MeterSettings, about: AboutNow): Verdict {
  const percent = lostPercent(lastDays(watch.days, nowS, WEEK));
  return {
    warning: "missed-intervals",
    isBad: percent !== undefined && percent > missedPercent,
    isGood: (percent ?? 0) <= missedPercent * MISSED_CLEAR,
    told: (cleared) => ({ ...about, kind: "missed-intervals", percent: percent ?? 0, cleared }),
  };
}

function bootsVerdict({ watch, nowS }: Asked, about: AboutNow): Verdict {
  const count = bootsSince(watch.boots, nowS - DAY_S, nowS);
  return {
    warning: "reboots",
    isBad: count >= MANY_BOOTS,
    isGood: count <= 1,
    told: (cleared) => ({ ...about, kind: "reboots", count, cleared }),
  };
}
