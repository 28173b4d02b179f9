import { epochSeconds, type ReadingRow, wh } from "../../../../model/index.ts";

/**
 * Rows of several meters added up, bucket by bucket. A bucket where one of them has nothing holds what is known of the
 * others, and says so: it counts as covered only as long as all were.
 */
export function addUp(all: readonly (readonly ReadingRow[])[]): ReadingRow[] {
  const byStart = new Map<number, ReadingRow[]>();
  for (const rows of all) {
    for (const row of rows) {
      const there = byStart.get(row.start);
      if (there === undefined) byStart.set(row.start, [row]);
      else there.push(row);
    }
  }
  return [...byStart.entries()].sort(([a], [b]) => a - b).map(([, rows]) => added(rows, all.length));
}

function added(rows: readonly ReadingRow[], meters: number): ReadingRow {
  const [first] = rows;
  const sources = new Set(rows.map(({ source }) => source));
  return {
    start: epochSeconds(first?.start ?? 0),
    end: epochSeconds(Math.max(...rows.map(({ end }) => end))),
    wh: wh(rows.reduce((sum, row) => sum + row.wh, 0)),
    watts: rows.reduce((sum, row) => sum + row.watts, 0),
    registerWh: null,
    source: sources.size === 1 && first !== undefined ? first.source : "mixed",
    quality: [...new Set(rows.flatMap(({ quality }) => quality))],
    coveredS: rows.length < meters ? 0 : Math.min(...rows.map(({ coveredS }) => coveredS)),
  };
}
