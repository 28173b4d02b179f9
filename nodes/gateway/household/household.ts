import { baseWatts } from "./base.ts";
import { boiler } from "./boiler.ts";
import { localClock, SLOT_S } from "./clock.ts";
import { obey } from "./command.ts";
import { ev, evTraffic } from "./ev.ts";
import { heatpump } from "./heatpump.ts";
import type { Physics } from "./physics.ts";
import { planOf } from "./plan.ts";
import { pool, poolDayEnds } from "./pool.ts";
import { fullLevel, HOUSEHOLD_LOAD_NAMES, type HouseholdLoadName, type HouseholdSettings, loadOf } from "./settings.ts";
import type { HouseholdLoadState, HouseholdState } from "./state.ts";
import { outsideC, solarW } from "./weather.ts";

/** A household in its usual state: the tank warm, the car charged, nothing commanded. */
export function newHousehold(settings: HouseholdSettings, at: number): HouseholdState {
  const clock = localClock(at, settings.utcOffsetS);
  const plan = planOf(settings.seed, clock.day);
  const load = (name: HouseholdLoadName): HouseholdLoadState => ({
    ...{ level: fullLevel(settings, name), due: null, watts: 0, wantsW: 0 },
    ...{ switchings: 0, adjustments: 0, usedWs: 0, withheldWs: 0 },
  });
  return {
    ...{ at, importW: 0, exportW: 0, baseW: 0, pvW: 0, outsideC: outsideC(clock, plan), plan },
    loads: { boiler: load("boiler"), pool: load("pool"), ev: load("ev"), heatpump: load("heatpump") },
    boiler: { celsius: 60, heating: false, drawnWs: 0, lostWs: 0, coldS: 0 },
    // A day that has begun is taken as done: its hours were not watched.
    pool: { doneS: plan.poolS, missedS: 0 },
    ev: {
      ...{ plugged: clock.second < plan.leaveS || clock.second >= plan.arriveS },
      ...{ needWs: 0, drivenWs: 0, missingWs: 0 },
    },
    heatpump: { celsius: 21, running: false, since: at - 3600, heatWs: 0, lostWs: 0, coldS: 0 },
  };
}

const PHYSICS: Readonly<Record<HouseholdLoadName, Physics>> = { boiler, pool, ev, heatpump };

/** What a load draws at its level: at most what it wants. A car that is allowed less takes less. */
function draws(state: HouseholdState, settings: HouseholdSettings, name: HouseholdLoadName): number {
  const { level, wantsW } = state.loads[name];
  return wantsW === 0 ? 0 : Math.min(wantsW, level * loadOf(settings, name).ratedW);
}

function startDay(state: HouseholdState, settings: HouseholdSettings, day: number): void {
  poolDayEnds(state);
  state.plan = planOf(settings.seed, day);
}

/**
 * Advances the household by the slot of 10 s that begins at `at`; slots follow each other. Afterwards the powers of the
 * state are those of this slot.
 * @param at epoch seconds, a multiple of SLOT_S
 * @param baseW power of everything that cannot be switched; absent: that of a measured house
 */
export function stepHousehold(state: HouseholdState, settings: HouseholdSettings, at: number, baseW?: number): void {
  const clock = localClock(at, settings.utcOffsetS);
  state.at = at;
  if (clock.day !== state.plan.day) startDay(state, settings, clock.day);
  evTraffic(state, clock.second);
  state.outsideC = outsideC(clock, state.plan);
  state.baseW = baseW ?? baseWatts(settings.seed, clock);
  state.pvW = solarW(settings.seed, clock, state.plan, settings.pvW);
  let net = state.baseW - state.pvW;
  for (const name of HOUSEHOLD_LOAD_NAMES) {
    if (!settings.loads.includes(name)) continue;
    const load = state.loads[name];
    obey(state, name, at);
    load.wantsW = PHYSICS[name].wants(state, settings, clock);
    load.watts = draws(state, settings, name);
    load.usedWs += load.watts * SLOT_S;
    load.withheldWs += (load.wantsW - load.watts) * SLOT_S;
    PHYSICS[name].slot(state, load.watts, clock);
    net += load.watts;
  }
  state.importW = Math.max(0, net);
  state.exportW = Math.max(0, -net);
}
