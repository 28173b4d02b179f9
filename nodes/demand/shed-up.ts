import type { EpochSeconds } from "../model/index.ts";
import { highest, type Load, lowest, powerAt, sameLevel } from "./load.ts";
import type { Held, ShedConfig, Shedding, ShedEvent } from "./shed.ts";
import { type Situation, situation } from "./shed-situation.ts";
import { decision, kw, roomFormula } from "./shed-words.ts";

/** Whether this load may be switched back now, apart from there being room for it. */
function mayReturn(state: Shedding, load: Load, held: Held, now: EpochSeconds): boolean {
  const seen = state.seen.get(load.name);
  if (state.overrides.has(load.name) || state.pending.has(load.name)) return false;
  if ((state.resting.get(load.name) ?? 0) > now) return false;
  if (load.offPeakOnly && state.demand?.onPeak === true) return false;
  if (held.dryRun) return true;
  // Off is what the load itself says; of one that says nothing, nothing is known.
  if (seen === undefined || seen.level === null || seen.level >= held.fromLevel) return false;
  return !sameLevel(seen.level, 0) || now - seen.since >= load.minOffS;
}

interface Back {
  readonly level: number;
  readonly riseW: number;
}

/** The highest level up to where it was that fits into `roomW`. */
function backFor(state: Shedding, load: Load, held: Held, roomW: number): Back | undefined {
  const seen = held.dryRun ? undefined : state.seen.get(load.name);
  const learned = state.learned.get(load.name);
  const from = held.dryRun ? held.level : (seen?.level ?? held.level);
  const fromW = powerAt(load, from, seen, learned) ?? 0;
  const levels = held.dryRun || load.kind === "switch" ? [] : load.levels.filter((to) => to < held.fromLevel);
  return [...levels, held.fromLevel]
    .filter((level) => level > from && !sameLevel(level, from))
    .map((level) => ({ level, riseW: Math.max(0, (powerAt(load, level, undefined, learned) ?? 0) - fromW) }))
    .findLast(({ riseW }) => riseW < roomW);
}

/** Highest priority first. */
function heldLoads(state: Shedding, config: ShedConfig): { load: Load; held: Held }[] {
  return [...config.loads]
    .sort((a, b) => b.priority - a.priority)
    .flatMap((load) => {
      const held = state.held.get(load.name);
      return held === undefined ? [] : [{ load, held }];
    });
}

function giveBack(load: Load, held: Held, back: Back, at: Situation | null, config: ShedConfig, now: EpochSeconds) {
  const { hysteresisW } = config;
  const reason = at === null ? "no limit is to be kept now" : `there is room again: ${kw(at.roomW)} under the limit`;
  const formula = at === null ? "" : roomFormula(at, back.riseW, hysteresisW);
  const facts = { now, dryRun: held.dryRun, dropW: -back.riseW, situation: at, formula };
  return decision(load, back.level, "restore", reason, facts);
}

/**
 * Gives back what was shed: one load at a time, each after its room has lasted for the hold time, and with the
 * projection looked at again before the next.
 */
export function restore(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  const at = situation(state, config);
  const roomW = at === null ? Number.POSITIVE_INFINITY : at.roomW - config.hysteresisW;
  const events: ShedEvent[] = [];
  let free = state.pending.size === 0 && now - state.restoredAt >= config.staggerS;
  for (const { load, held } of heldLoads(state, config)) {
    const back = mayReturn(state, load, held, now) ? backFor(state, load, held, roomW) : undefined;
    if (back === undefined) {
      if (held.fitsSince !== null) events.push({ kind: "fits", load: load.name, since: null });
    } else if (held.fitsSince === null) {
      events.push({ kind: "fits", load: load.name, since: now });
      if (config.holdS > 0) continue;
    }
    if (!free || back === undefined || now - (held.fitsSince ?? now) < config.holdS) continue;
    events.push(giveBack(load, held, back, at, config, now));
    free = false;
  }
  return events;
}

/** For loads whose owner prefers them on when nothing is known of demand. */
export function restoreStale(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  if (state.pending.size > 0 || now - state.restoredAt < config.staggerS) return [];
  for (const { load, held } of heldLoads(state, config)) {
    if (load.whenStale !== "restore" || !mayReturn(state, load, held, now)) continue;
    const back = backFor(state, load, held, Number.POSITIVE_INFINITY);
    if (back === undefined) continue;
    const facts = { now, dryRun: held.dryRun, dropW: -back.riseW, situation: null };
    return [
      decision(load, back.level, "stale", "nothing is heard from the meter, and this load is to be on then", facts),
    ];
  }
  return [];
}

/** Follows what a person asked for, once. */
export function overrule(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  return config.loads.flatMap((load): ShedEvent[] => {
    const override = state.overrides.get(load.name);
    if (override === undefined) return [];
    if (override.until !== null && now >= override.until) {
      return [{ kind: "overridden", load: load.name, override: null }];
    }
    const seen = state.seen.get(load.name);
    const level = seen?.level ?? null;
    if (override.mode === "leave" || override.sent || level === null || state.pending.has(load.name)) return [];
    const wanted = override.mode === "off" ? lowest(load) : (state.held.get(load.name)?.fromLevel ?? highest(load));
    if (sameLevel(level, wanted) || (override.mode === "off" ? level < wanted : level > wanted)) {
      return [{ kind: "overridden", load: load.name, override: { ...override, sent: true } }];
    }
    const power = (to: number) => powerAt(load, to, seen, state.learned.get(load.name));
    const [from, to] = [power(level), power(wanted)];
    const dropW = from === null || to === null ? null : from - to;
    const facts = { now, dryRun: config.dryRun, dropW, situation: null };
    return [decision(load, wanted, "override", `asked to be ${override.mode}`, facts)];
  });
}
