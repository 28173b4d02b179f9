import { type EpochSeconds, epochSeconds, never } from "../model/index.ts";
import { sameLevel, see } from "./load.ts";
import type { ShedConfig, Shedding, ShedEvent, ShedInput } from "./shed.ts";
import { failSafe, shedForLimit, shedOnPeak } from "./shed-down.ts";
import { evolveShed } from "./shed-evolve.ts";
import { isStale, isUnheard } from "./shed-situation.ts";
import { overrule, restore, restoreStale } from "./shed-up.ts";
import { reconcile, verify } from "./shed-verify.ts";

type Phase = (state: Shedding, config: ShedConfig, now: EpochSeconds) => readonly ShedEvent[];

/** Each phase sees what the ones before it decided. */
function inTurn(state: Shedding, config: ShedConfig, now: EpochSeconds, phases: readonly Phase[]): ShedEvent[] {
  const events: ShedEvent[] = [];
  let next = state;
  for (const phase of phases) {
    const more = phase(next, config, now);
    next = more.reduce(evolveShed, next);
    events.push(...more);
  }
  return events;
}

const awake: Phase = (state) => (state.staleSince === null ? [] : [{ kind: "stale", since: null }]);

const judge: Phase = (state, config, now) => {
  if (isStale(state, config, now)) return inTurn(state, config, now, [failSafe, restoreStale]);
  // Between two windows the figures are of the last one: a new state comes within seconds, timers go on.
  if (state.demand === null || isUnheard(state) || now >= state.demand.windowEnd) return [];
  return inTurn(state, config, now, [awake, shedOnPeak, shedForLimit, restore]);
};

function hearLoad(state: Shedding, input: ShedInput & { kind: "load" }, now: EpochSeconds): ShedEvent[] {
  const before = state.seen.get(input.load);
  const seen = see(before, input.level, input.watts, now);
  const level = before?.level ?? null;
  const events: ShedEvent[] = [{ kind: "seen", load: input.load, seen }];
  const pending = state.pending.get(input.load);
  if (pending !== undefined && input.level !== null && sameLevel(input.level, pending.level)) {
    events.push({ kind: "confirmed", load: input.load });
  }
  const held = state.held.get(input.load);
  const asLeft = held !== undefined && !held.dryRun && level !== null && sameLevel(level, held.level);
  const turnedUp = held !== undefined && input.level !== null && input.level > held.level;
  if (asLeft && turnedUp && !sameLevel(input.level ?? 0, held.level) && pending === undefined) {
    // Somebody switched it on while it was held off: two engines that fight help nobody.
    const until = state.demand?.windowEnd ?? epochSeconds(now + 900);
    const override = state.overrides.get(input.load) ?? { mode: "leave", until, sent: true };
    events.push({ kind: "overridden", load: input.load, override });
  }
  return events;
}

const unknownLoad = (load: string): ShedEvent => ({
  ...{ kind: "refused", code: "METERMAN_NOT_FOUND" },
  message: `no load of this node has the name ${load}: add it to the table, or stop telling of it`,
});

function hearOverride(input: ShedInput & { kind: "override" }, config: ShedConfig, now: EpochSeconds): ShedEvent {
  const load = config.loads.find((one) => one.name === input.load);
  if (load === undefined) {
    return unknownLoad(input.load);
  }
  if (load.critical && input.mode === "off") {
    const message = `${load.name} is marked critical and is never switched off here`;
    return { kind: "refused", code: "METERMAN_FORBIDDEN", message };
  }
  if (input.mode === "auto") return { kind: "overridden", load: load.name, override: null };
  const until = input.forS === null ? null : epochSeconds(now + Math.ceil(input.forS));
  return { kind: "overridden", load: load.name, override: { mode: input.mode, until, sent: false } };
}

/**
 * What follows from a message or from the passing of time. Decisions are among the events; the caller carries them out,
 * and what really happened comes back as load states.
 */
export function decideShed(
  state: Shedding,
  input: ShedInput,
  config: ShedConfig,
  now: EpochSeconds,
): readonly ShedEvent[] {
  const plan: Phase[] = [verify, reconcile, overrule, judge];
  switch (input.kind) {
    case "demand":
      return inTurn(state, config, now, [() => [{ kind: "heard", state: input.state, at: now }], ...plan]);
    case "load":
      if (!config.loads.some((load) => load.name === input.load)) {
        return [unknownLoad(input.load)];
      }
      return inTurn(state, config, now, [() => hearLoad(state, input, now), ...plan]);
    case "override":
      return inTurn(state, config, now, [() => [hearOverride(input, config, now)], ...plan]);
    case "tick":
      return inTurn(state, config, now, plan);
    default:
      return never(input);
  }
}

/** Decides and evolves in one go. */
export function stepShed(
  state: Shedding,
  input: ShedInput,
  config: ShedConfig,
  now: EpochSeconds,
): { readonly state: Shedding; readonly events: readonly ShedEvent[] } {
  const events = decideShed(state, input, config, now);
  return { state: events.reduce(evolveShed, state), events };
}
