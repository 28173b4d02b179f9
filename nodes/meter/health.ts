import {
  epochSeconds,
  type MeterEvent,
  type MeterHealth,
  type SnapshotFact,
  seconds,
  type TextFact,
  type Warning,
} from "../model/index.ts";
import type { MeterSettings } from "./settings.ts";
import type { LedgerEvent, LedgerState } from "./state.ts";

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

function tell(event: MeterEvent): LedgerEvent {
  return { kind: "told", event };
}

function about({ meter }: LedgerState, atS: number) {
  return { meter, at: epochSeconds(atS) };
}

function withWarning(health: Health, warning: Warning, on: boolean): Health {
  const others = health.warnings.filter((other) => other !== warning);
  return { ...health, warnings: on ? [...others, warning] : others };
}

/** NOSNAP: figures of the device; alarms with hysteresis. It comes from the gateway, so it is no sign of life. */
export function decideSnapshot(state: LedgerState, fact: SnapshotFact, settings: MeterSettings): LedgerEvent[] {
  const { battery, clockDrift, rssi, uptime, freeRamBytes, interval, impulsesPerKwh } = fact;
  let health: Health = {
    ...state.health,
    rssiDbm: rssi,
    ...(battery !== undefined && { batteryMv: battery }),
    ...(clockDrift !== undefined && { clockDriftS: clockDrift }),
    ...(uptime !== undefined && { uptimeS: uptime }),
    ...(freeRamBytes !== undefined && { freeRamBytes }),
    ...(interval !== undefined && { intervalS: interval }),
    ...(impulsesPerKwh !== undefined && { impulsesPerKwh }),
  };
  const events: LedgerEvent[] = [];
  const from = about(state, Math.floor(fact.receivedAt));
  const judge = (warning: Warning, isBad: boolean, isGood: boolean, told: (cleared: boolean) => MeterEvent) => {
    const was = health.warnings.includes(warning);
    if (was ? !isGood : !isBad) return;
    health = withWarning(health, warning, !was);
    events.push(tell(told(was)));
  };
  if (battery !== undefined) {
    const isGood = battery >= settings.lowBatteryMv + BATTERY_CLEAR_MV;
    judge("low-battery", battery < settings.lowBatteryMv, isGood, (cleared) => {
      return { ...from, kind: "low-battery", millivolts: battery, cleared };
    });
  }
  const isStrong = rssi >= settings.weakSignalDbm + SIGNAL_CLEAR_DBM;
  judge("weak-signal", rssi < settings.weakSignalDbm, isStrong, (cleared) => {
    return { ...from, kind: "weak-signal", dbm: rssi, cleared };
  });
  if (clockDrift !== undefined) {
    const offS = Math.abs(clockDrift);
    judge(
      "clock",
      offS > settings.clockDriftS,
      offS <= Math.max(0, settings.clockDriftS - CLOCK_CLEAR_S),
      (cleared) => {
        return { ...from, kind: "clock", driftS: seconds(clockDrift), cleared };
      },
    );
  }
  const isSame = JSON.stringify(health) === JSON.stringify(state.health);
  return isSame ? events : [{ kind: "health", health }, ...events];
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
  const { heardS, health } = state;
  if (heardS === null || health.warnings.includes("dark")) return [];
  if (nowS - Math.max(heardS, sinceS) <= settings.darkAfterS) return [];
  const dark = withWarning(health, "dark", true);
  return [
    { kind: "health", health: dark },
    tell({ ...about(state, nowS), kind: "dark", lastSeen: epochSeconds(heardS) }),
  ];
}

export function decideText(state: LedgerState, fact: TextFact): LedgerEvent[] {
  const atS = Math.floor(fact.receivedAt);
  if (fact.boot === undefined) return [tell({ ...about(state, atS), kind: "text", text: fact.text })];
  const { version, flags } = fact.boot;
  const health = { ...state.health, reboots: state.health.reboots + 1, firmware: `v${version}` };
  return [{ kind: "health", health }, tell({ ...about(state, atS), kind: "boot", version, flags })];
}
