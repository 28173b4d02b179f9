import { epochSeconds, type MeterEvent, type Reading, wh } from "../model/index.ts";
import type { Impulses } from "./impulses.ts";
import { type Placing, readingOf, spanOf } from "./place.ts";
import { clip, type Hole, instantOf, MAX_HOLES, type Point, type Segment, type Step } from "./segment.ts";
import type { LedgerEvent, Span } from "./state.ts";

/** A frame that belongs to a segment: from `base`, through `steps` that follow each other. */
export interface Frame {
  readonly base: Point;
  readonly steps: readonly Step[];
  readonly last: Point;
  readonly shiftS: number;
}

interface Draft {
  readonly slot: number | undefined;
  segment: Segment;
  totalWh: number;
  readonly readings: Reading[];
  /** By the end of the reading. */
  readonly impulses: Map<number, Impulses>;
  readonly replaces: Span[];
  readonly told: MeterEvent[];
}

/**
 * What a segment learns from a frame that fits: what lies behind the tail or before the origin is new energy, what
 * lies in a hole refines the gap reading, the rest is known already.
 */
export function grow(placing: Placing, slot: number | undefined, segment: Segment, frame: Frame): LedgerEvent[] {
  const { state, receivedS: atS } = placing;
  const draft: Draft = {
    slot,
    segment,
    totalWh: state.lifetimeWh,
    readings: [],
    impulses: new Map(),
    replaces: [],
    told: [],
  };
  if (segment.open && frame.base.s < segment.origin.s) prepend(placing, draft, frame);
  if (segment.holes.length > 0 && frame.base.s < segment.tail.s) refine(placing, draft, frame);
  if (frame.last.s > segment.tail.s || frame.last.wh > segment.tail.wh) append(placing, draft, frame);
  if (draft.segment === segment) return [];
  const { readings, impulses, replaces } = draft;
  const gainedWh = draft.totalWh - state.lifetimeWh;
  // A late frame of the time right before the current segment does not make the old one current again.
  const isLate = slot !== undefined && segment.untilS === (state.current?.origin.s ?? 0) + 1;
  const isAhead = draft.segment.tail !== segment.tail && !isLate;
  const told = draft.told.map((event): LedgerEvent => ({ kind: "told", event }));
  return [
    { kind: "grown", slot, segment: draft.segment, gainedWh, readings, impulses, replaces, isAhead, atS },
    ...told,
  ];
}

function append(placing: Placing, draft: Draft, { base, steps, last, shiftS }: Frame): void {
  const { tail } = draft.segment;
  if (base.s >= tail.s && (base.s > tail.s || base.wh > tail.wh)) {
    const end = instantOf(base, shiftS);
    const hole = gap(placing, draft, { a: tail, b: base }, instantOf(tail, draft.segment.shiftS), end);
    if (hole !== undefined) draft.segment = withHoles(draft.segment, [...draft.segment.holes, hole]);
  }
  for (const step of steps) {
    const news = clip(step, tail, undefined);
    if (news === undefined) continue;
    draft.totalWh += news.b.wh - news.a.wh;
    const reading = readingOf(placing, news, spanOf(news.a, news.b, shiftS), draft.totalWh, "interval");
    draft.readings.push(reading);
    if (news.impulses !== undefined) draft.impulses.set(reading.end, news.impulses);
  }
  const { holes } = draft.segment;
  const kept = shiftS === draft.segment.shiftS ? holes : holes.map(sealed);
  draft.segment = { ...draft.segment, holes: kept, tail: last, shiftS, heardS: placing.receivedS, untilS: 0 };
}

/** A frame that was placed at its receipt may lie in a hole before it: that stays a gap, without room for detail. */
function sealed(hole: Hole): Hole {
  return { ...hole, endS: instantOf(hole.a, hole.shiftS) };
}

function prepend(placing: Placing, draft: Draft, { base, steps, shiftS }: Frame): void {
  const { origin } = draft.segment;
  let reached = base;
  for (const step of steps) {
    const early = clip(step, undefined, origin);
    if (early === undefined) continue;
    reached = early.b;
    draft.totalWh += early.b.wh - early.a.wh;
    draft.readings.push(readingOf(placing, early, spanOf(early.a, early.b, shiftS), draft.totalWh, "interval"));
  }
  const { segment } = draft;
  const hole =
    reached.s < origin.s || reached.wh < origin.wh
      ? gap(
          placing,
          draft,
          { a: reached, b: origin },
          instantOf(reached, shiftS),
          instantOf(origin, draft.segment.shiftS),
        )
      : undefined;
  draft.segment = withHoles(
    { ...segment, origin: base },
    hole === undefined ? segment.holes : [hole, ...segment.holes],
  );
}

