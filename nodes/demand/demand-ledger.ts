import { epochSeconds, type MeterId, parseMeterId, watts, wh } from "../model/index.ts";
import { type MeterAccount, newAccount, type Sample, type Totals, type Vague } from "./account.ts";
import { type Demand, type DemandConfig, noDemand } from "./demand.ts";
import type { EnergyBook } from "./energy.ts";
import { type Candidate, emptyBook, type PeakBook } from "./peaks.ts";
import { addParts, allSlots, noSlots, type Slots } from "./slots.ts";
import type { Span } from "./spans.ts";
import { gridOf, type Tariff } from "./tariff.ts";

/** Whole Wh of steps that follow each other, `[first step, Wh, Wh, …]`: days of minutes stay small. */
type Run = readonly [number, ...number[]];
/** Starts and watts of windows. */
type Highest = readonly (readonly [number, number])[];

/**
 * What of a demand outlives a restart: plain JSON. It is used again only for the same meters and clock; the peaks also
 * only under the same rules of what counts.
 */
export interface DemandLedger {
  readonly basis: string;
  readonly rules: string;
  readonly settledUntil: number;
  readonly newest: number;
  readonly touched: readonly number[];
  readonly meters: readonly SavedMeter[];
  readonly slots: readonly Run[];
  readonly windows: readonly Run[];
  readonly days: readonly { readonly day: string; readonly highest: Highest }[];
  readonly months: readonly { readonly period: string; readonly highest: Highest }[];
  readonly energy: readonly { readonly period: string; readonly wh: readonly (readonly [number | null, number])[] }[];
  readonly told: readonly {
    readonly period: string;
    readonly at: number;
    readonly said: string;
    readonly final: boolean;
  }[];
}

interface SavedMeter {
  readonly id: string;
  readonly spans: readonly Span[];
  readonly vague: readonly { readonly start: number; readonly end: number; readonly wh: number }[];
  readonly recent: readonly string[];
  readonly samples: readonly (readonly [number, number])[];
  readonly lost: boolean;
  readonly arrivedAt: number | null;
  readonly totals: { readonly registerWh: number; readonly lifetimeWh: number } | null;
  readonly resumed: boolean;
  readonly rebuiltWh: number;
}

const basisOf = ({ tariff, meters, exportMeters, target }: DemandConfig) =>
  JSON.stringify([gridOf(tariff), meters, exportMeters, target]);

const rulesOf = ({ counts, holidays, weights, highest, distinctDays }: Tariff) =>
  JSON.stringify([counts, holidays, weights, highest, distinctDays ?? false]);

function runsOf(slots: Slots, stepS: number): readonly Run[] {
  const runs: [number, ...number[]][] = [];
  let next = Number.NaN;
  for (const { step, energy } of allSlots(slots)) {
    const open = step === next ? runs.at(-1) : undefined;
    if (open === undefined) runs.push([step, energy]);
    else open.push(energy);
    next = step + stepS;
  }
  return runs;
}

function slotsFrom(runs: readonly Run[], stepS: number): Slots {
  const parts = runs.flatMap(([start, ...sums]) =>
    sums.map((energy, i) => ({ step: epochSeconds(start + i * stepS), energy: wh(energy) })),
  );
  return addParts(noSlots, parts);
}

const highestOf = (windows: readonly Candidate[]): Highest => windows.map(({ start, watts }) => [start, watts]);

const candidatesFrom = (highest: Highest) =>
  highest.map(([start, power]): Candidate => ({ start: epochSeconds(start), watts: watts(power) }));

/** @returns plain JSON that fits DEMAND_LEDGER_SCHEMA */
export function demandLedgerOf(demand: Demand, config: DemandConfig): DemandLedger {
  const { stepS } = gridOf(config.tariff);
  return {
    basis: basisOf(config),
    rules: rulesOf(config.tariff),
    settledUntil: demand.settledUntil,
    newest: demand.newest,
    touched: demand.touched,
    meters: [...demand.meters].map(([id, account]) => ({
      ...account,
      id,
      samples: account.samples.map(({ at, watts }) => [at, watts] as const),
    })),
    slots: runsOf(demand.slots, stepS),
    windows: runsOf(demand.book.windows, stepS),
    days: [...demand.book.days].map(([day, top]) => ({ day, highest: highestOf(top) })),
    months: [...demand.book.months].map(([period, top]) => ({ period, highest: highestOf(top) })),
    energy: [...demand.energy].map(([period, sums]) => ({ period, wh: [...sums] })),
    told: [...demand.told].map(([period, said]) => ({ period, ...said })),
  };
}

function accountFrom({ totals, ...saved }: SavedMeter, now: number): MeterAccount {
  const gaps = saved.vague.map(
    ({ start, end, wh: energy }): Vague => ({ start: epochSeconds(start), end: epochSeconds(end), wh: wh(energy) }),
  );
  // As with power that is heard: nothing is of later than now.
  const samples = saved.samples
    .filter(([at]) => at <= now)
    .map(([at, power]): Sample => ({ at: epochSeconds(at), watts: watts(power) }));
  const known: Totals | null =
    totals === null ? null : { registerWh: wh(totals.registerWh), lifetimeWh: wh(totals.lifetimeWh) };
  return {
    ...newAccount,
    spans: saved.spans,
    vague: gaps,
    recent: saved.recent,
    samples,
    lost: saved.lost,
    arrivedAt: saved.arrivedAt === null ? null : epochSeconds(saved.arrivedAt),
    totals: known,
    resumed: true,
    rebuiltWh: saved.rebuiltWh,
  };
}

function bookFrom({ windows, days, months }: DemandLedger, stepS: number): PeakBook {
  return {
    windows: slotsFrom(windows, stepS),
    days: new Map(days.map(({ day, highest }) => [day, candidatesFrom(highest)])),
    months: new Map(months.map(({ period, highest }) => [period, candidatesFrom(highest)])),
  };
}

/**
 * A demand as it was when `demandLedgerOf` was made of it. The next reading of each meter tells by its totals what went
 * by meanwhile.
 * @returns `noDemand` when the ledger is of other meters or another clock; without peaks when other windows counted
 */
export function demandFromLedger(ledger: DemandLedger, config: DemandConfig, now: number): Demand {
  if (ledger.basis !== basisOf(config)) return noDemand;
  const { stepS } = gridOf(config.tariff);
  const meters = new Map<MeterId, MeterAccount>();
  for (const saved of ledger.meters) {
    const id = parseMeterId(saved.id);
    if (id.ok) meters.set(id.value, accountFrom(saved, now));
  }
  const isSame = ledger.rules === rulesOf(config.tariff);
  const energy: EnergyBook = new Map(
    ledger.energy.map((month) => [month.period, new Map(month.wh.map(([price, sum]) => [price, wh(sum)]))]),
  );
  const told = ledger.told.map(
    ({ period, at, said, final }) => [period, { at: epochSeconds(at), said, final }] as const,
  );
  return {
    meters,
    slots: slotsFrom(ledger.slots, stepS),
    settledUntil: epochSeconds(ledger.settledUntil),
    touched: ledger.touched.map(epochSeconds),
    newest: epochSeconds(ledger.newest),
    book: isSame ? bookFrom(ledger, stepS) : emptyBook,
    energy,
    told: new Map(isSame ? told : []),
  };
}
