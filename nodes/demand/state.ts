import {
  type DemandTarget,
  EPOCH_SCHEMA,
  type EpochSeconds,
  epochSeconds,
  METER_ID_SCHEMA,
  type MeterId,
  type Watts,
  type Wh,
  watts,
} from "../model/index.ts";
import { bridgedWh, lastSeen } from "./account.ts";
import { dayKey } from "./calendar.ts";
import { accountOf, type Demand, type DemandConfig, metersOf, reportedUntil } from "./demand.ts";
import { windowAt } from "./grid.ts";
import { candidates, figure, freeWatts } from "./peaks.ts";
import { allowed, type Course, isCertainBreak, projected } from "./projection.ts";
import { slotsWh } from "./slots.ts";
import { type Amount, counts, gridOf, isOnPeak } from "./tariff.ts";
import { coverage } from "./window.ts";

/** The window that is open now. What is not known is null, never zero. */
export interface DemandState {
  readonly at: EpochSeconds;
  readonly meters: readonly MeterId[];
  readonly windowStart: EpochSeconds;
  readonly windowEnd: EpochSeconds;
  readonly remainingS: number;
  /** Measured energy of the window. */
  readonly usedWh: Wh;
  /** Estimated energy of the time that has passed without a reading yet. */
  readonly bridgedWh: number | null;
  /** The instant up to which all meters have reported. */
  readonly coveredUntil: EpochSeconds | null;
  /** Share of the time since the window began that has readings. */
  readonly coverage: number;
  readonly powerWatts: Watts | null;
  /** Mean power of the window if the present power stays. */
  readonly projectedWatts: Watts | null;
  /** What the window's mean power should stay under: the limit, or what has been reached and paid for already. */
  readonly limitWatts: Watts | null;
  /** Power that may be drawn for the rest of the window; negative when the limit is lost. */
  readonly allowedWatts: Watts | null;
  /** The measured energy alone is over the limit. */
  readonly certainBreak: boolean;
  /** No sign of life for too long, or a meter that says so itself: nothing can be judged. */
  readonly stale: boolean;
  /** Since the last sign of life of the meter that was silent longest. */
  readonly ageS: number | null;
  /** The window lies in the hours of the tariff. */
  readonly counts: boolean;
  /** Energy is dear now. */
  readonly onPeak: boolean;
  /** The month's figure so far. */
  readonly peakWatts: Watts | null;
  readonly target: DemandTarget;
  /** "L1" when only one phase is measured. */
  readonly phase: string | null;
  /**
   * The windows that contain now, by the time they have left: a block, or those of the sliding windows that end within
   * half a window from now. Empty when demand is unknown.
   */
  readonly ahead: readonly Ahead[];
  /** The month of the tariff, "2026-11". */
  readonly period: string;
  /** What the month's figure costs so far. */
  readonly charge: Amount | null;
  /** By how much the month's figure and its charge rise if this window ends as projected. */
  readonly adds: { readonly watts: Watts; readonly charge: Amount | null } | null;
  /** Of energy, now. */
  readonly price: { readonly perKwh: number; readonly currency: string } | null;
}

/** A window that contains now. */
export type Ahead = {
  readonly remainingS: number;
  /** Measured energy and the estimate for the time without a reading yet. */
  readonly usedWh: number;
};

type Later = "target" | "phase" | "ahead" | "period" | "charge" | "adds" | "price";
/** A state as it may stand in a message: what was added later may be absent, in flows that write their own. */
export type DemandMessage = Omit<DemandState, Later> & Partial<Pick<DemandState, Later>>;

/** A state with every field, from a message that fits DEMAND_STATE_SCHEMA. */
export function demandFromMessage(said: DemandMessage): DemandState {
  const { powerWatts, remainingS, usedWh, bridgedWh } = said;
  const open = powerWatts === null ? [] : [{ remainingS, usedWh: usedWh + (bridgedWh ?? 0) }];
  const later = {
    target: "limit",
    phase: null,
    ahead: open,
    period: "",
    charge: null,
    adds: null,
    price: null,
  } as const;
  return { ...later, ...said };
}

const nullable = (schema: object) => ({ ...schema, nullable: true });
const power = { type: "number", minimum: -1e9, maximum: 1e9 } as const;
const AMOUNT_SCHEMA = {
  type: "object",
  required: ["amount", "currency"],
  properties: { amount: power, currency: { type: "string", maxLength: 8 } },
} as const;

