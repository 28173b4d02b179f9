import { type EpochSeconds, epochSeconds } from "../../model/index.ts";
import type { ShedEvent } from "./events.ts";
import type { Shedding } from "./shedding.ts";

/** Less than this is the ordinary correction of a clock. */
const SLACK_S = 5;

/**
 * Whether the server's clock was set back since demand was last heard. Times that lie ahead would keep loads on or off
 * until the clock has caught up with them.
 */
export function seeClock(state: Shedding, now: EpochSeconds): readonly ShedEvent[] {
  const backS = state.heardAt - now;
  return backS > SLACK_S ? [{ kind: "clock", backS }] : [];
}

/** The same state by the new clock: all that lies so long ago, or is so far ahead, stays so. */
export function setBack(state: Shedding, backS: number): Shedding {
  const back = (at: EpochSeconds) => epochSeconds(at - backS);
  const backOrNull = (at: EpochSeconds | null) => (at === null ? null : back(at));
  const each = <V>(map: ReadonlyMap<string, V>, by: (one: V) => V) =>
    new Map([...map].map(([key, one]) => [key, by(one)] as const));
  const withSince = <V extends { readonly since: EpochSeconds }>(one: V): V => ({ ...one, since: back(one.since) });
  return {
    ...state,
    startedAt: back(state.startedAt),
    demands: each(state.demands, (one) => ({
      ...one,
      heardAt: back(one.heardAt),
      needSince: backOrNull(one.needSince),
      calmSince: back(one.calmSince),
    })),
    heardAt: back(state.heardAt),
    stale: each(state.stale, withSince),
    seen: each(state.seen, withSince),
    held: each(state.held, (one) => ({ ...withSince(one), fitsSince: backOrNull(one.fitsSince) })),
    pending: each(state.pending, (one) => ({ ...one, at: back(one.at) })),
    overrides: each(state.overrides, (one) => ({ ...one, until: backOrNull(one.until) })),
    resting: each(state.resting, back),
    spared: each(state.spared, back),
    stuck: each(state.stuck, withSince),
    restoredAt: back(state.restoredAt),
    stoppedAt: back(state.stoppedAt),
    stoppedUntil: back(state.stoppedUntil),
  };
}
