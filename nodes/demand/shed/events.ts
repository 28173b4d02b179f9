import type { EpochSeconds, ErrorCode } from "../../model/index.ts";
import type { Seen } from "../load.ts";
import type { DemandState } from "../state.ts";
import type { Decision, Override } from "./shedding.ts";

/** A demand node. A message that was made by hand may come from none: both are empty then. */
export interface DemandSource {
  readonly id: string;
  readonly name: string;
}

export type ShedInput =
  | { readonly kind: "demand"; readonly source: DemandSource; readonly state: DemandState }
  /** That demand node does not exist any more, and neither does its limit. */
  | { readonly kind: "gone"; readonly source: string }
  | { readonly kind: "load"; readonly load: string; readonly level: number | null; readonly watts: number | null }
  | {
      readonly kind: "override";
      readonly load: string;
      readonly mode: "auto" | "on" | "off";
      readonly forS: number | null;
    }
  /** null: as configured. */
  | { readonly kind: "dry-run"; readonly on: boolean | null }
  | { readonly kind: "tick" };

export type ShedEvent =
  /** The server's clock was set back by so much. */
  | { readonly kind: "clock"; readonly backS: number }
  | {
      readonly kind: "heard";
      readonly source: DemandSource;
      readonly state: DemandState;
      readonly at: EpochSeconds;
    }
  | { readonly kind: "gone"; readonly source: string }
  | { readonly kind: "dry-run"; readonly on: boolean | null }
  /** Nothing is known of a limit any more (its source is empty when no demand node is heard at all), or it is again. */
  | { readonly kind: "stale"; readonly source: string; readonly name: string; readonly since: EpochSeconds | null }
  | { readonly kind: "seen"; readonly load: string; readonly seen: Seen }
  | { readonly kind: "overridden"; readonly load: string; readonly override: Override | null }
  /** A message that cannot be followed. */
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string }
  /** More is drawn than may be, or no longer. */
  | { readonly kind: "need"; readonly source: string; readonly since: EpochSeconds | null; readonly at: EpochSeconds }
  | { readonly kind: "fits"; readonly load: string; readonly since: EpochSeconds | null }
  | ({ readonly kind: "decision"; readonly dropW: number } & Decision)
  /** A load that is off waits for solar surplus from now on. */
  | {
      readonly kind: "adopted";
      readonly load: string;
      readonly fromLevel: number;
      readonly level: number;
      readonly dryRun: boolean;
      readonly at: EpochSeconds;
    }
  /** The load is where it was told to be, and the response time is over. */
  | {
      readonly kind: "settled";
      readonly load: string;
      readonly futile: boolean | null;
      readonly learnedW: number | null;
    }
  | { readonly kind: "confirmed"; readonly load: string }
  | { readonly kind: "unresponsive"; readonly load: string; readonly until: EpochSeconds }
  /** It came back for comfort and is left alone for a while. */
  | { readonly kind: "spared"; readonly load: string; readonly until: EpochSeconds }
  /** No longer ours to give back: somebody else has switched it. */
  | { readonly kind: "released"; readonly load: string; readonly reason: string }
  /** It is held although nothing has asked for it for an hour; `reason` null: that is over. */
  | {
      readonly kind: "stuck";
      readonly load: string;
      readonly cause: string;
      readonly reason: string | null;
      readonly since: EpochSeconds;
    }
  | { readonly kind: "stopped"; readonly at: EpochSeconds; readonly until: EpochSeconds };
