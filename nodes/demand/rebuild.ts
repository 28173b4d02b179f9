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
import { coveredUntil } from "./account.ts";
import { AHEAD_S, accountOf, type Demand, type DemandConfig, noDemand } from "./demand.ts";
import { stepDemand } from "./demand-decide.ts";
import type { EnergyBook } from "./energy.ts";
import { highestOf, latest, mergeTop } from "./peaks.ts";
import { gridOf } from "./tariff.ts";

/** Quarters, or minutes where windows are finer, are enough for what is closed for good; the last hours come as they were read. */
const RAW_S = 6 * 3600;
const QUARTER_S = 900;
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
 * @param saved what a ledger kept; only what the store does not know is taken from it
 */
export async function rebuildDemand(
  archive: Archive,
  meters: readonly MeterId[],
  config: DemandConfig,
  now: EpochSeconds,
  breathe: () => Promise<void> = async () => undefined,
  saved: Demand = noDemand,
): Promise<Result<Demand>> {
  const { zone, averageMonths = 1 } = config.tariff;
  const { stepS } = gridOf(config.tariff);
  const { year, month } = localTime(now, zone);
  const from = startOfLocalDay(year, month - (averageMonths - 1), 1, zone);
  // All windows begin at one of UTC's quarters or at a whole number of steps from it.
  const recent = Math.max(from, Math.floor((now - RAW_S) / QUARTER_S) * QUARTER_S);
  const readings: Reading[] = [];
  const lifetimes = new Map<MeterId, number>();
  for (const meter of meters) {
    // Asked first: what is appended while the rows are read is then still told apart by itself.
    const lifetime = await archive.consumption(meter, epochSeconds(0), FOR_EVER);
    if (!lifetime.ok) return lifetime;
    lifetimes.set(meter, lifetime.value.wh);
    const coarse = stepS % QUARTER_S === 0 ? "15m" : "1m";
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
  const rebuilt = { ...demand, meters: new Map(accounts) };
  return ok(withSaved(rebuilt, saved, readings[0]?.start ?? null, config));
}

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
function withSaved(rebuilt: Demand, saved: Demand, since: EpochSeconds | null, config: DemandConfig): Demand {
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
  };
}
