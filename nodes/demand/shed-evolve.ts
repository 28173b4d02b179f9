import { never } from "../model/index.ts";
import { sameLevel } from "./load.ts";
import type { Held, Pending, Shedding, ShedEvent } from "./shed.ts";

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V | null): ReadonlyMap<string, V> {
  const next = new Map(map);
  if (value === null) next.delete(key);
  else next.set(key, value);
  return next;
}

const withoutRoom = (held: ReadonlyMap<string, Held>) =>
  new Map([...held].map(([load, one]) => [load, { ...one, fitsSince: null }]));

function decided(state: Shedding, event: ShedEvent & { kind: "decision" }): Shedding {
  const { load, level, rule, time, dryRun, dropW } = event;
  const now = state.seen.get(load)?.level ?? null;
  const held = state.held.get(load);
  const override = state.overrides.get(load);
  const overrides =
    rule === "override" && override !== undefined
      ? put(state.overrides, load, { ...override, sent: true })
      : state.overrides;
  // A load may have obeyed at once and say so late: what it did is told by the power before the first command.
  const first = rule === "retry" ? state.pending.get(load) : undefined;
  const pending: Pending = {
    level,
    at: time,
    tries: rule === "retry" ? 2 : 1,
    dropW,
    powerBeforeW: first === undefined ? (state.demand?.powerWatts ?? null) : first.powerBeforeW,
  };
  const next = { ...state, overrides, pending: dryRun ? state.pending : put(state.pending, load, pending) };
  if (rule === "retry") return next;
  const givesBack = held !== undefined && (held.dryRun || level > held.level);
  if (givesBack) {
    const back = { ...next, restoredAt: time };
    // A real one is struck off when the load says that it is back.
    if (held.dryRun) return { ...back, held: put(state.held, load, null) };
    return { ...back, held: put(state.held, load, { ...held, level, fitsSince: null }) };
  }
  if (now === null || level >= now) return next;
  const entry: Held = {
    fromLevel: held?.fromLevel ?? now,
    level,
    since: held?.since ?? time,
    rule,
    dryRun,
    fitsSince: null,
  };
  return { ...next, held: put(state.held, load, entry) };
}

function confirmed(state: Shedding, load: string): Shedding {
  const held = state.held.get(load);
  const level = state.seen.get(load)?.level ?? null;
  const back = held !== undefined && level !== null && (level >= held.fromLevel || sameLevel(level, held.fromLevel));
  return back ? { ...state, held: put(state.held, load, null) } : state;
}

export function evolveShed(state: Shedding, event: ShedEvent): Shedding {
  switch (event.kind) {
    case "heard":
      return { ...state, demand: event.state, heardAt: event.at };
    case "stale":
      // Room and need that were seen before a silence prove nothing after it.
      return { ...state, staleSince: event.since, needSince: null, held: withoutRoom(state.held) };
    case "seen":
      return { ...state, seen: put(state.seen, event.load, event.seen) };
    case "overridden":
      return { ...state, overrides: put(state.overrides, event.load, event.override) };
    case "refused":
      return state;
    case "need":
      return { ...state, needSince: event.since };
    case "fits": {
      const held = state.held.get(event.load);
      if (held === undefined) return state;
      return { ...state, held: put(state.held, event.load, { ...held, fitsSince: event.since }) };
    }
    case "decision":
      return decided(state, event);
    case "confirmed":
      return confirmed(state, event.load);
    case "settled": {
      const learned =
        event.learnedW === null ? state.learned : put(state.learned, event.load, Math.max(1, event.learnedW));
      const futile = event.futile === null ? state.futile : event.futile ? state.futile + 1 : 0;
      return { ...state, learned, futile, pending: put(state.pending, event.load, null) };
    }
    case "unresponsive":
      return {
        ...state,
        pending: put(state.pending, event.load, null),
        resting: put(state.resting, event.load, event.until),
      };
    case "released":
      return { ...state, held: put(state.held, event.load, null) };
    case "stopped":
      return { ...state, futile: 0, stoppedUntil: event.until };
    default:
      return never(event);
  }
}
