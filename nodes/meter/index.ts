/** The account of a meter: facts become readings and events, never lost, never twice; and its power and health now. */
export { decideTick, decideWatch } from "./health.ts";
export { DEFAULT_IMP_PER_KWH, decide, impPerKwh, isMeterFact, type MeterFact } from "./ledger.ts";
export { type Memory, memorise, restore } from "./memory.ts";
export { DEFAULT_SETTINGS, type MeterSettings } from "./settings.ts";
export { gatewaySnapshot, isWorthKeeping } from "./snapshots.ts";
export { evolve, evolveAll, type LedgerEvent, type LedgerState, newLedger } from "./state.ts";
export { healthOf, powerOf, registerOf, toWrite } from "./write.ts";
