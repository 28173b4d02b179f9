import { DAY_S } from "./days.ts";

/** How the device's clock moves by itself, from one report to the next. */
export interface ClockPace {
  readonly driftS: number;
  readonly atS: number;
  /** Sum of the steps, and the time in which they were made. */
  readonly movedS: number;
  readonly elapsedS: number;
}

/** Reports further apart than this may hide that the clock was set. */
const CLOSE_S = 7200;
/** No crystal moves further between two reports: the clock was set. */
const SET_S = 2;
const ENOUGH_S = 3 * DAY_S;
/** What is older counts for less and less. */
const LONG_S = 30 * DAY_S;

export function addDrift(pace: ClockPace | null, driftS: number, atS: number): ClockPace {
  if (pace === null) return { driftS, atS, movedS: 0, elapsedS: 0 };
  const [stepS, passedS] = [driftS - pace.driftS, atS - pace.atS];
  if (Math.abs(stepS) >= SET_S || passedS <= 0 || passedS > CLOSE_S) return { ...pace, driftS, atS };
  const [movedS, elapsedS] = [pace.movedS + stepS, pace.elapsedS + passedS];
  return elapsedS > LONG_S
    ? { driftS, atS, movedS: movedS / 2, elapsedS: Math.round(elapsedS / 2) }
    : { driftS, atS, movedS, elapsedS };
}

/** @returns undefined before some days were seen: the reports are in whole seconds */
export function ppmOf(pace: ClockPace | null): number | undefined {
  if (pace === null || pace.elapsedS < ENOUGH_S) return undefined;
  const ppm = Math.round((pace.movedS / pace.elapsedS) * 1e6);
  return ppm === 0 ? 0 : ppm;
}
