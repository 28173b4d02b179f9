import type { EpochSeconds, MeterId, Wh } from "../model/index.ts";
import type { Path, Say } from "./paths.ts";

/** What is known of a meter, and what Home Assistant was told of it on the present connection. */
export interface MeterPlan {
  readonly name: string;
  /** Durable lifetime energy: null before the first reading, and never less than it was. */
  readonly lifetimeWh: Wh | null;
  /** null: no power was ever heard of. */
  readonly power: { readonly watts: number | null; readonly at: EpochSeconds } | null;
  readonly online: boolean;
  /** The path on which it was last announced: REST states are withdrawn before another path takes their ids. */
  readonly placed: Path | null;
  readonly told: Told;
  readonly failures: number;
  readonly holdUntil: EpochSeconds | null;
}

export interface Told {
  readonly name: string | null;
  readonly online: boolean | null;
  readonly lifetimeWh: Wh | null;
  readonly power: { readonly watts: number | null; readonly at: EpochSeconds } | null;
  /** When to say the state again: a new entity subscribes a moment after its config. */
  readonly repeatAt: EpochSeconds | null;
}

export interface Plan {
  /** null while there is no connection, or no way to publish. */
  readonly path: Path | null;
  readonly meters: ReadonlyMap<MeterId, MeterPlan>;
}

export type PlanInput =
  | { readonly kind: "reading"; readonly meter: MeterId; readonly lifetimeWh: Wh }
  | { readonly kind: "power"; readonly meter: MeterId; readonly watts: number | null; readonly name?: string }
  | { readonly kind: "presence"; readonly meter: MeterId; readonly online: boolean }
  /** A connection is ready to publish on `path`, or there is none. Home Assistant may have forgotten everything. */
  | { readonly kind: "path"; readonly path: Path | null }
  /** Home Assistant's MQTT announced itself on `homeassistant/status`. */
  | { readonly kind: "birth" }
  | { readonly kind: "tick" }
  | { readonly kind: "outcome"; readonly say: Say; readonly ok: boolean }
  | { readonly kind: "close" };

export type PlanEvent =
  | { readonly kind: "energy-known"; readonly meter: MeterId; readonly lifetimeWh: Wh }
  | { readonly kind: "power-known"; readonly meter: MeterId; readonly watts: number | null; readonly at: EpochSeconds }
  | { readonly kind: "named"; readonly meter: MeterId; readonly name: string }
  | { readonly kind: "presence-known"; readonly meter: MeterId; readonly online: boolean }
  | { readonly kind: "path-changed"; readonly path: Path | null }
  | { readonly kind: "forgotten" }
  | { readonly kind: "said"; readonly say: Say; readonly at: EpochSeconds }
  | { readonly kind: "repeated"; readonly meter: MeterId }
  | { readonly kind: "failed"; readonly say: Say; readonly holdUntil: EpochSeconds }
  | { readonly kind: "succeeded"; readonly meter: MeterId }
  /** More meters than are kept: this one is not. */
  | { readonly kind: "refused"; readonly meter: MeterId };

export const EMPTY_PLAN: Plan = { path: null, meters: new Map() };
export const UNTOLD: Told = { name: null, online: null, lifetimeWh: null, power: null, repeatAt: null };

export function newMeter(meter: MeterId): MeterPlan {
  return {
    name: `Meter ${meter}`,
    ...{ lifetimeWh: null, power: null, online: true, placed: null },
    ...{ told: UNTOLD, failures: 0, holdUntil: null },
  };
}
