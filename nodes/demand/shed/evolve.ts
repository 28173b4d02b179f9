import { never } from "../../model/index.ts";
import { sameLevel } from "../load.ts";
import { setBack } from "./clock.ts";
import type { ShedEvent } from "./events.ts";
import { MOST_W } from "./ledger.ts";
import type { HeardDemand, Held, Pending, Shedding } from "./shedding.ts";

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V | null): ReadonlyMap<string, V> {
  const next = new Map(map);
  if (value === null) next.delete(key);
  else next.set(key, value);
  return next;
}

function heard(state: Shedding, event: ShedEvent & { kind: "heard" }): Shedding {
  const { source, at } = event;
  const before = state.demands.get(source.id);
  const one: HeardDemand = {
    name: source.name,
    state: event.state,
    heardAt: at,
    needSince: before?.needSince ?? null,
    calmSince: before?.calmSince ?? at,
  };
  const awaited = state.awaited.has(source.id) ? put(state.awaited, source.id, null) : state.awaited;
  return { ...state, demands: put(state.demands, source.id, one), awaited, heardAt: at };
}

function withNeed(state: Shedding, source: string, change: Pick<HeardDemand, "needSince"> & Partial<HeardDemand>) {
  const one = state.demands.get(source);
  return one === undefined ? state.demands : put(state.demands, source, { ...one, ...change });
}

function pendingFor(state: Shedding, event: ShedEvent & { kind: "decision" }): Pending {
  const { load, level, rule, time, dropW } = event;
  // A load may have obeyed at once and say so late: what it did is told by the power before the first command.
  const first = rule === "retry" ? state.pending.get(load) : undefined;
  const now = () => new Map([...state.demands].map(([id, { state: demand }]) => [id, demand.powerWatts]));
  return { level, at: time, tries: rule === "retry" ? 2 : 1, dropW, powerBefore: first?.powerBefore ?? now() };
}

function decided(state: Shedding, event: ShedEvent & { kind: "decision" }): Shedding {
  const { load, level, rule, time, dryRun } = event;
  const held = state.held.get(load);
  const now = held?.dryRun === true ? held.level : (state.seen.get(load)?.level ?? null);
  const override = state.overrides.get(load);
  const overrides =
    rule === "override" && override !== undefined
      ? put(state.overrides, load, { ...override, sent: true })
      : state.overrides;
  const pending = dryRun ? state.pending : put(state.pending, load, pendingFor(state, event));
  const next = { ...state, overrides, pending };
  if (rule === "retry") return next;
  if (held !== undefined && level > held.level) {
    // A real one is struck off when the load says that it is back; one that waits for the sun is never just forgotten.
    const isOver = held.dryRun && held.rule !== "surplus" && level >= held.fromLevel;
    const entry = isOver ? null : { ...held, level, fitsSince: null };
    return { ...next, restoredAt: time, held: put(state.held, load, entry) };
  }
  if (now === null || level >= now) return next;
  const entry: Held = {
    fromLevel: held?.fromLevel ?? now,
    level,
    since: held?.since ?? time,
    // What waits for the sun goes on doing so, also after another limit asked for it.
    rule: held?.rule === "surplus" ? "surplus" : rule,
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

/** What a load did of what it was told stands: it is given back from there. */
function gaveUp(state: Shedding, event: ShedEvent & { kind: "unresponsive" }): Shedding {
  const { load, until } = event;
  const held = state.held.get(load);
  const level = state.seen.get(load)?.level ?? null;
  const isBetween = held !== undefined && level !== null && level > held.level && level < held.fromLevel;
  return {
    ...state,
    held: isBetween ? put(state.held, load, { ...held, level }) : state.held,
    pending: put(state.pending, load, null),
    resting: put(state.resting, load, until),
  };
}

/** The state after an event. Pure: the same events make the same state. */
export function evolveShed(state: Shedding, event: ShedEvent): Shedding {
  switch (event.kind) {
    case "clock":
      return setBack(state, event.backS);
    case "heard":
      return heard(state, event);
    case "gone":
      return {
        ...state,
        demands: put(state.demands, event.source, null),
        awaited: put(state.awaited, event.source, null),
      };
    case "dry-run": {
      // What a person asked for in a dry run was never sent: it is done once that is over.
      const overrides = [...state.overrides].map(
        ([load, one]) => [load, { ...one, sent: one.mode === "leave" }] as const,
      );
      return { ...state, dryRun: event.on, overrides: new Map(overrides) };
    }
    case "stale": {
      const entry = event.since === null ? null : { name: event.name, since: event.since };
      // A need that was seen before a silence proves nothing after it.
      const demands = entry === null ? state.demands : withNeed(state, event.source, { needSince: null });
      return { ...state, demands, stale: put(state.stale, event.source, entry) };
    }
    case "seen":
      return { ...state, seen: put(state.seen, event.load, event.seen) };
    case "overridden":
      return { ...state, overrides: put(state.overrides, event.load, event.override) };
    case "refused":
      return state;
    case "need": {
      const change = event.since === null ? { needSince: null, calmSince: event.at } : { needSince: event.since };
      return { ...state, demands: withNeed(state, event.source, change) };
    }
    case "fits": {
      const held = state.held.get(event.load);
      if (held === undefined) return state;
      return { ...state, held: put(state.held, event.load, { ...held, fitsSince: event.since }) };
    }
    case "decision":
      return decided(state, event);
    case "adopted": {
      const { fromLevel, level, dryRun, at } = event;
      const before = state.held.get(event.load);
      const entry: Held = { fromLevel, level, since: at, rule: "surplus", dryRun, fitsSince: null };
      return { ...state, held: put(state.held, event.load, before === undefined ? entry : { ...before, fromLevel }) };
    }
    case "confirmed":
      return confirmed(state, event.load);
    case "settled": {
      const learned =
        event.learnedW === null
          ? state.learned
          : put(state.learned, event.load, Math.min(MOST_W, Math.max(1, event.learnedW)));
      const futile = event.futile === null ? state.futile : event.futile ? state.futile + 1 : 0;
      return { ...state, learned, futile, pending: put(state.pending, event.load, null) };
    }
    case "unresponsive":
      return gaveUp(state, event);
    case "spared":
      return { ...state, spared: put(state.spared, event.load, event.until) };
    case "released":
      return { ...state, held: put(state.held, event.load, null) };
    case "stuck": {
      const { reason, cause, since } = event;
      return { ...state, stuck: put(state.stuck, event.load, reason === null ? null : { cause, reason, since }) };
    }
    case "stopped":
      return { ...state, futile: 0, stoppedAt: event.at, stoppedUntil: event.until };
    default:
      return never(event);
  }
}
