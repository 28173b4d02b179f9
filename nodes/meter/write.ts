import {
  type DeviceSnapshot,
  type EpochSeconds,
  epochSeconds,
  type LedgerWrite,
  type MeterEvent,
  type MeterHealth,
  type Power,
  type Reading,
  type Wh,
  wh,
} from "../model/index.ts";
import { impPerKwh } from "./ledger.ts";
import type { Memory } from "./memory.ts";
import { powerNow } from "./power.ts";
import type { MeterSettings } from "./settings.ts";
import type { LedgerEvent, LedgerState, Span } from "./state.ts";
import { trendOf } from "./watch/battery.ts";
import { ppmOf } from "./watch/clock.ts";
import { lastDays, linkOf } from "./watch/days.ts";
import { TOLD_DAYS } from "./watch/verdicts.ts";
import { troubleWords } from "./watch/words.ts";

/**
 * What has to be on disk before any of it is told to others.
 * @param before the memory handed in last: only what differs from it is written again
 * @returns undefined when the events change nothing that lasts: a sign of life alone is not worth a write
 */
export function toWrite(
  state: LedgerState,
  events: readonly LedgerEvent[],
  memory: Memory,
  before: Memory = {},
): LedgerWrite | undefined {
  const readings: Reading[] = [];
  const replaces: Span[] = [];
  const told: MeterEvent[] = [];
  const snapshots: DeviceSnapshot[] = [];
  let lasts = false;
  let urgent = false;
  for (const event of events) {
    if (event.kind === "grown") {
      readings.push(...event.readings);
      replaces.push(...event.replaces);
    } else if (event.kind === "pulsed") readings.push(event.reading);
    else if (event.kind === "told") told.push(event.event);
    else if (event.kind === "kept") snapshots.push(event.snapshot);
    lasts ||= event.kind !== "heard" && event.kind !== "figures";
    // Energy that is lost with the power comes back with the next register, but only on a basis that is known.
    urgent ||= event.kind === "opened";
  }
  if (!lasts) return undefined;
  const changed = Object.fromEntries(Object.entries(memory).filter(([key, value]) => before[key] !== value));
  const more = { ...(replaces.length > 0 && { replaces }), ...(snapshots.length > 0 && { snapshots }) };
  return { meter: state.meter, readings, events: told, memory: changed, urgent, ...more };
}

/** Power of a meter at `nowS`. */
export function powerOf(state: LedgerState, nowS: number, settings: MeterSettings): Power {
  return powerNow(state.recent, nowS, quantumOf(state, settings), settings.staleAfterS);
}

/** Energy of one step of the count. Radio registers count in whole Wh, whatever the meter's impulses are worth. */
function quantumOf(state: LedgerState, settings: MeterSettings): number {
  const impulseWh = 1000 / impPerKwh(state, settings);
  return state.current === undefined ? impulseWh : Math.max(1, impulseWh);
}

/** @param zone of the times in words */
export function healthOf(state: LedgerState, settings: MeterSettings, now: EpochSeconds, zone: string): MeterHealth {
  const { watch } = state;
  const { darkSince: _, ...figures } = state.health;
  const battery = trendOf(watch.battery, settings.lowBatteryMv, now);
  const ppm = ppmOf(watch.clock);
  const link = linkOf(lastDays(watch.days, now, TOLD_DAYS), figures.intervalS);
  const rebootS = watch.boots.at(-1);
  const health = {
    ...figures,
    lastHeard: state.heardS === null ? null : epochSeconds(state.heardS),
    dark: figures.warnings.includes("dark"),
    ...(battery !== undefined && { battery }),
    ...(ppm !== undefined && { clockPpm: ppm }),
    ...(link !== undefined && { link }),
    ...(rebootS !== undefined && { lastReboot: epochSeconds(rebootS) }),
  };
  const telling = { health, watch, now, zone, quantumWh: quantumOf(state, settings) };
  return { ...health, troubles: health.warnings.map((warning) => troubleWords(warning, telling)) };
}

/** The register as last heard; a counter of impulses has its own. null before anything was heard. */
export function registerOf({ current, lifetimeWh, fraction }: LedgerState): Wh | null {
  if (current !== undefined) return wh(current.tail.wh);
  return lifetimeWh > 0 || fraction.left > 0 ? wh(lifetimeWh) : null;
}
