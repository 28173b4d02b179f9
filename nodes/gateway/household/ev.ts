import { SLOT_S } from "./clock.ts";
import type { Physics } from "./physics.ts";
import { fullLevel, loadOf } from "./settings.ts";
import type { HouseholdState } from "./state.ts";

const BATTERY_WS = 60 * 3_600_000;

/** The car comes and goes. It leaves with what it has; what is missing then is noted once, and still missing later. */
export function evTraffic(state: HouseholdState, second: number): void {
  const { ev, plan } = state;
  const plugged = second < plan.leaveS || second >= plan.arriveS;
  if (ev.plugged && !plugged) ev.missingWs += ev.needWs;
  if (!ev.plugged && plugged) {
    const drivenWs = Math.min(plan.drivenWs, BATTERY_WS - ev.needWs);
    ev.needWs += drivenWs;
    ev.drivenWs += drivenWs;
  }
  ev.plugged = plugged;
}

export const ev: Physics = {
  // The last slot of a charge takes only what is missing.
  wants: (state, settings) =>
    state.ev.plugged
      ? Math.min(loadOf(settings, "ev").ratedW * fullLevel(settings, "ev"), Math.ceil(state.ev.needWs / SLOT_S))
      : 0,
  slot: (state, watts) => {
    state.ev.needWs = Math.max(0, state.ev.needWs - watts * SLOT_S);
  },
};
