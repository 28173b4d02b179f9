import type { MeterId } from "./identity.ts";
import type { EpochSeconds } from "./units.ts";

/**
 * What a node or a gateway said of itself, kept about once an hour. A figure that was not reported is absent. A gateway
 * goes by its network and number 1: `0.0.1.1.1`.
 */
export interface DeviceSnapshot {
  readonly device: MeterId;
  readonly at: EpochSeconds;
  readonly batteryMv?: number;
  readonly rssiDbm?: number;
  readonly clockDriftS?: number;
  readonly uptimeS?: number;
  readonly freeRamBytes?: number;
  readonly intervalS?: number;
  readonly impulsesPerKwh?: number;
  readonly registerWh?: number;
  readonly firmware?: string;
  /** Gateways only. */
  readonly bootedAt?: EpochSeconds;
  readonly txPowerDbm?: number;
  readonly logLevel?: string;
}

export interface SnapshotsQuery {
  readonly device: MeterId;
  readonly from: EpochSeconds;
  /** Exclusive. */
  readonly to: EpochSeconds;
  readonly limit?: number;
  readonly cursor?: string;
}
