import type { EpochSeconds } from "../model/index.ts";
import type { Load } from "./load.ts";
import type { Decision, Rule, ShedEvent } from "./shed.ts";
import type { Situation } from "./shed-situation.ts";

const w = (value: number) => `${Math.round(value)} W`;
export const kw = (value: number) => `${(value / 1000).toFixed(1)} kW`;

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
    readonly situation: Situation | null;
    readonly formula?: string;
  },
): ShedEvent & { kind: "decision" } {
  const { situation, dropW } = facts;
  const action: Decision["action"] = load.kind === "modulating" ? "set" : level === 0 ? "off" : "on";
  return {
    kind: "decision",
    time: facts.now,
    load: load.name,
    action,
    level,
    rule,
    reason,
    formula: facts.formula ?? "",
    inputs: {
      powerW: situation?.powerW ?? null,
      netW: situation?.netW ?? null,
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
  const room = `${w(at.allowedW)} − ${w(at.netW)} − ${w(riseW)}`;
  return `allowed − P − load = ${room} = ${w(at.roomW - riseW)} > hysteresis ${w(hysteresisW)}`;
}
