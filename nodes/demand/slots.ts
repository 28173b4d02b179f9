import { type EpochSeconds, type Wh, wh } from "../model/index.ts";
import type { Part } from "./grid.ts";

const DAY_S = 86_400;

/** Energy per step of the grid, in chunks of a day so that adding a reading copies little. */
export type Slots = ReadonlyMap<number, ReadonlyMap<EpochSeconds, Wh>>;

export const noSlots: Slots = new Map();

const chunk = (step: number) => Math.floor(step / DAY_S);

/** @param sign -1 takes the parts out again */
export function addParts(slots: Slots, parts: readonly Part[], sign: 1 | -1 = 1): Slots {
  const next = new Map(slots);
  for (const { step, energy } of parts) {
    const day = new Map(next.get(chunk(step)));
    day.set(step, wh((day.get(step) ?? 0) + sign * energy));
    next.set(chunk(step), day);
  }
  return next;
}

/** Energy of the steps that start in [from, to). */
export function slotsWh(slots: Slots, from: number, to: number): Wh {
  let sum = 0;
  for (const step of steps(slots, from, to)) sum += slots.get(chunk(step))?.get(step) ?? 0;
  return wh(sum);
}

/** Steps that have data and start in [from, to), in order. */
export function steps(slots: Slots, from: number, to: number): readonly EpochSeconds[] {
  const found: EpochSeconds[] = [];
  for (const [day, sums] of slots) {
    if ((day + 1) * DAY_S <= from || day * DAY_S >= to) continue;
    for (const step of sums.keys()) if (step >= from && step < to) found.push(step);
  }
  return found.sort((a, b) => a - b);
}

export function forgetSlots(slots: Slots, before: number): Slots {
  const stale = [...slots.keys()].filter((day) => (day + 1) * DAY_S <= before);
  if (stale.length === 0) return slots;
  return new Map([...slots].filter(([day]) => !stale.includes(day)));
}
