import type { EpochSeconds } from "../../model/index.ts";
import { isOff, type Load, powerAt, sameLevel, share } from "../load.ts";
import { standing } from "./down.ts";
import { dearBy, type Limit, limitsFor, roomFor } from "./limits.ts";
import type { Held, ShedConfig, Shedding } from "./shedding.ts";

/** Why a load does not come back yet, room aside. The first that applies is the one that is told. */
export type Bar =
  | "asked"
  | "resting"
  | "silent"
  | "pending"
  | "min-off"
  | "unknown"
  | "waiting"
  | "between"
  | "dear"
  | "not-down";

/** What bars a load from coming back; null: nothing but perhaps the room for it. */
export function barOf(
  state: Shedding,
  load: Load,
  held: Held,
  limits: readonly Limit[],
  now: EpochSeconds,
): Bar | null {
  const seen = state.seen.get(load.name);
  if (state.overrides.has(load.name)) return "asked";
  if ((state.resting.get(load.name) ?? 0) > now) return "resting";
  // Off is what the load itself says; of one that says nothing, nothing is known.
  if (!held.dryRun && (seen === undefined || seen.level === null)) return "silent";
  if (state.pending.has(load.name)) return "pending";
  if (!held.dryRun && seen !== undefined && (seen.level ?? 0) >= held.fromLevel) return "not-down";
  const isStopped = !held.dryRun && seen !== undefined && isOff(seen.level ?? 0);
  if (isStopped && now - seen.since < load.minOffS) return "min-off";
  const own = limitsFor(load, limits);
  if (own.some(({ knowledge }) => knowledge === "unknown")) return "unknown";
  if (own.some(({ knowledge }) => knowledge === "waiting")) return "waiting";
  if (own.some(({ knowledge }) => knowledge === "between")) return "between";
  return load.offPeakOnly && dearBy(limits) !== undefined ? "dear" : null;
}

export interface Back {
  readonly level: number;
  readonly riseW: number;
}

/** The levels to which a held load can come back, rising, and the power that each adds. */
export function levelsUp(state: Shedding, load: Load, held: Held): readonly Back[] {
  const learned = state.learned.get(load.name);
  const from = held.dryRun ? held.level : (standing(state, load) ?? held.level);
  // Not what its sensor says: a car that is full draws nothing, and a higher level adds only what it allows on top.
  const fromW = powerAt(load, from, undefined, learned) ?? 0;
  const levels = load.kind === "switch" ? [] : load.levels.filter((to) => to < held.fromLevel);
  return [...levels, held.fromLevel]
    .filter((level) => level > from && !sameLevel(level, from))
    .map((level) => ({ level, riseW: Math.max(0, (powerAt(load, level, undefined, learned) ?? 0) - fromW) }));
}

/** The highest level that fits into all limits of the load, with room to spare. */
export function backFor(
  state: Shedding,
  config: ShedConfig,
  load: Load,
  held: Held,
  limits: readonly Limit[],
): Back | undefined {
  const { roomW } = roomFor(load, limits, config.hysteresisW);
  return levelsUp(state, load, held).findLast(({ riseW }) => riseW < roomW);
}

/** How long a load has been off, s; 0 while it is on or says nothing. */
export function offForS(state: Shedding, load: Load, held: Held, now: EpochSeconds): number {
  const seen = state.seen.get(load.name);
  if (held.dryRun) return isOff(held.level) ? now - held.since : 0;
  return seen !== undefined && seen.level !== null && isOff(seen.level) ? now - seen.since : 0;
}

/** Why a held load that nothing bars does not fit; null when it does. */
export function misfit(
  state: Shedding,
  config: ShedConfig,
  load: Load,
  held: Held,
  limits: readonly Limit[],
): { readonly riseW: number; readonly leftW: number; readonly limit: Limit; readonly isNever: boolean } | null {
  if (backFor(state, config, load, held, limits) !== undefined) return null;
  const { tightest: limit, roomW } = roomFor(load, limits, 0);
  const least = levelsUp(state, load, held)[0];
  if (limit === null || least === undefined || limit.situation === null) return null;
  const part = share(load, limit);
  const { targetW } = limit.situation;
  const isNever = limit.target === "limit" && least.riseW * part + config.hysteresisW >= targetW;
  return { riseW: least.riseW, leftW: Math.max(0, roomW), limit, isNever };
}
