import type { EpochSeconds } from "../../model/index.ts";
import { isOff, type Load } from "../load.ts";
import type { ShedEvent } from "./events.ts";
import { dearBy, type Limit, limitsFor, limitsOf } from "./limits.ts";
import type { Held, ShedConfig, Shedding } from "./shedding.ts";
import { type Obstacle, obstacle } from "./why.ts";

/** A load that is held for so long without a need deserves a word. */
const CALM_S = 3600;
/** Too little room for one load passes, too: under a tight limit that is an ordinary evening. */
const ROOM_S = 6 * 3600;
/** So long off is too long, also where others that take turns have need of the room. */
const STARVED_S = 86_400;
/** These pass by themselves, or are what the owner asked for. */
const PASSING: ReadonlySet<Obstacle["cause"]> = new Set(["soon", "pending", "between", "not-down", "sun", "dear"]);

/** Whether nothing has asked for this load to be held for an hour, or it has been off for a day. */
function isCalm(state: Shedding, load: Load, held: Held, limits: readonly Limit[], now: EpochSeconds): boolean {
  // A load that waits for sun or for cheap energy is where its owner wants it.
  if (held.dryRun || held.rule === "surplus" || now - held.since < CALM_S) return false;
  if (load.offPeakOnly && dearBy(limits) !== undefined) return false;
  if (isOff(held.level) && now - held.since >= STARVED_S) return true;
  return limitsFor(load, limits).every(({ id }) => {
    const heard = state.demands.get(id);
    // Of an unknown limit there is an alarm already: it is told for each load when it lasts.
    const lost = state.stale.get(id);
    if (lost !== undefined) return now - lost.since >= CALM_S;
    return heard === undefined || (heard.needSince === null && now - heard.calmSince >= CALM_S);
  });
}

/** Tells of loads that are held for longer than they should be, and why they do not come back. */
export function tellStuck(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  if (state.held.size === 0 && state.stuck.size === 0) return [];
  const limits = limitsOf(state, config, now);
  return config.loads.flatMap((load): ShedEvent[] => {
    const held = state.held.get(load.name);
    const told = state.stuck.get(load.name);
    if (held === undefined || !isCalm(state, load, held, limits, now)) {
      if (told === undefined) return [];
      return [{ kind: "stuck", load: load.name, cause: told.cause, reason: null, since: told.since }];
    }
    const { cause, words } = obstacle(state, config, load, held, limits, now);
    const isPassing = PASSING.has(cause) || (cause === "room" && now - held.since < ROOM_S);
    if (isPassing || told?.cause === cause) return [];
    return [{ kind: "stuck", load: load.name, cause, reason: words, since: held.since }];
  });
}
