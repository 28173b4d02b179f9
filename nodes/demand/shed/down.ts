import type { EpochSeconds } from "../../model/index.ts";
import { isOff, type Load, lowest, powerAt, sameLevel, share } from "../load.ts";
import type { ShedEvent } from "./events.ts";
import { evolveShed } from "./evolve.ts";
import { dearBy, isOverWiring, type Limit, limitsFor, limitsOf, wiringOf } from "./limits.ts";
import { effectiveDryRun, type ShedConfig, type Shedding } from "./shedding.ts";
import type { Situation } from "./situation.ts";
import { courseWords, decision, kw, needFormula } from "./words.ts";

/** Saving less than this share of a window's energy is not worth a click. */
const TRIVIAL = 0.005;
/** A switch waits until this share of its power is needed: what is drawn may fall by itself, and each click costs. */
const WORTH = 1 / 3;
/** At the start of a block nothing is shed for this share of it: there is all the time to see what happens. */
const START = 1 / 15;

/** Where a load stands, or would stand if the dry run were none; null: not known. */
export function standing(state: Shedding, load: Load): number | null {
  const level = state.seen.get(load.name)?.level ?? null;
  const held = state.held.get(load.name);
  return level !== null && held?.dryRun === true ? held.level : level;
}

/** Whether a load may be turned down by a rule, and to which levels. */
export function levelsDown(state: Shedding, config: ShedConfig, load: Load, now: EpochSeconds): readonly number[] {
  const level = standing(state, load);
  if (load.critical || level === null || isOff(level)) return [];
  if (state.overrides.has(load.name) || state.pending.has(load.name)) return [];
  if ((state.resting.get(load.name) ?? 0) > now) return [];
  const held = state.held.get(load.name);
  // In a dry run what is really held stays as it is.
  if (held !== undefined && held.dryRun !== effectiveDryRun(state, config)) return [];
  const mayStop = now - (state.seen.get(load.name)?.since ?? now) >= load.minOnS;
  return load.levels.filter((to) => to < level && !sameLevel(to, level) && (to > 0 || mayStop));
}

/** It came back for comfort just now, and only the wiring may ask for it again. */
const isSpared = (state: Shedding, load: Load, now: EpochSeconds): boolean => (state.spared.get(load.name) ?? 0) > now;

/** Fall of the load's power from where it stands to `level`; null: not known. */
export function drop(state: Shedding, load: Load, level: number): number | null {
  const learned = state.learned.get(load.name);
  const from = powerAt(load, standing(state, load) ?? 0, state.seen.get(load.name), learned);
  const to = powerAt(load, level, undefined, learned);
  return from === null || to === null ? null : Math.max(0, from - to);
}

const orders = new WeakMap<readonly Load[], readonly Load[]>();

/** Modulating loads give way first, then the lowest priority. Sorted once, for the table of loads does not change. */
function sheddingOrder(loads: readonly Load[]): readonly Load[] {
  const known = orders.get(loads);
  if (known !== undefined) return known;
  const isSwitch = (load: Load) => Number(load.kind === "switch");
  const sorted = [...loads].sort((a, b) => isSwitch(a) - isSwitch(b) || a.priority - b.priority);
  orders.set(loads, sorted);
  return sorted;
}

type Pressed = Limit & { readonly situation: Situation };

/** A certain break is near: there is just the time for a load to follow, and to be asked again. */
const isUrgent = (at: Situation, config: ShedConfig): boolean => at.toBreakS < config.confirmS + config.responseS;

/** Whether a limit asks for something, and has done so for long enough. */
function isRipe(limit: Limit, state: Shedding, config: ShedConfig, now: EpochSeconds): limit is Pressed {
  const at = limit.situation;
  if (at === null || at.needW <= 0) return false;
  if (isUrgent(at, config)) return true;
  const sinceS = now - (state.demands.get(limit.id)?.needSince ?? now);
  // What the wiring must carry does not wait for the window to go by.
  const hasBegun = at.elapsedS >= START * at.windowS || isOverWiring(limit);
  return sinceS >= config.confirmS && hasBegun;
}

interface Step {
  readonly load: Load;
  readonly limit: Pressed;
  readonly level: number;
  /** null: not known. */
  readonly dropW: number | null;
}

/**
 * Whether a switch would save far more than is needed: then there is time. If the need lasts, it grows as the window
 * goes by, and if nothing else happens the load is off for the last part of it only.
 */
function mayWait({ load, limit, dropW }: Step, config: ShedConfig): boolean {
  const { situation: at, target } = limit;
  if (load.kind !== "switch" || target === "surplus" || isOverWiring(limit)) return false;
  if (dropW === null || isUrgent(at, config)) return false;
  return at.needW < WORTH * dropW * share(load, limit);
}

/** Whether a step saves too little in what is left of the window. */
function isTrivial(dropW: number | null, part: number, at: Situation): boolean {
  if (dropW === null) return false;
  return dropW === 0 || dropW * part * at.remainingS < TRIVIAL * at.targetW * at.windowS;
}

