import {
  epochSeconds,
  type MeterEvent,
  type MeterHealth,
  type SnapshotFact,
  seconds,
  type TextFact,
} from "../model/index.ts";
import type { MeterSettings } from "./settings.ts";
import { isWorthKeeping, nodeSnapshot } from "./snapshots.ts";
import type { LedgerEvent, LedgerState } from "./state.ts";
import { judge, type Verdict, withWarning } from "./warnings.ts";
import { bootSeen } from "./watch/boots.ts";
import { watchVerdicts } from "./watch/verdicts.ts";

/** What the device last said of itself, and what is wrong with it now. */
export type Health = Omit<MeterHealth, "lastHeard" | "dark" | "troubles" | "battery" | "link"> & {
  /** The `lastSeen` of the last NDARK, so that the same one tells nothing new. */
  readonly darkSince?: number;
};

export const NO_HEALTH: Health = { reboots: 0, warnings: [] };

/** An alarm ends only a little beyond where it began, or it would flutter. */
const BATTERY_CLEAR_MV = 100;
const SIGNAL_CLEAR_DBM = 5;
const CLOCK_CLEAR_S = 2;
const RAM_CLEAR_BYTES = 50;

function tell(event: MeterEvent): LedgerEvent {
  return { kind: "told", event };
}

function about({ meter }: LedgerState, atS: number) {
  return { meter, at: epochSeconds(atS) };
}

/** NOSNAP: figures of the device; alarms with hysteresis. It comes from the gateway, so it is no sign of life. */
export function decideSnapshot(state: LedgerState, fact: SnapshotFact, settings: MeterSettings): LedgerEvent[] {
  const { battery, clockDrift, rssi, uptime, freeRamBytes, interval, impulsesPerKwh } = fact;
  const atS = Math.floor(fact.receivedAt);
  // Of a node that is silent the gateway repeats what it heard last.
  const isNews = !state.health.warnings.includes("dark");
  const bootS =
    uptime === undefined || !isNews ? undefined : bootSeen(state.watch.boots, state.health.uptimeS, uptime, atS);
  const figures: Health = {
    ...state.health,
    rssiDbm: rssi,
    ...(battery !== undefined && { batteryMv: battery }),
    ...(clockDrift !== undefined && { clockDriftS: clockDrift }),
    ...(uptime !== undefined && { uptimeS: uptime }),
    ...(freeRamBytes !== undefined && { freeRamBytes }),
    ...(interval !== undefined && { intervalS: interval }),
    ...(impulsesPerKwh !== undefined && { impulsesPerKwh }),
    ...(bootS !== undefined && { reboots: state.health.reboots + 1 }),
  };
  const { health, told } = judge(figures, snapshotVerdicts(fact, settings, about(state, atS)));
  const events: LedgerEvent[] = [];
  if (JSON.stringify(health) !== JSON.stringify(state.health)) events.push({ kind: "health", health });
  if (bootS !== undefined) events.push({ kind: "booted", atS: bootS });
  if (isNews) {
    const [batteryMv, driftS] = [battery, clockDrift];
    const some = { ...(batteryMv !== undefined && { batteryMv }), ...(driftS !== undefined && { driftS }) };
    events.push({ kind: "figures", ...some, atS });
    const snapshot = nodeSnapshot(fact, health.firmware);
    if (isWorthKeeping(state.kept, snapshot)) events.push({ kind: "kept", snapshot });
  }
  return [...events, ...told.map(tell)];
}

