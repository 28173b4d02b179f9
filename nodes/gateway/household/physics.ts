import type { LocalClock } from "./clock.ts";
import type { HouseholdSettings } from "./settings.ts";
import type { HouseholdState } from "./state.ts";

/** How a load wants and what electricity does to it. */
export interface Physics {
  /** Watts it would draw in this slot if it was allowed everything. */
  readonly wants: (state: HouseholdState, settings: HouseholdSettings, clock: LocalClock) => number;
  /** One slot with `watts` of electricity. */
  readonly slot: (state: HouseholdState, watts: number, clock: LocalClock) => void;
}
