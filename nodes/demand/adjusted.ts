import { type EpochSeconds, epochSeconds, type MeterId, type Reading } from "../model/index.ts";
import { coveredUntil, type MeterAccount, newAccount } from "./account.ts";
import { localDay, monthStart } from "./clock.ts";
import { accountOf, type Demand, type DemandConfig, type DemandEvent, KEPT_S, metersOf } from "./demand.ts";
import { type Stepped, stepDemand } from "./demand-decide.ts";
import { evolveDemand, sayingOf } from "./demand-evolve.ts";
import type { EnergyBook } from "./energy.ts";
import { periodPeak } from "./month.ts";
import { highestOf, latest, mergeTop, type PeakBook } from "./peaks.ts";
import { billedSince, type Past, playBack } from "./rebuild.ts";
import { steps } from "./slots.ts";
import { gridOf } from "./tariff.ts";
import { closeWindow, type Window } from "./window.ts";

/** A past that was corrected, as the store has it now. */
export interface Corrected {
  readonly demand: Demand;
  /** Before this instant nothing is different, and what only the ledger knows still holds. */
  readonly from: EpochSeconds;
  /** The month from whose start on it was read anew. */
  readonly period: string;
}

/** The store shares a reading among steps that it crosses by another rule: a Wh may lie on the other side. */
const ROUNDING_WH = 1;

/**
 * Reads the months anew that a correction of energy from `from` on touches, as far as they are kept.
 * @returns a failure of the store
 */
export async function replayCorrected(past: Past, live: Demand, from: EpochSeconds) {
  const { zone } = past.config.tariff;
  const kept = [...live.book.months.keys(), ...live.energy.keys(), localDay(past.now, zone).period].sort();
  const touched = localDay(from, zone).period;
  const oldest = kept[0] ?? touched;
  const begin = Math.min(
    monthStart(touched > oldest ? touched : oldest, zone),
    billedSince(past.now, past.config.tariff),
  );
  const played = await playBack(past, epochSeconds(begin));
  if (!played.ok) return played;
  const { demand, since } = played.value;
  const first = epochSeconds(Math.max(begin, Math.min(from, since ?? from)));
  return { ok: true, value: { demand, from: first, period: localDay(begin, zone).period } } as const;
}

/**
 * Puts a corrected past in place of the one that was counted. What is heard now stays; months before the correction
 * stay, too.
 * @param heard readings that came while the past was read: those that it does not have are counted
 * @returns with the windows and peaks that are different now
 */
export function adoptCorrected(
  live: Demand,
  corrected: Corrected,
  heard: readonly Reading[],
  config: DemandConfig,
  now: EpochSeconds,
): Stepped {
  const { from, period } = corrected;
  const past = heard.reduce((state, reading) => {
    // A reading is published when the store has it: what lies before the end is there, or was taken away.
    const isRead = reading.end <= coveredUntil(accountOf(state, reading.meter));
    return isRead ? state : stepDemand(state, { kind: "reading", reading }, config, now).demand;
  }, corrected.demand);
  const { stepS } = gridOf(config.tariff);
  let state: Demand = {
    ...past,
    meters: accountsOf(live, past),
    newest: epochSeconds(Math.max(live.newest, past.newest)),
    touched: live.touched,
    told: live.told,
    book: bookOf(live.book, { ...corrected, demand: past }, config),
    energy: energyOf(live.energy, past.energy, period),
  };
  // Windows that were closed because no reading came any more are closed again.
  for (const step of steps(past.slots, past.settledUntil, live.settledUntil - stepS + 1)) {
    state = evolveDemand(state, { kind: "window", window: windowOf(state, step, config) }, config);
  }
  state = { ...state, settledUntil: epochSeconds(Math.max(live.settledUntil, past.settledUntil)) };
  const events: DemandEvent[] = windowsOf(live, state, from, config);
  for (const event of peaksOf(live, state, period, config)) {
    state = evolveDemand(state, event, config);
    events.push(event);
  }
  return { demand: state, events };
}

