import {
  EPOCH_SCHEMA,
  type EpochSeconds,
  epochSeconds,
  METER_ID_SCHEMA,
  type MeterId,
  type Watts,
  WH_SCHEMA,
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
import { counts, gridOf, isOnPeak } from "./tariff.ts";
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
}

const nullable = (schema: object) => ({ ...schema, nullable: true });
const power = { type: "number", minimum: -1e9, maximum: 1e9 } as const;

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
    usedWh: WH_SCHEMA,
    bridgedWh: nullable({ type: "number", minimum: 0, maximum: 1e9 }),
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
  };
}
