import { never } from "../../model/index.ts";
import { hashed } from "../simulator/random.ts";
import { type Behaviour, type HouseholdLoadName, type HouseholdSettings, loadOf } from "./settings.ts";
import type { HouseholdState } from "./state.ts";

const PROMPT: Behaviour = { delayS: 0, obeys: "yes" };

/** Seconds from a command to its effect; null: there is none. */
function delay(settings: HouseholdSettings, name: HouseholdLoadName, at: number): number | null {
  const { delayS, obeys } = settings.behaviour[name] ?? PROMPT;
  const chance = hashed(settings.seed, 71, at, name.length);
  // Charger and car negotiate.
  const ownS = name === "ev" ? 5 + 25 * chance : 0;
  switch (obeys) {
    case "yes":
      return delayS + ownS;
    case "late":
      return delayS + ownS + 60 + 240 * chance;
    case "never":
      return null;
    default:
      return never(obeys);
  }
}

/**
 * Tells a load its level; what lies between two of its levels is taken as the lower one. A later command replaces one
 * that is still on its way.
 * @param at epoch seconds
 */
export function commandLoad(
  state: HouseholdState,
  settings: HouseholdSettings,
  name: HouseholdLoadName,
  level: number,
  at: number,
): void {
  const { levels } = loadOf(settings, name);
  const delayS = delay(settings, name, at);
  if (delayS === null || !Number.isFinite(level)) return;
  const taken = levels.findLast((one) => one <= level) ?? levels[0] ?? 0;
  const load = state.loads[name];
  // Told twice it is no slower.
  if (load.due?.level !== taken) load.due = { level: taken, at: at + delayS };
}

/** At the beginning of a slot: what has been told comes into effect. */
export function obey(state: HouseholdState, name: HouseholdLoadName, at: number): void {
  const load = state.loads[name];
  if (load.due === null || load.due.at > at) return;
  const { level } = load.due;
  if (level > 0 !== load.level > 0) load.switchings += 1;
  else if (level !== load.level) load.adjustments += 1;
  load.level = level;
  load.due = null;
}
