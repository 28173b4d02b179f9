import type { EpochSeconds } from "../model/index.ts";
import { powerAt } from "./load.ts";
import { allowed, isCertainBreak, secondsToBreak } from "./projection.ts";
import type { ShedConfig, Shedding } from "./shed.ts";

/** Demand as the decisions see it: with the margin, and with what is already under way. Watts and seconds. */
export interface Situation {
  readonly powerW: number;
  /** Power when all commands that are under way have had their effect. */
  readonly netW: number;
  readonly targetW: number;
  readonly allowedW: number;
  /** To be shed when positive. */
  readonly needW: number;
  /** May be given back when positive, before hysteresis. */
  readonly roomW: number;
  readonly remainingS: number;
  readonly windowS: number;
  readonly elapsedS: number;
  readonly toBreakS: number;
}

/**
 * Whether demand is unknown. A figure that is no number counts as unknown: compared with anything it is false, and a
 * loop that relies on such comparisons sheds nothing for ever.
 */
export function isStale(state: Shedding, config: ShedConfig, now: EpochSeconds): boolean {
  const { demand } = state;
  // Also when the clock was set back: nobody knows then how old that is.
  if (Math.abs(now - state.heardAt) > config.demandTimeoutS) return true;
  // Right after the start nothing has been heard yet: that is no alarm.
  if (demand === null || (isUnheard(state) && now - state.startedAt <= config.demandTimeoutS)) return false;
  const { powerWatts, bridgedWh, limitWatts } = demand;
  if (demand.stale || powerWatts === null || bridgedWh === null) return true;
  return ![powerWatts, bridgedWh, demand.usedWh, demand.remainingS, limitWatts ?? 0].every(Number.isFinite);
}

/** All that is known of demand is from before the start: out of the store, or nothing at all. */
export function isUnheard({ demand, startedAt }: Shedding): boolean {
  if (demand === null || demand.ageS === null) return true;
  return demand.stale && demand.at - demand.ageS < startedAt;
}

/** What commands will still change of the house's power: they and the meter take a while. */
function settlingW(state: Shedding, powerW: number): number {
  const commands = [...state.pending.values()];
  const falls = commands.filter((command) => command.dropW > 0);
  const rises = commands.filter((command) => command.dropW < 0);
  const sum = (list: typeof commands) => list.reduce((total, { dropW }) => total + Math.abs(dropW), 0);
  const fallen = Math.max(0, ...falls.map((command) => (command.powerBeforeW ?? powerW) - powerW));
  const risen = Math.max(0, ...rises.map((command) => powerW - (command.powerBeforeW ?? powerW)));
  return Math.max(0, sum(falls) - fallen) - Math.max(0, sum(rises) - risen);
}

/** What a dry run would have saved: without it each pass would want to shed the next load too. */
function shadowW(state: Shedding, config: ShedConfig): number {
  let sum = 0;
  for (const load of config.loads) {
    const held = state.held.get(load.name);
    const level = state.seen.get(load.name)?.level ?? null;
    if (held?.dryRun !== true || level === null) continue;
    const power = (at: number) => powerAt(load, at, state.seen.get(load.name), state.learned.get(load.name)) ?? 0;
    sum += Math.max(0, power(level) - power(held.level));
  }
  return sum;
}

/** null: no limit is to be kept now. */
export function situation(state: Shedding, config: ShedConfig): Situation | null {
  const { demand } = state;
  if (demand === null || demand.limitWatts === null || !demand.counts) return null;
  if (demand.powerWatts === null || demand.bridgedWh === null) return null;
  const powerW = demand.powerWatts;
  const netW = powerW - settlingW(state, powerW) - shadowW(state, config);
  const targetW = Math.max(0, demand.limitWatts - config.marginW);
  const windowS = demand.windowEnd - demand.windowStart;
  const usedWh = demand.usedWh + demand.bridgedWh;
  const course = { windowS, remainingS: demand.remainingS, usedWh, powerW: netW };
  const allowedW = allowed(course, targetW);
  // A window that is lost is no reason for a dark house: then the present power is kept at the target, not below it.
  const lost = isCertainBreak(usedWh, targetW, windowS);
  return {
    powerW,
    netW,
    targetW,
    allowedW,
    needW: netW - (lost ? targetW : allowedW),
    roomW: allowedW - netW,
    remainingS: demand.remainingS,
    windowS,
    elapsedS: windowS - demand.remainingS,
    toBreakS: secondsToBreak(course, targetW),
  };
}
