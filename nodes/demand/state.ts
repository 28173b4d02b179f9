import { type DemandTarget, type EpochSeconds, type MeterId, type Watts, type Wh, watts } from "../model/index.ts";
import { lastSeen } from "./account.ts";
import { bridged, openWindows } from "./ahead.ts";
import { accountOf, type Demand, type DemandConfig, metersOf, reportedUntil, signOf } from "./demand.ts";
import { windowAt } from "./grid.ts";
import { monthSoFar, noMonth } from "./month.ts";
import { freeWatts } from "./peaks.ts";
import { allowed, type Course, isCertainBreak, projected } from "./projection.ts";
import { rulesAt } from "./rules.ts";
import { slotsWh } from "./slots.ts";
import { type Amount, gridOf } from "./tariff.ts";
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
  /** What the wiring must carry: the tariff's fixed limit, also while a lower one of the bill is `limitWatts`. */
  readonly fixedWatts: Watts | null;
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

/**
 * What the mean power of a window should stay under; null when nothing limits it. The owner's limit and what the month
 * has reached are figures as they are billed: where a window counts half, twice the power makes the same figure. A
 * fixed limit holds at any time and is never relaxed.
 */
function limitOf(demand: Demand, config: DemandConfig, start: EpochSeconds): Watts | null {
  const { tariff, limitW, followPeak, target } = config;
  if (target === "surplus") return watts(limitW ?? 0);
  const { counts, factor } = rulesAt(tariff, start);
  const own = Math.max(limitW ?? 0, tariff.floorW ?? 0) / factor;
  const billed = followPeak ? Math.max(own, freeWatts(demand.book, start, tariff)) : own;
  const fixed = tariff.limitW ?? Number.POSITIVE_INFINITY;
  const limit = own === 0 || (!counts && fixed < Number.POSITIVE_INFINITY) ? fixed : Math.min(fixed, billed);
  return limit === Number.POSITIVE_INFINITY ? null : watts(limit);
}

/** Net power of all meters together; unknown as soon as one is. */
function powerNow(demand: Demand, meters: readonly MeterId[], config: DemandConfig): Watts | null {
  let sum = 0;
  for (const meter of meters) {
    const last = accountOf(demand, meter).samples.at(-1);
    if (last === undefined) return null;
    sum += signOf(config, meter) * last.watts;
  }
  return meters.length === 0 ? null : watts(sum);
}

/** Since the last sign of life of the meter that was silent longest; null when one was never heard. */
function silentS(demand: Demand, meters: readonly MeterId[], now: EpochSeconds): number | null {
  let longest: number | null = null;
  for (const meter of meters) {
    const seen = lastSeen(accountOf(demand, meter));
    if (seen === null) return null;
    longest = Math.max(longest ?? 0, Math.abs(now - seen));
  }
  return longest;
}

/** The demand of the window that contains `now`. */
export function demandState(demand: Demand, config: DemandConfig, now: EpochSeconds): DemandState {
  const { tariff, target } = config;
  const grid = gridOf(tariff);
  const meters = metersOf(demand, config);
  const { start, end } = windowAt(now, grid);
  const open = openWindows(demand, meters, config, now);
  const [binding] = open;
  const limitWatts = limitOf(demand, config, binding.start);
  const ageS = silentS(demand, meters, now);
  const lost = meters.some((meter) => accountOf(demand, meter).lost);
  const stale = lost || ageS === null || ageS > config.staleAfterS;
  const powerW = stale ? null : powerNow(demand, meters, config);
  const courses = (powerW === null ? [] : open).map(
    (window): Course => ({
      windowS: grid.windowS,
      remainingS: window.end - now,
      usedWh: window.measuredWh + window.bridgedWh,
      powerW: powerW ?? 0,
    }),
  );
  const usedWh = slotsWh(demand.slots, start, end, grid.stepS);
  const projectedWatts = courses.length === 0 ? null : watts(Math.max(...courses.map(projected)));
  const covered = reportedUntil(demand, meters);
  const rules = rulesAt(tariff, now);
  const fixedWatts = target === "surplus" || tariff.limitW === undefined ? null : watts(tariff.limitW);
  return {
    at: now,
    meters,
    windowStart: start,
    windowEnd: end,
    remainingS: end - now,
    usedWh,
    bridgedWh: powerW === null ? null : bridged(demand, meters, config, start, now),
    coveredUntil: covered === 0 ? null : covered,
    coverage: coverage(demand, meters, start, now),
    powerWatts: powerW,
    projectedWatts,
    limitWatts,
    fixedWatts,
    allowedWatts:
      courses.length === 0 || limitWatts === null
        ? null
        : watts(Math.min(...courses.map((course) => allowed(course, limitWatts)))),
    certainBreak:
      limitWatts !== null && open.some((window) => isCertainBreak(window.measuredWh, limitWatts, grid.windowS)),
    stale,
    ageS,
    counts: target === "surplus" || tariff.limitW !== undefined || rulesAt(tariff, binding.start).counts,
    onPeak: rules.onPeak,
    target,
    phase: config.phase,
    ahead: courses.map(({ remainingS, usedWh }) => ({ remainingS, usedWh })),
    ...(target === "surplus" ? noMonth(start, tariff) : monthSoFar(demand.book, binding.start, projectedWatts, tariff)),
    price:
      rules.perKwh === null || tariff.energy === undefined
        ? null
        : { perKwh: rules.perKwh, currency: tariff.energy.currency },
  };
}
