import {
  type Behaviour,
  commandLoad,
  DEFAULT_HOUSEHOLD,
  HOUSEHOLD_LOAD_NAMES,
  HOUSEHOLD_LOADS,
  type HouseholdLoadName,
  type HouseholdSettings,
  type HouseholdState,
  newHousehold,
  provoke,
  SLOT_S,
  stepHousehold,
} from "../household/index.ts";
import type { MeterSettings } from "./state.ts";

export const LOAD_NAMES = HOUSEHOLD_LOAD_NAMES;
export type LoadName = HouseholdLoadName;

/** The house behind a meter of the profile `household`. Plain data. */
export interface House {
  settings: HouseholdSettings;
  readonly state: HouseholdState;
}

/** An export meter counts for the household above it, and its watts are the peak of that house's panels. */
function panelsW(meters: readonly MeterSettings[], index: number): number {
  const below = meters.slice(index + 1);
  const end = below.findIndex(({ profile }) => profile === "household");
  const own = end === -1 ? below : below.slice(0, end);
  return own.find(({ profile }) => profile === "export")?.watts ?? 0;
}

/** @param index of its meter in the table */
export function newHouse(
  meters: readonly MeterSettings[],
  index: number,
  seed: number,
  utcOffsetS: number,
  at: number,
): House {
  const settings = { ...DEFAULT_HOUSEHOLD, seed, utcOffsetS, pvW: panelsW(meters, index) };
  return { settings, state: newHousehold(settings, at - (at % SLOT_S)) };
}

/**
 * Lives through the slot that begins at `at`.
 * @param alwaysW drawn at all times, beside what the model draws
 * @returns watts that the house draws from the grid; negative: feeds in
 */
export function liveSlot({ settings, state }: House, at: number, alwaysW: number): number {
  stepHousehold(state, settings, at);
  return state.importW - state.exportW + alwaysW;
}

/** Tells a load its level; below all levels of it is its lowest. It follows as it behaves. */
export function tell({ settings, state }: House, load: LoadName, level: number, at: number): void {
  commandLoad(state, settings, load, level, at);
}

/** Lets something happen after which the load wants power. */
export function excite({ settings, state }: House, load: LoadName, at: number): void {
  provoke(state, settings, load, at);
}

export function behave(house: House, load: LoadName, behaviour: Behaviour): void {
  const { settings } = house;
  house.settings = { ...settings, behaviour: { ...settings.behaviour, [load]: behaviour } };
}

export const fullLevel = (load: LoadName): number => HOUSEHOLD_LOADS[load].levels.at(-1) ?? 1;
