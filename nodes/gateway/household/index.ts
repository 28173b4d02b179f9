/** A believable household whose loads can be commanded: what is shed now is wanted later, and somebody notices. */
export { SLOT_S } from "./clock.ts";
export { type Comfort, comfortOf, type LoadComfort } from "./comfort.ts";
export { commandLoad } from "./command.ts";
export { newHousehold, stepHousehold } from "./household.ts";
export { provoke } from "./provoke.ts";
export {
  type Behaviour,
  DEFAULT_HOUSEHOLD,
  HOUSEHOLD_LOAD_NAMES,
  HOUSEHOLD_LOADS,
  type HouseholdLoad,
  type HouseholdLoadName,
  type HouseholdSettings,
  loadOf,
} from "./settings.ts";
export type { HouseholdLoadState, HouseholdState } from "./state.ts";
