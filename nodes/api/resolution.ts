import {
  type Archive,
  failed,
  MAX_LIMIT,
  ok,
  type Page,
  RESOLUTIONS,
  type ReadingRow,
  type ReadingsQuery,
  type Resolution,
  type Result,
} from "../model/index.ts";

export const LEAST_POINTS = 100;
export const MOST_POINTS = 5000;
export const POINTS = 1000;

/** Length of a bucket, the shortest there can be: so many of them are in a span at most, and one more at its edge. */
const SHORTEST_S: Readonly<Record<Exclude<Resolution, "raw">, number>> = {
  "1m": 60,
  "15m": 900,
  "30m": 1800,
  hour: 3600,
  day: 23 * 3600,
  month: 28 * 86_400,
};
const BUCKETS = RESOLUTIONS.filter((one) => one !== "raw");

export interface Picked {
  readonly resolution: Resolution;
  readonly items: readonly ReadingRow[];
}

/**
 * The rows of a span in the finest resolution that has at most `points` of them; months if none has. A bucket without
 * data is no row, so a span with holes can be told finer than its length says: it is tried, and a try ends at `points`.
 */
export async function pick(
  archive: Archive,
  query: Omit<ReadingsQuery, "resolution" | "limit" | "cursor">,
  points: number,
): Promise<Result<Picked>> {
  const rows = async (resolution: Resolution, most: number): Promise<Result<Picked | undefined>> => {
    const page: Result<Page<ReadingRow>> = await archive.readings({ ...query, resolution, limit: most });
    if (!page.ok) return page;
    const { items, next } = page.value;
    return ok(next === null ? { resolution, items } : undefined);
  };
  const raw = await rows("raw", points);
  if (!raw.ok) return raw;
  if (raw.value !== undefined) return ok(raw.value);
  const spanS = query.to - query.from;
  const sure = BUCKETS.findIndex((one) => spanS / SHORTEST_S[one] + 1 <= points);
  let best: Picked | undefined;
  for (let at = sure < 0 ? BUCKETS.length - 1 : sure; at >= 0; at -= 1) {
    const tried = await rows(BUCKETS[at] ?? "month", best === undefined ? MAX_LIMIT : points);
    if (!tried.ok) return tried;
    if (tried.value === undefined) break;
    best = tried.value;
  }
  return best === undefined
    ? failed("METERMAN_TOO_LARGE", "there are too many rows for one answer: ask for a shorter span", "from")
    : ok(best);
}
