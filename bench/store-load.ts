import {
  epochSeconds,
  type MeterId,
  meanWatts,
  parseMeterId,
  type Reading,
  seconds,
  wh,
} from "../nodes/model/index.ts";
import { openStore, type Store } from "../nodes/store/index.ts";

export const METERS: readonly MeterId[] = Array.from({ length: 18 }, (_, i) => {
  const id = parseMeterId(`0.0.1.1.${i + 2}`);
  if (!id.ok) throw new Error(id.error.message);
  return id.value;
});
export const DAY = 86_400;
/** Midnight, so that days are whole. */
export const START = Date.UTC(2025, 0, 1) / 1000;

/** A household: a base load, cooking and heating, by the quantum of a 1000 imp/kWh meter. */
export class Household {
  #register = 100_000;
  #seed: number;
  readonly meter: MeterId;
  at = START;

  constructor(meter: MeterId, seed: number) {
    this.meter = meter;
    this.#seed = seed;
  }

  next(): Reading {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    const hour = Math.floor(this.at / 3600) % 24;
    const mean = hour < 6 ? 0.8 : hour < 17 ? 2 : 6;
    const energy = Math.floor((((this.#seed >> 8) % 1000) / 500) * mean + 0.5);
    const start = this.at;
    this.at += 15;
    this.#register += energy;
    return {
      meter: this.meter,
      start: epochSeconds(start),
      end: epochSeconds(this.at),
      wh: wh(energy),
      watts: meanWatts(wh(energy), seconds(15)),
      registerWh: wh(this.#register),
      lifetimeWh: wh(this.#register - 100_000),
      source: "interval",
      quality: [],
    };
  }

  many(count: number): Reading[] {
    return Array.from({ length: count }, () => this.next());
  }
}

export const households = () => METERS.map((meter, i) => new Household(meter, i + 1));

/** What a ledger keeps: a handful of numbers that change with every frame. */
export function memoryOf(last: Reading | undefined) {
  return { now: [last?.lifetimeWh ?? 0, last?.end ?? 0, last?.end ?? 0, last?.registerWh ?? 0] };
}

export async function openAt(folder: string, clock: { at: number }, more: object = {}): Promise<Store> {
  const opened = await openStore({ folder, zone: "Europe/Oslo", now: () => epochSeconds(clock.at), ...more });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** Days merged and journal recycled, as after midnight. */
export async function nextDay(store: Store, clock: { at: number }, at: number): Promise<void> {
  clock.at = at + 1000;
  await store.flush();
  await store.settled();
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Milliseconds of one call, the median of `rounds`; the first calls are for warming up. */
export async function timed(rounds: number, work: (round: number) => unknown): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds + 3; round += 1) {
    const started = performance.now();
    await work(round);
    if (round >= 3) taken.push(performance.now() - started);
  }
  return median(taken);
}
