import { SLOT_S } from "./clock.ts";
import type { Physics } from "./physics.ts";
import { HOUSEHOLD_LOADS } from "./settings.ts";
import type { HouseholdState } from "./state.ts";

/** 250 l of water: Ws per K. */
export const TANK_WS_PER_K = 250 * 4186;
const COLD_C = 10;
/** Water at the tap is mixed to this; a tank below it is felt. */
const TAP_C = 40;
const LITRES_PER_S = 7 / 60;
const LOSS_W_PER_K = 1.4;
const ROOM_C = 20;
/** The thermostat's two ends. */
const ON_C = 57;
const OFF_C = 62;

/** Whether somebody draws hot water in the slot that begins at this second of the day. */
function isDrawn(state: HouseholdState, second: number): boolean {
  return state.plan.showers.some(({ from, forS }) => second >= from && second < from + forS);
}

export const boiler: Physics = {
  wants: ({ boiler: tank }) => {
    tank.heating = tank.heating ? tank.celsius < OFF_C : tank.celsius < ON_C;
    return tank.heating ? HOUSEHOLD_LOADS.boiler.ratedW : 0;
  },
  slot: (state, watts, clock) => {
    const tank = state.boiler;
    const drawn = isDrawn(state, clock.second);
    if (drawn && tank.celsius < TAP_C) tank.coldS += SLOT_S;
    // A tank that has gone cold gives what it has.
    const tapK = Math.max(0, Math.min(TAP_C, tank.celsius) - COLD_C);
    const drawnWs = drawn ? LITRES_PER_S * SLOT_S * 4186 * tapK : 0;
    const lostWs = LOSS_W_PER_K * (tank.celsius - ROOM_C) * SLOT_S;
    tank.drawnWs += drawnWs;
    tank.lostWs += lostWs;
    tank.celsius += (watts * SLOT_S - drawnWs - lostWs) / TANK_WS_PER_K;
  },
};
