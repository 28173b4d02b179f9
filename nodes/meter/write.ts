import {
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
  let lasts = false;
  let urgent = false;
  for (const event of events) {
    if (event.kind === "grown") {
      readings.push(...event.readings);
      replaces.push(...event.replaces);
    } else if (event.kind === "pulsed") readings.push(event.reading);
    else if (event.kind === "told") told.push(event.event);
    lasts ||= event.kind !== "heard";
    // Energy that is lost with the power comes back with the next register, but only on a basis that is known.
    urgent ||= event.kind === "opened";
  }
  if (!lasts) return undefined;
  const changed = Object.fromEntries(Object.entries(memory).filter(([key, value]) => before[key] !== value));
  const write = { meter: state.meter, readings, events: told, memory: changed, urgent };
  return replaces.length === 0 ? write : { ...write, replaces };
}

/** Power of a meter at `nowS`; radio registers count in whole Wh, whatever the meter's impulses are worth. */
export function powerOf(state: LedgerState, nowS: number, settings: MeterSettings): Power {
  const impulseWh = 1000 / impPerKwh(state, settings);
  const quantumWh = state.current === undefined ? impulseWh : Math.max(1, impulseWh);
  return powerNow(state.recent, nowS, quantumWh, settings.staleAfterS);
}

export function healthOf(state: LedgerState): MeterHealth {
  const { darkSince: _, ...health } = state.health;
  const lastHeard = state.heardS === null ? null : epochSeconds(state.heardS);
  return { ...health, lastHeard, dark: health.warnings.includes("dark"), troubles: [] };
}

/** The register as last heard; a counter of impulses has its own. null before anything was heard. */
export function registerOf({ current, lifetimeWh, fraction }: LedgerState): Wh | null {
  if (current !== undefined) return wh(current.tail.wh);
  return lifetimeWh > 0 || fraction.left > 0 ? wh(lifetimeWh) : null;
}
