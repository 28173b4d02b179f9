import {
  type Archive,
  type EpochSeconds,
  epochSeconds,
  localTime,
  MAX_LIMIT,
  type MeterId,
  ok,
  type Reading,
  type ReadingRow,
  type Resolution,
  type Result,
  startOfLocalDay,
  watts,
  wh,
} from "../model/index.ts";
import { type Demand, type DemandConfig, noDemand } from "./demand.ts";
import { stepDemand } from "./demand-decide.ts";
import { stepStart } from "./grid.ts";
import { gridOf } from "./tariff.ts";

/** Quarters are enough for what is closed for good; the last hours come as they were read. */
const RAW_S = 6 * 3600;
/** Readings between two breaths: some milliseconds. */
const BREATH = 50;
/** 2100-01-01: behind every reading. */
const FOR_EVER = epochSeconds(4_102_444_800);

async function rows(archive: Archive, meter: MeterId, from: number, to: number, resolution: Resolution, zone: string) {
  const found: ReadingRow[] = [];
  let cursor: string | undefined;
  do {
    const query = { meter, from: epochSeconds(from), to: epochSeconds(to), resolution, limit: MAX_LIMIT, zone };
    const page: Result<{ items: readonly ReadingRow[]; next: string | null }> = await archive.readings(
      cursor === undefined ? query : { ...query, cursor },
    );
    if (!page.ok) return page;
    found.push(...page.value.items);
    cursor = page.value.next ?? undefined;
  } while (cursor !== undefined);
  return ok(found);
}

/**
 * A row as if it had just been read, from `from` on. Of a bucket with holes only the covered part counts as data, of a
 * bucket inside a bridged hole nothing.
 */
function asReading(meter: MeterId, row: ReadingRow, from: number, raw: boolean): Reading {
  const before = row.start < from ? Math.round((row.wh * (from - row.start)) / (row.end - row.start)) : 0;
  const coveredS = row.source === "register-gap" ? 0 : row.coveredS;
  return {
    meter,
    start: epochSeconds(Math.max(row.start, from)),
    end: raw ? row.end : epochSeconds(row.start + coveredS),
    wh: wh(row.wh - before),
    watts: watts(row.watts),
    registerWh: row.registerWh ?? wh(0),
    lifetimeWh: wh(0),
    source: row.source === "mixed" ? "interval" : row.source,
    quality: row.quality,
  };
}

/**
 * Demand as it would be if this had run all along: the windows and peaks of the billing months that still matter, and
 * the energy of the open window. What happened meanwhile is told by nobody twice: the events are dropped.
 *
 * @param breathe lets others run: a year of quarters takes seconds
 */
export async function rebuildDemand(
  archive: Archive,
  meters: readonly MeterId[],
  config: DemandConfig,
  now: EpochSeconds,
  breathe: () => Promise<void> = async () => undefined,
): Promise<Result<Demand>> {
  const { zone, averageMonths = 1, stepMinutes } = config.tariff;
  const { year, month } = localTime(now, zone);
  const from = startOfLocalDay(year, month - (averageMonths - 1), 1, zone);
  const recent = Math.max(from, stepStart(now - RAW_S, gridOf({ ...config.tariff, stepMinutes: 15 })));
  const readings: Reading[] = [];
  const lifetimes = new Map<MeterId, number>();
  for (const meter of meters) {
    // Asked first: what is appended while the rows are read is then still told apart by itself.
    const lifetime = await archive.consumption(meter, epochSeconds(0), FOR_EVER);
    if (!lifetime.ok) return lifetime;
    lifetimes.set(meter, lifetime.value.wh);
    const coarse = stepMinutes === undefined || stepMinutes >= 15 ? "15m" : "1m";
    for (const part of [
      { from, to: recent, resolution: coarse },
      { from: recent, to: now, resolution: "raw" },
    ] as const) {
      if (part.from >= part.to) continue;
      const raw = part.resolution === "raw";
      // A reading may have begun before the border and end after it.
      const found = await rows(archive, meter, raw ? part.from - RAW_S : part.from, part.to, part.resolution, zone);
      if (!found.ok) return found;
      const wanted = found.value.filter((row) => row.end > part.from);
      readings.push(...wanted.map((row) => asReading(meter, row, part.from, raw)));
    }
  }
  readings.sort((a, b) => a.start - b.start);
  let demand = noDemand;
  for (const [i, one] of readings.entries()) {
    if (i % BREATH === 0) await breathe();
    demand = stepDemand(demand, { kind: "reading", reading: one }, config, now).demand;
  }
  const accounts = [...demand.meters].map(
    ([meter, account]) => [meter, { ...account, rebuiltWh: lifetimes.get(meter) ?? -1 }] as const,
  );
  return ok({ ...demand, meters: new Map(accounts) });
}