function snapshotVerdicts(fact: SnapshotFact, settings: MeterSettings, from: ReturnType<typeof about>): Verdict[] {
  const { battery, clockDrift, rssi, freeRamBytes } = fact;
  const verdicts: Verdict[] = [];
  if (battery !== undefined) {
    verdicts.push({
      warning: "low-battery",
      isBad: battery < settings.lowBatteryMv,
      isGood: battery >= settings.lowBatteryMv + BATTERY_CLEAR_MV,
      told: (cleared) => ({ ...from, kind: "low-battery", millivolts: battery, cleared }),
    });
  }
  verdicts.push({
    warning: "weak-signal",
    isBad: rssi < settings.weakSignalDbm,
    isGood: rssi >= settings.weakSignalDbm + SIGNAL_CLEAR_DBM,
    told: (cleared) => ({ ...from, kind: "weak-signal", dbm: rssi, cleared }),
  });
  if (clockDrift !== undefined) {
    const offS = Math.abs(clockDrift);
    verdicts.push({
      warning: "clock",
      isBad: offS > settings.clockDriftS,
      isGood: offS <= Math.max(0, settings.clockDriftS - CLOCK_CLEAR_S),
      told: (cleared) => ({ ...from, kind: "clock", driftS: seconds(clockDrift), cleared }),
    });
  }
  if (freeRamBytes !== undefined) {
    verdicts.push({
      warning: "low-memory",
      isBad: freeRamBytes < settings.lowRamBytes,
      isGood: freeRamBytes >= settings.lowRamBytes + RAM_CLEAR_BYTES,
      told: (cleared) => ({ ...from, kind: "low-memory", bytes: freeRamBytes, cleared }),
    });
  }
  return verdicts;
}

/** A sign of life from the node itself. */
export function decideHeard(state: LedgerState, atS: number): LedgerEvent[] {
  const heard: LedgerEvent[] = state.heardS === atS ? [] : [{ kind: "heard", atS }];
  if (!state.health.warnings.includes("dark")) return heard;
  return [
    ...heard,
    { kind: "health", health: withWarning(state.health, "dark", false) },
    tell({ ...about(state, atS), kind: "back" }),
  ];
}

/** NDARK, unless it is the one that was heard before. */
export function decideDark(state: LedgerState, lastSeenS: number | undefined, atS: number): LedgerEvent[] {
  const { darkSince, warnings } = state.health;
  if (lastSeenS !== undefined && lastSeenS === darkSince) return [];
  const health = {
    ...withWarning(state.health, "dark", true),
    ...(lastSeenS !== undefined && { darkSince: lastSeenS }),
  };
  const events: LedgerEvent[] = [{ kind: "health", health }];
  const lastSeen = lastSeenS === undefined ? null : epochSeconds(lastSeenS);
  return warnings.includes("dark") ? events : [...events, tell({ ...about(state, atS), kind: "dark", lastSeen })];
}

/**
 * To be asked every few seconds: has the meter been silent for too long?
 * @param sinceS since when somebody listens: what was missed before is no silence of the meter's
 */
export function decideTick(state: LedgerState, nowS: number, sinceS: number, settings: MeterSettings): LedgerEvent[] {
  const { heardS } = state;
  if (heardS === null || nowS - Math.max(heardS, sinceS) <= settings.darkAfterS) return [];
  const lastSeen = epochSeconds(heardS);
  const told = (): MeterEvent => ({ ...about(state, nowS), kind: "dark", lastSeen });
  // Only the meter itself can say that it is back.
  return judged(state, [{ warning: "dark", isBad: true, isGood: false, told }]);
}

/** To be asked every minute or so: what do the last days say of the device? */
export function decideWatch(state: LedgerState, nowS: number, settings: MeterSettings): LedgerEvent[] {
  const { heardS, watch, lifetimeWh, meter } = state;
  if (heardS === null) return [];
  return judged(state, watchVerdicts({ meter, watch, lifetimeWh, nowS }, settings));
}

function judged(state: LedgerState, verdicts: readonly Verdict[]): LedgerEvent[] {
  const { health, told } = judge(state.health, verdicts);
  if (told.length === 0) return [];
  const stops = told.flatMap((event): LedgerEvent[] => {
    if (event.kind !== "no-pulses") return [];
    return [{ kind: "stopped", stopped: event.cleared ? null : { sinceS: event.since, wh: state.lifetimeWh } }];
  });
  return [{ kind: "health", health }, ...stops, ...told.map(tell)];
}

export function decideText(state: LedgerState, fact: TextFact): LedgerEvent[] {
  const atS = Math.floor(fact.receivedAt);
  if (fact.boot === undefined) return [tell({ ...about(state, atS), kind: "text", text: fact.text })];
  const { version, flags } = fact.boot;
  const health = { ...state.health, reboots: state.health.reboots + 1, firmware: `v${version}` };
  const event: MeterEvent = { ...about(state, atS), kind: "boot", version, flags };
  return [{ kind: "health", health }, { kind: "booted", atS }, tell(event)];
}
