import type { Impulses } from "./impulses.ts";
import { isConceivable, type MeterSettings } from "./settings.ts";

/** The register stood at `wh` at the END of second `s` of the meter's own clock, that is at the instant `s + 1`. */
export interface Point {
  readonly s: number;
  readonly wh: number;
}

/** A closed interval of the meter: `b` follows `a`. */
export interface Step {
  readonly a: Point;
  readonly b: Point;
  readonly amps?: number;
  /** Only of a whole interval. */
  readonly impulses?: Impulses;
}

/** Energy is known between `a` and `b`, its course is not: it was written as one `register-gap` reading. */
export interface Hole {
  readonly a: Point;
  /** Behind a rebase the old clock says nothing: then `b.s` is the latest that it can have shown. */
  readonly b: Point;
  /** Server's time minus meter's time in this hole; 0 unless the meter's clock was impossible. */
  readonly shiftS: number;
  /** Where the gap reading ends, in the server's time. */
  readonly endS: number;
  /** The hole bridges a rebase. */
  readonly rebase: boolean;
}

/**
 * Everything between two rebases, on one time basis: from `origin` to `tail` time and register only rise, and all
 * energy in between has been counted. Only what is missing inside is remembered, not what is there.
 */
export interface Segment {
  readonly origin: Point;
  readonly tail: Point;
  /** The origin is merely the first that was heard: earlier points of the same basis may still arrive. */
  readonly open: boolean;
  /** Server's time minus meter's time at the tail. */
  readonly shiftS: number;
  /** Server's time when the tail was heard. */
  readonly heardS: number;
  /** For a segment that is no longer the current one: the second (meter's clock) until which it may still grow. */
  readonly untilS: number;
  /** In the order of time, at most MAX_HOLES. */
  readonly holes: readonly Hole[];
}

export const MAX_HOLES = 16;
/** What belongs before the first that was heard lies this close to it, or it is something else. */
export const ADJACENT_S = 600;
/** Before 2020 the clock of a device was never set: such times repeat at every boot. */
export const FIRST_TIME = 1_577_836_800;

export function isUnset(s: number): boolean {
  return s < FIRST_TIME;
}

/** The server's time of a point: the instant at which its second ends. */
export function instantOf(point: Point, shiftS: number): number {
  return point.s + 1 + shiftS;
}

export function samePoint(a: Point, b: Point): boolean {
  return a.s === b.s && a.wh === b.wh;
}

/** The known points next to second `s`, on both sides; the same one twice if `s` is known. */
function neighbours(segment: Segment, s: number): { before: Point | undefined; after: Point | undefined } {
  let before: Point | undefined;
  let after: Point | undefined;
  const look = (point: Point) => {
    if (point.s <= s) before = point;
    if (point.s >= s && after === undefined) after = point;
  };
  look(segment.origin);
  for (const hole of segment.holes) {
    look(hole.a);
    look(hole.b);
  }
  look(segment.tail);
  return { before, after };
}

/** Could the meter have shown `point` on its way through what is known of the segment? */
export function fits(segment: Segment, point: Point, settings: MeterSettings): boolean {
  const { before, after } = neighbours(segment, point.s);
  const rises = (a: Point, b: Point) => b.wh >= a.wh && isConceivable(b.wh - a.wh, b.s - a.s, settings);
  return (before === undefined || rises(before, point)) && (after === undefined || rises(point, after));
}

/** Does `s` lie in the known part? One second of tolerance: a MREB is stamped one second after the base it announces. */
export function spans(segment: Segment, s: number): boolean {
  return s >= segment.origin.s - 1 && s <= segment.tail.s;
}

/** Behind a bridge the tail of a segment is only a limit. */
export function knownUntil({ holes, tail }: Segment): number {
  const last = holes.at(-1);
  return last?.rebase === true ? last.a.s : tail.s;
}

/** The part of `step` between two points, or undefined if nothing of it lies there. */
export function clip(step: Step, from: Point | undefined, to: Point | undefined): Step | undefined {
  const a = from !== undefined && step.a.s < from.s ? from : step.a;
  const b = to !== undefined && step.b.s > to.s ? to : step.b;
  if (b.s < a.s || b.wh < a.wh || (b.s === a.s && b.wh === a.wh)) return undefined;
  if (a === step.a && b === step.b) return step;
  const { impulses: _, ...rest } = step;
  return { ...rest, a, b };
}
