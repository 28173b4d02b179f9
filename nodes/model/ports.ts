import type { MeterHealth } from "./health.ts";
import type { MeterId } from "./identity.ts";
import type { MeterEvent, Power, Quality, Reading, Source } from "./reading.ts";
import type { Result } from "./result.ts";
import type { DeviceSnapshot, SnapshotsQuery } from "./snapshots.ts";
import type { EpochSeconds, Wh } from "./units.ts";

/**
 * The questions that rooms ask each other through `runtime`: the store answers them, the API and the history node
 * ask them. Rooms know only these shapes.
 */
export const RESOLUTIONS = ["raw", "1m", "15m", "30m", "hour", "day", "month"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export interface ReadingsQuery {
  readonly meter: MeterId;
  readonly from: EpochSeconds;
  /** Exclusive. */
  readonly to: EpochSeconds;
  readonly resolution: Resolution;
  /** IANA zone for `day` and `month`, default the store's. */
  readonly zone?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** A raw reading or a bucket of them. A bucket without any data is not in the list: absence is not zero. */
export interface ReadingRow {
  readonly start: EpochSeconds;
  readonly end: EpochSeconds;
  readonly wh: Wh;
  readonly watts: number;
  /** Register at `end`; null in a bucket that a rebase or no reading leaves without one. */
  readonly registerWh: Wh | null;
  readonly amps?: number;
  readonly source: Source | "mixed";
  readonly quality: readonly Quality[];
  /** Seconds of the span with data. */
  readonly coveredS: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A stretch of consumption that lies between two rebases, or that bridges one with energy that was counted. */
export interface ConsumptionPart {
  readonly start: EpochSeconds;
  readonly end: EpochSeconds;
  readonly wh: Wh;
  readonly source: Source | "mixed";
}

export interface Consumption {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly wh: Wh;
  readonly parts: readonly ConsumptionPart[];
}

export interface EventsQuery {
  readonly meter: MeterId;
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly limit?: number;
  readonly cursor?: string;
}

/** The reading side of the store. */
export interface Archive {
  readings(query: ReadingsQuery): Promise<Result<Page<ReadingRow>>>;
  consumption(meter: MeterId, from: EpochSeconds, to: EpochSeconds): Promise<Result<Consumption>>;
  events(query: EventsQuery): Promise<Result<Page<MeterEvent>>>;
  /** What a node or gateway said of itself, the oldest first. */
  snapshots(query: SnapshotsQuery): Promise<Result<Page<DeviceSnapshot>>>;
}

/** One line of the list of meters. `lifetimeWh` is what is on disk: it never falls, whatever happens to the process. */
export interface MeterSummary {
  readonly id: MeterId;
  readonly name: string;
  readonly lifetimeWh: Wh;
  /** null until a first reading. */
  readonly registerWh: Wh | null;
  readonly power: Power;
  readonly lastHeard: EpochSeconds | null;
  readonly health: MeterHealth;
  /** The meter as which its readings go on, where it was replaced. */
  readonly mergedInto?: MeterId;
}

/** What is known now, held in memory by the store's config node and fed by the meter nodes. */
export interface Directory {
  list(now: EpochSeconds): readonly MeterSummary[];
  find(meter: MeterId, now: EpochSeconds): MeterSummary | undefined;
}

/** What a ledger hands to the store as one unit: either all of it is on disk after a crash, or none. */
export interface LedgerWrite {
  readonly meter: MeterId;
  /** New readings; one that covers a `register-gap` written earlier replaces it, see `replaces`. */
  readonly readings: readonly Reading[];
  /** Spans whose earlier readings are superseded by `readings` (a gap that was refined). Totals are unchanged. */
  readonly replaces?: readonly { readonly start: EpochSeconds; readonly end: EpochSeconds }[];
  readonly events: readonly MeterEvent[];
  /** Of this meter, or of a gateway, which has nothing else. */
  readonly snapshots?: readonly DeviceSnapshot[];
  /** The ledger's own memory, opaque to the store: only keys whose value changed are written. */
  readonly memory: Readonly<Record<string, Json>>;
  /** Write now rather than at the next interval: a new account or a new basis, which no later register could bring back. */
  readonly urgent?: boolean;
}

/** `arrived`: new or refined readings. `adjusted`: a person corrected them, or undid it. */
export type ChangeReason = "arrived" | "adjusted";
/** Energy of `meter` at or after `from` is not what it was: new, refined, corrected or gone. */
export type ChangeListener = (meter: MeterId, from: EpochSeconds, why: ChangeReason) => void;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The writing side of the store. */
export interface Journal {
  /** Resolves when the unit is on disk (fdatasync). Rejects only when the store was closed before that. */
  append(unit: LedgerWrite): Promise<void>;
  /** The last durable memory of a meter's ledger, with everything journalled applied. */
  memory(meter: MeterId): Readonly<Record<string, Json>> | undefined;
  /** Every meter that has a memory. */
  meters(): readonly MeterId[];
}