/** For the limit that asks most of a load and is helped by it: the gentlest level that meets the need, else the lowest. */
function stepFor(
  state: Shedding,
  config: ShedConfig,
  load: Load,
  limits: readonly Pressed[],
  now: EpochSeconds,
): Step | undefined {
  const steps = levelsDown(state, config, load, now).map((level) => ({ level, dropW: drop(state, load, level) }));
  // What the wiring must carry is no matter of comfort.
  const own = isSpared(state, load, now) ? wiringOf(limits).filter(isOverWiring) : limits;
  let most = 0;
  let found: Step | undefined;
  for (const limit of own) {
    const { situation: at } = limit;
    const part = share(load, limit);
    const wantedW = at === null || part === 0 ? 0 : at.needW / part;
    const step = steps.findLast(({ dropW }) => dropW !== null && dropW >= wantedW) ?? steps[0];
    if (at === null || wantedW <= most || step === undefined || isTrivial(step.dropW, part, at)) continue;
    most = wantedW;
    found = { load, limit: { ...limit, situation: at }, ...step };
  }
  return found;
}

/**
 * What the next load in line is to do. It is not passed over because it is large: the limit that may wait for it asks
 * nothing more in this pass, but others do.
 */
function nextStep(
  state: Shedding,
  config: ShedConfig,
  limits: readonly Pressed[],
  now: EpochSeconds,
): Step | undefined {
  if (limits.length === 0) return undefined;
  for (const load of sheddingOrder(config.loads)) {
    const step = stepFor(state, config, load, limits, now);
    if (step === undefined) continue;
    if (!mayWait(step, config)) return step;
    const others = limits.filter(({ id }) => id !== step.limit.id);
    return nextStep(state, config, others, now);
  }
  return undefined;
}

function needEvents(state: Shedding, limits: readonly Limit[], now: EpochSeconds): ShedEvent[] {
  const events: ShedEvent[] = [];
  for (const { id, knowledge, situation } of limits) {
    if (knowledge !== "known") continue;
    const isNeeded = situation !== null && situation.needW > 0;
    const since = state.demands.get(id)?.needSince ?? null;
    if (isNeeded !== (since !== null)) {
      events.push({ kind: "need", source: id, since: isNeeded ? now : null, at: now });
    }
  }
  return events;
}

/** Sheds what the limits ask for; a load only for a limit that sees something of it. */
export function shedForLimits(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  let limits = limitsOf(state, config, now);
  const events = needEvents(state, limits, now);
  let next = events.reduce(evolveShed, state);
  for (let shed = 0; shed < config.maxPerPass; shed += 1) {
    const current = next;
    const ripe = limits.filter((limit) => isRipe(limit, current, config, now));
    // What stops because it saves nothing is a matter of the bill, not of the sun or of the wiring.
    const goesOn = (limit: Pressed) => limit.target === "surplus" || isOverWiring(limit);
    const step = nextStep(current, config, state.stoppedUntil > now ? ripe.filter(goesOn) : ripe, now);
    if (step === undefined) break;
    const { load, level, limit, dropW } = step;
    const at = limit.situation;
    const isSurplus = limit.target === "surplus";
    const courseW = at.targetW + (at.needW * at.remainingS) / at.windowS;
    const reason = isSurplus ? `the sun gives ${kw(at.needW)} less than is drawn` : courseWords(courseW, at.targetW);
    const facts = { now, dryRun: effectiveDryRun(state, config), dropW, limit, formula: needFormula(at, dropW) };
    const event = decision(load, level, isSurplus ? "surplus" : "limit", reason, facts);
    events.push(event);
    next = evolveShed(next, event);
    limits = limitsOf(next, config, now);
  }
  return events;
}

/** Turns off what is to run only while energy is cheap. */
export function shedOnPeak(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  const waiting = config.loads.filter((load) => load.offPeakOnly);
  const limit = waiting.length === 0 ? undefined : dearBy(limitsOf(state, config, now));
  if (limit === undefined) return [];
  return waiting.flatMap((load) => {
    const level = levelsDown(state, config, load, now)[0];
    if (level === undefined || isSpared(state, load, now)) return [];
    const facts = { now, dryRun: effectiveDryRun(state, config), dropW: drop(state, load, level), limit };
    return [decision(load, level, "on-peak", "energy is dear now, and this load is to wait", facts)];
  });
}

/** Where demand is unknown, modulating loads go to their minimum, others stay, as set per load. */
export function failSafe(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  if (state.stale.size === 0) return [];
  const unknown = limitsOf(state, config, now).filter(({ knowledge }) => knowledge === "unknown");
  return config.loads.flatMap((load) => {
    const limit = load.whenStale === "minimum" ? limitsFor(load, unknown)[0] : undefined;
    if (limit === undefined) return [];
    const level = levelsDown(state, config, load, now)[0];
    if (level === undefined || !sameLevel(level, lowest(load)) || isSpared(state, load, now)) return [];
    const facts = { now, dryRun: effectiveDryRun(state, config), dropW: drop(state, load, level), limit };
    return [decision(load, level, "stale", "nothing is heard from the meter: to the minimum", facts)];
  });
}
