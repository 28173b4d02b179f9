import { epochSeconds, type MeterEvent, type RebaseFact, wh } from "../model/index.ts";
import { grow, withHoles } from "./grow.ts";
import { type Placing, readingOf, shiftFor } from "./place.ts";
import {
  ADJACENT_S,
  fits,
  instantOf,
  isUnset,
  knownUntil,
  type Point,
  type Segment,
  samePoint,
  spans,
} from "./segment.ts";
import { isPlausible, type MeterSettings } from "./settings.ts";
import type { LedgerEvent } from "./state.ts";

/** How far the old clock may have run on when a rebase came, beyond what is known of it. */
const UNCERTAIN_S = 600;

/**
 * MREB. Observed on v10: the register stands at the BEGINNING of second `time`; the next MUP has the second before it
 * as its base.
 */
export function decideRebase(placing: Placing, fact: RebaseFact, settings: MeterSettings): LedgerEvent[] {
  const { state, receivedS } = placing;
  const point = { s: fact.time - 1, wh: fact.register };
  const { current } = state;
  const all = current === undefined ? state.old : [current, ...state.old];
  // The very last register in an older time is the sign of a clock that went back.
  const isInside = (segment: Segment) =>
    spans(segment, point.s) &&
    point.s <= knownUntil(segment) &&
    point.wh < segment.tail.wh &&
    fits(segment, point, settings);
  const isKnown = (segment: Segment) => samePoint(segment.origin, point) || (!isUnset(point.s) && isInside(segment));
  if (all.some(isKnown)) return [];
  if (!isUnset(point.s) && point.s <= state.floorS) return [refused(placing, "a rebase older than what is remembered")];
  const shiftS = shiftFor(point, point, receivedS, current?.shiftS ?? 0);
  const announcesLate =
    current?.open === true &&
    point.s < current.origin.s &&
    current.origin.s - point.s <= ADJACENT_S &&
    point.wh <= current.origin.wh &&
    !isUnset(point.s) &&
    isPlausible(current.origin.wh - point.wh, current.origin.s - point.s, settings) &&
    !state.old.some((past) => past.tail.s > point.s && !isBridge(past));
  if (announcesLate) return grow(placing, undefined, current, { base: point, steps: [], last: point, shiftS });
  return open(placing, point, shiftS, false, settings);
}

function isBridge(segment: Segment): boolean {
  return segment.untilS === segment.tail.s;
}

/**
 * Begins a segment at `point`. Energy across the rebase is counted when the register did not fall and could have got
 * there; it belongs to the segment that ends. A basis that lies before all we know of the current one does not take
 * over by itself: a frame that follows from it will.
 */
export function open(
  placing: Placing,
  point: Point,
  shiftS: number,
  implied: boolean,
  settings: MeterSettings,
): LedgerEvent[] {
  const { state, receivedS: atS } = placing;
  const { current } = state;
  const segment: Segment = { origin: point, tail: point, open: implied, shiftS, heardS: atS, untilS: 0, holes: [] };
  if (current === undefined) {
    const first: LedgerEvent = { kind: "opened", segment, behind: false, atS };
    return implied ? [first] : [first, told(placing, null, point, 0, implied)];
  }
  const isBefore = !isUnset(point.s) && point.s < current.origin.s;
  // Without an announcement only the very same register proves that it is merely the clock that went back.
  const isUnproven = implied && isBefore && point.wh !== current.tail.wh;
  const bridge = isUnproven ? [] : bridgeTo(placing, current, point, shiftS, settings);
  const counted = bridge.reduce((sum, event) => sum + (event.kind === "grown" ? event.gainedWh : 0), 0);
  const behind = isBefore && bridge.length === 0;
  return [...bridge, told(placing, current, point, counted, implied), { kind: "opened", segment, behind, atS }];
}

function bridgeTo(
  placing: Placing,
  segment: Segment,
  point: Point,
  shiftS: number,
  settings: MeterSettings,
): LedgerEvent[] {
  const { tail } = segment;
  const { receivedS: atS, state } = placing;
  const energyWh = point.wh - tail.wh;
  const startS = instantOf(tail, segment.shiftS);
  const endS = instantOf(point, shiftS);
  const elapsedS = Math.max(endS - startS, atS - segment.heardS, 1);
  if (energyWh < 0 || !isPlausible(energyWh, elapsedS, settings)) return [];
  const estimated = endS <= startS;
  const end = { s: tail.s + elapsedS + UNCERTAIN_S, wh: point.wh };
  const step = { a: tail, b: end };
  const start = estimated ? endS - Math.max(1, atS - segment.heardS) : startS;
  const span = { start, end: endS, moved: shiftS !== 0 || segment.shiftS !== 0, estimated };
  // Where the span is an estimate there is no room for detail, but what is known stays known.
  const hole = { a: tail, b: end, shiftS: segment.shiftS, endS: estimated ? startS : endS, rebase: true };
  // No energy, and stamps a second apart or a clock set back: nothing to say.
  const isNothing = energyWh === 0 && endS - startS <= 1;
  const total = state.lifetimeWh + energyWh;
  const readings = isNothing ? [] : [readingOf(placing, step, span, total, "register-gap", "rebase")];
  const bridged = withHoles({ ...segment, tail: end, untilS: end.s }, [...segment.holes, hole]);
  const gainedWh = energyWh;
  return [{ kind: "grown", slot: undefined, segment: bridged, gainedWh, readings, replaces: [], isAhead: true, atS }];
}

function told(placing: Placing, from: Segment | null, to: Point, countedWh: number, implied: boolean): LedgerEvent {
  const at = epochSeconds(placing.receivedS);
  const fromWh = from === null ? null : wh(from.tail.wh);
  const { meter } = placing.state;
  return {
    kind: "told",
    event: { kind: "rebase", meter, at, implied, fromWh, toWh: wh(to.wh), countedWh: wh(countedWh) },
  };
}

/** Something that was not counted, and why; never quotes what was received. */
export function refused(placing: Placing, reason: string): LedgerEvent {
  const event: MeterEvent = {
    kind: "refused",
    meter: placing.state.meter,
    at: epochSeconds(placing.receivedS),
    reason,
  };
  return { kind: "told", event };
}
