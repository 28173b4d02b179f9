import { type EpochSeconds, type MeterId, meanWatts, seconds, type Watts, type Wh } from "../model/index.ts";
import { coveredS, type MeterAccount } from "./account.ts";
import { rulesAt } from "./rules.ts";
import { type Slots, slotsWh } from "./slots.ts";
import { gridOf, type Tariff } from "./tariff.ts";

/** Share of a window that must have data for it to be billed. */
export const BILLABLE_COVERAGE = 0.9;

/** A window that is over. */
export interface Window {
  readonly start: EpochSeconds;
  /** Exclusive. */
  readonly end: EpochSeconds;
  readonly wh: Wh;
  /** Mean power; with partial coverage it is a lower bound. */
  readonly watts: Watts;
  /** Share of the time with data, 0…1: of the meter that has least. */
  readonly coverage: number;
  /** Lies in the hours of the tariff. */
  readonly counts: boolean;
  /** What it counts as, where the tariff weighs windows: its power times this. */
  readonly weight: number;
  /** May make the month's figure: it counts, and enough of it has data. */
  readonly candidate: boolean;
  /** It was closed before, and late data changed it. */
  readonly resettled: boolean;
}

export interface Sources {
  readonly meters: ReadonlyMap<MeterId, MeterAccount>;
  readonly slots: Slots;
}

/** Share of [start, end) with data from every one of `meters`. */
export function coverage(sources: Sources, meters: readonly MeterId[], start: number, end: number): number {
  if (end <= start || meters.length === 0) return 0;
  let least = 1;
  for (const meter of meters) {
    const account = sources.meters.get(meter);
    least = Math.min(least, account === undefined ? 0 : coveredS(account, start, end) / (end - start));
  }
  return least;
}

export function closeWindow(
  sources: Sources,
  meters: readonly MeterId[],
  span: { readonly start: EpochSeconds; readonly end: EpochSeconds },
  tariff: Tariff,
  resettled: boolean,
): Window {
  const wh = slotsWh(sources.slots, span.start, span.end, gridOf(tariff).stepS);
  const share = coverage(sources, meters, span.start, span.end);
  const { counts, factor } = rulesAt(tariff, span.start);
  return {
    ...span,
    wh,
    watts: meanWatts(wh, seconds(span.end - span.start)),
    coverage: share,
    counts,
    weight: factor,
    candidate: counts && share >= BILLABLE_COVERAGE,
    resettled,
  };
}
