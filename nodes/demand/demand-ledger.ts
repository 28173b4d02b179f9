import { epochSeconds, type MeterId, parseMeterId, type Wh, watts, wh } from "../model/index.ts";
import { type MeterAccount, newAccount, type Sample, type Totals, type Vague } from "./account.ts";
import { type Demand, type DemandConfig, noDemand } from "./demand.ts";
import type { EnergyBook } from "./energy.ts";
import { type Candidate, type Day, emptyBook, type PeakBook, topOf } from "./peaks.ts";
import { addParts, allSlots, noSlots } from "./slots.ts";
import type { Span } from "./spans.ts";
import { gridOf, type Tariff } from "./tariff.ts";

/** Whole Wh of steps that follow each other, `[first step, Wh, Wh, …]`: days of minutes stay small. */
type Run = readonly [number, ...number[]];

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
  readonly days: readonly { readonly day: string; readonly windows: readonly Run[] }[];
  readonly months: readonly { readonly period: string; readonly highest: readonly (readonly [number, number])[] }[];
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

function runsOf(sums: Iterable<readonly [number, Wh]>, stepS: number): readonly Run[] {
  const runs: [number, ...number[]][] = [];
  let next = Number.NaN;
  for (const [start, energy] of sums) {
    const open = start === next ? runs.at(-1) : undefined;
    if (open === undefined) runs.push([start, energy]);
    else open.push(energy);
    next = start + stepS;
  }
  return runs;
}

function sumsOf(runs: readonly Run[], stepS: number): [ReturnType<typeof epochSeconds>, Wh][] {
  return runs.flatMap(([start, ...sums]) =>
    sums.map((energy, i): [ReturnType<typeof epochSeconds>, Wh] => [epochSeconds(start + i * stepS), wh(energy)]),
  );
}

/** @returns plain JSON that fits DEMAND_LEDGER_SCHEMA */
export function demandLedgerOf(demand: Demand, config: DemandConfig): DemandLedger {
  const { stepS } = gridOf(config.tariff);
  const sorted = (windows: Day["windows"]) => [...windows].sort(([a], [b]) => a - b);
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
    slots: runsOf(
      allSlots(demand.slots).map(({ step, energy }) => [step, energy] as const),
      stepS,
    ),
    days: [...demand.book.days].map(([day, { windows }]) => ({ day, windows: runsOf(sorted(windows), stepS) })),
    months: [...demand.book.months].map(([period, highest]) => ({
      period,
      highest: highest.map(({ start, watts }) => [start, watts] as const),
    })),
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

function bookFrom(ledger: DemandLedger, tariff: Tariff): PeakBook {
  const { stepS } = gridOf(tariff);
  const days = new Map(
    ledger.days.map(({ day, windows: runs }): [string, Day] => {
      const windows = new Map(sumsOf(runs, stepS));
      return [day, { windows, top: topOf(windows, tariff) }];
    }),
  );
  const highest = (list: readonly (readonly [number, number])[]) =>
    list.map(([start, power]): Candidate => ({ start: epochSeconds(start), watts: watts(power) }));
  const months = new Map(
    ledger.months.map((month): [string, readonly Candidate[]] => [month.period, highest(month.highest)]),
  );
  return { days, months };
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
  const parts = sumsOf(ledger.slots, stepS).map(([step, energy]) => ({ step, energy }));
  const energy: EnergyBook = new Map(
    ledger.energy.map((month) => [month.period, new Map(month.wh.map(([price, sum]) => [price, wh(sum)]))]),
  );
  const told = ledger.told.map(
    ({ period, at, said, final }) => [period, { at: epochSeconds(at), said, final }] as const,
  );
  return {
    meters,
    slots: addParts(noSlots, parts),
    settledUntil: epochSeconds(ledger.settledUntil),
    touched: ledger.touched.map(epochSeconds),
    newest: epochSeconds(ledger.newest),
    book: isSame ? bookFrom(ledger, config.tariff) : emptyBook,
    energy,
    told: new Map(isSame ? told : []),
  };
}