/** Energy as it was read anew; power, and what tells the next readings apart, as it was heard. */
function accountsOf(live: Demand, past: Demand): ReadonlyMap<MeterId, MeterAccount> {
  const accounts = new Map<MeterId, MeterAccount>();
  for (const id of new Set([...live.meters.keys(), ...past.meters.keys()])) {
    const heard = live.meters.get(id);
    const read = past.meters.get(id) ?? newAccount;
    if (heard === undefined) accounts.set(id, read);
    else {
      const { spans, vague, rebuiltWh } = read;
      accounts.set(id, { ...heard, spans, vague, rebuiltWh: Math.max(rebuiltWh, heard.rebuiltWh) });
    }
  }
  return accounts;
}

function bookOf(live: PeakBook, { demand, from, period }: Corrected, { tariff }: DemandConfig): PeakBook {
  const { windows, days: read, months: figures } = demand.book;
  const days = new Map(read);
  const months = new Map([...[...live.months].filter(([month]) => month < period), ...figures]);
  for (const [key, top] of live.days) {
    const earlier = top.filter(({ start }) => start < from);
    if (earlier.length === 0) continue;
    days.set(key, mergeTop(earlier, (days.get(key) ?? []).filter(isNotIn(earlier)), tariff));
    const month = key.slice(0, 7);
    if (month >= period) months.set(month, highestOf(days, month, tariff));
  }
  return { windows, days, months: latest(months) };
}

const isNotIn = (others: readonly { readonly start: EpochSeconds }[]) => (one: { readonly start: EpochSeconds }) =>
  !others.some(({ start }) => start === one.start);

function energyOf(live: EnergyBook, read: EnergyBook, period: string): EnergyBook {
  return latest(new Map([...[...live].filter(([month]) => month < period), ...read]));
}

function windowOf(demand: Demand, step: EpochSeconds, config: DemandConfig): Window {
  const { windowS, stepS } = gridOf(config.tariff);
  const end = epochSeconds(step + stepS);
  return closeWindow(
    demand,
    metersOf(demand, config),
    { start: epochSeconds(end - windowS), end },
    config.tariff,
    true,
  );
}

/** The windows that were told otherwise, or not at all. */
function windowsOf(live: Demand, state: Demand, from: EpochSeconds, config: DemandConfig): DemandEvent[] {
  const { stepS } = gridOf(config.tariff);
  const first = Math.max(state.newest - KEPT_S, Math.floor(from / stepS) * stepS - stepS);
  const until = state.settledUntil - stepS + 1;
  const found = new Set([...steps(live.slots, first, until), ...steps(state.slots, first, until)]);
  const events: DemandEvent[] = [];
  for (const step of [...found].sort((a, b) => a - b)) {
    const window = windowOf(state, step, config);
    const isNew = window.end > live.settledUntil;
    const before = windowOf(live, step, config);
    const isSame = Math.abs(before.wh - window.wh) <= ROUNDING_WH && before.candidate === window.candidate;
    if (isNew || !isSame) events.push({ kind: "window", window: { ...window, resettled: !isNew } });
  }
  return events;
}

function peaksOf(live: Demand, state: Demand, period: string, { tariff }: DemandConfig): DemandEvent[] {
  const current = localDay(state.settledUntil - 1, tariff.zone).period;
  const months = [...state.book.months.keys()].filter((month) => month >= period).sort();
  return months.flatMap((month): DemandEvent[] => {
    const said = ({ book, energy }: Demand) =>
      periodPeak(book, energy, monthStart(month, tariff.zone), tariff, month < current);
    const [before, after] = [said(live), said(state)];
    if (after === null || (before !== null && sayingOf(before) === sayingOf(after))) return [];
    return [{ kind: "peak", peak: after }];
  });
}
