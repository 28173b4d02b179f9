import {
  type Archive,
  type Consumption,
  type EpochSeconds,
  failed,
  isZone,
  MAX_LIMIT,
  type MeterId,
  ok,
  type Page,
  type ReadingRow,
  type ReadingsQuery,
  type Result,
  type SnapshotsQuery,
} from "../model/index.ts";
import { Buckets } from "./bucket.ts";
import { consumptionOf } from "./consumption.ts";
import { decodeCursor, encodeCursor, type Position } from "./cursor.ts";
import { DAY_S } from "./day.ts";
import { Edges } from "./edges.ts";
import { EVENTS } from "./event-shapes.ts";
import { breathe } from "./files.ts";
import { type Rows, rawPage } from "./raw.ts";
import { expand, type Run } from "./run.ts";
import type { Series } from "./series.ts";
import type { SeriesPage, SeriesQuery } from "./series-page.ts";
import { SNAPSHOTS } from "./snapshots.ts";
import type { Days, DayView } from "./views.ts";
import { ZoneClock } from "./zone-clock.ts";

/** So many buckets are summed up at once. */
const WINDOW = 1500;

/** What the archive looks into. */
export interface Shelves {
  readonly zone: string;
  days(meter: string): Days;
  /** The items of a series of `meter`, page by page. */
  items<T extends { readonly at: EpochSeconds }>(
    series: Series<T>,
    meter: string,
    query: SeriesQuery,
  ): Promise<SeriesPage<T>>;
}

/** The reading side: raw readings, buckets in local time, consumption, events. */
export function archiveOf(shelves: Shelves): Archive {
  return {
    async readings(query: ReadingsQuery): Promise<Result<Page<ReadingRow>>> {
      const zone = query.zone ?? shelves.zone;
      if (!isZone(zone)) return failed("METERMAN_BAD_QUERY", "zone must be an IANA time zone like Europe/Oslo", "zone");
      const question = `${query.meter} ${query.from} ${query.to} ${query.resolution} ${zone}`;
      const isRaw = query.resolution === "raw";
      const cursor = decodeCursor(question, query.cursor, isRaw ? 4 : 1);
      if (!cursor.ok) return cursor;
      const limit = Math.min(query.limit ?? MAX_LIMIT, MAX_LIMIT);
      const days = shelves.days(query.meter);
      const page = isRaw
        ? await rawPage(days, query.from, query.to, limit, cursor.value)
        : await bucketPage(days, new Edges(ZoneClock.of(zone), query.resolution), query.to, limit, [
            Math.max(query.from, cursor.value?.[0] ?? 0),
          ]);
      return ok({ items: page.items, next: page.next === undefined ? null : encodeCursor(question, page.next) });
    },
    async consumption(meter: MeterId, from: EpochSeconds, to: EpochSeconds): Promise<Result<Consumption>> {
      return ok(await consumptionOf(shelves.days(meter), from, to));
    },
    snapshots: (query) => itemsOf(shelves, SNAPSHOTS, query.device, query),
    events: (query) => itemsOf(shelves, EVENTS, query.meter, query),
  };
}

async function itemsOf<T extends { readonly at: EpochSeconds }>(
  shelves: Shelves,
  series: Series<T>,
  meter: MeterId,
  { from, to, limit = MAX_LIMIT, cursor }: Omit<SnapshotsQuery, "device">,
): Promise<Result<Page<T>>> {
  const question = `${meter} ${from} ${to} ${series.name}`;
  const after = decodeCursor(question, cursor, 3);
  if (!after.ok) return after;
  const found = { from, to, after: after.value, limit: Math.min(limit, MAX_LIMIT) };
  const page = await shelves.items(series, meter, found);
  return ok({ items: page.items, next: page.next === undefined ? null : encodeCursor(question, page.next) });
}

/** Buckets with data of [from, to); the first and the last are cut to it, so that their sum is the consumption. */
async function bucketPage(source: Days, edges: Edges, to: number, limit: number, after: Position): Promise<Rows> {
  let [from = 0] = after;
  const items: ReadingRow[] = [];
  const days = await source.days(from, to);
  const opened = new Map<DayView, readonly Run[]>();
  while (from < to) {
    const buckets = new Buckets(edges.between(from, to, Math.min(WINDOW, limit + 1)));
    for (const view of days) {
      if (view.day * DAY_S >= buckets.to || view.reach < buckets.from) continue;
      const { whole } = view;
      if (whole !== undefined && buckets.fitsHalfHours(view.day)) {
        buckets.addRoll(whole);
        continue;
      }
      const runs = opened.get(view) ?? (await view.runs());
      // A day of minutes is wanted once more by the next window.
      opened.clear();
      opened.set(view, runs);
      buckets.addRows(expand(runs));
      await breathe();
    }
    for (const row of buckets.rows()) {
      if (items.length === limit) return { items, next: [row.start] };
      items.push(row);
    }
    const reached = buckets.to;
    const ahead = days.find((view) => view.reach >= reached || view.day * DAY_S >= reached);
    if (ahead === undefined) break;
    from = Math.max(reached, edges.floor(Math.max(reached, ahead.day * DAY_S)));
  }
  return { items, next: undefined };
}
