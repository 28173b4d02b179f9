import type { ErrorCode } from "./errors.ts";
import type { MeterId, NetworkId } from "./identity.ts";
import type { EpochSeconds } from "./units.ts";

export const GATEWAY_GRANTS = ["checksums", "timed-impulses", "bridge"] as const;
export type GatewayGrant = (typeof GATEWAY_GRANTS)[number];

/** What a gateway node knows of its gateway, for the REST API and the page. Unknown is null, never 0. */
export interface GatewayReport {
  /** Network and number 1: `0.0.1.1.1`. */
  readonly id: MeterId;
  /** Id and name of the node in Node-RED. */
  readonly node: string;
  readonly name: string;
  readonly network: NetworkId;
  readonly lastHeard: EpochSeconds | null;
  readonly silent: boolean;
  readonly bootedAt: EpochSeconds | null;
  readonly uptimeS: number | null;
  readonly freeRamBytes: number | null;
  readonly clockDriftS: number | null;
  readonly txPowerDbm: number | null;
  readonly logLevel: string | null;
  /** Like `v11`. */
  readonly firmware: string | null;
  /** What it does beyond v10, by request: empty for v10, null before it was asked. */
  readonly granted: readonly GatewayGrant[] | null;
  /** Lines received, those that fit no frame, and the share of these in per cent. */
  readonly lines: number;
  readonly rejected: number;
  readonly rejectedPercent: number;
  readonly queuedCommands: number;
  /** Meters heard through it. */
  readonly meters: readonly MeterId[];
  /** What is wrong, in words; empty when nothing is. */
  readonly troubles: readonly string[];
}

export const COMMAND_STATES = ["queued", "sent", "taken", "confirmed", "failed"] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/** `taken`: the gateway said ACK; `confirmed`: its effect was seen in what the node sent later. */
export interface CommandReport {
  readonly id: string;
  readonly command: string;
  readonly meter: MeterId | null;
  readonly state: CommandState;
  readonly at: EpochSeconds;
  readonly changedAt: EpochSeconds;
  readonly error: { readonly code: ErrorCode; readonly detail: string } | null;
}
