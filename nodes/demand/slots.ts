import { type EpochSeconds, epochSeconds, type Wh, wh } from "../model/index.ts";
import type { Part } from "./grid.ts";

/** Short enough to copy with every step of a minute, long enough that days of them are few. */
const CHUNK_S = 4 * 3600;

/** Energy by the start of a step of the grid, or of a window. */
export interface Slots {
  /** By stretch of time and step, so that a late reading copies some hours and not all of the days. */
  readonly chunks: ReadonlyMap<number, ReadonlyMap<EpochSeconds, Wh>>;
  /** The newest step stands outside: readings come in order, and nearly all of them go here. */
  readonly newest: Part | null;
}

export const noSlots: Slots = { chunks: new Map(), newest: null };

const chunkOf = (step: number) => Math.floor(step / CHUNK_S);

/** @param sign -1 takes the parts out again, or counts them negatively */
export function addParts(slots: Slots, parts: readonly Part[], sign: 1 | -1 = 1): Slots {
  let { newest } = slots;
  const copied = new Map<number, Map<EpochSeconds, Wh>>();
  const put = (step: EpochSeconds, energy: number) => {
    let chunk = copied.get(chunkOf(step));
    if (chunk === undefined) {
      chunk = new Map(slots.chunks.get(chunkOf(step)));
      copied.set(chunkOf(step), chunk);
    }
    chunk.set(step, wh((chunk.get(step) ?? 0) + energy));
  };
  for (const { step, energy } of parts) {
    // After the newest was dropped, an older one may stand in its place.
    const isOld = (newest !== null && step < newest.step) || slots.chunks.get(chunkOf(step))?.has(step) === true;
    if (isOld) put(step, sign * energy);
    else if (newest?.step === step) newest = { step, energy: wh(newest.energy + sign * energy) };
    else {
      if (newest !== null) put(newest.step, newest.energy);
      newest = { step, energy: wh(sign * energy) };
    }
  }
  if (copied.size === 0) return { chunks: slots.chunks, newest };
  const chunks = new Map(slots.chunks);
  for (const [key, chunk] of copied) chunks.set(key, chunk);
  return { chunks, newest };
}

/** Without a step. */
export function dropSlot({ chunks, newest }: Slots, step: EpochSeconds): Slots {
  const chunk = new Map(chunks.get(chunkOf(step)));
  chunk.delete(step);
  return { chunks: new Map(chunks).set(chunkOf(step), chunk), newest: newest?.step === step ? null : newest };
}

/** Energy of a step; undefined when nothing was read in it. */
export function slotAt({ chunks, newest }: Slots, step: number): Wh | undefined {
  if (newest?.step === step) return newest.energy;
  return chunks.get(chunkOf(step))?.get(epochSeconds(step));
}

/** Energy of the steps that start in [from, to). @param from the start of a step of `stepS` */
export function slotsWh(slots: Slots, from: number, to: number, stepS: number): Wh {
  let sum = 0;
  for (let step = from; step < to; step += stepS) sum += slotAt(slots, step) ?? 0;
  return wh(sum);
}

/** Steps that have data and start in [from, to), in order. */
export function steps({ chunks, newest }: Slots, from: number, to: number): readonly EpochSeconds[] {
  const found: EpochSeconds[] = [];
  const isIn = (step: number) => step >= from && step < to;
  for (const [key, sums] of chunks) {
    if ((key + 1) * CHUNK_S <= from || key * CHUNK_S >= to) continue;
    for (const step of sums.keys()) if (isIn(step)) found.push(step);
  }
  if (newest !== null && isIn(newest.step)) found.push(newest.step);
  return found.sort((a, b) => a - b);
}

/** Every step with its energy, in order. */
export function allSlots(slots: Slots): readonly Part[] {
  return steps(slots, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).map((step) => ({
    step,
    energy: slotAt(slots, step) ?? wh(0),
  }));
}

export function forgetSlots(slots: Slots, before: number): Slots {
  const kept = [...slots.chunks].filter(([key]) => (key + 1) * CHUNK_S > before);
  return kept.length === slots.chunks.size ? slots : { ...slots, chunks: new Map(kept) };
}
