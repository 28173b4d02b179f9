import type { MeterId } from "./identity.ts";
import type { Amps, EpochSeconds, Seconds, Watts, Wh } from "./units.ts";

export const SOURCES = ["interval", "register-gap", "synthetic", "pulses"] as const;
export type Source = (typeof SOURCES)[number];

/** Why a reading is less than a plain measurement. `moved`: impossible device time, placed at the time of receipt. */
export const QUALITIES = ["moved", "late", "estimated-span", "refined", "rebase", "suspect"] as const;
export type Quality = (typeof QUALITIES)[number];

/** Energy `wh` used from `start` to `end` (exclusive). `registerWh` is the meter's register at `end`. */
export interface Reading {
  readonly meter: MeterId;
  readonly start: EpochSeconds;
  readonly end: EpochSeconds;
  readonly wh: Wh;
  readonly watts: Watts;
  readonly registerWh: Wh;
  /**
   * All energy counted since meterman met this meter, at `end`: never falls, ignores rebases. A reading that refines a
   * gap or comes late carries the total at the time it was counted, so that it never falls in the order of arrival.
   */
  readonly lifetimeWh: Wh;
  readonly amps?: Amps;
  readonly source: Source;
  readonly quality: readonly Quality[];
}

/** Power now. Unknown is not zero: a stale meter says since when nothing is known. */
export type Power =
  | { readonly known: true; readonly watts: Watts; readonly at: EpochSeconds }
  | { readonly known: false; readonly since: EpochSeconds | null };

/** Something about a meter that a person or a flow may want to act on. */
export type MeterEvent = { readonly meter: MeterId; readonly at: EpochSeconds } & (
  | {
      readonly kind: "rebase";
      readonly implied: boolean;
      readonly fromWh: Wh | null;
      readonly toWh: Wh;
      /** Energy counted across the rebase, when it was plausible. */
      readonly countedWh: Wh;
    }
  | { readonly kind: "gap"; readonly start: EpochSeconds; readonly end: EpochSeconds; readonly wh: Wh }
  | { readonly kind: "gap-refined"; readonly start: EpochSeconds; readonly end: EpochSeconds; readonly wh: Wh }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "dark"; readonly lastSeen: EpochSeconds | null }
  | { readonly kind: "back" }
  | { readonly kind: "low-battery"; readonly millivolts: number; readonly cleared: boolean }
  | { readonly kind: "weak-signal"; readonly dbm: number; readonly cleared: boolean }
  | { readonly kind: "clock"; readonly driftS: Seconds; readonly cleared: boolean }
  /** The meter is heard and says nothing was used, for longer than that can be. */
  | { readonly kind: "no-pulses"; readonly since: EpochSeconds; readonly cleared: boolean }
  /** `daysLeft` is null when nothing tells any more, as with new cells. */
  | { readonly kind: "battery-ending"; readonly daysLeft: number | null; readonly cleared: boolean }
  /** Of the last seven days, in holes of an hour at most: what is longer is silence, not a bad radio. */
  | { readonly kind: "missed-intervals"; readonly percent: number; readonly cleared: boolean }
  /** Within a day. */
  | { readonly kind: "reboots"; readonly count: number; readonly cleared: boolean }
  | { readonly kind: "low-memory"; readonly bytes: number; readonly cleared: boolean }
  | { readonly kind: "boot"; readonly version: number; readonly flags: number }
  | { readonly kind: "text"; readonly text: string }
);
export type MeterEventKind = MeterEvent["kind"];
