import type { HouseholdLoadName } from "./settings.ts";

/** One load: what it was told, what it does, what became of it. */
export interface HouseholdLoadState {
  /** As commanded and obeyed: a switch 0 or 1, amps, percent. */
  level: number;
  /** A command on its way. */
  due: { level: number; at: number } | null;
  /** Draws in this slot. */
  watts: number;
  /** Would draw at its highest level. */
  wantsW: number;
  /** Times that a command turned it off or on, and times that one changed how much it may draw. */
  switchings: number;
  adjustments: number;
  usedWs: number;
  /** What it wanted and was not allowed, over time. What it catches up with later is counted here, too. */
  withheldWs: number;
}

/** What one day brings; follows from the seed. */
export interface DayPlan {
  day: number;
  /** Local seconds at which hot water is drawn, and for how long, ascending. */
  showers: { from: number; forS: number }[];
  /** The car is away between these local seconds, and comes back having used so much. */
  leaveS: number;
  arriveS: number;
  drivenWs: number;
  poolS: number;
  /** Degrees by which last night, today and tonight differ from what is usual. */
  weather: [number, number];
  /** Share of the sun that the clouds let through on average. */
  clearness: number;
}

/** A whole household as plain data: JSON keeps all of it. Energies in watt-seconds, temperatures in °C. */
export interface HouseholdState {
  at: number;
  importW: number;
  exportW: number;
  baseW: number;
  pvW: number;
  outsideC: number;
  loads: Record<HouseholdLoadName, HouseholdLoadState>;
  plan: DayPlan;
  boiler: { celsius: number; heating: boolean; drawnWs: number; lostWs: number; coldS: number };
  pool: { doneS: number; missedS: number };
  /** `needWs`: what the battery lacks of what its owner wants. */
  ev: { plugged: boolean; needWs: number; drivenWs: number; missingWs: number };
  heatpump: { celsius: number; running: boolean; since: number; heatWs: number; lostWs: number; coldS: number };
}
