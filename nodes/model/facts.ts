import type { MeterId, NetworkId } from "./identity.ts";
import type { Amps, Dbm, EpochSeconds, ImpulsesPerKwh, Millivolts, Seconds, Wh } from "./units.ts";

/**
 * What is known about a meter from outside, after decoding and before any arithmetic. `receivedAt` is the server's
 * clock when the line was complete; all other times are the device's.
 */
export type Fact =
  | UpdateFact
  | RebaseFact
  | SnapshotFact
  | DarkFact
  | TextFact
  | GatewayFact
  | PulsesFact
  | RegisterFact;

/** One closed interval of a meter update. */
export interface Entry {
  readonly duration: Seconds;
  readonly energy: Wh;
  readonly amps?: Amps;
  /** How many impulses the energy was counted from. */
  readonly impulses?: number;
  /** Seconds (hundredths) from the start of the interval to its last impulse; absent: there was none, or its time is not known. */
  readonly lastImpulseS?: number;
}

/**
 * MUP_/MUPC, and MUPT/MUTC with impulses. The register stood at `baseRegister` at the END of second `baseTime`, that is at the instant
 * `baseTime + 1`; the entries follow each other without a hole from there.
 */
export interface UpdateFact {
  readonly kind: "update";
  readonly meter: MeterId;
  readonly baseTime: EpochSeconds;
  readonly baseRegister: Wh;
  /** What an impulse of the entries is worth; always there when they have impulses. */
  readonly impulsesPerKwh?: ImpulsesPerKwh;
  readonly entries: readonly Entry[];
  readonly receivedAt: EpochSeconds;
}

/** MREB: the time or register basis changed. `register` stands at the END of second `time`. */
export interface RebaseFact {
  readonly kind: "rebase";
  readonly meter: MeterId;
  readonly time: EpochSeconds;
  readonly register: Wh;
  readonly receivedAt: EpochSeconds;
}

/** NOSNAP, one per node. Device figures are absent until the node has sent a GINR (the wire says 0 then). */
export interface SnapshotFact {
  readonly kind: "snapshot";
  readonly meter: MeterId;
  readonly battery?: Millivolts;
  readonly uptime?: Seconds;
  readonly slept?: Seconds;
  readonly freeRamBytes?: number;
  readonly lastSeen?: EpochSeconds;
  readonly clockDrift?: Seconds;
  readonly interval?: Seconds;
  readonly impulsesPerKwh?: ImpulsesPerKwh;
  readonly lastEntryFinish: EpochSeconds;
  readonly lastRegister: Wh;
  readonly lastAmps?: Amps;
  readonly ledRate?: number;
  readonly ledMs?: number;
  readonly rssi: Dbm;
  readonly receivedAt: EpochSeconds;
}

/** NDARK: the gateway has not heard the node for more than 600 s. */
export interface DarkFact {
  readonly kind: "dark";
  readonly meter: MeterId;
  readonly lastSeen?: EpochSeconds;
  readonly receivedAt: EpochSeconds;
}

/** GMSG from a node. `boot` is there when the text announces a start. Text is cleaned of v10's trailing garbage. */
export interface TextFact {
  readonly kind: "text";
  readonly meter: MeterId;
  readonly text: string;
  readonly boot?: { readonly version: number; readonly flags: number };
  readonly receivedAt: EpochSeconds;
}

/** GWSNAP without the radio key: no property for it exists, so it can reach nothing. */
export interface GatewayFact {
  readonly kind: "gateway";
  readonly network: NetworkId;
  readonly gateway: number;
  readonly bootedAt: EpochSeconds;
  readonly freeRamBytes: number;
  readonly clock: EpochSeconds;
  readonly logLevel: string;
  readonly txPower: Dbm;
  readonly receivedAt: EpochSeconds;
}

/** `pulses` impulses in the `duration` seconds before `receivedAt`, from any counter. */
export interface PulsesFact {
  readonly kind: "pulses";
  readonly meter: MeterId;
  readonly pulses: number;
  readonly duration: Seconds;
  readonly receivedAt: EpochSeconds;
}

/** A cumulative register in Wh (fractions allowed), from any source. `at` is absent when the source gave no time. */
export interface RegisterFact {
  readonly kind: "register";
  readonly meter: MeterId;
  readonly registerWh: number;
  readonly at?: EpochSeconds;
  readonly receivedAt: EpochSeconds;
}
