import { type EpochSeconds, epochSeconds, type MeterId } from "../model/index.ts";
import { coveredUntil } from "./account.ts";
import { localDay } from "./clock.ts";
import { accountOf, type Demand, type DemandConfig, type DemandEvent, metersOf } from "./demand.ts";
import { evolveDemand, sayingOf } from "./demand-evolve.ts";
import { periodPeak } from "./month.ts";
import { steps } from "./slots.ts";
import { gridOf } from "./tariff.ts";
import { closeWindow } from "./window.ts";

/**
 * The end of the last window that can be closed: every meter has reported beyond it or, on a tick, is not expected to
 * any more. A past that is played back is given the same time, by the server's clock.
 */
function overUntil(demand: Demand, meters: readonly MeterId[], waitS: number, now: number, tick: boolean): number {
  let until = Number.POSITIVE_INFINITY;
  for (const meter of meters) {
    const account = accountOf(demand, meter);
    const isQuiet = tick && (account.arrivedAt === null || now - account.arrivedAt >= waitS);
    until = Math.min(until, Math.max(coveredUntil(account), isQuiet ? now - waitS : 0));
  }
  return until;
}

function peaksOf(demand: Demand, windows: readonly EpochSeconds[], config: DemandConfig): DemandEvent[] {
  const { tariff } = config;
  const month = (at: EpochSeconds) => localDay(at, tariff.zone).period;
  const current = month(epochSeconds(demand.settledUntil - 1));
  // A month that is over is told once more as final, and then only when late data changes one of its windows.
  const open = [...demand.told].filter(([period, { final }]) => !final && period < current);
  const months = new Map(open.map(([period, { at }]) => [period, at]));
  for (const start of windows) months.set(month(start), start);
  return [...months].flatMap(([period, at]): DemandEvent[] => {
    const peak = periodPeak(demand.book, demand.energy, at, tariff, period < current);
    if (peak === null || demand.told.get(period)?.said === sayingOf(peak)) return [];
    return [{ kind: "peak", peak }];
  });
}

/** Closes the windows that are over, settles again on a tick those that late data has changed, and tells new peaks. */
export function settle(
  demand: Demand,
  config: DemandConfig,
  now: EpochSeconds,
  tick: boolean,
): { readonly demand: Demand; readonly events: readonly DemandEvent[] } {
  const { windowS, stepS } = gridOf(config.tariff);
  const meters = metersOf(demand, config);
  const until = overUntil(demand, meters, config.staleAfterS, now, tick);
  const closing =
    until < demand.settledUntil + stepS ? [] : steps(demand.slots, demand.settledUntil, until - stepS + 1);
  const again = tick ? demand.touched.filter((step) => step + stepS <= now) : [];
  if (closing.length === 0 && again.length === 0) return { demand, events: [] };
  const events: DemandEvent[] = [];
  const starts: EpochSeconds[] = [];
  let state = demand;
  const add = (event: DemandEvent) => {
    state = evolveDemand(state, event, config);
    events.push(event);
  };
  const close = (step: EpochSeconds, resettled: boolean) => {
    const end = epochSeconds(step + stepS);
    const span = { start: epochSeconds(end - windowS), end };
    add({ kind: "window", window: closeWindow(state, meters, span, config.tariff, resettled) });
    starts.push(span.start);
  };
  for (const step of closing) close(step, false);
  for (const step of again.sort((a, b) => a - b)) close(step, true);
  for (const event of peaksOf(state, starts, config)) add(event);
  return { demand: state, events };
}
