import { never } from "../nodes/model/index.ts";
import { type OurSetting, Ours } from "./demand-ours.ts";
import { hourly, livePower, slidingMean } from "./demand-plain.ts";
import { PROFILES } from "./demand-profiles.ts";
import { DAY_S, live, type Manager, NEW_YEAR, type Outcome } from "./demand-world.ts";

/** The plain rules that ours is measured against. */
export const PLAIN = ["live", "mean", "hour"] as const;
export type Plain = (typeof PLAIN)[number];

export const WORDS: Readonly<Record<Plain, string>> = {
  live: "threshold on the live power",
  mean: "threshold on the mean of the last 15 min",
  hour: "estimate of the clock hour",
};

export type Spec = { readonly kind: "free" } | { readonly kind: Plain; readonly limitW: number } | Ourselves;
export type Ourselves = { readonly kind: "ours" } & OurSetting;

/** A stretch of the year that is lived, as its first day and its length. */
export type Span = readonly [day: number, days: number];

export interface Task {
  readonly profile: string;
  readonly spec: Spec;
  readonly spans: readonly Span[];
}

/**
 * Each rule with the tuning that did best of some dozens that were tried on a quarter of the year: the lowest peak at a
 * withheld energy that no other tuning undercuts.
 */
function managerOf(spec: Spec, from: number): Manager | null {
  switch (spec.kind) {
    case "free":
      return null;
    case "live":
      return livePower(spec.limitW, 100, { confirmS: 10, holdS: 120, settleS: 60 });
    case "mean":
      return slidingMean(spec.limitW - 600, 300, { confirmS: 0, holdS: 60, settleS: 60 });
    case "hour":
      return hourly(spec.limitW, 300, 300, 200, { confirmS: 30, holdS: 60, settleS: 60 });
    case "ours":
      return new Ours(spec, from);
    default:
      return never(spec);
  }
}

/** What became of a house, summed over the stretches. */
export interface Result {
  /** Means over the months of their highest quarter-hour and clock hour, and the highest of all, W. */
  readonly quarterW: number;
  readonly hourW: number;
  readonly highestW: number;
  readonly usedKWh: number;
  readonly withheldKWh: number;
  /** Not in the car when it left, not run through the pool. */
  readonly unservedKWh: number;
  readonly switchings: number;
  readonly adjustments: number;
  readonly coldWaterMin: number;
  readonly coldHouseMin: number;
  readonly days: number;
  readonly tookS: number;
}

const POOL_KW = 1.1;
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]) => total(values) / Math.max(1, values.length);

function sum(outcomes: readonly Outcome[]): Result {
  const comforts = outcomes.map(({ comfort }) => comfort);
  const loads = comforts.flatMap((comfort) => Object.values(comfort.loads));
  const quarters = outcomes.flatMap((one) => one.quarters);
  return {
    quarterW: mean(quarters),
    hourW: mean(outcomes.flatMap((one) => one.hours)),
    highestW: Math.max(...quarters),
    usedKWh: total(outcomes.map((one) => one.importKWh)),
    withheldKWh: total(loads.map((load) => load.withheldKWh)),
    unservedKWh: total(comforts.map((felt) => felt.evMissingKWh + felt.poolMissedH * POOL_KW)),
    switchings: total(loads.map((load) => load.switchings)),
    adjustments: total(loads.map((load) => load.adjustments)),
    coldWaterMin: total(comforts.map((felt) => felt.boilerColdMin)),
    coldHouseMin: total(comforts.map((felt) => felt.houseColdMin)),
    days: total(outcomes.map((one) => one.days)),
    tookS: total(outcomes.map((one) => one.tookS)),
  };
}

export function perform({ profile, spec, spans }: Task): Result {
  const base = PROFILES[profile];
  if (base === undefined) throw new Error(`there is no profile ${profile}`);
  return sum(
    spans.map(([day, days]) => {
      const from = NEW_YEAR + day * DAY_S;
      return live(base, managerOf(spec, from), from, days);
    }),
  );
}
