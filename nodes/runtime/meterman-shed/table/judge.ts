import { loadEntityFault, powerEntityFault } from "../../../home-assistant/index.ts";
import { wholeNumber } from "../../editor/index.ts";
import type { LoadRow } from "./rows.ts";
import { NO_PHASES, NO_STEPS, phasesOf, stepsOf, TOO_SHORT } from "./steps.ts";

const DAY_S = 86_400;
const isDay = wholeNumber(0, DAY_S);

/** What is wrong with a row, in words; null when nothing is. The node itself judges the same way. */
export function faultOf(load: LoadRow): string | null {
  if (load.kind === "modulating" && stepsOf(load.levels) === null) return NO_STEPS;
  if (phasesOf(load.phases) === null) return NO_PHASES;
  const fault = load.entity === "" ? null : loadEntityFault(load.entity, load.kind);
  if (fault !== null) return fault;
  if (load.powerEntity !== "" && powerEntityFault(load.powerEntity) !== null) return powerEntityFault(load.powerEntity);
  if (!wholeNumber(1, 1_000_000, true)(load.ratedW)) return "its W must be a whole number, or empty";
  if (!wholeNumber(0, 1000)(load.priority)) return "its priority must be 0 to 1000";
  if (!isDay(load.minOnS) || !isDay(load.minOffS)) return "its minimum times must be 0 to 86400 s";
  if (!isDay(load.maxOffS)) return "its longest time off must be 0 to 86400 s";
  const [longest, least] = [Number(load.maxOffS), Number(load.minOffS)];
  return longest > 0 && longest < least ? TOO_SHORT : null;
}

/**
 * What is wrong with the first row that is not right; null when nothing is.
 * @param isConnected a connection to Home Assistant is chosen
 */
export function tableFault(loads: readonly LoadRow[], isConnected: boolean): string | null {
  const names = new Set<string>();
  const entities = new Set<string>();
  for (const load of loads) {
    const name = load.name.trim();
    if (name === "") return "each load needs a name";
    if (names.has(name)) return `two loads are called ${name}`;
    names.add(name);
    const fault = faultOf(load);
    if (fault !== null) return `load ${name}: ${fault}`;
    if (load.entity === "") continue;
    if (!isConnected) return `load ${name}: its entity needs a Home Assistant connection: choose one`;
    if (entities.has(load.entity)) return `two loads have the entity ${load.entity}`;
    entities.add(load.entity);
  }
  return null;
}
