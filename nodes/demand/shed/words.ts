import type { EpochSeconds } from "../../model/index.ts";
import { isOff, type Load } from "../load.ts";
import type { ShedEvent } from "./events.ts";
import type { Limit } from "./limits.ts";
import type { Decision, Rule } from "./shedding.ts";
import type { Situation } from "./situation.ts";

const w = (value: number) => `${Math.round(value)} W`;
export const kw = (value: number): string => `${(value / 1000).toFixed(1)} kW`;

/** Figures that would read the same are told apart in watts. */
export function courseWords(courseW: number, targetW: number): string {
  const unit = kw(courseW) === kw(targetW) ? w : kw;
  return `on course for ${unit(courseW)}, aiming at ${unit(targetW)}`;
}

/** `40 s`, `12 min`, `3 h`. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** The record of a decision. `dropW` is the expected fall of the house's power, null when it is not known. */
export function decision(
  load: Load,
  level: number,
  rule: Rule,
  reason: string,
  facts: {
    readonly now: EpochSeconds;
    readonly dryRun: boolean;
    readonly dropW: number | null;
    readonly limit: Limit | null;
    readonly formula?: string;
  },
): ShedEvent & { kind: "decision" } {
  const { limit, dropW } = facts;
  const situation = limit?.situation ?? null;
  const action: Decision["action"] = load.kind === "modulating" ? "set" : isOff(level) ? "off" : "on";
  return {
    kind: "decision",
    time: facts.now,
    load: load.name,
    action,
    level,
    rule,
    limit: limit?.name ?? null,
    reason,
    formula: facts.formula ?? "",
    inputs: {
      powerW: situation?.powerW ?? null,
      netW: situation?.netW ?? null,
      usedWh: situation?.usedWh ?? null,
      targetW: situation?.targetW ?? null,
      allowedW: situation?.allowedW ?? null,
      needW: situation?.needW ?? null,
      remainingS: situation?.remainingS ?? null,
      dropW,
    },
    dryRun: facts.dryRun,
    dropW: dropW ?? 0,
  };
}

export function needFormula(at: Situation, dropW: number | null): string {
  const saves = dropW === null ? "saves an unknown power, counted as 0" : `saves ${w(dropW)}`;
  return `need = P − allowed = ${w(at.netW)} − ${w(at.netW - at.needW)} = ${w(at.needW)}; ${saves}`;
}

export function roomFormula(at: Situation, riseW: number, hysteresisW: number): string {
  const room = `${w(at.netW + at.roomW)} − ${w(at.netW)} − ${w(riseW)}`;
  return `allowed − P − load = ${room} = ${w(at.roomW - riseW)} > hysteresis ${w(hysteresisW)}`;
}
