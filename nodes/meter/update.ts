import type { Entry, UpdateFact } from "../model/index.ts";
import { type Frame, grow } from "./grow.ts";
import type { Impulses } from "./impulses.ts";
import { type Placing, shiftFor } from "./place.ts";
import { open, refused } from "./rebase.ts";
import {
  ADJACENT_S,
  fits,
  isUnset,
  knownUntil,
  type Point,
  type Segment,
  type Step,
  samePoint,
  spans,
} from "./segment.ts";
import { isMeasurable, isPlausible, type MeterSettings } from "./settings.ts";
import { evolveAll, type LedgerEvent, type LedgerState } from "./state.ts";

/**
 * MUP. Finds the segment that the frame belongs to. What repeats known time is looked for before anything that would
 * count: a wrong guess there costs detail for a while, a wrong guess here would count energy twice.
 */
export function decideUpdate(placing: Placing, fact: UpdateFact, settings: MeterSettings): LedgerEvent[] {
  const { state, receivedS } = placing;
  const steps = stepsOf(fact);
  const base = { s: fact.baseTime, wh: fact.baseRegister };
  const last = steps.at(-1)?.b ?? base;
  if (!steps.every(({ a, b }) => isMeasurable(b.wh - a.wh, b.s - a.s, settings))) {
    return [refused(placing, "more energy than this meter can ever use: check its maximum power")];
  }
  const { current } = state;
  const shiftS = shiftFor(base, last, receivedS, current?.shiftS ?? 0);
  const frame: Frame = { base, steps, last, shiftS };
  if (current !== undefined && samePoint(current.tail, base)) return grow(placing, undefined, current, frame);
  const home = homeOf(state, frame, settings);
  if (home !== undefined) return grow(placing, home.slot, home.segment, frame);
  if (!isUnset(base.s) && last.s <= state.floorS) return [refused(placing, "data older than what is remembered")];
  return begin(placing, frame, settings);
}

function stepsOf(fact: UpdateFact): Step[] {
  let a: Point = { s: fact.baseTime, wh: fact.baseRegister };
  return fact.entries.map((entry) => {
    const b = { s: a.s + entry.duration, wh: a.wh + entry.energy };
    const impulses = impulsesOf(entry, fact.impulsesPerKwh);
    const step = { a, b, ...(entry.amps !== undefined && { amps: entry.amps }), ...(impulses && { impulses }) };
    a = b;
    return step;
  });
}

function impulsesOf({ duration, impulses, lastImpulseS }: Entry, perKwh: number | undefined): Impulses | undefined {
  if (impulses === undefined || perKwh === undefined) return undefined;
  const isInside = lastImpulseS !== undefined && lastImpulseS > 0 && lastImpulseS <= duration;
  return { count: impulses, perKwh, ...(isInside && { lastS: lastImpulseS }) };
}

/** Announced, and nothing has followed yet. */
function isFresh({ origin, tail, open }: Segment): boolean {
  return !open && samePoint(origin, tail);
}

interface Home {
  readonly slot: number | undefined;
  readonly segment: Segment;
}

function homeOf(state: LedgerState, frame: Frame, settings: MeterSettings): Home | undefined {
  const { base, steps, last } = frame;
  const { current, old } = state;
  if (current === undefined) return undefined;
  const homes: Home[] = [{ slot: undefined, segment: current }];
  for (let slot = old.length - 1; slot >= 0; slot -= 1) {
    const segment = old[slot];
    if (segment !== undefined) homes.push({ slot, segment });
  }
  const isInTime = ({ slot, segment }: Home) => slot === undefined || last.s <= segment.untilS;
  const rises = (segment: Segment) =>
    fits(segment, base, settings) && steps.every((step) => fits(segment, step.b, settings));
  // From a clock that was never set to one that is, the meter's own time says nothing: that is a new basis.
  const isForward = ({ segment: { tail } }: Home) =>
    base.s >= tail.s &&
    base.wh >= tail.wh &&
    isUnset(base.s) === isUnset(tail.s) &&
    isPlausible(base.wh - tail.wh, base.s - tail.s, settings);
  const overlaps = (home: Home) =>
    base.s < home.segment.tail.s && spans(home.segment, base.s) && isInTime(home) && rises(home.segment);
  const repeats = (home: Home) => last.s <= knownUntil(home.segment) && overlaps(home);
  const continues = (home: Home) => samePoint(home.segment.tail, base) && isInTime(home);
  // The very register where the current segment stands is rather its clock that was set.
  const isWaiting = ({ slot, segment }: Home) =>
    slot === undefined || (isFresh(segment) && base.wh !== current.tail.wh);
  const follows = (home: Home) => isForward(home) && isInTime(home) && isWaiting(home);
  const order = [repeats, continues, follows, overlaps];
  for (const belongs of order) {
    const home = homes.find(belongs);
    if (home !== undefined) return home;
  }
  return homes.find((home) => precedes(home, homes, state.floorS, frame, settings));
}

/** A frame from before the first that was heard of an unannounced basis. */
function precedes(home: Home, homes: readonly Home[], floorS: number, frame: Frame, settings: MeterSettings): boolean {
  const { base, last } = frame;
  const { open, origin } = home.segment;
  return (
    open &&
    base.s < origin.s &&
    origin.s - last.s <= ADJACENT_S &&
    isUnset(base.s) === isUnset(origin.s) &&
    last.s <= origin.s &&
    last.wh <= origin.wh &&
    base.s > floorS &&
    isPlausible(origin.wh - last.wh, origin.s - last.s, settings) &&
    !homes.some(({ segment }) => segment !== home.segment && segment.tail.s > base.s)
  );
}

/** The register fell, jumped, or the clock went back, and no MREB said so. The entries of the frame are real energy. */
function begin(placing: Placing, frame: Frame, settings: MeterSettings): LedgerEvent[] {
  const { base, shiftS } = frame;
  const opening = open(placing, base, shiftS, true, settings);
  const state = evolveAll(placing.state, opening);
  const { current } = state;
  const slot = current !== undefined && samePoint(current.tail, base) ? undefined : state.old.length - 1;
  const segment = slot === undefined ? current : state.old[slot];
  if (segment === undefined) return opening;
  const grown = grow({ ...placing, state }, slot, segment, frame);
  if (slot === undefined) return [...opening, ...grown];
  // One frame of a time before all others may be a late one: the next that follows from it will show.
  return [...opening, ...grown.map((event) => (event.kind === "grown" ? { ...event, isAhead: false } : event))];
}
