import { type EpochSeconds, epochSeconds } from "../model/index.ts";
import { type Calendar, inCalendar } from "./calendar.ts";
import type { Tariff } from "./tariff.ts";

/** What a tariff says of an instant. */
export interface Rules {
  /** A window that begins now counts. */
  readonly counts: boolean;
  /** A window that begins now counts with its power times this. */
  readonly factor: number;
  /** Energy is dear: loads that are marked so wait. */
  readonly onPeak: boolean;
  /** Price of a kWh; null without prices. */
  readonly perKwh: number | null;
}

/** Calendars change at half hours of the local clock, so never within a quarter of an hour of UTC. */
const QUARTER_S = 900;
const REMEMBERED = 1000;
const memories = new WeakMap<Tariff, Map<number, Rules>>();

function judge(tariff: Tariff, at: EpochSeconds): Rules {
  const { zone, holidays = [] } = tariff;
  const fits = (calendars: readonly Calendar[]) => inCalendar(at, zone, calendars, holidays);
  const rate = tariff.energy?.rates.find(({ when }) => when === undefined || fits(when));
  return {
    counts: tariff.counts === undefined || fits(tariff.counts),
    factor: tariff.weights?.find(({ when }) => fits([when]))?.factor ?? 1,
    onPeak: rate?.dear === true || fits(tariff.onPeak ?? []),
    perKwh: rate?.perKwh ?? null,
  };
}

/** The rules at an instant; remembered, because they are asked for with every reading and every tick. */
export function rulesAt(tariff: Tariff, at: number): Rules {
  let memory = memories.get(tariff);
  if (memory === undefined || memory.size > REMEMBERED) {
    memory = new Map();
    memories.set(tariff, memory);
  }
  const quarter = Math.floor(at / QUARTER_S);
  let rules = memory.get(quarter);
  if (rules === undefined) {
    rules = judge(tariff, epochSeconds(quarter * QUARTER_S));
    memory.set(quarter, rules);
  }
  return rules;
}
