import type { DeviceSnapshot, MeterEvent, MeterId, Reading } from "../model/index.ts";
import { never } from "../model/index.ts";
import { type Health, NO_HEALTH } from "./health.ts";
import type { Impulses } from "./impulses.ts";
import { NO_RECENT, observe, type Recent } from "./power.ts";
import { instantOf, isUnset, type Segment } from "./segment.ts";
import {
  NEW_WATCH,
  type Stopped,
  type Watch,
  watchBoot,
  watchFigures,
  watchReadings,
  watchStopped,
  watchUnknown,
} from "./watch/watch.ts";

/** The account of one meter. Everything but `recent` and `kept` survives a restart. */
export interface LedgerState {
  readonly meter: MeterId;
  readonly lifetimeWh: number;
  /** The segment that grew last. */
  readonly current: Segment | undefined;
  /** Segments before it, the latest at the end; at most MAX_OLD. */
  readonly old: readonly Segment[];
  /** Second up to which segments were forgotten: what is not known and not younger is not counted. */
  readonly floorS: number;
  /** Impulses not yet worth a whole Wh: `left / perKwh` Wh. */
  readonly fraction: Fraction;
  readonly health: Health;
  /** Server's time of the last sign of life. */
  readonly heardS: number | null;
  readonly recent: Recent;
  readonly watch: Watch;
  /** What the device said of itself, as it was kept last. */
  readonly kept: DeviceSnapshot | undefined;
}

export interface Fraction {
  readonly left: number;
  readonly perKwh: number;
}

export interface Span {
  readonly start: Reading["start"];
  readonly end: Reading["end"];
}

/** What happened to the account. `told` is for people and flows; the others change the state. */
export type LedgerEvent =
  | {
      readonly kind: "grown";
      /** Index in `old`, or undefined for the current segment. */
      readonly slot: number | undefined;
      readonly segment: Segment;
      readonly gainedWh: number;
      readonly readings: readonly Reading[];
      /** Of readings whose impulses the device counted, by their end. */
      readonly impulses?: ReadonlyMap<number, Impulses>;
      readonly replaces: readonly Span[];
      /** The segment got a new tail: it is the current one from now on. */
      readonly isAhead: boolean;
      readonly atS: number;
    }
  | { readonly kind: "opened"; readonly segment: Segment; readonly behind: boolean; readonly atS: number }
  | { readonly kind: "pulsed"; readonly reading: Reading; readonly impulseWh: number; readonly fraction: Fraction }
  | { readonly kind: "heard"; readonly atS: number }
  | { readonly kind: "health"; readonly health: Health }
  /** Figures for the trends, as the device reported them just now. */
  | { readonly kind: "figures"; readonly batteryMv?: number; readonly driftS?: number; readonly atS: number }
  | { readonly kind: "booted"; readonly atS: number }
  /** There are no impulses any more; null: there are again. */
  | { readonly kind: "stopped"; readonly stopped: Stopped | null }
  | { readonly kind: "kept"; readonly snapshot: DeviceSnapshot }
  | { readonly kind: "told"; readonly event: MeterEvent };

export const MAX_OLD = 32;
/** Late detail of a segment that is over comes soon or never. */
const OLD_HOLES = 4;
/** How long after a rebase a frame of the time before it may still arrive. */
const GRACE_S = 600;

export function newLedger(meter: MeterId): LedgerState {
  return {
    meter,
    lifetimeWh: 0,
    current: undefined,
    old: [],
    floorS: 0,
    fraction: { left: 0, perKwh: 1 },
    health: NO_HEALTH,
    heardS: null,
    recent: NO_RECENT,
    watch: NEW_WATCH,
    kept: undefined,
  };
}

