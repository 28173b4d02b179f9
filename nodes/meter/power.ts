import { epochSeconds, type Power, type Reading, watts } from "../model/index.ts";
import { countImpulses, type Impulses, NOT_TIMED, powerBetween, type Timed } from "./impulses.ts";

/** The last minutes of a meter, for its power only: never on disk, never counted. */
export interface Recent {
  /** Newest first. */
  readonly slices: readonly Slice[];
  /** Exclusive end of the newest slice, server's time; null before the first. */
  readonly endS: number | null;
  /** Duration of the last uninterrupted delivery: how often news can be expected. */
  readonly updateS: number;
  readonly timed: Timed;
}

/** Energy in a stretch that ends where the newer slice begins. */
interface Slice {
  readonly durationS: number;
  readonly wh: number;
}

export const NO_RECENT: Recent = { slices: [], endS: null, updateS: 0, timed: NOT_TIMED };
/** Impulses that make the quantum a tenth of the power. */
const ENOUGH_IMPULSES = 10;
/** Longer than this is not "now", however few impulses there were. */
const WINDOW_S = 300;
const SLICE_S = 10;
const SLICES = Math.ceil(WINDOW_S / SLICE_S) + 1;
const MIN_STALE_S = 600;
/** Counters that report by a timer do not do so to the second. */
const JITTER_S = 2;

/**
 * Takes in a reading that is newer than all before it; others do not say anything about now.
 * @param energyWh of the impulses, where it is known better than in whole Wh
 * @param impulses where the device counts them
 */
export function observe(
  recent: Recent,
  reading: Reading,
  energyWh: number = reading.wh,
  impulses: Impulses | undefined = undefined,
): Recent {
  const { start, end, source } = reading;
  if (recent.endS !== null && end <= recent.endS) return recent;
  // The mean over a hole is not what is used at its end.
  if (source === "register-gap") return { ...recent, slices: [], timed: NOT_TIMED };
  const follows = recent.endS !== null && Math.abs(start - recent.endS) <= JITTER_S;
  const slice = { durationS: end - start, wh: energyWh };
  const [newest, ...older] = recent.slices;
  const isJoined = newest !== undefined && newest.durationS + slice.durationS <= SLICE_S;
  const joined = isJoined && { durationS: newest.durationS + slice.durationS, wh: newest.wh + slice.wh };
  const slices = joined !== false ? [joined, ...older] : [slice, ...recent.slices.slice(0, SLICES)];
  const timed = countImpulses(recent.timed, start, start === recent.endS, impulses);
  return { slices: follows ? slices : [slice], endS: end, updateS: slice.durationS, timed };
}

/**
 * Power now from the times of impulses where they are known, else from their number: over as many seconds as it takes
 * for the quantum 3.6e6/(K·Δt) to be a tenth, at most five minutes; and never more than what the latest seconds allow,
 * were another impulse just about to come (silence bound).
 *
 * @param quantumWh energy of one step of the count: 1000/K, or the 1 Wh of a register in whole Wh
 * @param staleAfterS without newer data the power is unknown; absent: three updates, at least ten minutes
 */
export function powerNow(recent: Recent, nowS: number, quantumWh: number, staleAfterS?: number): Power {
  const { slices, endS, updateS, timed } = recent;
  const limitS = staleAfterS ?? Math.max(MIN_STALE_S, 3 * updateS);
  if (endS === null || nowS - endS > limitS || slices.length === 0) {
    return { known: false, since: endS === null ? null : epochSeconds(endS) };
  }
  const at = epochSeconds(endS);
  const exact = powerBetween(timed, endS);
  if (exact !== undefined) return { known: true, watts: watts(Math.round(exact)), at };
  let energyWh = 0;
  let spanS = 0;
  let bound = Number.POSITIVE_INFINITY;
  for (const slice of slices) {
    energyWh += slice.wh;
    spanS += slice.durationS;
    bound = Math.min(bound, ((energyWh + quantumWh) * 3600) / spanS);
    if (energyWh >= ENOUGH_IMPULSES * quantumWh || spanS >= WINDOW_S) break;
  }
  const mean = (energyWh * 3600) / spanS;
  return { known: true, watts: watts(Math.round(Math.min(mean, bound))), at };
}
