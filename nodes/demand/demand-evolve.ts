import { type EpochSeconds, epochSeconds, type MeterId, never } from "../model/index.ts";
import { countReading, forgetAccount, hearPower, type MeterAccount, type Vague, withdraw } from "./account.ts";
import { AHEAD_S, accountOf, type Demand, type DemandConfig, type DemandEvent, KEPT_S, signOf } from "./demand.ts";
import { addEnergy } from "./energy.ts";
import { type Grid, type Part, split } from "./grid.ts";
import type { PeriodPeak } from "./month.ts";
import { forget, latest, record } from "./peaks.ts";
import { addParts, forgetSlots, slotAt } from "./slots.ts";
import { gridOf } from "./tariff.ts";
import type { Window } from "./window.ts";

/** A day more than can be settled again, so that whole windows and whole local days stay together. */
const MARGIN_S = 27 * 3600;
const DAY_S = 86_400;
/** Prices change at half hours of the local clock, also where windows are longer. */
const PRICE_S = 1800;
/** Eight days of slots; more are there only after a clock was wrong. */
const MOST_CHUNKS = 48;

const change = (demand: Demand, meter: MeterId, by: (account: MeterAccount) => MeterAccount) =>
  new Map(demand.meters).set(meter, by(accountOf(demand, meter)));

/**
 * Notes the closed windows that contain these steps and still can be settled. A sliding one ends up to `windowS` later,
 * with a step that has data: as in order, where no window ends in a hole.
 */
function touch(demand: Demand, parts: readonly Part[], grid: Grid): readonly EpochSeconds[] {
  if (parts.every(({ step }) => step + grid.stepS > demand.settledUntil)) return demand.touched;
  const touched = new Set(demand.touched);
  for (const { step } of parts) {
    if (step <= demand.newest - KEPT_S) continue;
    for (let last = step; last < step + grid.windowS; last = epochSeconds(last + grid.stepS)) {
      if (last + grid.stepS > demand.settledUntil) break;
      if (slotAt(demand.slots, last) !== undefined) touched.add(last);
    }
  }
  return touched.size === demand.touched.length ? demand.touched : [...touched];
}

function closed(demand: Demand, window: Window, config: DemandConfig): Demand {
  const { stepS } = gridOf(config.tariff);
  // Of net energy there is no peak to pay for.
  const book = config.target === "surplus" ? demand.book : record(demand.book, window, config.tariff);
  const next = {
    ...demand,
    settledUntil: epochSeconds(Math.max(demand.settledUntil, window.end)),
    touched:
      demand.touched.length === 0 ? demand.touched : demand.touched.filter((step) => step + stepS !== window.end),
    book,
  };
  // With the first window of a day: often enough, and months are played back in seconds.
  const isNewDay = Math.floor(window.end / DAY_S) > Math.floor(demand.settledUntil / DAY_S);
  return isNewDay || demand.slots.chunks.size > MOST_CHUNKS ? forgetOld(next) : next;
}

function forgetOld(demand: Demand): Demand {
  const horizon = epochSeconds(demand.newest - KEPT_S - MARGIN_S);
  return {
    ...demand,
    slots: forgetSlots(demand.slots, horizon),
    meters: new Map([...demand.meters].map(([id, account]) => [id, forgetAccount(account, horizon)])),
    book: forget(demand.book, horizon),
    energy: latest(demand.energy),
  };
}

/** What makes a month's peak worth telling again. Its energy grows all the time; once it is over, that is news too. */
export function sayingOf({ candidates, final, energyWh }: PeriodPeak): string {
  return JSON.stringify([candidates, final ? energyWh : null]);
}

/** Of the running month and the one before it. */
export const lastTold = (told: Demand["told"]): Demand["told"] =>
  new Map([...told].sort(([a], [b]) => a.localeCompare(b)).slice(-2));

/** Counts energy over [start, end), or takes it out again: by steps, and by the half hours in which prices change. */
function withEnergy(demand: Demand, { start, end, wh }: Vague, sign: 1 | -1, config: DemandConfig): Demand {
  const { tariff } = config;
  const grid = gridOf(tariff);
  const parts = split(start, end, wh, grid);
  const priced = grid.stepS <= PRICE_S ? parts : split(start, end, wh, { ...grid, stepS: PRICE_S });
  const slots = addParts(demand.slots, parts, sign);
  const energy = addEnergy(demand.energy, priced, tariff, sign);
  return { ...demand, slots, energy, touched: touch({ ...demand, slots }, parts, grid) };
}

export function evolveDemand(demand: Demand, event: DemandEvent, config: DemandConfig): Demand {
  switch (event.kind) {
    case "counted": {
      const { reading, at } = event;
      const sign = signOf(config, reading.meter) === -1 ? -1 : 1;
      // After a server's clock that was ahead is right again, what it said of the future makes nothing old.
      const newest = epochSeconds(Math.max(Math.min(demand.newest, at + AHEAD_S), reading.end));
      const meters = change(demand, reading.meter, (account) => countReading(account, reading, at));
      return withEnergy({ ...demand, newest, meters }, reading, sign, config);
    }
    case "withdrawn": {
      const sign = signOf(config, event.meter) === -1 ? 1 : -1;
      const meters = change(demand, event.meter, (account) => withdraw(account, event.gap));
      return withEnergy({ ...demand, meters }, event.gap, sign, config);
    }
    case "heard":
      return { ...demand, meters: change(demand, event.meter, (account) => hearPower(account, event.power, event.at)) };
    case "ignored":
      return demand;
    case "window":
      return closed(demand, event.window, config);
    case "peak": {
      const { peak } = event;
      const at = peak.candidates[0]?.start ?? demand.settledUntil;
      const told = new Map(demand.told).set(peak.period, { at, said: sayingOf(peak), final: peak.final });
      return { ...demand, told: lastTold(told) };
    }
    default:
      return never(event);
  }
}
