import {
  type DemandReport,
  type EpochSeconds,
  epochSeconds,
  type MonthReport,
  type WindowReport,
} from "../model/index.ts";
import { localDay, monthStart } from "./clock.ts";
import { type Demand, type DemandConfig, KEPT_S, metersOf } from "./demand.ts";
import { energyOf } from "./energy.ts";
import { billOf } from "./month.ts";
import { candidates } from "./peaks.ts";
import { steps } from "./slots.ts";
import { demandState } from "./state.ts";
import { gridOf } from "./tariff.ts";
import { tariffWords } from "./tariff-words.ts";
import { closeWindow } from "./window.ts";

const DAY_S = 86_400;
/** The running month and those of a year before it. */
const MOST_MONTHS = 13;
/** Sliding windows of each minute are more than anyone looks at. */
const MOST_WINDOWS = 288;

function monthsOf(demand: Demand, config: DemandConfig): readonly MonthReport[] {
  const { tariff, target } = config;
  if (target === "surplus") return [];
  const periods = [...new Set([...demand.book.months.keys(), ...demand.energy.keys()])].sort().reverse();
  const settled = localDay(epochSeconds(Math.max(0, demand.newest - KEPT_S)), tariff.zone).period;
  return periods.slice(0, MOST_MONTHS).map((period) => {
    const highest = candidates(demand.book, period);
    const { figureWatts, billedWatts, charge } = billOf(demand.book, monthStart(period, tariff.zone), highest, tariff);
    const { energyWh, energyCharge } = energyOf(demand.energy, period, tariff);
    const isFinal = period < settled;
    return { period, final: isFinal, figureWatts, billedWatts, candidates: highest, charge, energyWh, energyCharge };
  });
}

function windowsOf(demand: Demand, config: DemandConfig, now: EpochSeconds): readonly WindowReport[] {
  const { tariff } = config;
  const { windowS, stepS } = gridOf(tariff);
  const meters = metersOf(demand, config);
  const until = Math.min(demand.settledUntil, now);
  const closed = steps(demand.slots, until - DAY_S, until - stepS + 1).map((step): WindowReport => {
    const end = epochSeconds(step + stepS);
    const span = { start: epochSeconds(end - windowS), end };
    const { start, wh, watts, coverage, counts, candidate } = closeWindow(demand, meters, span, tariff, false);
    return { start, end, wh, watts, coverage, counts, candidate };
  });
  const bucketS = stepS * Math.ceil(DAY_S / MOST_WINDOWS / stepS);
  const bucketOf = ({ end }: WindowReport) => Math.floor((end - stepS) / bucketS);
  const highest = closed.reduce<WindowReport | null>((top, one) => (one.wh > (top?.wh ?? 0) ? one : top), null);
  return closed
    .filter((one) => {
      // The day's peak is never among those that are left out: it stands for its neighbours.
      if (highest !== null && bucketOf(one) === bucketOf(highest)) return one === highest;
      return (one.end - stepS) % bucketS === 0;
    })
    .slice(-MOST_WINDOWS);
}

/** What a demand node tells of itself, without its name: the open window, the months, the closed windows of a day. */
export function reportOf(demand: Demand, config: DemandConfig, now: EpochSeconds): Omit<DemandReport, "id" | "name"> {
  const { tariff } = config;
  const { windowS, stepS } = gridOf(tariff);
  const { coveredUntil, ahead, period, charge, peakWatts, fixedWatts, ...open } = demandState(demand, config, now);
  return {
    ...open,
    isFixed: fixedWatts !== null && open.limitWatts === fixedWatts,
    tariff: tariff.name,
    rules: tariffWords(tariff),
    zone: tariff.zone,
    windowS,
    stepS,
    months: monthsOf(demand, config),
    windows: windowsOf(demand, config, now),
  };
}
