import type { EpochSeconds } from "../../model/index.ts";
import { type Load, share } from "../load.ts";
import type { DemandState } from "../state.ts";
import type { Awaited, HeardDemand, ShedConfig, Shedding } from "./shedding.ts";
import { type Situation, situation } from "./situation.ts";

/**
 * What may be concluded about a limit. `waiting`: nothing was heard since the start, and that is no alarm yet.
 * `unknown`: nothing is known any more. `between`: the figures are of a window that is over, new ones come within seconds.
 */
export type Knowledge = "waiting" | "unknown" | "between" | "known";

/** What one demand node asks for in this moment. */
export interface Limit extends Awaited {
  readonly id: string;
  readonly knowledge: Knowledge;
  readonly demand: DemandState | null;
  /** null: there is no limit to be kept now, or nothing is known. */
  readonly situation: Situation | null;
  /** The same by what the wiring must carry, which may be more than the bill's limit; null: not told. */
  readonly wiring: Situation | null;
}

/** All that a demand node said is from before the start: out of its store, or nothing at all. */
const isOld = ({ state: { ageS, stale, at } }: HeardDemand, startedAt: number): boolean =>
  ageS === null || (stale && at - ageS < startedAt);

/** Nothing has been heard of demand since the start. */
export function isUnheard(state: Shedding): boolean {
  for (const one of state.demands.values()) if (!isOld(one, state.startedAt)) return false;
  return true;
}

/**
 * A figure that is no number counts as unknown: compared with anything it is false, and a loop that relies on such
 * comparisons sheds nothing for ever.
 */
function isFigured({ powerWatts, bridgedWh, usedWh, remainingS, limitWatts, fixedWatts, ahead }: DemandState): boolean {
  if (powerWatts === null || bridgedWh === null) return false;
  const isSound = Number.isFinite(powerWatts + bridgedWh + usedWh + remainingS + (limitWatts ?? 0) + (fixedWatts ?? 0));
  return isSound && ahead.every((window) => Number.isFinite(window.remainingS + window.usedWh));
}

function knowledgeOf(heard: HeardDemand, startedAt: number, timeoutS: number, now: EpochSeconds): Knowledge {
  if (now - heard.heardAt > timeoutS) return "unknown";
  if (isOld(heard, startedAt) && now - startedAt <= timeoutS) return "waiting";
  if (heard.state.stale || !isFigured(heard.state)) return "unknown";
  const { windowStart, windowEnd } = heard.state;
  // Before its start after the clock was set back.
  return now < windowStart || now >= windowEnd ? "between" : "known";
}

/** How a limit is called in words. */
function nameOf({ name, target, phase }: Awaited): string {
  if (name !== "") return name;
  return phase ?? (target === "surplus" ? "solar surplus" : "the limit");
}

/** States do not change, so what was found for one holds: each phase of a step asks for it. */
const found = new WeakMap<Shedding, { config: ShedConfig; now: EpochSeconds; limits: readonly Limit[] }>();

/** The limits in this moment, each on its own. Without any demand node one that is unknown stands for what may come. */
export function limitsOf(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly Limit[] {
  const known = found.get(state);
  if (known !== undefined && known.config === config && known.now === now) return known.limits;
  const limits = findLimits(state, config, now);
  found.set(state, { config, now, limits });
  return limits;
}

function findLimits(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly Limit[] {
  const limits: Limit[] = [];
  for (const [id, heard] of state.demands) {
    const { target, phase } = heard.state;
    const knowledge = knowledgeOf(heard, state.startedAt, config.demandTimeoutS, now);
    const { limitWatts, fixedWatts } = heard.state;
    const under = (limit: number | null) =>
      knowledge === "known" ? situation(state, config, id, heard.state, limit) : null;
    const open = under(limitWatts);
    const wiring = fixedWatts === limitWatts ? open : under(fixedWatts);
    const name = nameOf({ name: heard.name, target, phase });
    limits.push({ id, name, target, phase, knowledge, demand: heard.state, situation: open, wiring });
  }
  const none = { demand: null, situation: null, wiring: null };
  for (const [id, { name, target, phase }] of state.awaited) {
    const knowledge = now - state.startedAt > config.demandTimeoutS ? "unknown" : "waiting";
    limits.push({ ...none, id, name: nameOf({ name, target, phase }), target, phase, knowledge });
  }
  if (limits.length === 0) {
    const knowledge = now - state.heardAt > config.demandTimeoutS ? "unknown" : "waiting";
    limits.push({ ...none, id: "", name: "demand", target: "limit", phase: null, knowledge });
  }
  return limits;
}

/** More is drawn than the wiring must carry. */
export const isOverWiring = ({ wiring }: Limit): boolean => wiring !== null && wiring.needW > 0;

/** The limits of the wiring alone, where each is known. */
export const wiringOf = (limits: readonly Limit[]): readonly Limit[] =>
  limits.flatMap((limit) => (limit.wiring === null ? [] : [{ ...limit, situation: limit.wiring }]));

/** The limits that see something of a load. */
export const limitsFor = (load: Load, limits: readonly Limit[]): readonly Limit[] =>
  limits.filter((limit) => share(load, limit) > 0);

/**
 * What a limit leaves for a load, W. One that must stay on for a while would run into the next window when this one is
 * nearly over: then it must fit into that one too, at the power that is drawn now.
 */
function spareW(load: Load, { roomW, targetW, netW, remainingS, elapsedS }: Situation): number {
  const isBlock = Number.isFinite(elapsedS);
  return isBlock && load.minOnS > remainingS ? Math.min(roomW, targetW - netW) : roomW;
}

/** The power that a load may take on top in all its limits, W; Infinity where none is to be kept. */
export function roomFor(
  load: Load,
  limits: readonly Limit[],
  hysteresisW: number,
): { readonly roomW: number; readonly tightest: Limit | null } {
  let roomW = Number.POSITIVE_INFINITY;
  let tightest: Limit | null = null;
  for (const limit of limits) {
    const part = share(load, limit);
    if (part === 0 || limit.situation === null) continue;
    const leftW = (spareW(load, limit.situation) - hysteresisW) / part;
    if (leftW >= roomW) continue;
    roomW = leftW;
    tightest = limit;
  }
  return { roomW, tightest };
}

/** The limit whose figures belong to a decision that none has asked for: that which leaves the load least. */
export const limitOf = (state: Shedding, config: ShedConfig, load: Load, now: EpochSeconds): Limit | null =>
  roomFor(load, limitsOf(state, config, now), 0).tightest;

/** The tariff by which energy is dear now; undefined: it is not. */
export const dearBy = (limits: readonly Limit[]): Limit | undefined =>
  limits.find(({ demand, knowledge }) => demand?.onPeak === true && knowledge !== "unknown");
