import type { EpochSeconds } from "../model/index.ts";
import { coveredUntil } from "./account.ts";
import { AHEAD_S, accountOf, type Demand, type DemandConfig } from "./demand.ts";
import { lastTold } from "./demand-evolve.ts";
import type { EnergyBook } from "./energy.ts";
import { highestOf, latest, mergeTop } from "./peaks.ts";

/** A month in whose middle the store began is known better by whoever counted more of it. */
function mergeEnergy(rebuilt: EnergyBook, saved: EnergyBook): EnergyBook {
  const sum = (period: string, book: EnergyBook) => [...(book.get(period)?.values() ?? [])].reduce((a, b) => a + b, 0);
  const first = [...rebuilt.keys()].reduce((a, b) => (a < b ? a : b), "~");
  const better = [...rebuilt].filter(([period]) => period !== first || sum(period, rebuilt) >= sum(period, saved));
  return latest(new Map([...saved, ...better]));
}

/**
 * What the store gives back, with what only the ledger knows: the months and days before the store's first reading.
 * When the store lacks what the ledger knows of a meter (it is fed past the store), the ledger is better and stays.
 */
export function withSaved(rebuilt: Demand, saved: Demand, since: EpochSeconds | null, config: DemandConfig): Demand {
  const isLess = [...saved.meters].some(
    ([id, account]) => coveredUntil(accountOf(rebuilt, id)) < coveredUntil(account) - AHEAD_S,
  );
  if (since === null || isLess) return saved;
  const { tariff } = config;
  const days = new Map(rebuilt.book.days);
  const months = new Map([...saved.book.months, ...rebuilt.book.months]);
  for (const [key, top] of saved.book.days) {
    const earlier = top.filter(({ start }) => start < since);
    if (earlier.length === 0) continue;
    days.set(key, mergeTop(earlier, days.get(key) ?? [], tariff));
    const period = key.slice(0, 7);
    months.set(period, highestOf(days, period, tariff));
  }
  return {
    ...rebuilt,
    book: { ...rebuilt.book, days, months: latest(months) },
    energy: mergeEnergy(rebuilt.energy, saved.energy),
    // What was said is known to the ledger alone: a month that ended meanwhile is still to be told as final.
    told: lastTold(new Map([...rebuilt.told, ...saved.told])),
  };
}
