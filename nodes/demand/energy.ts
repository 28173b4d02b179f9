import { type Wh, wh } from "../model/index.ts";
import { localDay } from "./clock.ts";
import type { Part } from "./grid.ts";
import { rulesAt } from "./rules.ts";
import type { Amount, Tariff } from "./tariff.ts";

/**
 * Energy by month and by the price it had: whole Wh, so that late data and holes whose detail comes are exact, and a
 * price that changes leaves alone what was used before. null: without a price.
 */
export type EnergyBook = ReadonlyMap<string, ReadonlyMap<number | null, Wh>>;

export const noEnergy: EnergyBook = new Map();

/** @param sign -1 takes the parts out again, or counts them negatively */
export function addEnergy(book: EnergyBook, parts: readonly Part[], tariff: Tariff, sign: 1 | -1 = 1): EnergyBook {
  const next = new Map(book);
  for (const { step, energy } of parts) {
    const { period } = localDay(step, tariff.zone);
    const { perKwh } = rulesAt(tariff, step);
    const month = new Map(next.get(period));
    next.set(period, month.set(perKwh, wh((month.get(perKwh) ?? 0) + sign * energy)));
  }
  return next;
}

export interface MonthEnergy {
  readonly energyWh: Wh | null;
  /** null when some of it has no price. */
  readonly energyCharge: Amount | null;
}

/** Energy of a month and its cost by the time of use; null when nothing was counted. */
export function energyOf(book: EnergyBook, period: string, tariff: Tariff): MonthEnergy {
  const month = book.get(period);
  if (month === undefined) return { energyWh: null, energyCharge: null };
  let sum = 0;
  let cost = 0;
  let isPriced = tariff.energy !== undefined;
  for (const [perKwh, energy] of month) {
    sum += energy;
    cost += ((perKwh ?? 0) * energy) / 1000;
    if (perKwh === null && energy !== 0) isPriced = false;
  }
  const currency = tariff.energy?.currency ?? "";
  return { energyWh: wh(sum), energyCharge: isPriced ? { amount: cost, currency } : null };
}
