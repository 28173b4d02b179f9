import type { MeterEvent, Warning } from "../model/index.ts";
import type { Health } from "./health.ts";

/** Whether something is wrong: between bad and good it stays as it was, or it would flutter. */
export interface Verdict {
  readonly warning: Warning;
  readonly isBad: boolean;
  readonly isGood: boolean;
  told(cleared: boolean): MeterEvent;
}

export function withWarning(health: Health, warning: Warning, on: boolean): Health {
  const others = health.warnings.filter((other) => other !== warning);
  return { ...health, warnings: on ? [...others, warning] : others };
}

/** @returns the warnings after all verdicts, and an event for each that began or ended */
export function judge(health: Health, verdicts: readonly Verdict[]): { health: Health; told: MeterEvent[] } {
  let next = health;
  const told: MeterEvent[] = [];
  for (const { warning, isBad, isGood, told: tell } of verdicts) {
    const was = next.warnings.includes(warning);
    if (was ? !isGood : !isBad) continue;
    next = withWarning(next, warning, !was);
    told.push(tell(was));
  }
  return { health: next, told };
}
