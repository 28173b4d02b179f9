import { SLOT_S } from "./clock.ts";
import type { Physics } from "./physics.ts";
import { HOUSEHOLD_LOADS } from "./settings.ts";
import type { HouseholdState } from "./state.ts";

/** Its clock lets the pump run from nine, until it has run its hours or the day is over. */
const FROM_S = 9 * 3600;

export const pool: Physics = {
  wants: (state, _settings, clock) =>
    clock.second >= FROM_S && state.pool.doneS < state.plan.poolS ? HOUSEHOLD_LOADS.pool.ratedW : 0,
  slot: (state, watts) => {
    if (watts > 0) state.pool.doneS += SLOT_S;
  },
};

/** At local midnight. What was not filtered today is not made up for tomorrow. */
export function poolDayEnds(state: HouseholdState): void {
  state.pool.missedS += Math.max(0, state.plan.poolS - state.pool.doneS);
  state.pool.doneS = 0;
}
