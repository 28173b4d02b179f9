import {
  type Archive,
  type Consumption,
  type Directory,
  epochSeconds,
  failed,
  type MeterEvent,
  type MeterId,
  type MeterSummary,
  ok,
  type Page,
  parseMeterId,
  type Reading,
  type ReadingRow,
  type ReadingsQuery,
  type Result,
  watts,
  wh,
} from "../../nodes/model/index.ts";

/** An id that is known to be good. */
export function meter(text: string): MeterId {
  const parsed = parseMeterId(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

/** 15-s readings of 5 Wh one after the other. */
export function readingsFrom(id: MeterId, start: number, count: number): Reading[] {
  return Array.from({ length: count }, (_, index) => ({
    meter: id,
    start: epochSeconds(start + index * 15),
    end: epochSeconds(start + index * 15 + 15),
    wh: wh(5),
    watts: watts(1200),
    registerWh: wh(5 * (index + 1)),
    lifetimeWh: wh(5 * (index + 1)),
    source: "interval",
    quality: [],
  }));
}

/** The smallest archive that answers truly: a list in memory, raw resolution only. */
export class MemoryArchive implements Archive {
  readonly list: readonly Reading[];
  readonly happened: readonly MeterEvent[];

  constructor(list: readonly Reading[], happened: readonly MeterEvent[] = []) {
    this.list = list;
    this.happened = happened;
  }

  async readings(query: ReadingsQuery): Promise<Result<Page<ReadingRow>>> {
    const rows = this.list
      .filter(({ meter, start, end }) => meter === query.meter && end > query.from && start < query.to)
      .map(({ start, end, wh, watts, registerWh, source, quality }) => ({
        ...{ start, end, wh, watts, registerWh, source, quality },
        coveredS: end - start,
      }));
    return page(rows, query);
  }

  async consumption(id: MeterId, from: number, to: number): Promise<Result<Consumption>> {
    const inside = this.list.filter(({ meter, start, end }) => meter === id && start >= from && end <= to);
    const first = inside[0];
    const last = inside.at(-1);
    const used = wh(inside.reduce((sum, reading) => sum + reading.wh, 0));
    const parts = first && last ? [{ start: first.start, end: last.end, wh: used, source: first.source }] : [];
    return ok({ from: epochSeconds(from), to: epochSeconds(to), wh: used, parts });
  }

  async events(query: { meter: MeterId; from: number; to: number; limit?: number; cursor?: string }) {
    return page(
      this.happened.filter(({ meter, at }) => meter === query.meter && at >= query.from && at < query.to),
      query,
    );
  }
}

function page<T>(rows: readonly T[], { limit = 1000, cursor }: { limit?: number; cursor?: string }): Result<Page<T>> {
  if (cursor !== undefined && !/^p\d{1,9}$/.test(cursor)) {
    return failed("METERMAN_BAD_QUERY", "cursor must be the value of next of the page before", "cursor");
  }
  const at = cursor === undefined ? 0 : Number(cursor.slice(1));
  const items = rows.slice(at, at + limit);
  return ok({ items, next: at + limit < rows.length ? `p${at + limit}` : null });
}

export function directory(...known: readonly MeterSummary[]): Directory {
  return { list: () => known, find: (id) => known.find((summary) => summary.id === id) };
}

export function summary(id: MeterId, name: string): MeterSummary {
  return {
    id,
    name,
    lifetimeWh: wh(812_400),
    registerWh: wh(412_400),
    power: { known: true, watts: watts(600), at: epochSeconds(1_783_000_120) },
    lastHeard: epochSeconds(1_783_000_119),
    health: { lastHeard: epochSeconds(1_783_000_119), dark: false, batteryMv: 2900, reboots: 0, warnings: [] },
  };
}
