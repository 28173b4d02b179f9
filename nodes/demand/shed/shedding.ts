import { type EpochSeconds, epochSeconds } from "../../model/index.ts";
import type { Load, Seen } from "../load.ts";
import type { DemandState } from "../state.ts";

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

export const RULES = ["limit", "on-peak", "restore", "stale", "override", "retry", "surplus", "comfort"] as const;
export type Rule = (typeof RULES)[number];

/** Every decision is one record that explains itself. */
export interface Decision {
  readonly time: EpochSeconds;
  readonly load: string;
  readonly action: "off" | "on" | "set";
  /** 0 or 1 for a switch, the setting of a modulating load. */
  readonly level: number;
  readonly rule: Rule;
  /** Name of the limit that asked for it or had to allow it; null where none did. */
  readonly limit: string | null;
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
  /** What each demand node measured before, by its id; null: not known. */
  readonly powerBefore: ReadonlyMap<string, number | null>;
}

export interface Override {
  /** `leave`: somebody else switched it, hands off. */
  readonly mode: "on" | "off" | "leave";
  readonly until: EpochSeconds | null;
  /** The command was given; it is not repeated against somebody else's will. */
  readonly sent: boolean;
}

/** A demand node that is heard: each of them is a limit of its own. */
export interface HeardDemand {
  readonly name: string;
  readonly state: DemandState;
  readonly heardAt: EpochSeconds;
  /** Since when more is drawn than may be; null: it is not. */
  readonly needSince: EpochSeconds | null;
  /** Since when there has been no need; what goes on now does not count. */
  readonly calmSince: EpochSeconds;
}

/** A demand node that was heard before a restart: its limit holds until it is heard again, or is known to be gone. */
export interface Awaited extends Pick<DemandState, "target" | "phase"> {
  readonly name: string;
}

/** A load that is held although nothing has asked for it for long. */
export interface Stuck {
  readonly cause: string;
  readonly reason: string;
  readonly since: EpochSeconds;
}

export interface Shedding {
  readonly startedAt: EpochSeconds;
  /** By the id of their node. */
  readonly demands: ReadonlyMap<string, HeardDemand>;
  readonly awaited: ReadonlyMap<string, Awaited>;
  /** When a demand state last came from anywhere. */
  readonly heardAt: EpochSeconds;
  /** The limits of which nothing is known, and since when. */
  readonly stale: ReadonlyMap<string, { readonly name: string; readonly since: EpochSeconds }>;
  /** Switched while running; null: as configured. */
  readonly dryRun: boolean | null;
  readonly seen: ReadonlyMap<string, Seen>;
  /** Power per unit of level, from the fall of the house's power when it was shed. */
  readonly learned: ReadonlyMap<string, number>;
  readonly held: ReadonlyMap<string, Held>;
  readonly pending: ReadonlyMap<string, Pending>;
  readonly overrides: ReadonlyMap<string, Override>;
  /** Loads that did not respond, and until when nothing is expected of them. */
  readonly resting: ReadonlyMap<string, EpochSeconds>;
  /** Loads that came back for comfort, and until when they are not shed again. */
  readonly spared: ReadonlyMap<string, EpochSeconds>;
  readonly stuck: ReadonlyMap<string, Stuck>;
  readonly restoredAt: EpochSeconds;
  /** Sheds in a row that saved nothing, and until when no more is tried. */
  readonly futile: number;
  readonly stoppedAt: EpochSeconds;
  readonly stoppedUntil: EpochSeconds;
}

/** @param startedAt gives the meter and the demand node some time to say their first word */
export function noShedding(startedAt: EpochSeconds): Shedding {
  return {
    startedAt,
    demands: new Map(),
    awaited: new Map(),
    heardAt: startedAt,
    stale: new Map(),
    dryRun: null,
    seen: new Map(),
    learned: new Map(),
    held: new Map(),
    pending: new Map(),
    overrides: new Map(),
    resting: new Map(),
    spared: new Map(),
    stuck: new Map(),
    restoredAt: epochSeconds(0),
    futile: 0,
    stoppedAt: epochSeconds(0),
    stoppedUntil: epochSeconds(0),
  };
}

/** Whether decisions are only told, not carried out. */
export const effectiveDryRun = (state: Shedding, config: ShedConfig): boolean => state.dryRun ?? config.dryRun;

/** Since when some limit has been unknown; null: all are known. */
export function staleSince(state: Shedding): EpochSeconds | null {
  let since: EpochSeconds | null = null;
  for (const one of state.stale.values()) if (since === null || one.since < since) since = one.since;
  return since;
}
