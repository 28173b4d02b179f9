import type { ErrorCode } from "../model/index.ts";
import { type EpochSeconds, epochSeconds } from "../model/index.ts";
import type { Load, Seen } from "./load.ts";
import type { DemandState } from "./state.ts";

export interface ShedConfig {
  readonly loads: readonly Load[];
  /** Kept between the limit and what is aimed at. */
  readonly marginW: number;
  /** Room that must be left after a load has come back. */
  readonly hysteresisW: number;
  /** How long that room must have been there. */
  readonly holdS: number;
  /** Between two loads that come back. */
  readonly staggerS: number;
  /** How long too much must have been drawn before something is shed. */
  readonly confirmS: number;
  /** How long a load and the meter may take to show what a command did. Half of it passes before a load is asked again. */
  readonly responseS: number;
  /** Loads shed in one go. */
  readonly maxPerPass: number;
  /** Without a demand state for this long, or this long after the start without a first reading, demand is unknown. */
  readonly demandTimeoutS: number;
  /** Decide and say so, but command nothing. */
  readonly dryRun: boolean;
}

export const RULES = ["limit", "on-peak", "restore", "stale", "override", "retry"] as const;
export type Rule = (typeof RULES)[number];

/** Every decision is one record that explains itself. */
export interface Decision {
  readonly time: EpochSeconds;
  readonly load: string;
  readonly action: "off" | "on" | "set";
  /** 0 or 1 for a switch, the setting of a modulating load. */
  readonly level: number;
  readonly rule: Rule;
  /** In words. */
  readonly reason: string;
  /** In figures. */
  readonly formula: string;
  readonly inputs: Readonly<Record<string, number | null>>;
  readonly dryRun: boolean;
}

/** A load that was turned down here, and how to give it back. */
export interface Held {
  readonly fromLevel: number;
  readonly level: number;
  readonly since: EpochSeconds;
  readonly rule: Rule;
  /** Only thought of: the load itself knows nothing. */
  readonly dryRun: boolean;
  /** Since when there has been room to give it back. */
  readonly fitsSince: EpochSeconds | null;
}

/** A command whose effect has not been seen in full. */
export interface Pending {
  readonly level: number;
  readonly at: EpochSeconds;
  readonly tries: number;
  /** Expected fall of the house's power; negative when a load comes back; 0 when not known. */
  readonly dropW: number;
  readonly powerBeforeW: number | null;
}

export interface Override {
  /** `leave`: somebody else switched it, hands off. */
  readonly mode: "on" | "off" | "leave";
  readonly until: EpochSeconds | null;
  /** The command was given; it is not repeated against somebody else's will. */
  readonly sent: boolean;
}

export interface Shedding {
  readonly startedAt: EpochSeconds;
  readonly demand: DemandState | null;
  /** When a demand state last came. */
  readonly heardAt: EpochSeconds;
  readonly staleSince: EpochSeconds | null;
  readonly seen: ReadonlyMap<string, Seen>;
  /** Power per unit of level, from the fall of the house's power when it was shed. */
  readonly learned: ReadonlyMap<string, number>;
  readonly held: ReadonlyMap<string, Held>;
  readonly pending: ReadonlyMap<string, Pending>;
  readonly overrides: ReadonlyMap<string, Override>;
  /** Loads that did not respond, and until when nothing is expected of them. */
  readonly resting: ReadonlyMap<string, EpochSeconds>;
  readonly needSince: EpochSeconds | null;
  readonly restoredAt: EpochSeconds;
  /** Sheds in a row that saved nothing, and until when no more is tried. */
  readonly futile: number;
  readonly stoppedUntil: EpochSeconds;
}

/** @param startedAt gives the meter and the demand node some time to say their first word */
export function noShedding(startedAt: EpochSeconds): Shedding {
  return {
    startedAt,
    demand: null,
    heardAt: startedAt,
    staleSince: null,
    seen: new Map(),
    learned: new Map(),
    held: new Map(),
    pending: new Map(),
    overrides: new Map(),
    resting: new Map(),
    needSince: null,
    restoredAt: epochSeconds(0),
    futile: 0,
    stoppedUntil: epochSeconds(0),
  };
}

export type ShedInput =
  | { readonly kind: "demand"; readonly state: DemandState }
  | { readonly kind: "load"; readonly load: string; readonly level: number | null; readonly watts: number | null }
  | {
      readonly kind: "override";
      readonly load: string;
      readonly mode: "auto" | "on" | "off";
      readonly forS: number | null;
    }
  | { readonly kind: "tick" };

export type ShedEvent =
  | { readonly kind: "heard"; readonly state: DemandState; readonly at: EpochSeconds }
  | { readonly kind: "stale"; readonly since: EpochSeconds | null }
  | { readonly kind: "seen"; readonly load: string; readonly seen: Seen }
  | { readonly kind: "overridden"; readonly load: string; readonly override: Override | null }
  /** A message that cannot be followed. */
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: "need"; readonly since: EpochSeconds | null }
  | { readonly kind: "fits"; readonly load: string; readonly since: EpochSeconds | null }
  | ({ readonly kind: "decision"; readonly dropW: number } & Decision)
  /** The load is where it was told to be, and the response time is over. */
  | {
      readonly kind: "settled";
      readonly load: string;
      readonly futile: boolean | null;
      readonly learnedW: number | null;
    }
  | { readonly kind: "confirmed"; readonly load: string }
  | { readonly kind: "unresponsive"; readonly load: string; readonly until: EpochSeconds }
  /** No longer ours to give back: somebody else has switched it on. */
  | { readonly kind: "released"; readonly load: string; readonly reason: string }
  | { readonly kind: "stopped"; readonly until: EpochSeconds };
