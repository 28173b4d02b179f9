import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import {
  amps,
  epochSeconds,
  type Failure,
  type LedgerWrite,
  type MeterId,
  meanWatts,
  type Page,
  parseMeterId,
  type Quality,
  type Reading,
  type ReadingRow,
  type Result,
  type Source,
  seconds,
  wh,
} from "../../nodes/model/index.ts";
import { openStore, type Store, type StoreOptions } from "../../nodes/store/index.ts";

const folders: string[] = [];
const stores: Store[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "meterman-store-"));
  folders.push(folder);
  return folder;
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export const HOUSE: MeterId = must(parseMeterId("0.0.1.1.2"));
export const SHED: MeterId = must(parseMeterId("0.0.1.1.3"));

/** A clock that stands until it is moved. */
export class Clock {
  at = 1_783_000_000;
  readonly now = () => epochSeconds(this.at);
}

export interface Opened {
  store: Store;
  reports: Failure[];
}

export async function open(folder: string, clock: Clock, more: Partial<StoreOptions> = {}): Promise<Opened> {
  const reports: Failure[] = [];
  const report = (failure: Failure) => reports.push(failure);
  const store = must(await openStore({ folder, zone: "UTC", now: clock.now, report, ...more }));
  stores.push(store);
  return { store, reports };
}

/** Readings one after the other from `start`, with a register and a lifetime that go on. */
export class Account {
  register: number;
  lifetime = 0;
  at: number;
  readonly meter: MeterId;

  constructor(at: number, register = 400_000, meter = HOUSE) {
    this.at = at;
    this.register = register;
    this.meter = meter;
  }

  next(energy: number, duration = 15, more: { source?: Source; quality?: Quality[]; amps?: number } = {}): Reading {
    const start = this.at;
    this.at += duration;
    this.register += energy;
    this.lifetime += energy;
    return reading(this.meter, start, this.at, energy, this.register, this.lifetime, more);
  }

  many(count: number, energy = (i: number) => i % 7, duration = 15): Reading[] {
    return Array.from({ length: count }, (_, i) => this.next(energy(i), duration));
  }
}

export function reading(
  meter: MeterId,
  start: number,
  end: number,
  energy: number,
  register: number,
  lifetime: number,
  more: { source?: Source; quality?: Quality[]; amps?: number } = {},
): Reading {
  return {
    meter,
    start: epochSeconds(start),
    end: epochSeconds(end),
    wh: wh(energy),
    watts: meanWatts(wh(energy), seconds(Math.max(1, end - start))),
    registerWh: wh(register),
    lifetimeWh: wh(lifetime),
    source: "interval",
    quality: [],
    ...(more.source === undefined ? {} : { source: more.source }),
    ...(more.quality === undefined ? {} : { quality: more.quality }),
    ...(more.amps === undefined ? {} : { amps: amps(more.amps) }),
  };
}

export function unit(readings: readonly Reading[], more: Partial<LedgerWrite> = {}): LedgerWrite {
  return { meter: readings[0]?.meter ?? HOUSE, readings, events: [], memory: {}, ...more };
}

/** Appends and makes durable at once. */
export async function put(store: Store, ...units: LedgerWrite[]): Promise<void> {
  const written = units.map((one) => store.append(one));
  await store.flush();
  await Promise.all(written);
}

/** All rows of a query over everything, page by page. */
export async function all(store: Store, query: Partial<Parameters<Store["readings"]>[0]> = {}) {
  const rows: ReadingRow[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<ReadingRow> = must(
      await store.readings({
        meter: HOUSE,
        from: epochSeconds(1_577_836_800),
        to: epochSeconds(1_900_000_000),
        resolution: "raw",
        ...query,
        ...(cursor === null ? {} : { cursor }),
      }),
    );
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}