/** Counts the energy between two points as one `register-gap`. @returns the hole, unless there is none */
export function gap(placing: Placing, draft: Draft, step: Step, startS: number, endS: number): Hole | undefined {
  const { a, b } = step;
  const energyWh = b.wh - a.wh;
  // MREB and the base of the next MUP may be stamped a second apart: no hole.
  if (energyWh === 0 && b.s - a.s <= 1) return undefined;
  const estimated = endS <= startS;
  const start = estimated ? endS - 1 : startS;
  const span = { start, end: endS, moved: draft.segment.shiftS !== 0, estimated };
  draft.totalWh += energyWh;
  draft.readings.push(readingOf(placing, step, span, draft.totalWh, "register-gap"));
  draft.told.push({ ...told(placing, span, energyWh), kind: "gap" });
  // A span that is an estimate leaves no room for detail; what is known of it still tells frames apart.
  const isExact = endS - startS === b.s - a.s;
  return { a, b, shiftS: startS - a.s - 1, endS: isExact ? endS : startS, rebase: false };
}

function told(placing: Placing, span: { start: number; end: number }, energyWh: number) {
  const { start, end } = span;
  const at = epochSeconds(placing.receivedS);
  return { meter: placing.state.meter, at, start: epochSeconds(start), end: epochSeconds(end), wh: wh(energyWh) };
}

function refine(placing: Placing, draft: Draft, { base, steps, last }: Frame): void {
  const holes: Hole[] = [];
  let changed = false;
  for (const hole of draft.segment.holes) {
    const overlaps = base.s < hole.b.s && last.s > hole.a.s;
    const rests = overlaps && !isShared(placing, draft.slot, hole) ? fill(placing, draft, hole, steps) : undefined;
    if (rests === undefined) holes.push(hole);
    else {
      changed = true;
      holes.push(...rests);
    }
  }
  if (changed) draft.segment = withHoles(draft.segment, holes);
}

/** Replaces the gap reading of `hole` by detail and smaller gaps. @returns the smaller holes, undefined if nothing fits */
function fill(placing: Placing, draft: Draft, hole: Hole, steps: readonly Step[]): Hole[] | undefined {
  const pieces = steps.flatMap((step) => clip(step, hole.a, hole.b) ?? []);
  const [first] = pieces;
  const final = pieces.at(-1);
  if (first === undefined || final === undefined) return undefined;
  const { shiftS, endS, rebase } = hole;
  const startS = instantOf(hole.a, shiftS);
  const fromS = instantOf(first.a, shiftS);
  const toS = instantOf(final.b, shiftS);
  // The clocks before and after a rebase may leave no room for what is left.
  if (toS > endS || (toS === endS && final.b.wh !== hole.b.wh)) return undefined;
  const rest = (a: Point, b: Point, start: number, end: number): Hole[] => {
    if (end <= start) return [];
    const span = { start, end, moved: shiftS !== 0, estimated: false };
    const flag = rebase ? "rebase" : undefined;
    draft.readings.push(readingOf(placing, { a, b }, span, draft.totalWh, "register-gap", flag));
    return [{ a, b, shiftS, endS: end, rebase }];
  };
  draft.replaces.push({ start: epochSeconds(startS), end: epochSeconds(endS) });
  const before = rest(hole.a, first.a, startS, fromS);
  for (const piece of pieces) {
    const span = spanOf(piece.a, piece.b, shiftS);
    draft.readings.push(readingOf(placing, piece, span, draft.totalWh, "interval", "refined"));
  }
  const after = rest(final.b, hole.b, toS, endS);
  draft.told.push({ ...told(placing, { start: fromS, end: toS }, final.b.wh - first.a.wh), kind: "gap-refined" });
  return [...before, ...after];
}

/**
 * Replacing a span takes away all readings in it: after a clock set back, those of another segment may lie there; and
 * what was placed at its receipt may lie anywhere, when much was received at once.
 */
function isShared({ state }: Placing, slot: number | undefined, hole: Hole): boolean {
  if (hole.shiftS !== 0) return true;
  const touches = (other: Segment) =>
    instantOf(other.origin, other.shiftS) < hole.endS && endOf(other) > instantOf(hole.a, hole.shiftS);
  const isCurrentOther = slot !== undefined && state.current !== undefined && touches(state.current);
  return isCurrentOther || state.old.some((other, i) => i !== slot && touches(other));
}

/** Where the readings of a segment end; behind a bridge its tail is only a limit. */
function endOf(segment: Segment): number {
  const last = segment.holes.at(-1);
  return last?.rebase === true ? last.endS : instantOf(segment.tail, segment.shiftS);
}

export function withHoles(segment: Segment, holes: readonly Hole[]): Segment {
  return { ...segment, holes: holes.length > MAX_HOLES ? holes.slice(-MAX_HOLES) : holes };
}
