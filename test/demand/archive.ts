import type { DemandConfig, Past } from "../../nodes/demand/index.ts";
import {
  type Archive,
  type EpochSeconds,
  epochSeconds,
  failed,
  ok,
  type Reading,
  type ReadingRow,
  type ReadingsQuery,
  wh,
} from "../../nodes/model/index.ts";
import { HOUSE } from "./support.ts";

/** A store in memory that answers as the real one does: raw rows, or clock-aligned buckets, in small pages. */
export function archive(readings: readonly Reading[]): Archive {
  const row = (start: number, end: number, energy: number, coveredS: number): ReadingRow => ({
    start: epochSeconds(start),
    end: epochSeconds(end),
    wh: wh(energy),
    watts: (energy * 3600) / (end - start),
    registerWh: null,
    source: "interval",
    quality: [],
    coveredS,
  });
  const sizes: Partial<Record<ReadingsQuery["resolution"], number>> = { "1m": 60, "15m": 900 };
  const bucketsOf = ({ from, to, resolution }: ReadingsQuery) => {
    const size = sizes[resolution] ?? Number.NaN;
    const sums = new Map<number, { energy: number; coveredS: number }>();
    for (const one of readings) {
      const start = Math.floor(one.start / size) * size;
      const { energy, coveredS } = sums.get(start) ?? { energy: 0, coveredS: 0 };
      sums.set(start, { energy: energy + one.wh, coveredS: coveredS + one.end - one.start });
    }
    return [...sums]
      .filter(([start]) => start >= from && start < to)
      .map(([start, { energy, coveredS }]) => row(start, start + size, energy, coveredS));
  };
  const known = new Map<string, ReadingRow[]>();
  const buckets = (query: ReadingsQuery) => {
    const key = `${query.from} ${query.to} ${query.resolution}`;
    const found = known.get(key) ?? bucketsOf(query);
    known.set(key, found);
    return found;
  };
  const unused = async () => failed("METERMAN_INTERNAL", "not asked");
  return {
    async readings(query) {
      const all =
        query.resolution === "raw"
          ? readings
              .filter((one) => one.end > query.from && one.start < query.to)
              .map((one) => row(one.start, one.end, one.wh, one.end - one.start))
          : buckets(query);
      const first = Number(query.cursor ?? 0);
      const items = all.slice(first, first + 100);
      return ok({ items, next: first + 100 < all.length ? String(first + 100) : null });
    },
    async consumption(_meter, from, to) {
      const energy = readings.reduce((sum, one) => sum + (one.start >= from && one.end <= to ? one.wh : 0), 0);
      return ok({ from, to, wh: wh(energy), parts: [] });
    },
    events: unused,
    snapshots: unused,
  };
}

export function past(from: Archive, settings: DemandConfig, now: EpochSeconds): Past {
  const rest = { breathe: async () => undefined, correctedWh: () => 0 };
  return { archive: from, meters: [HOUSE], config: settings, now, ...rest };
}
