import type { EpochSeconds } from "../model/index.ts";
import { isOn, type Load, lowest, powerAt, sameLevel } from "./load.ts";
import type { ShedConfig, Shedding, ShedEvent } from "./shed.ts";
import { evolveShed } from "./shed-evolve.ts";
import { type Situation, situation } from "./shed-situation.ts";
import { decision, kw, needFormula } from "./shed-words.ts";

/** Saving less than this share of a window's energy is not worth a click. */
const TRIVIAL = 0.005;
/** At the start of a window nothing is shed for this share of it: there is all the time to see what happens. */
const START = 1 / 15;

interface Step {
  readonly load: Load;
  readonly level: number;
  /** null: not known. */
  readonly dropW: number | null;
}

/** Whether a load may be turned down by a rule, and to which levels. */
export function levelsDown(state: Shedding, load: Load, now: EpochSeconds): readonly number[] {
  const seen = state.seen.get(load.name);
  const level = seen?.level ?? null;
  if (load.critical || seen === undefined || level === null || !isOn(seen)) return [];
  if (state.overrides.has(load.name) || state.pending.has(load.name)) return [];
  if ((state.resting.get(load.name) ?? 0) > now || state.held.get(load.name)?.dryRun === true) return [];
  const mayStop = now - seen.since >= load.minOnS;
  return load.levels.filter((to) => to < level && !sameLevel(to, level) && (to > 0 || mayStop));
}

/** Fall of the load's power from its present level to `level`; null: not known. */
export function drop(state: Shedding, load: Load, level: number): number | null {
  const seen = state.seen.get(load.name);
  const learned = state.learned.get(load.name);
  const from = powerAt(load, seen?.level ?? 0, seen, learned);
  const to = powerAt(load, level, undefined, learned);
  return from === null || to === null ? null : Math.max(0, from - to);
}

/** The gentlest level that meets the need, else the lowest. */
function stepFor(state: Shedding, load: Load, at: Situation, now: EpochSeconds): Step | undefined {
  const steps = levelsDown(state, load, now).map((level) => ({ load, level, dropW: drop(state, load, level) }));
  const step = steps.findLast(({ dropW }) => dropW !== null && dropW >= at.needW) ?? steps[0];
  if (step === undefined || step.dropW === null) return step;
  const trivial = step.dropW * at.remainingS < TRIVIAL * at.targetW * at.windowS;
  return step.dropW === 0 || trivial ? undefined : step;
}

/** Modulating loads give way first, then the lowest priority. */
export const sheddingOrder = (a: Load, b: Load): number =>
  Number(a.kind === "switch") - Number(b.kind === "switch") || a.priority - b.priority;

function needEvents(state: Shedding, at: Situation | null, now: EpochSeconds): ShedEvent[] {
  const needed = at !== null && at.needW > 0;
  if (needed === (state.needSince !== null)) return [];
  return [{ kind: "need", since: needed ? now : null }];
}

/** Sheds what the limit asks for. */
export function shedForLimit(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  const first = situation(state, config);
  const events = needEvents(state, first, now);
  if (first === null || first.needW <= 0 || state.stoppedUntil > now) return events;
  const urgent = first.toBreakS < config.confirmS + config.responseS;
  const sinceS = now - (state.needSince ?? now);
  if (!urgent && (sinceS < config.confirmS || first.elapsedS < START * first.windowS)) return events;
  let next = state;
  for (let shed = 0; shed < config.maxPerPass; shed += 1) {
    const at = situation(next, config);
    if (at === null || at.needW <= 0) break;
    const current = next;
    const loads = [...config.loads].sort(sheddingOrder);
    const step = loads.map((load) => stepFor(current, load, at, now)).find((found) => found !== undefined);
    if (step === undefined) break;
    const projectedW = at.targetW + (at.needW * at.remainingS) / at.windowS;
    const reason = `on course for ${kw(projectedW)}, aiming at ${kw(at.targetW)}`;
    const facts = { now, dryRun: config.dryRun, dropW: step.dropW, situation: at };
    const event = decision(step.load, step.level, "limit", reason, { ...facts, formula: needFormula(at, step.dropW) });
    events.push(event);
    next = evolveShed(next, event);
  }
  return events;
}

/** Turns off what is to run only while energy is cheap. */
export function shedOnPeak(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  if (state.demand?.onPeak !== true) return [];
  return config.loads
    .filter((load) => load.offPeakOnly)
    .flatMap((load) => {
      const level = levelsDown(state, load, now)[0];
      if (level === undefined) return [];
      const facts = { now, dryRun: config.dryRun, dropW: drop(state, load, level), situation: null };
      return [decision(load, level, "on-peak", "energy is dear now, and this load is to wait", facts)];
    });
}

/** Without knowing demand nothing is given back; modulating loads go to their minimum, others stay, as set per load. */
export function failSafe(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  const events: ShedEvent[] = [];
  if (state.staleSince === null) events.push({ kind: "stale", since: now });
  for (const load of config.loads) {
    const level = levelsDown(state, load, now)[0];
    if (load.whenStale !== "minimum" || level === undefined || !sameLevel(level, lowest(load))) continue;
    const facts = { now, dryRun: config.dryRun, dropW: drop(state, load, level), situation: null };
    events.push(decision(load, level, "stale", "nothing is heard from the meter: to the minimum", facts));
  }
  return events;
}