export const DEMAND_STATE_SCHEMA = {
  type: "object",
  required: [
    "at",
    "meters",
    "windowStart",
    "windowEnd",
    "remainingS",
    "usedWh",
    "bridgedWh",
    "coveredUntil",
    "coverage",
    "powerWatts",
    "projectedWatts",
    "limitWatts",
    "allowedWatts",
    "certainBreak",
    "stale",
    "ageS",
    "counts",
    "onPeak",
    "peakWatts",
  ],
  properties: {
    at: EPOCH_SCHEMA,
    meters: { type: "array", items: METER_ID_SCHEMA, maxItems: 1000 },
    windowStart: EPOCH_SCHEMA,
    windowEnd: EPOCH_SCHEMA,
    remainingS: { type: "number", minimum: 0, maximum: 3600 },
    usedWh: { type: "integer", minimum: -1e9, maximum: 1e9 },
    bridgedWh: nullable({ type: "number", minimum: -1e9, maximum: 1e9 }),
    coveredUntil: nullable(EPOCH_SCHEMA),
    coverage: { type: "number", minimum: 0, maximum: 1 },
    powerWatts: nullable(power),
    projectedWatts: nullable(power),
    limitWatts: nullable(power),
    allowedWatts: nullable(power),
    certainBreak: { type: "boolean" },
    stale: { type: "boolean" },
    ageS: nullable({ type: "number", minimum: 0 }),
    counts: { type: "boolean" },
    onPeak: { type: "boolean" },
    peakWatts: nullable(power),
    // Later fields: states that were written by hand before them are still welcome.
    target: { enum: ["limit", "surplus"] },
    phase: nullable({ type: "string", minLength: 1, maxLength: 16 }),
    ahead: {
      type: "array",
      maxItems: 60,
      items: {
        type: "object",
        required: ["remainingS", "usedWh"],
        properties: {
          remainingS: { type: "number", minimum: 0, maximum: 3600 },
          usedWh: { type: "number", minimum: -1e9, maximum: 1e9 },
        },
      },
    },
    period: { type: "string", maxLength: 7 },
    charge: nullable(AMOUNT_SCHEMA),
    adds: nullable({
      type: "object",
      required: ["watts", "charge"],
      properties: { watts: power, charge: nullable(AMOUNT_SCHEMA) },
    }),
    price: nullable({
      type: "object",
      required: ["perKwh", "currency"],
      properties: { perKwh: power, currency: { type: "string", maxLength: 8 } },
    }),
  },
} as const;

/** The power below which the window costs nothing more; null when the owner set no limit and the tariff has no floor. */
function target(demand: Demand, config: DemandConfig, at: EpochSeconds): Watts | null {
  const own = Math.max(config.limitW ?? 0, config.tariff.floorW ?? 0);
  if (own === 0) return null;
  return watts(config.followPeak ? Math.max(own, freeWatts(demand.book, at, config.tariff)) : own);
}

/** Power of all meters together; unknown as soon as one is. */
function powerNow(demand: Demand, meters: readonly MeterId[]): Watts | null {
  const last = meters.map((meter) => accountOf(demand, meter).samples.at(-1));
  return last.length === 0 || last.includes(undefined)
    ? null
    : watts(last.reduce((sum, sample) => sum + (sample?.watts ?? 0), 0));
}

/** The demand of the window that contains `now`. */
export function demandState(demand: Demand, config: DemandConfig, now: EpochSeconds): DemandState {
  const grid = gridOf(config.tariff);
  const meters = metersOf(demand, config);
  const { start, end } = windowAt(now, grid);
  const usedWh = slotsWh(demand.slots, start, end);
  const limitWatts = target(demand, config, start);
  const seen = meters.map((meter) => lastSeen(accountOf(demand, meter)));
  const oldest = seen.some((at) => at === null) ? null : Math.min(...seen.map((at) => at ?? 0));
  const ageS = meters.length === 0 || oldest === null ? null : Math.abs(now - oldest);
  const lost = meters.some((meter) => accountOf(demand, meter).lost);
  const stale = lost || ageS === null || ageS > config.staleAfterS;
  const powerWatts = stale ? null : powerNow(demand, meters);
  const covered = reportedUntil(demand, meters);
  const period = dayKey(start, grid.zone).slice(0, 7);
  const highest = candidates(demand.book, period, config.tariff);
  const remainingS = end - now;
  const bridged = meters.reduce((sum, meter) => sum + bridgedWh(accountOf(demand, meter), start, now), 0);
  const course: Course | null =
    powerWatts === null ? null : { windowS: grid.windowS, remainingS, usedWh: usedWh + bridged, powerW: powerWatts };
  return {
    at: now,
    meters,
    windowStart: start,
    windowEnd: end,
    remainingS,
    usedWh,
    bridgedWh: course === null ? null : bridged,
    coveredUntil: covered === 0 ? null : epochSeconds(covered),
    coverage: coverage(demand, meters, start, now),
    powerWatts,
    projectedWatts: course === null ? null : projected(course),
    limitWatts,
    allowedWatts: course === null || limitWatts === null ? null : allowed(course, limitWatts),
    certainBreak: limitWatts !== null && isCertainBreak(usedWh, limitWatts, grid.windowS),
    stale,
    ageS,
    counts: counts(config.tariff, start),
    onPeak: isOnPeak(config.tariff, now),
    peakWatts: highest.length === 0 ? null : figure(highest, config.tariff),
    target: config.target,
    phase: config.phase,
    ahead: course === null ? [] : [{ remainingS, usedWh: course.usedWh }],
    period,
    charge: null,
    adds: null,
    price: null,
  };
}
