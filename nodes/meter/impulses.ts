/** Impulses of one interval, where the device counts them and notes when the last one came. */
export interface Impulses {
  readonly count: number;
  readonly perKwh: number;
  /** Seconds from the start of the interval to its last impulse; absent: there was none, or its time is not known. */
  readonly lastS?: number;
}

/** An impulse whose time is known. */
interface Mark {
  readonly atS: number;
  /** Where the interval begins that ends with it or behind it, and how many impulses came in there up to it. */
  readonly startS: number;
  readonly own: number;
  /** Impulses since the mark before it, itself included. */
  readonly since: number;
}

/** The last impulses of an unbroken count. */
export interface Timed {
  /** Newest first. */
  readonly marks: readonly Mark[];
  /** Impulses behind the newest mark whose times are not known. */
  readonly untimed: number;
  readonly perKwh: number;
}

export const NOT_TIMED: Timed = { marks: [], untimed: 0, perKwh: 1 };
/** Over this long a step of the device's clock is 0.3 %; more would only blur what happens now. */
const ENOUGH_S = 10;
/** Enough for that with intervals of one second. */
const MAX_MARKS = 12;
/** A time of an impulse is in steps of 1/64 s, printed in hundredths. */
const STEP_S = 1 / 64 + 0.01;

/** @param follows whether the interval begins where the one before it ended, to the second */
export function countImpulses(timed: Timed, startS: number, follows: boolean, impulses: Impulses | undefined): Timed {
  if (impulses === undefined) return NOT_TIMED;
  const { count, perKwh, lastS } = impulses;
  const before = follows && timed.perKwh === perKwh ? timed : { ...NOT_TIMED, perKwh };
  if (count === 0) return before;
  if (lastS === undefined) return { ...before, untimed: before.untimed + count };
  const mark = { atS: startS + lastS, startS, own: count, since: before.untimed + count };
  return { marks: [mark, ...before.marks.slice(0, MAX_MARKS - 1)], untimed: 0, perKwh };
}

/**
 * Power in W from the exact time between impulses: there is no quantum, however low the power. It is at least what the
 * impulses of the latest intervals would mean spread over all of their time (a rise after a long pause), and at most
 * what it takes for the next impulse not to have come yet (silence bound). A constant power meets both.
 *
 * @param endS until when impulses were counted
 * @returns undefined when fewer than two times are known
 */
export function powerBetween({ marks, untimed, perKwh }: Timed, endS: number): number | undefined {
  const [newest] = marks;
  if (newest === undefined || marks.length < 2 || untimed > 0) return undefined;
  let count = 0;
  let least = 0;
  let mean = 0;
  for (const [i, mark] of marks.entries()) {
    const before = marks[i + 1];
    if (before === undefined) break;
    least = Math.max(least, (count + mark.own - 1) / (newest.atS - mark.startS + STEP_S));
    count += mark.since;
    const spanS = newest.atS - before.atS;
    mean = count / spanS;
    if (spanS >= ENOUGH_S) break;
  }
  const silentS = endS - newest.atS - STEP_S;
  const most = silentS > 0 ? 1 / silentS : Number.POSITIVE_INFINITY;
  return (Math.min(most, Math.max(mean, least)) * 3_600_000) / perKwh;
}
