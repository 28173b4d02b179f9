import { type EpochSeconds, epochSeconds } from "../../model/index.ts";
import { type Load, powerAt, sameLevel, share } from "../load.ts";
import type { ShedEvent } from "./events.ts";
import { evolveShed } from "./evolve.ts";
import { limitOf } from "./limits.ts";
import { effectiveDryRun, type Pending, type ShedConfig, type Shedding } from "./shedding.ts";
import { decision } from "./words.ts";

/** How long a load that did not respond is left alone. */
export const REST_S = 900;
/** Sheds without effect after which it is better to tell than to go on. */
const FUTILE = 3;

/** What a shed load really saved, W; null where that cannot be said. */
function savedW(state: Shedding, load: Load, pending: Pending): number | null {
  // A load's own sensor says it better than the whole house: what it draws beyond what is left to it was not saved.
  const own = state.seen.get(load.name)?.watts ?? null;
  const left = powerAt(load, pending.level, undefined, state.learned.get(load.name)) ?? 0;
  if (own !== null) return pending.dropW - Math.max(0, own - left);
  // Of several meters the one that sees most of the load.
  let best: { readonly part: number; readonly saved: number } | null = null;
  for (const [id, { state: demand }] of state.demands) {
    const part = share(load, demand);
    const before = pending.powerBefore.get(id) ?? null;
    if (demand.powerWatts === null || before === null || state.stale.has(id) || part <= (best?.part ?? 0)) continue;
    best = { part, saved: (before - demand.powerWatts) / part };
  }
  return best === null ? null : best.saved;
}

function settled(state: Shedding, load: Load, pending: Pending): ShedEvent {
  const none = { kind: "settled", load: load.name, futile: null, learnedW: null } as const;
  if (pending.dropW < 0) return none;
  const saved = savedW(state, load, pending);
  if (saved === null) return none;
  const futile = pending.dropW > 0 ? saved < pending.dropW / 2 : null;
  const was = state.held.get(load.name)?.fromLevel ?? 0;
  const alone = state.pending.size === 1 && load.kind === "switch" && was > 0;
  // Other loads come and go as well: only a fall that this load alone can explain teaches its power, and not at once.
  const plausible = saved > 0 && (load.ratedW === null || saved <= 1.25 * load.ratedW);
  if (!alone || !plausible || futile === true) return { ...none, futile };
  const before = state.learned.get(load.name) ?? load.ratedW ?? saved / was;
  return { ...none, futile, learnedW: (before + saved / was) / 2 };
}

/** It says that it was turned down, and its own sensor says that less than half of that is true. */
function liesAbout(state: Shedding, load: Load, pending: Pending): boolean {
  const isMeasured = pending.dropW > 0 && (state.seen.get(load.name)?.watts ?? null) !== null;
  return isMeasured && (savedW(state, load, pending) ?? pending.dropW) < pending.dropW / 2;
}

/** When the first of the open windows ends. */
function nextWindow(state: Shedding, now: EpochSeconds): EpochSeconds {
  const ends = [...state.demands.values()].map((one) => one.state.windowEnd).filter((end) => end > now);
  return ends.length === 0 ? now : epochSeconds(Math.min(...ends));
}

/**
 * Looks after the commands that are under way: did the load follow, did it help. A load that stays as it is is asked once
 * more after half of the response time, so that by its end one that does not respond has been told.
 */
export function verify(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  if (state.pending.size === 0) return [];
  const patienceS = Math.max(1, Math.floor(config.responseS / 2));
  const events = config.loads.flatMap((load): ShedEvent[] => {
    const pending = state.pending.get(load.name);
    if (pending === undefined) return [];
    const elapsedS = now - pending.at;
    const level = state.seen.get(load.name)?.level ?? null;
    // Nothing is heard of it: what it did is seen when it is heard again, and then looked at anew.
    if (level === null) {
      return elapsedS < config.responseS ? [] : [{ kind: "settled", load: load.name, futile: null, learnedW: null }];
    }
    const hasMoved = sameLevel(level, pending.level);
    const isLying = hasMoved && liesAbout(state, load, pending);
    if (elapsedS < (hasMoved && pending.tries < 2 ? config.responseS : patienceS)) return [];
    if (hasMoved && !isLying) return elapsedS < config.responseS ? [] : [settled(state, load, pending)];
    if (pending.tries >= 2) return [{ kind: "unresponsive", load: load.name, until: epochSeconds(now + REST_S) }];
    const facts = { now, dryRun: false, dropW: pending.dropW, limit: limitOf(state, config, load, now) };
    const reason = isLying ? "it says so, but still draws power" : `no answer for ${elapsedS} s`;
    return [decision(load, pending.level, "retry", `${reason}: once more`, facts)];
  });
  const { futile } = events.reduce(evolveShed, state);
  return futile < FUTILE ? events : [...events, { kind: "stopped", at: now, until: nextWindow(state, now) }];
}

/** Strikes off what is on again, switched by somebody else or too late to be confirmed, also while this was not running. */
export function reconcile(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  if (state.held.size === 0) return [];
  const isDry = effectiveDryRun(state, config);
  // A command from just before a restart may still be on its way.
  const awaitsOld = now - state.startedAt < config.responseS;
  return config.loads.flatMap((load): ShedEvent[] => {
    const held = state.held.get(load.name);
    const level = state.seen.get(load.name)?.level ?? null;
    if (held === undefined) return [];
    if (held.dryRun && !isDry) return [{ kind: "released", load: load.name, reason: "the dry run is over" }];
    if (!held.dryRun && isDry && held.rule === "surplus") {
      return [{ kind: "released", load: load.name, reason: "it waits for the sun in a dry run from now on" }];
    }
    if (held.dryRun || awaitsOld || level === null || state.pending.has(load.name)) return [];
    // One that did not respond may still follow late; then it is ours to give back.
    if ((state.resting.get(load.name) ?? 0) > now) return [];
    const isBack = level >= held.fromLevel || sameLevel(level, held.fromLevel);
    if (!isBack && (level <= held.level || sameLevel(level, held.level))) return [];
    return [{ kind: "released", load: load.name, reason: "it is on again" }];
  });
}
