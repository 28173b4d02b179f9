import { amps, epochSeconds, meanWatts, type Quality, type Reading, type Source, seconds, wh } from "../model/index.ts";
import { FIRST_TIME, instantOf, type Point, type Step } from "./segment.ts";
import { CLOCK_SLACK_S } from "./settings.ts";
import type { LedgerState } from "./state.ts";

/** Data that arrives this long after its end is flagged as late. */
const LATE_S = 3600;

/**
 * Law 6: what to add to the meter's time to place a frame that lasts from `first` to `last`. 0 for a possible time,
 * however old. Otherwise it ends at its receipt, or where the frame before it puts it, if that is still close.
 */
export function shiftFor(first: Point, last: Point, receivedS: number, previousS: number): number {
  if (first.s >= FIRST_TIME && last.s + 1 <= receivedS + CLOCK_SLACK_S) return 0;
  const shiftS = receivedS - (last.s + 1);
  return previousS !== 0 && Math.abs(previousS - shiftS) <= CLOCK_SLACK_S ? previousS : shiftS;
}

/** What readings of one frame have in common. */
export interface Placing {
  readonly state: LedgerState;
  readonly receivedS: number;
  readonly maxPowerW: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly moved: boolean;
  readonly estimated: boolean;
}

export function spanOf(a: Point, b: Point, shiftS: number): Span {
  const end = instantOf(b, shiftS);
  const start = Math.min(instantOf(a, shiftS), end - 1);
  return { start, end, moved: shiftS !== 0, estimated: b.s === a.s };
}

/** A reading of the energy between two points of the register. @param lifetimeWh the total with this reading counted */
export function readingOf(
  placing: Placing,
  step: Step,
  span: Span,
  lifetimeWh: number,
  source: Source,
  flag?: "refined" | "rebase",
): Reading {
  const energy = wh(step.b.wh - step.a.wh);
  const durationS = span.end - span.start;
  const quality: Quality[] = [];
  if (span.moved) quality.push("moved");
  if (span.end < placing.receivedS - LATE_S) quality.push("late");
  if (span.estimated) quality.push("estimated-span");
  if (flag !== undefined) quality.push(flag);
  // Short spans step by whole impulses: one impulse more than the maximum is no reason for suspicion.
  if (source === "interval" && energy * 3600 > placing.maxPowerW * (durationS + 5)) quality.push("suspect");
  const reading = {
    meter: placing.state.meter,
    start: epochSeconds(span.start),
    end: epochSeconds(span.end),
    wh: energy,
    watts: meanWatts(energy, seconds(durationS)),
    registerWh: wh(step.b.wh),
    lifetimeWh: wh(lifetimeWh),
    source,
    quality,
  };
  return step.amps === undefined ? reading : { ...reading, amps: amps(step.amps) };
}
