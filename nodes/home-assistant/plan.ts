import type { EpochSeconds, MeterId } from "../model/index.ts";
import type { SensorKey } from "./components.ts";
import type { DeviceKind, Path } from "./kinds.ts";
import type { Say, Value } from "./say.ts";

export interface Known {
  readonly value: Value;
  readonly at: EpochSeconds;
}
export type Values = ReadonlyMap<SensorKey, Known>;

/** What is known of a device, and what Home Assistant was told of it on the present connection. */
export interface DevicePlan {
  readonly kind: DeviceKind;
  readonly name: string;
  readonly firmware: string | null;
  /** A sensor is there from its first word on. A total never falls. */
  readonly values: Values;
  readonly online: boolean;
  /** The path on which it was last announced: some leave entities that another path would have to share ids with. */
  readonly placed: Path | null;
  /** Announced some time ago: others may name it as theirs. Home Assistant complains of a `via_device` it does not know. */
  readonly settled: boolean;
  /** The user wants it gone. */
  readonly leaving: boolean;
  readonly told: Told;
  readonly failures: number;
  readonly holdUntil: EpochSeconds | null;
}

export interface Told {
  /** What was announced, as text to compare. */
  readonly announced: string | null;
  readonly online: boolean | null;
  readonly values: Values;
  /** When to say the state again: a new entity subscribes a moment after its config. */
  readonly repeatAt: EpochSeconds | null;
}

export interface Plan {
  /** null while there is no connection, or no way to publish. */
  readonly path: Path | null;
  readonly devices: ReadonlyMap<MeterId, DevicePlan>;
  /** The path of an earlier run, where that one left entities which another path would have to share ids with. */
  readonly earlier: Path | null;
  /** Taken out by the user: what the store alone remembers of them does not bring them back. */
  readonly removed: ReadonlySet<MeterId>;
}

/** News of a device. What is absent is unchanged. */
export interface Heard {
  readonly kind: "heard";
  readonly device: MeterId;
  /** Of a device that is new; a meter otherwise. */
  readonly as?: DeviceKind;
  readonly name?: string;
  readonly firmware?: string;
  readonly values: Readonly<Partial<Record<SensorKey, Value>>>;
  readonly online?: boolean;
  /** Read from the store's memory, not heard just now. */
  readonly remembered?: boolean;
}

export type PlanInput =
  | Heard
  | { readonly kind: "remove"; readonly device: MeterId }
  /** A connection is ready to publish on `path`, or there is none. Home Assistant may have forgotten everything. */
  | { readonly kind: "path"; readonly path: Path | null }
  /** Home Assistant's MQTT, or its companion, has begun anew. */
  | { readonly kind: "birth" }
  | { readonly kind: "tick" }
  | { readonly kind: "outcome"; readonly say: Say; readonly ok: boolean }
  | { readonly kind: "close" };

export type PlanEvent =
  | { readonly kind: "known"; readonly heard: Heard; readonly at: EpochSeconds }
  | { readonly kind: "leaving"; readonly device: MeterId }
  | { readonly kind: "removed"; readonly device: MeterId }
  | { readonly kind: "path-changed"; readonly path: Path | null }
  | { readonly kind: "forgotten" }
  | { readonly kind: "said"; readonly say: Say; readonly at: EpochSeconds }
  | { readonly kind: "repeated"; readonly device: MeterId }
  | { readonly kind: "failed"; readonly say: Say; readonly holdUntil: EpochSeconds }
  | { readonly kind: "succeeded"; readonly device: MeterId }
  /** More devices than are kept: this one is not. */
  | { readonly kind: "refused"; readonly device: MeterId };

/** More devices than four full radio networks: a flow that invents ids must not fill the memory or the registry. */
export const METER_LIMIT = 1000;

export const EMPTY_PLAN: Plan = { path: null, earlier: null, devices: new Map(), removed: new Set() };
export const UNTOLD: Told = { announced: null, online: null, values: new Map(), repeatAt: null };

const NAMES: Readonly<Record<DeviceKind, string>> = { meter: "Meter", gateway: "Gateway", demand: "Demand" };

export function newDevice({ earlier }: Plan, device: MeterId, kind: DeviceKind = "meter"): DevicePlan {
  return {
    ...{ kind, name: `${NAMES[kind]} ${device}`, firmware: null, values: new Map(), online: true },
    ...{ placed: earlier, settled: false, leaving: false, told: UNTOLD, failures: 0, holdUntil: null },
  };
}
