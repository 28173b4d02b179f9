import { type EpochSeconds, epochSeconds } from "../model/index.ts";
import { coveredUntil } from "./account.ts";
import { dayKey } from "./calendar.ts";
import { accountOf, type Demand, type DemandConfig, type DemandEvent, metersOf } from "./demand.ts";
import { evolveDemand, sayingOf } from "./demand-evolve.ts";
import { periodPeak } from "./peaks.ts";
import { steps } from "./slots.ts";
import { gridOf } from "./tariff.ts";
import { closeWindow } from "./window.ts";

/**
 * Whether a window that ended at `end` can be closed: every meter has reported beyond it or, on a tick, is not
 * expected to any more. A past that is played back is given the same time, by the server's clock.
 */
function isOver(demand: Demand, end: EpochSeconds, config: DemandConfig, now: EpochSeconds, tick: boolean): boolean {
  return metersOf(demand, config).every((meter) => {
    const account = accountOf(demand, meter);
    if (coveredUntil(account) >= end) return true;
    const quietS = account.arrivedAt === null ? Number.POSITIVE_INFINITY : now - account.arrivedAt;
    return tick && now >= end + config.staleAfterS && quietS >= config.staleAfterS;
  });
}

function peaksOf(demand: Demand, windows: readonly EpochSeconds[], config: DemandConfig): DemandEvent[] {
  const { zone } = config.tariff;
  const month = (at: EpochSeconds) => dayKey(at, zone).slice(0, 7);
  const current = month(epochSeconds(demand.settledUntil - 1));
  // A month that is over is told once more as final, and then only when late data changes one of its windows.
  const open = [...demand.told].filter(([period, { final }]) => !final && period < current);
  const months = new Map(open.map(([period, { at }]) => [period, at]));
  for (const start of windows) months.set(month(start), start);
  return [...months].flatMap(([period, at]): DemandEvent[] => {
    const peak = periodPeak(demand.book, at, config.tariff, period < current);
    if (peak === null || demand.told.get(period)?.said === sayingOf(peak)) return [];
    return [{ kind: "peak", peak }];
  });
}

/** Closes the windows that are over, settles again on a tick those that late data has changed, and tells new peaks. */
export function settle(demand: Demand, config: DemandConfig, now: EpochSeconds, tick: boolean): readonly DemandEvent[] {
  const grid = gridOf(config.tariff);
  const meters = metersOf(demand, config);
  const events: DemandEvent[] = [];
  const starts: EpochSeconds[] = [];
  let state = demand;
  const close = (step: EpochSeconds, resettled: boolean) => {
    const end = epochSeconds(step + grid.stepS);
    const span = { start: epochSeconds(end - grid.windowS), end };
    const event = { kind: "window", window: closeWindow(state, meters, span, config.tariff, resettled) } as const;
    state = evolveDemand(state, event, config);
    events.push(event);
    starts.push(span.start);
  };
  for (const step of steps(demand.slots, demand.settledUntil, Number.POSITIVE_INFINITY)) {
    if (!isOver(demand, epochSeconds(step + grid.stepS), config, now, tick)) break;
    close(step, false);
  }
  const again = tick ? demand.touched.filter((step) => step + grid.stepS <= now) : [];
  for (const step of [...again].sort((a, b) => a - b)) close(step, true);
  return events.length === 0 ? events : [...events, ...peaksOf(state, starts, config)];
}