export function evolve(state: LedgerState, event: LedgerEvent): LedgerState {
  const { watch } = state;
  switch (event.kind) {
    case "grown":
      return { ...grown(state, event), watch: watchReadings(watch, event.readings, event.replaces) };
    case "opened":
      return { ...opened(state, event), watch: watchOpened(state, event) };
    case "pulsed": {
      const { reading, impulseWh, fraction } = event;
      const recent = observe(state.recent, reading, impulseWh);
      const lifetimeWh = state.lifetimeWh + reading.wh;
      return { ...state, lifetimeWh, fraction, recent, watch: watchReadings(watch, [reading], [], impulseWh) };
    }
    case "heard":
      return { ...state, heardS: event.atS };
    case "health":
      return { ...state, health: event.health };
    case "figures":
      return { ...state, watch: watchFigures(watch, event.batteryMv, event.driftS, event.atS) };
    case "booted":
      return { ...state, watch: watchBoot(watch, event.atS) };
    case "stopped":
      return { ...state, watch: watchStopped(watch, event.stopped) };
    case "kept":
      return { ...state, kept: event.snapshot };
    case "told":
      return state;
    default:
      return never(event);
  }
}

export function evolveAll(state: LedgerState, events: readonly LedgerEvent[]): LedgerState {
  let next = state;
  for (const event of events) next = evolve(next, event);
  return next;
}

function opened(state: LedgerState, event: Extract<LedgerEvent, { kind: "opened" }>): LedgerState {
  const { segment, behind, atS } = event;
  if (behind) return remember(state, state.current, withGrace(segment, atS));
  return state.current === undefined
    ? { ...state, current: segment }
    : remember(state, segment, withGrace(state.current, atS, segment));
}

/** Nothing is known of the time before a new basis, unless its energy was counted. */
function watchOpened(
  { watch, current }: LedgerState,
  { segment, behind }: Extract<LedgerEvent, { kind: "opened" }>,
): Watch {
  if (behind || current === undefined || current.untilS > 0) return watch;
  return watchUnknown(watch, instantOf(current.tail, current.shiftS), instantOf(segment.origin, segment.shiftS));
}

function grown(state: LedgerState, event: Extract<LedgerEvent, { kind: "grown" }>): LedgerState {
  const { slot, segment, readings, isAhead, atS } = event;
  const lifetimeWh = state.lifetimeWh + event.gainedWh;
  let recent = state.recent;
  for (const reading of isAhead ? readings : []) {
    recent = observe(recent, reading, reading.wh, event.impulses?.get(reading.end));
  }
  if (slot === undefined) return { ...state, lifetimeWh, current: segment, recent };
  const others = state.old.filter((_, i) => i !== slot);
  if (isAhead && state.current !== undefined) {
    return { ...state, lifetimeWh, recent, current: segment, old: [...others, withGrace(state.current, atS)] };
  }
  const late = withGrace(segment, atS, state.current);
  return { ...state, lifetimeWh, old: state.old.map((other, i) => (i === slot ? late : other)) };
}

/**
 * A bridged segment has its limit already: its tail is where the next one begins. So has one whose clock goes on in the
 * `next`; otherwise only the time that has passed can tell.
 */
function withGrace(segment: Segment, atS: number, next?: Segment): Segment {
  if (segment.untilS > 0) return segment;
  const isSameClock = next !== undefined && next.origin.s >= segment.tail.s;
  const limitS = isSameClock ? next.origin.s + 1 : segment.tail.s + Math.max(0, atS - segment.heardS) + GRACE_S;
  return { ...segment, untilS: limitS, holes: segment.holes.slice(-OLD_HOLES) };
}

function remember(state: LedgerState, current: Segment | undefined, past: Segment): LedgerState {
  const old = [...state.old, past];
  if (old.length <= MAX_OLD) return { ...state, current, old };
  const forgotten = old.shift();
  if (forgotten === undefined || isUnset(forgotten.tail.s)) return { ...state, current, old };
  // A clock that once ran ahead must not make all that follows look old.
  const limitS = Math.min(forgotten.tail.s, (current?.origin.s ?? 0) - 1);
  return { ...state, current, old, floorS: Math.max(state.floorS, limitS) };
}
