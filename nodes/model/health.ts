import type { EpochSeconds, Wh } from "./units.ts";

/** What can be wrong with the device behind a meter. Each begins and ends with an event of its kind, with hysteresis. */
export const WARNINGS = [
  "dark",
  "low-battery",
  "weak-signal",
  "clock",
  "no-pulses",
  "battery-ending",
  "missed-intervals",
  "reboots",
  "low-memory",
] as const;
export type Warning = (typeof WARNINGS)[number];

/** What is known of the device behind a meter. A field that was never reported, or that nobody can tell, is absent. */
export interface MeterHealth {
  readonly lastHeard: EpochSeconds | null;
  readonly dark: boolean;
  readonly batteryMv?: number;
  readonly battery?: BatteryTrend;
  readonly rssiDbm?: number;
  /** The device's clock minus the gateway's, before the device sets itself right. */
  readonly clockDriftS?: number;
  /** How much too fast (below zero: too slow) the device's clock runs by itself: 11.6 ppm are one second a day. */
  readonly clockPpm?: number;
  readonly uptimeS?: number;
  readonly freeRamBytes?: number;
  readonly intervalS?: number;
  readonly impulsesPerKwh?: number;
  /** Since meterman met this meter. */
  readonly reboots: number;
  readonly lastReboot?: EpochSeconds;
  readonly firmware?: string;
  readonly link?: LinkHealth;
  readonly warnings: readonly Warning[];
  /** Every warning in words that say what to do. */
  readonly troubles: readonly string[];
}

/** A straight line through the battery's voltage of each day; absent until there is enough to fit one. */
export interface BatteryTrend {
  /** Days that the line is fitted to. */
  readonly days: number;
  /** Below zero while the battery empties. */
  readonly mvPerDay: number;
  /** Until the line reaches `lowMv`; absent while nothing says when that is. */
  readonly daysLeft?: number;
  /** The voltage at which the battery counts as low. */
  readonly lowMv: number;
  /** What `daysLeft` takes for granted, in words. */
  readonly assumes: string;
}

/** How much of the last 30 days arrived as it was measured. */
export interface LinkHealth {
  /** Days with data, at most 30: younger meters have fewer. */
  readonly days: number;
  readonly expected: number;
  /** Intervals that did not arrive; their energy came with a later register, or is not known. */
  readonly missed: number;
  readonly missedPercent: number;
  /** Energy known only because the register is cumulative. */
  readonly recoveredWh: Wh;
  /** Its share of all energy. */
  readonly recoveredPercent: number;
  /** Seconds of which nobody knows the energy: the register began anew meanwhile. */
  readonly unknownS: number;
}
