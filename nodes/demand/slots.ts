import { type EpochSeconds, epochSeconds, type Wh, wh } from "../model/index.ts";
import type { Part } from "./grid.ts";

const DAY_S = 86_400;

/** Energy per step of the grid. */
export interface Slots {
  /** By day and step, so that a late reading copies a day and not all of them. */
  readonly days: ReadonlyMap<number, ReadonlyMap<EpochSeconds, Wh>>;
  /** The newest step stands outside the days: readings come in order, and nearly all of them go here. */
  readonly newest: Part | null;
}

export const noSlots: Slots = { days: new Map(), newest: null };

const dayOf = (step: number) => Math.floor(step / DAY_S);

/** @param sign -1 takes the parts out again, or counts them negatively */
export function addParts(slots: Slots, parts: readonly Part[], sign: 1 | -1 = 1): Slots {
  let { days, newest } = slots;
  const copied = new Map<number, Map<EpochSeconds, Wh>>();
  const put = (step: EpochSeconds, energy: number) => {
    let day = copied.get(dayOf(step));
    if (day === undefined) {
      day = new Map(days.get(dayOf(step)));
      copied.set(dayOf(step), day);
    }
    day.set(step, wh((day.get(step) ?? 0) + energy));
  };
  for (const { step, energy } of parts) {
    if (newest !== null && step < newest.step) put(step, sign * energy);
    else if (newest?.step === step) newest = { step, energy: wh(newest.energy + sign * energy) };
    else {
      if (newest !== null) put(newest.step, newest.energy);
      newest = { step, energy: wh(sign * energy) };
    }
  }
  if (copied.size > 0) days = new Map([...days, ...copied]);
  return { days, newest };
}

/** Energy of a step; undefined when nothing was read in it. */
export function slotAt({ days, newest }: Slots, step: number): Wh | undefined {
  if (newest?.step === step) return newest.energy;
  return days.get(dayOf(step))?.get(epochSeconds(step));
}

/** Energy of the steps that start in [from, to). @param from the start of a step of `stepS` */
export function slotsWh(slots: Slots, from: number, to: number, stepS: number): Wh {
  let sum = 0;
  for (let step = from; step < to; step += stepS) sum += slotAt(slots, step) ?? 0;
  return wh(sum);
}

/** Steps that have data and start in [from, to), in order. */
export function steps({ days, newest }: Slots, from: number, to: number): readonly EpochSeconds[] {
  const found: EpochSeconds[] = [];
  const isIn = (step: number) => step >= from && step < to;
  for (const [day, sums] of days) {
    if ((day + 1) * DAY_S <= from || day * DAY_S >= to) continue;
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
  const kept = [...slots.days].filter(([day]) => (day + 1) * DAY_S > before);
  return kept.length === slots.days.size ? slots : { ...slots, days: new Map(kept) };
}
