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
import { withSaved } from "./merge.ts";
import { gridOf, type Tariff } from "./tariff.ts";

/** Quarters, or minutes where windows are finer, are enough for what is closed for good; the last hours come as they were read. */
const RAW_S = 6 * 3600;
const QUARTER_S = 900;
const MONTH_S = 31 * 86_400;
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

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly resolution: Resolution;
}

/** A month at a time: a year of minutes is more than a small computer should hold at once. */
function partsOf(from: number, recent: number, now: number, resolution: Resolution): readonly Stretch[] {
  const parts: Stretch[] = [];
  for (let at = from; at < recent; at += MONTH_S)
    parts.push({ from: at, to: Math.min(at + MONTH_S, recent), resolution });
  return recent < now ? [...parts, { from: recent, to: now, resolution: "raw" }] : parts;
}

/** The readings of all meters in a stretch, in order. */
async function readingsOf(
  archive: Archive,
  meters: readonly MeterId[],
  { from, to, resolution }: Stretch,
  zone: string,
): Promise<Result<readonly Reading[]>> {
  const raw = resolution === "raw";
  const readings: Reading[] = [];
  for (const meter of meters) {
    // A reading may have begun before the border and end after it.
    const found = await rows(archive, meter, raw ? from - RAW_S : from, to, resolution, zone);
    if (!found.ok) return found;
    for (const row of found.value) if (row.end > from) readings.push(asReading(meter, row, from, raw));
  }
  return ok(readings.sort((a, b) => a.start - b.start));
}

/** Where the past is read from, and how. */
export interface Past {
  readonly archive: Archive;
  readonly meters: readonly MeterId[];
  readonly config: DemandConfig;
  readonly now: EpochSeconds;
  /** Lets others run: a year of quarters takes seconds. */
  breathe(): Promise<void>;
  /** What corrections took off the energy that the meter counted; below zero where they brought some. */
  correctedWh(meter: MeterId): number;
}

/** The first instant of the oldest month that the running one is billed with. */
export function billedSince(now: EpochSeconds, { zone, averageMonths = 1 }: Tariff): EpochSeconds {
  const { year, month } = localTime(now, zone);
  return startOfLocalDay(year, month - (averageMonths - 1), 1, zone);
}

/**
 * Demand as it would be if this had run all along: the windows and peaks of the billing months that still matter, and
 * the energy of the open window. What happened meanwhile is told by nobody twice: the events are dropped.
 *
 * @param saved what a ledger kept; only what the store does not know is taken from it
 */
export async function rebuildDemand(past: Past, saved: Demand = noDemand): Promise<Result<Demand>> {
  const played = await playBack(past, billedSince(past.now, past.config.tariff));
  return played.ok ? ok(withSaved(played.value.demand, saved, played.value.since, past.config)) : played;
}

/** All that the store has from `from` on. `since`: where that begins; null without any. */
export async function playBack(
  { archive, meters, config, now, breathe, correctedWh }: Past,
  from: EpochSeconds,
): Promise<Result<{ readonly demand: Demand; readonly since: EpochSeconds | null }>> {
  const { zone } = config.tariff;
  const { stepS } = gridOf(config.tariff);
  // All windows begin at one of UTC's quarters or at a whole number of steps from it.
  const recent = Math.max(from, Math.floor((now - RAW_S) / QUARTER_S) * QUARTER_S);
  const lifetimes = new Map<MeterId, number>();
  for (const meter of meters) {
    // Asked first: what is appended while the rows are read is then still told apart by itself.
    const lifetime = await archive.consumption(meter, epochSeconds(0), FOR_EVER);
    if (!lifetime.ok) return lifetime;
    lifetimes.set(meter, lifetime.value.wh + correctedWh(meter));
  }
  let demand = noDemand;
  let since: EpochSeconds | null = null;
  for (const part of partsOf(from, recent, now, stepS % QUARTER_S === 0 ? "15m" : "1m")) {
    const found = await readingsOf(archive, meters, part, zone);
    if (!found.ok) return found;
    since ??= found.value[0]?.start ?? null;
    for (const [i, one] of found.value.entries()) {
      if (i % BREATH === 0) await breathe();
      demand = stepDemand(demand, { kind: "reading", reading: one }, config, now).demand;
    }
  }
  const accounts = [...demand.meters].map(
    ([meter, account]) => [meter, { ...account, rebuiltWh: lifetimes.get(meter) ?? -1 }] as const,
  );
  return ok({ demand: { ...demand, meters: new Map(accounts) }, since });
}
