import { type EpochSeconds, epochSeconds, type MeterId } from "../model/index.ts";
import { bridgedWh, coversAll } from "./account.ts";
import { accountOf, type Demand, type DemandConfig, signOf } from "./demand.ts";
import { stepStart } from "./grid.ts";
import { rulesAt } from "./rules.ts";
import { slotAt, slotsWh } from "./slots.ts";
import { gridOf } from "./tariff.ts";

/** A window that contains now. */
export interface OpenWindow {
  readonly start: EpochSeconds;
  readonly end: EpochSeconds;
  /** Measured energy. */
  readonly measuredWh: number;
  /** Estimate for the time that has passed without a reading yet. */
  readonly bridgedWh: number;
}

/** Net estimate of all meters for the time in [start, end) without a reading. */
export function bridged(
  demand: Demand,
  meters: readonly MeterId[],
  config: DemandConfig,
  start: number,
  end: number,
): number {
  let sum = 0;
  for (const meter of meters) sum += signOf(config, meter) * bridgedWh(accountOf(demand, meter), start, end);
  return sum;
}

/**
 * The windows whose end power from now on decides, by their end: the block that contains `now`, or those of the sliding
 * windows that end within half a window. Power that is right for all of these is right for the others too: what those
 * hold so far lies in windows that end before them and were kept the same way. When only some of them count, or are
 * bound by a fixed limit, the rest is left out.
 */
export function openWindows(
  demand: Demand,
  meters: readonly MeterId[],
  config: DemandConfig,
  now: EpochSeconds,
): readonly [OpenWindow, ...OpenWindow[]] {
  const { tariff } = config;
  const { windowS, stepS } = gridOf(tariff);
  const firstEnd = stepStart(now, gridOf(tariff)) + stepS;
  const first = firstEnd - windowS;
  const furthest = Math.max(firstEnd, now + windowS / 2);
  const last = first + Math.floor((furthest - firstEnd) / stepS) * stepS;
  // With data up to the start of the last, all of them have the same time to bridge.
  const isCovered = meters.every((meter) => coversAll(accountOf(demand, meter), first, last));
  const bridgedFirst = bridged(demand, meters, config, first, now);
  let measuredWh: number = slotsWh(demand.slots, first, firstEnd, stepS);
  const opening: OpenWindow = {
    start: epochSeconds(first),
    end: epochSeconds(firstEnd),
    measuredWh,
    bridgedWh: bridgedFirst,
  };
  const rest: OpenWindow[] = [];
  for (let start = first + stepS; start <= last; start += stepS) {
    measuredWh -= slotAt(demand.slots, start - stepS) ?? 0;
    rest.push({
      start: epochSeconds(start),
      end: epochSeconds(start + windowS),
      measuredWh,
      bridgedWh: isCovered ? bridgedFirst : bridged(demand, meters, config, start, now),
    });
  }
  const always = config.target === "surplus" || tariff.limitW !== undefined;
  const binds = ({ start }: OpenWindow) => always || rulesAt(tariff, start).counts;
  const [head, ...tail] = [opening, ...rest].filter(binds);
  return head === undefined ? [opening, ...rest] : [head, ...tail];
}
