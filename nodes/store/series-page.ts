import type { EpochSeconds } from "../model/index.ts";
import type { Position } from "./cursor.ts";
import { dayOf, monthOf } from "./day.ts";
import type { MeterLayer } from "./layer.ts";
import type { Quarantine } from "./quarantine.ts";
import { compareNumbered, monthOfItem, monthsOfSeries, type Numbered, readItems, type Series } from "./series.ts";

type Timed = { readonly at: EpochSeconds };

export interface SeriesPage<T> {
  readonly items: readonly T[];
  readonly next: Position | undefined;
}

/** Items in [from, to), at most `limit`. @param after the position of the last one sent */
export interface SeriesQuery {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly after: Position | undefined;
}

/**
 * Items by month and, within it, as they became known; each page in order of time. One page is in memory, and one piece
 * of one file.
 * @param layers what is not in files yet; an item may be in both for a moment
 */
export async function seriesPage<T extends Timed>(
  folder: string,
  series: Series<T>,
  layers: readonly MeterLayer[],
  { from, to, limit, after }: SeriesQuery,
  quarantine: Quarantine,
): Promise<SeriesPage<T>> {
  const unmerged = layers.flatMap((layer) => series.of(layer)).sort(compareNumbered);
  const [first, last] = [monthOf(dayOf(from)), monthOf(dayOf(Math.max(from, to - 1)))];
  const months = new Set([...(await monthsOfSeries(folder, series.name)), ...unmerged.map(monthOfItem)]);
  const found: Numbered<T>[] = [];
  const [inMonth = 0, seq = 0, i = 0] = after ?? [];
  for (const month of [...months].sort()) {
    const number = numberOf(month);
    if (month < first || month > last || number < inMonth) continue;
    let latest: Numbered<T> | undefined;
    /** @returns whether the page has no room for it */
    const take = (item: Numbered<T>): boolean => {
      if (latest !== undefined && compareNumbered(item, latest) <= 0) return false;
      latest = item;
      const [ownSeq, own, { at }] = item;
      if (at < from || at >= to) return false;
      if (after !== undefined && number === inMonth && (ownSeq - seq || own - i) <= 0) return false;
      if (found.length === limit) return true;
      found.push(item);
      return false;
    };
    for await (const item of readItems(folder, series, month, quarantine)) {
      if (take(item)) return pageOf(found, true);
    }
    for (const item of unmerged) {
      if (monthOfItem(item) === month && take(item)) return pageOf(found, true);
    }
  }
  return pageOf(found, false);
}

function pageOf<T extends Timed>(found: readonly Numbered<T>[], more: boolean): SeriesPage<T> {
  const last = found.at(-1);
  const items = found.map(([, , item]) => item).sort((a, b) => a.at - b.at);
  if (!more || last === undefined) return { items, next: undefined };
  return { items, next: [numberOf(monthOfItem(last)), last[0], last[1]] };
}

function numberOf(month: string): number {
  return Number(month.replace("-", ""));
}
