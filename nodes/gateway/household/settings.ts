/** What a household consists of. All of it is plain JSON. */

export const HOUSEHOLD_LOAD_NAMES = ["boiler", "pool", "ev", "heatpump"] as const;
export type HouseholdLoadName = (typeof HOUSEHOLD_LOAD_NAMES)[number];

/** How a load follows commands. Late is some minutes more than `delayS`, each time a different number of them. */
export interface Behaviour {
  readonly delayS: number;
  readonly obeys: "yes" | "late" | "never";
}

export interface HouseholdSettings {
  /** Weather, habits and moods: the same seed is the same house. */
  readonly seed: number;
  /** Local time ahead of UTC, without DST. */
  readonly utcOffsetS: number;
  readonly loads: readonly HouseholdLoadName[];
  readonly evPhases: 1 | 3;
  readonly heatpump: "switch" | "modulating";
  /** Peak power of the solar panels, W; 0: none. */
  readonly pvW: number;
  /** Absent: obeys at once. A car takes its own 5 to 30 s besides. */
  readonly behaviour: Readonly<Partial<Record<HouseholdLoadName, Behaviour>>>;
}

export const DEFAULT_HOUSEHOLD: HouseholdSettings = {
  seed: 1,
  utcOffsetS: 3600,
  loads: HOUSEHOLD_LOAD_NAMES,
  evPhases: 1,
  heatpump: "switch",
  pvW: 0,
  behaviour: {},
};

/** One load as a demand manager would be told of it. */
export interface HouseholdLoad {
  readonly kind: "switch" | "modulating";
  /** Ascending: 0 and 1 of a switch, amps of a car, percent of a heat pump. */
  readonly levels: readonly number[];
  /** W per unit of level, while it draws. */
  readonly ratedW: number;
  readonly phases: readonly string[];
  /** Suggested; higher is more important. */
  readonly priority: number;
  readonly minOnS: number;
  readonly minOffS: number;
}

const SWITCH = { kind: "switch", levels: [0, 1] } as const;
const AMPS = [0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] as const;
const VOLTS = 230;
const HEATPUMP_W = 2500;

/** The loads with a car on one phase and a heat pump that is on or off. */
export const HOUSEHOLD_LOADS: Readonly<Record<HouseholdLoadName, HouseholdLoad>> = {
  boiler: { ...SWITCH, ratedW: 2000, phases: ["L1"], priority: 2, minOnS: 60, minOffS: 180 },
  pool: { ...SWITCH, ratedW: 1100, phases: ["L3"], priority: 1, minOnS: 300, minOffS: 300 },
  ev: {
    ...{ kind: "modulating", levels: AMPS, ratedW: VOLTS, phases: ["L2"] },
    ...{ priority: 3, minOnS: 300, minOffS: 300 },
  },
  heatpump: { ...SWITCH, ratedW: HEATPUMP_W, phases: ["L1"], priority: 4, minOnS: 600, minOffS: 600 },
};

const THREE: HouseholdLoad = { ...HOUSEHOLD_LOADS.ev, ratedW: 3 * VOLTS, phases: ["L1", "L2", "L3"] };
const MODULATING: HouseholdLoad = {
  ...HOUSEHOLD_LOADS.heatpump,
  kind: "modulating",
  levels: [0, 40, 60, 80, 100],
  ratedW: HEATPUMP_W / 100,
};

/** The loads as `settings` has them. */
export function loadOf(settings: HouseholdSettings, name: HouseholdLoadName): HouseholdLoad {
  if (name === "ev" && settings.evPhases === 3) return THREE;
  if (name === "heatpump" && settings.heatpump === "modulating") return MODULATING;
  return HOUSEHOLD_LOADS[name];
}

/** The highest level of a load: as it is when nobody commands it. */
export function fullLevel(settings: HouseholdSettings, name: HouseholdLoadName): number {
  return loadOf(settings, name).levels.at(-1) ?? 1;
}
