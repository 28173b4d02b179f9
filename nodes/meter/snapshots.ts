import {
  type DeviceSnapshot,
  epochSeconds,
  type GatewayFact,
  parseMeterId,
  type SnapshotFact,
} from "../model/index.ts";
import { isUnset } from "./segment.ts";
import { CLOCK_SLACK_S } from "./settings.ts";

/** Devices are asked every 15 minutes, give or take: the fourth answer is an hour later. */
const HOURLY_S = 3540;
/** What changes by a person's hand, or tells of a new start. */
const CHANGES = ["intervalS", "impulsesPerKwh", "firmware", "txPowerDbm", "logLevel"] as const;

/** Whether what a device says of itself is worth keeping: the first, one an hour, and what is new in an important way. */
export function isWorthKeeping(last: DeviceSnapshot | undefined, next: DeviceSnapshot): boolean {
  if (last === undefined || Math.abs(next.at - last.at) >= HOURLY_S) return true;
  // A clock that is set moves the time of the start a little; v10's uptime begins anew every 49 days.
  const restarted =
    (next.uptimeS ?? 0) < (last.uptimeS ?? 0) || (next.bootedAt ?? 0) > (last.bootedAt ?? 0) + CLOCK_SLACK_S;
  return restarted || CHANGES.some((key) => next[key] !== undefined && next[key] !== last[key]);
}

/** @param firmware as the device announced it at its last start */
export function nodeSnapshot(fact: SnapshotFact, firmware: string | undefined): DeviceSnapshot {
  const { battery, clockDrift, uptime, freeRamBytes, interval, impulsesPerKwh, lastEntryFinish, lastRegister } = fact;
  return {
    device: fact.meter,
    at: epochSeconds(Math.floor(fact.receivedAt)),
    rssiDbm: fact.rssi,
    ...(battery !== undefined && { batteryMv: battery }),
    ...(clockDrift !== undefined && { clockDriftS: clockDrift }),
    ...(uptime !== undefined && { uptimeS: uptime }),
    ...(freeRamBytes !== undefined && { freeRamBytes }),
    ...(interval !== undefined && { intervalS: interval }),
    ...(impulsesPerKwh !== undefined && { impulsesPerKwh }),
    // Before its first entry a gateway says 0 for the register.
    ...(lastEntryFinish > 0 && { registerWh: lastRegister }),
    ...(firmware !== undefined && { firmware }),
  };
}

/** @returns undefined when the network's name is none */
export function gatewaySnapshot(fact: GatewayFact): DeviceSnapshot | undefined {
  const { network, bootedAt, clock, freeRamBytes, txPower, logLevel } = fact;
  const device = parseMeterId(`${network}.1`);
  if (!device.ok) return undefined;
  const at = epochSeconds(Math.floor(fact.receivedAt));
  return {
    ...{ device: device.value, at },
    ...{ freeRamBytes, clockDriftS: clock - at, txPowerDbm: txPower, logLevel },
    ...(clock >= bootedAt && { uptimeS: clock - bootedAt }),
    ...(!isUnset(bootedAt) && { bootedAt }),
  };
}
