import { epochSeconds, type LedgerWrite, type MeterId, type Reading } from "../nodes/model/index.ts";
import type { Store } from "../nodes/store/index.ts";
import { DAY, households, memoryOf } from "./store-load.ts";

export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly [detail: string]: unknown;
}

export const say = (text: string) => process.stderr.write(`${text}\n`);
export const round = (value: number, digits = 2) => Number(value.toPrecision(digits + 1));

export function goal(name: string, ours: number, theirs: number, limit: number): Measurement {
  const ratio = round(ours / theirs);
  return { name, value: ratio, unit: "ratio", goal: limit, met: ratio <= limit };
}

export function units(readings: readonly Reading[]): LedgerWrite[] {
  const byMeter = new Map<MeterId, Reading[]>();
  for (const reading of readings) {
    const own = byMeter.get(reading.meter);
    if (own === undefined) byMeter.set(reading.meter, [reading]);
    else own.push(reading);
  }
  return [...byMeter].map(([meter, own]) => ({ meter, readings: own, events: [], memory: memoryOf(own.at(-1)) }));
}

export async function writeThrough(store: Store, readings: readonly Reading[]): Promise<void> {
  const done = units(readings).map((unit) => store.append(unit));
  await store.flush();
  await Promise.all(done);
}

/** Batches of all meters in turn: four readings each make the minute's 72. */
export function* batches(count: number, size: number): Generator<Reading[]> {
  const homes = households();
  const each = Math.ceil(size / homes.length);
  for (let i = 0; i < count; i += 1) yield homes.flatMap((home) => home.many(each)).slice(0, size);
}

export function earlier(reading: Reading, days: number): Reading {
  return { ...reading, start: epochSeconds(reading.start - days * DAY), end: epochSeconds(reading.end - days * DAY) };
}
