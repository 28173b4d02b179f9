import {
  type EpochSeconds,
  epochSeconds,
  longWords,
  type MeterHealth,
  never,
  timeWords,
  type Warning,
} from "../../model/index.ts";

import { bootsSince } from "./boots.ts";
import { DAY_S, lastDays, lostPercent, meanInterval } from "./days.ts";
import { runOf, usualStill } from "./still.ts";
import { TOLD_DAYS, WEEK } from "./verdicts.ts";
import type { Watch } from "./watch.ts";

/** What the words are made of. */
export interface Telling {
  readonly health: Omit<MeterHealth, "troubles">;
  readonly watch: Watch;
  readonly now: EpochSeconds;
  readonly zone: string;
  /** Energy of one step of the count. */
  readonly quantumWh: number;
}

/** A warning in words that say what to do. */
export function troubleWords(warning: Warning, telling: Telling): string {
  const { health, watch, now, zone } = telling;
  const { lastHeard, batteryMv, battery, rssiDbm, clockDriftS, freeRamBytes } = health;
  switch (warning) {
    case "dark": {
      const since = lastHeard === null ? "" : ` since ${timeWords(lastHeard, zone, now)}`;
      return `Nothing was heard${since}: look at its battery, and whether the gateway is in reach.`;
    }
    case "low-battery":
      return `The battery is low${given(batteryMv, (mv) => ` (${(mv / 1000).toFixed(2)} V)`)}: change it.`;
    case "battery-ending":
      return `The battery is about to end${given(battery?.daysLeft, (days) => `, in about ${daysWords(days)}`)}: have a new one ready.`;
    case "weak-signal":
      return `The signal is weak${given(rssiDbm, (dbm) => ` (${dbm} dBm)`)}: bring the gateway closer, or out of the metal.`;
    case "clock":
      return `Its clock is off${given(clockDriftS, (s) => ` by ${Math.abs(s)} s`)}: look whether the gateway has the right time.`;
    case "low-memory":
      return `Little of its memory is free${given(freeRamBytes, (bytes) => ` (${bytes} bytes)`)}: it may start anew soon.`;
    case "no-pulses":
      return stillWords(telling);
    case "missed-intervals": {
      const percent = lostPercent(lastDays(watch.days, now, WEEK));
      const share = given(percent, (value) => ` (${value} %)`);
      return `Many intervals of the last 7 days did not arrive${share}; their energy came with later registers. Bring the gateway closer, or out of the metal.`;
    }
    case "reboots": {
      const count = bootsSince(watch.boots, now - DAY_S, now);
      return `It started anew ${count} times within a day: look at the contacts of its battery.`;
    }
    default:
      return never(warning);
  }
}

function stillWords({ watch, now, zone, quantumWh }: Telling): string {
  const { still, stopped, days } = watch;
  const sinceS = stopped?.sinceS ?? still?.sinceS;
  const since = sinceS === undefined ? "" : ` since ${timeWords(epochSeconds(sinceS), zone, now)}`;
  const last = lastDays(days, now, TOLD_DAYS);
  const usualS = usualStill(last);
  // Between two impulses lie the time that stood still and the intervals on both sides of it.
  const leastW = usualS === undefined ? 0 : (quantumWh * 3600) / (usualS + 2 * meanInterval(last));
  const long = longWords(Math.max(runOf(still), 60));
  const why =
    leastW >= 1
      ? `, although this meter never counted less than ${watts(leastW)} W for so long`
      : usualS === undefined
        ? ` (${long})`
        : `, although ${longWords(usualS)} is the longest that is usual`;
  return `No pulses${since}${why}: look whether the puck still sits on the LED.`;
}

/** Two figures, rounded down: nobody shall be told more than was seen. */
function watts(value: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / step) * step;
}

function given<T>(value: T | undefined, words: (value: T) => string): string {
  return value === undefined ? "" : words(value);
}

const daysWords = (days: number) => (days === 1 ? "1 day" : `${days} days`);
