import { type EpochSeconds, never } from "../../model/index.ts";
import { seeClock } from "./clock.ts";
import { failSafe, shedForLimits, shedOnPeak } from "./down.ts";
import type { ShedEvent, ShedInput } from "./events.ts";
import { evolveShed } from "./evolve.ts";
import { hearLoad, hearOverride } from "./hear.ts";
import { limitsOf } from "./limits.ts";
import type { ShedConfig, Shedding } from "./shedding.ts";
import { tellStuck } from "./stuck.ts";
import { adopt } from "./surplus.ts";
import { overrule, restore } from "./up.ts";
import { reconcile, verify } from "./verify.ts";

type Phase = (state: Shedding, config: ShedConfig, now: EpochSeconds) => readonly ShedEvent[];

/** Which limits are unknown now, and which are known again. */
const watch: Phase = (state, config, now) => {
  const limits = limitsOf(state, config, now);
  const events: ShedEvent[] = [];
  for (const { id, name, knowledge } of limits) {
    if ((knowledge === "unknown") === state.stale.has(id)) continue;
    events.push({ kind: "stale", source: id, name, since: knowledge === "unknown" ? now : null });
  }
  for (const [id, { name }] of state.stale) {
    if (!limits.some((limit) => limit.id === id)) events.push({ kind: "stale", source: id, name, since: null });
  }
  return events;
};

const PLAN: readonly Phase[] = [
  verify,
  reconcile,
  overrule,
  watch,
  failSafe,
  adopt,
  shedOnPeak,
  shedForLimits,
  restore,
  tellStuck,
];

function direct(state: Shedding, input: ShedInput, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  switch (input.kind) {
    case "demand":
      return [{ kind: "heard", source: input.source, state: input.state, at: now }];
    case "gone":
      return [{ kind: "gone", source: input.source }];
    case "load":
      return hearLoad(state, input, config, now);
    case "override":
      return hearOverride(input, config, now);
    case "dry-run":
      return [{ kind: "dry-run", on: input.on }];
    case "tick":
      return [];
    default:
      return never(input);
  }
}

/**
 * What follows from a message or from the passing of time, and the state after it. Decisions are among the events; the
 * caller carries them out, and what really happened comes back as load states.
 */
export function stepShed(
  state: Shedding,
  input: ShedInput,
  config: ShedConfig,
  now: EpochSeconds,
): { readonly state: Shedding; readonly events: readonly ShedEvent[] } {
  const events: ShedEvent[] = [];
  let next = state;
  const follow = (more: readonly ShedEvent[]) => {
    for (const event of more) {
      next = evolveShed(next, event);
      events.push(event);
    }
  };
  follow(seeClock(next, now));
  follow(direct(next, input, config, now));
  // Each phase sees what the ones before it decided.
  for (const phase of PLAN) follow(phase(next, config, now));
  return { state: next, events };
}

/** The events of `stepShed` alone. */
export const decideShed = (
  state: Shedding,
  input: ShedInput,
  config: ShedConfig,
  now: EpochSeconds,
): readonly ShedEvent[] => stepShed(state, input, config, now).events;
