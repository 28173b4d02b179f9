import { never } from "../../model/index.ts";
import { TANK_WS_PER_K } from "./boiler.ts";
import { DAY_S, localClock } from "./clock.ts";
import { HOUSE_WS_PER_K } from "./heatpump.ts";
import type { HouseholdLoadName, HouseholdSettings } from "./settings.ts";
import type { HouseholdState } from "./state.ts";

const BATH_K = 12;
const AIRING_K = 1.5;
const TRIP_WS = 8 * 3_600_000;

/**
 * Lets something happen after which a load wants power, whatever the hour: the car comes home (or has been away
 * meanwhile), somebody takes a bath, airs the house, or sets the pool's clock back. The books of each storage stay right.
 * @param at epoch seconds
 */
export function provoke(state: HouseholdState, settings: HouseholdSettings, name: HouseholdLoadName, at: number): void {
  const { boiler, ev, heatpump, pool, plan } = state;
  switch (name) {
    case "boiler": {
      const colderK = Math.min(BATH_K, Math.max(0, boiler.celsius - 20));
      boiler.celsius -= colderK;
      boiler.drawnWs += colderK * TANK_WS_PER_K;
      return;
    }
    case "ev":
      if (ev.needWs < TRIP_WS) {
        ev.needWs += TRIP_WS;
        ev.drivenWs += TRIP_WS;
      }
      // It stays until tomorrow.
      if (ev.plugged) plan.leaveS = DAY_S;
      else plan.arriveS = Math.min(plan.arriveS, localClock(at, settings.utcOffsetS).second);
      return;
    case "heatpump":
      heatpump.celsius -= AIRING_K;
      heatpump.lostWs += AIRING_K * HOUSE_WS_PER_K;
      return;
    case "pool":
      pool.doneS = 0;
      return;
    default:
      never(name);
  }
}
