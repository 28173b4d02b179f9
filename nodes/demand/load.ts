import type { EpochSeconds } from "../model/index.ts";
import type { DemandState } from "./state.ts";

/** Something that can use less for a while. A switch has the levels 0 and 1, a charger its amps. */
export interface Load {
  readonly name: string;
  readonly kind: "switch" | "modulating";
  /** Ascending. A modulating load without 0 cannot be paused. */
  readonly levels: readonly number[];
  /** Power per unit of level; null: not known until it is learned. */
  readonly ratedW: number | null;
  /** Higher stays on longer and comes back earlier. */
  readonly priority: number;
  /** Never switched off here. */
  readonly critical: boolean;
  readonly minOnS: number;
  readonly minOffS: number;
  /** Stays off while energy is dear. */
  readonly offPeakOnly: boolean;
  /** What to do when demand is unknown: leave as it is, turn to the lowest level, or give back what was shed. */
  readonly whenStale: "hold" | "minimum" | "restore";
  /** The phases it is on, like L1. Empty: not told, and taken to be on each of them with all its power. */
  readonly phases: readonly string[];
  /** Runs on solar surplus only. */
  readonly surplus: boolean;
  /** After so many seconds off it is given back in spite of a limit; 0: it may stay off for any time. */
  readonly maxOffS: number;
}

/** What a load said of itself. Unavailable is `level: null`, which is not off. */
export interface Seen {
  readonly level: number | null;
  /** The last level that was known, also from before a restart. */
  readonly was: number | null;
  /** Its own power sensor, if it has one. */
  readonly watts: number | null;
  /** When it last went on or off; when it was first heard if that is not known. */
  readonly since: EpochSeconds;
}

/** Charger amps come back rounded, switches as 0 and 1. */
export function sameLevel(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.5;
}

/**
 * How much of a load's power is seen by a limit, 0…1: nothing of a load that is on another phase, a third of one on
 * three phases. Solar surplus concerns the loads that run on nothing else.
 */
export function share(load: Load, limit: Pick<DemandState, "target" | "phase">): number {
  if (limit.target === "surplus") return load.surplus ? 1 : 0;
  if (limit.phase === null || load.phases.length === 0) return 1;
  return load.phases.includes(limit.phase) ? 1 / load.phases.length : 0;
}

export const isOff = (level: number): boolean => sameLevel(level, 0);

export const isOn = (seen: Seen | undefined): boolean =>
  seen !== undefined && seen.level !== null && !isOff(seen.level);

const figure = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : value);

/** What is known of a load after it said `level` and `watts`. What is no number is not known. */
export function see(
  before: Seen | undefined,
  said: { readonly level: number | null; readonly watts: number | null },
  now: EpochSeconds,
): Seen {
  const [level, watts] = [figure(said.level), figure(said.watts)];
  const was = before?.level ?? before?.was ?? null;
  const same = before !== undefined && (level === null || (was !== null && isOff(was) === isOff(level)));
  return { level, was: level ?? was, watts, since: same ? before.since : now };
}

/**
 * Power of a load at `level`: from its sensor, else as learned, else as rated, else unknown.
 * @param learnedW per unit of level
 */
export function powerAt(
  load: Load,
  level: number,
  seen: Seen | undefined,
  learnedW: number | undefined,
): number | null {
  if (sameLevel(level, 0)) return 0;
  const { level: now = null, watts = null } = seen ?? {};
  if (now !== null && watts !== null && sameLevel(now, level)) return watts;
  const perLevel = learnedW ?? load.ratedW;
  return perLevel === null ? null : perLevel * level;
}

export const lowest = (load: Load): number => load.levels[0] ?? 0;
export const highest = (load: Load): number => load.levels.at(-1) ?? 1;
