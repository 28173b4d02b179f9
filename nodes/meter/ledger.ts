import { type Fact, type GatewayFact, never } from "../model/index.ts";
import { decidePulses, decideRegister } from "./generic.ts";
import { decideDark, decideHeard, decideSnapshot, decideText } from "./health.ts";
import type { Placing } from "./place.ts";
import { decideRebase } from "./rebase.ts";
import type { MeterSettings } from "./settings.ts";
import type { LedgerEvent, LedgerState } from "./state.ts";
import { decideUpdate } from "./update.ts";

/** A fact about one meter. */
export type MeterFact = Exclude<Fact, GatewayFact>;

export function isMeterFact(fact: Fact): fact is MeterFact {
  return fact.kind !== "gateway";
}

export const DEFAULT_IMP_PER_KWH = 1000;

/** Impulses per kWh: as set by the user, else as the device says, else 1000. */
export function impPerKwh(state: LedgerState, settings: MeterSettings): number {
  return settings.impPerKwh || state.health.impulsesPerKwh || DEFAULT_IMP_PER_KWH;
}

/**
 * What a fact means for the account of its meter. Now is when it was received.
 * @returns nothing for a fact that is known already, apart from the sign of life
 */
export function decide(state: LedgerState, fact: MeterFact, settings: MeterSettings): LedgerEvent[] {
  const receivedS = Math.floor(fact.receivedAt);
  const placing: Placing = { state, receivedS, maxPowerW: settings.maxPowerW };
  switch (fact.kind) {
    case "update":
      return [...decideHeard(state, receivedS), ...decideUpdate(placing, fact, settings)];
    case "rebase":
      return [...decideHeard(state, receivedS), ...decideRebase(placing, fact, settings)];
    case "text":
      return [...decideHeard(state, receivedS), ...decideText(state, fact)];
    case "pulses":
      return [...decideHeard(state, receivedS), ...decidePulses(placing, fact, impPerKwh(state, settings))];
    case "register":
      return [...decideHeard(state, receivedS), ...decideRegister(placing, fact, settings)];
    case "snapshot":
      return decideSnapshot(state, fact, settings);
    case "dark":
      return decideDark(state, fact.lastSeen, receivedS);
    default:
      return never(fact);
  }
}
