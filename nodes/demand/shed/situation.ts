import { type Load, powerAt, share } from "../load.ts";
import { allowed, isCertainBreak, projected, secondsToBreak } from "../projection.ts";
import type { DemandState } from "../state.ts";
import type { ShedConfig, Shedding } from "./shedding.ts";

/** One limit as the decisions see it: with the margin, and with what is already under way. Watts, Wh and seconds. */
export interface Situation {
  readonly powerW: number;
  /** Power when all commands that are under way have had their effect. */
  readonly netW: number;
  readonly usedWh: number;
  readonly targetW: number;
  readonly allowedW: number;
  /** To be shed when positive. */
  readonly needW: number;
  /** May be given back when positive, before hysteresis. */
  readonly roomW: number;
  /** Of the window that asks for most. */
  readonly remainingS: number;
  readonly windowS: number;
  /** Since a block began; Infinity where windows slide, for they begin at any time. */
  readonly elapsedS: number;
  /** Until the target is certainly missed at the present power. */
  readonly toBreakS: number;
}

const loadOf = (config: ShedConfig, name: string): Load | undefined => config.loads.find((load) => load.name === name);

/** What commands will still change of the power that a limit sees: they and the meter take a while. */
function settlingW(state: Shedding, config: ShedConfig, source: string, demand: DemandState, powerW: number): number {
  if (state.pending.size === 0) return 0;
  let [fall, fallen, rise, risen] = [0, 0, 0, 0];
  for (const [name, command] of state.pending) {
    const load = loadOf(config, name);
    const dropW = load === undefined ? 0 : command.dropW * share(load, demand);
    const change = (command.powerBefore.get(source) ?? powerW) - powerW;
    if (dropW > 0) {
      fall += dropW;
      fallen = Math.max(fallen, change);
    } else if (dropW < 0) {
      rise -= dropW;
      risen = Math.max(risen, -change);
    }
  }
  return Math.max(0, fall - fallen) - Math.max(0, rise - risen);
}

/** What a dry run would have changed: without it each pass would want to shed the next load too. */
function shadowW(state: Shedding, config: ShedConfig, demand: DemandState): number {
  let sum = 0;
  for (const [name, held] of state.held) {
    const load = held.dryRun ? loadOf(config, name) : undefined;
    const seen = state.seen.get(name);
    const level = seen?.level ?? null;
    if (load === undefined || level === null) continue;
    const power = (at: number) => powerAt(load, at, seen, state.learned.get(name)) ?? 0;
    sum += (power(level) - power(held.level)) * share(load, demand);
  }
  return sum;
}

/** The windows that the present power counts for: one block, or the sliding ones that end soon. */
function windowsOf(demand: DemandState, bridgedWh: number): DemandState["ahead"] {
  if (demand.ahead.length > 0) return demand.ahead;
  return [{ remainingS: demand.remainingS, usedWh: demand.usedWh + bridgedWh }];
}

/** @param limitWatts the limit of the state, or that of its wiring; null: no limit is to be kept now */
export function situation(
  state: Shedding,
  config: ShedConfig,
  source: string,
  demand: DemandState,
  limitWatts: number | null,
): Situation | null {
  const { powerWatts: powerW, bridgedWh } = demand;
  if (limitWatts === null || !demand.counts || powerW === null || bridgedWh === null) return null;
  const isSurplus = demand.target === "surplus";
  const targetW = isSurplus ? limitWatts - config.marginW : Math.max(0, limitWatts - config.marginW);
  const netW = powerW - settlingW(state, config, source, demand, powerW) - shadowW(state, config, demand);
  const windowS = demand.windowEnd - demand.windowStart;
  const windows = windowsOf(demand, bridgedWh);
  let found: Situation | null = null;
  // What comes back must not make a window worse that is lost already, whichever asks for most.
  let roomW = Number.POSITIVE_INFINITY;
  for (const { remainingS, usedWh } of windows) {
    const course = { windowS, remainingS, usedWh, powerW: netW };
    const allowedW = allowed(course, targetW);
    // A window that is lost is no reason for a dark house: then the present power is kept at the target, not below it.
    const isLost = isCertainBreak(usedWh, targetW, windowS);
    // The sun that was fed in a moment ago carries over a cloud, but buys nothing: what comes on needs sun of now.
    const mayW = isLost ? targetW : isSurplus ? Math.max(allowedW, targetW) : allowedW;
    // In the last seconds `allowed` says less than may be drawn: what is on course for the target is in no need.
    const isFine = !isLost && projected(course) <= targetW;
    const needW = isFine ? Math.min(0, netW - mayW) : netW - mayW;
    roomW = Math.min(roomW, (isSurplus ? targetW : allowedW) - netW);
    if (found !== null && needW <= found.needW) continue;
    found = {
      powerW,
      netW,
      usedWh,
      targetW,
      allowedW,
      needW,
      roomW,
      remainingS,
      windowS,
      elapsedS: windows.length > 1 || isSurplus ? Number.POSITIVE_INFINITY : windowS - remainingS,
      toBreakS: isSurplus ? Number.POSITIVE_INFINITY : secondsToBreak(course, targetW),
    };
  }
  return found === null ? null : { ...found, roomW };
}
