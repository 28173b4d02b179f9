import { HOUSEHOLD_LOAD_NAMES, type HouseholdLoadName } from "./settings.ts";
import type { HouseholdState } from "./state.ts";

const KWH = 3_600_000;

export interface LoadComfort {
  readonly switchings: number;
  readonly adjustments: number;
  readonly usedKWh: number;
  readonly withheldKWh: number;
}

/** What the household had to put up with since it began. */
export interface Comfort {
  /** Minutes in which water was drawn from a tank below 40 °C. */
  readonly boilerColdMin: number;
  /** Minutes with the house below 18.5 °C. */
  readonly houseColdMin: number;
  /** Missing in the car when it left, summed over departures. */
  readonly evMissingKWh: number;
  readonly poolMissedH: number;
  readonly loads: Readonly<Record<HouseholdLoadName, LoadComfort>>;
}

export function comfortOf(state: HouseholdState): Comfort {
  const one = (name: HouseholdLoadName): LoadComfort => {
    const { switchings, adjustments, usedWs, withheldWs } = state.loads[name];
    return { switchings, adjustments, usedKWh: usedWs / KWH, withheldKWh: withheldWs / KWH };
  };
  const [boiler, pool, ev, heatpump] = HOUSEHOLD_LOAD_NAMES;
  return {
    boilerColdMin: state.boiler.coldS / 60,
    houseColdMin: state.heatpump.coldS / 60,
    evMissingKWh: state.ev.missingWs / KWH,
    poolMissedH: state.pool.missedS / 3600,
    loads: { boiler: one(boiler), pool: one(pool), ev: one(ev), heatpump: one(heatpump) },
  };
}
