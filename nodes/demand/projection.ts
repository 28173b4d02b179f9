import { type Watts, watts } from "../model/index.ts";

/** The window as it stands. Energies in Wh, times in seconds. */
export interface Course {
  readonly windowS: number;
  /** Left of the window. */
  readonly remainingS: number;
  /** Used since the window began: measured, and bridged where readings are still on their way. */
  readonly usedWh: number;
  readonly powerW: number;
}

/** With less left than this, the power that would just do becomes meaningless: one Wh is a kilowatt for four seconds. */
export const LEAST_REMAINING_S = 60;

/** Mean power at the end of the window if the present power stays: (E + P·r) / W. */
export function projected(course: Course): Watts {
  return watts((course.usedWh * 3600 + course.powerW * course.remainingS) / course.windowS);
}

/** The power that may be drawn for the rest of the window: (T·W − E) / r. Negative when the target is lost. */
export function allowed(course: Course, targetW: number): Watts {
  const budgetWs = targetW * course.windowS - course.usedWh * 3600;
  return watts(budgetWs / Math.max(LEAST_REMAINING_S, course.remainingS));
}

/** The target is missed whatever happens: E > T·W. */
export function isCertainBreak(usedWh: number, targetW: number, windowS: number): boolean {
  return usedWh * 3600 > targetW * windowS;
}

/** Seconds until the target is certainly missed at the present power; Infinity without power. */
export function secondsToBreak(course: Course, targetW: number): number {
  const budgetWs = targetW * course.windowS - course.usedWh * 3600;
  if (budgetWs < 0) return 0;
  return course.powerW > 0 ? budgetWs / course.powerW : Number.POSITIVE_INFINITY;
}
