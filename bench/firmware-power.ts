/**
 * Charge and battery life of a node: a pure model on top of what the simulation measures. Charge is in µA·s, as currents
 * are in µA: an hour of 1 µA is 3600 µA·s, a mAh is 3 600 000.
 */
export const UAS_PER_MAH = 3_600_000;
const DAY_S = 86_400;
/** A month as battery lives are told in. */
const MONTH_DAYS = 365.25 / 12;

/** What flows all the time, µA, from the parts' data sheets. */
export const PARTS_UA = {
  "ATmega328P in power-down": 0.1,
  "its watchdog": 4,
  "RFM69 asleep": 0.1,
  PCF2123: 0.1,
  TS881: 0.3,
  MCP1700: 1.6,
} as const;
/** What two resistors of the original boards take besides: nothing that firmware can change. */
export const ORIGINAL_BOARD_UA = { "reference divider": 33, "light sensor's node": 40 } as const;

export type Currents = Readonly<Record<string, number>>;
export const sumUa = (currents: Currents): number => Object.values(currents).reduce((sum, one) => sum + one, 0);

/** What one event takes above the floor, µA·s. */
export interface Costs {
  readonly impulse: number;
  /** An update with its acknowledgement. */
  readonly update: number;
  /** The question for instructions, with the answer. */
  readonly status: number;
  /** The question for the time, with the answer. */
  readonly clock: number;
}

/** How often each event happens in a day. */
export type Events = { readonly [event in keyof Costs]: number };

export interface Habits {
  /** Mean power that the meter measures. */
  readonly watts: number;
  readonly impulsesPerKwh: number;
  readonly updateEveryS: number;
  readonly statusEveryS: number;
  readonly clockEveryS: number;
}

/** As shipped, in a house that takes 600 W in the mean: an update after four minutes, and so on. */
export const USUAL: Habits = {
  watts: 600,
  impulsesPerKwh: 1000,
  updateEveryS: 240,
  statusEveryS: 600,
  clockEveryS: 900,
};

export function eventsPerDay(habits: Habits): Events {
  return {
    impulse: (habits.watts * 24 * habits.impulsesPerKwh) / 1000,
    update: DAY_S / habits.updateEveryS,
    status: DAY_S / habits.statusEveryS,
    clock: DAY_S / habits.clockEveryS,
  };
}

/** Charge of a day, µA·s: the floor all day long and every event on top. */
export function chargePerDay(costs: Costs, events: Events, floorUa: number): number {
  const kinds = ["impulse", "update", "status", "clock"] as const;
  return kinds.reduce((sum, kind) => sum + costs[kind] * events[kind], floorUa * DAY_S);
}

export function meanUa(chargeUas: number, forS: number): number {
  return chargeUas / forS;
}

/** Three alkaline AA cells in series: what a node gets out of them before they fall below 1 V each. */
export const USABLE_MAH = 2100;

/** Months that a battery lasts. Self-discharge and cold are not in it. */
export function batteryMonths(currentUa: number, usableMah = USABLE_MAH): number {
  return (usableMah * 1000) / currentUa / 24 / MONTH_DAYS;
}
