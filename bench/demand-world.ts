import type { Load } from "../nodes/demand/index.ts";
import { household } from "../nodes/gateway/index.ts";
import { NO_RECENT, observe, powerNow } from "../nodes/meter/power.ts";
import { epochSeconds, parseMeterId, type Reading, watts, wh } from "../nodes/model/index.ts";
import type { Profile } from "./demand-profiles.ts";

export const DAY_S = 86_400;
const QUARTER_S = 900;
/** Midnight, an hour ahead of UTC, at the beginning of 2026. */
export const NEW_YEAR = Date.UTC(2026, 0, 1) / 1000 - 3600;
export const ZONE = "Etc/GMT-1";
const parsed = parseMeterId("house");
if (!parsed.ok) throw new Error(parsed.error.message);
export const METER = parsed.value;
const STEP_S = 5;
const READING_S = 15;

export type Command = (load: string, level: number) => void;

/** Whoever manages the house: what it gets to know, and when it may command. Times in epoch seconds. */
export interface Manager {
  /** A reading has arrived, some seconds after its end. @param powerW as the meter node tells it: null, unknown */
  hear(reading: Reading, powerW: number | null, now: number, command: Command): void;
  /** A load is at another level, or draws another power. */
  load(name: string, level: number, watts: number, now: number, command: Command): void;
  /** Every ten seconds. */
  tick(now: number, command: Command): void;
}

export const SETTINGS: household.HouseholdSettings = { ...household.DEFAULT_HOUSEHOLD, seed: 7, utcOffsetS: 3600 };

/** The loads of the house as every manager is told of them: the same powers, priorities and minimum times. */
export const LOADS: readonly Load[] = household.HOUSEHOLD_LOAD_NAMES.map((name) => {
  const { kind, levels, ratedW, priority, minOnS, minOffS } = household.loadOf(SETTINGS, name);
  return {
    ...{ name, kind, levels, ratedW, priority, minOnS, minOffS },
    ...{ critical: false, offPeakOnly: false, whenStale: "hold", phases: [], surplus: false, maxOffS: 0 },
  };
});

export interface Outcome {
  /** Highest mean power of a quarter-hour in each month, W; and of a clock hour. */
  readonly quarters: readonly number[];
  readonly hours: readonly number[];
  readonly importKWh: number;
  readonly comfort: household.Comfort;
  readonly commands: number;
  readonly tookS: number;
  readonly days: number;
}

function isLoad(name: string): name is household.HouseholdLoadName {
  return household.HOUSEHOLD_LOAD_NAMES.some((one) => one === name);
}

/** The highest means of blocks of `blockS` by month, from the energies of 5 s. */
class Peaks {
  readonly #blockS: number;
  readonly #months = new Map<number, number>();
  #ws = 0;

  constructor(blockS: number) {
    this.#blockS = blockS;
  }

  /** @param end of the 5 s */
  add(ws: number, end: number): void {
    this.#ws += ws;
    if (end % this.#blockS !== 0) return;
    const month = new Date((end - this.#blockS + 3600) * 1000).getUTCMonth();
    this.#months.set(month, Math.max(this.#months.get(month) ?? 0, this.#ws / this.#blockS));
    this.#ws = 0;
  }

  get watts(): readonly number[] {
    return [...this.#months.values()];
  }
}

/** Lets the house live under `manager`, null without one. */
export function live(profile: Profile, manager: Manager | null, from: number, days: number): Outcome {
  const state = household.newHousehold(SETTINGS, from);
  const quarters = new Peaks(QUARTER_S);
  const hours = new Peaks(3600);
  const told = new Map<string, { level: number; watts: number }>();
  const coming: { reading: Reading; at: number }[] = [];
  let now = from;
  let commands = 0;
  let totalWs = 0;
  let register = 0;
  let recent = NO_RECENT;
  const began = performance.now();
  const command: Command = (load, level) => {
    if (!isLoad(load)) throw new Error(`there is no load ${load}`);
    commands += 1;
    household.commandLoad(state, SETTINGS, load, level, now);
  };
  const tell = (to: Manager) => {
    for (const name of household.HOUSEHOLD_LOAD_NAMES) {
      const { level, watts: w } = state.loads[name];
      const before = told.get(name);
      if (before?.level === level && before.watts === w) continue;
      told.set(name, { level, watts: w });
      to.load(name, level, w, now, command);
    }
  };
  const end = from + days * DAY_S;
  while (now < end) {
    if (now % household.SLOT_S === 0) {
      const base = profile.watts[Math.floor((now - from) / profile.stepS) % profile.watts.length] ?? 0;
      household.stepHousehold(state, SETTINGS, now, base);
      if (manager !== null) tell(manager);
    }
    now += STEP_S;
    const ws = state.importW * STEP_S;
    totalWs += ws;
    quarters.add(ws, now);
    hours.add(ws, now);
    if (manager === null) continue;
    if (now % READING_S === 0) {
      const counted = Math.floor(totalWs / 3600);
      const used = counted - register;
      register = counted;
      const reading: Reading = {
        ...{ meter: METER, start: epochSeconds(now - READING_S), end: epochSeconds(now), wh: wh(used) },
        ...{ watts: watts((used * 3600) / READING_S), registerWh: wh(register), lifetimeWh: wh(register) },
        ...{ source: "interval", quality: [] },
      };
      // On its way for 5 or 10 s.
      coming.push({ reading, at: now + (now % 30 === 0 ? 10 : 5) });
    }
    while (coming[0] !== undefined && coming[0].at <= now) {
      const { reading } = coming[0];
      coming.shift();
      recent = observe(recent, reading);
      const power = powerNow(recent, now, 1);
      manager.hear(reading, power.known ? power.watts : null, now, command);
    }
    if (now % 10 === 0) manager.tick(now, command);
  }
  return {
    quarters: quarters.watts,
    hours: hours.watts,
    importKWh: totalWs / 3.6e6,
    comfort: household.comfortOf(state),
    commands,
    tookS: (performance.now() - began) / 1000,
    days,
  };
}
