import { meant, shown, stepOf } from "./display-digits.ts";
import type { EpochSeconds } from "./units.ts";
import { dayWords } from "./when.ts";

/** What the owner read off the meter's display, and what was counted since he last did; null: nobody knows. */
export interface DisplayCheck {
  readonly at: EpochSeconds;
  readonly displayWh: number;
  readonly countedWhSincePrevious: number | null;
}

/** Between two checks, or all of them. */
interface Compared {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly displayedWh: number;
  readonly countedWh: number;
  /** Counted minus displayed, in millionths of what the display says; below zero: too little was counted. null without energy. */
  readonly ppm: number | null;
  /** A display shows whole steps, and nobody reads it to the second: `ppm` is right to within so much. */
  readonly uncertaintyPpm: number | null;
}
export type DriftStep = Compared;

export interface DisplayDrift extends Compared {
  /** Counted minus displayed. */
  readonly offsetWh: number;
  /** From each check that fits to the next: how the drift went. */
  readonly steps: readonly DriftStep[];
  /** More is amiss than the display's steps explain. */
  readonly isOff: boolean;
  /** How the two compare, and what to do about it. */
  readonly words: string;
  /** Checks that cannot be right, and why; the figures leave them out. */
  readonly implausible: readonly { readonly at: EpochSeconds; readonly words: string }[];
}

/** Half a minute at a large house's power: the time of a check is typed in, too. */
const READ_SLACK_WH = 100;
/** What is off by less is believed; a wrong digit is looked for beyond. */
const BELIEVED = 0.05;
const DIGIT_FITS = 0.005;
/** Beyond this factor nothing else explains it. */
const ABSURD = 3;
/** Lost impulses below this share do no harm. */
const OFF_PPM = 2000;
/** A comparison less certain than this says nothing. */
const VAGUE_PPM = 20_000;

interface Point {
  readonly at: EpochSeconds;
  readonly displayWh: number;
  /** Counted since the first check, whatever its display said. */
  readonly countedWh: number;
}

/**
 * How meterman's count compares with the meter's display. What was counted are the meter's own impulses: beyond the
 * display's steps, a difference is impulses that were missed or seen twice.
 * @param checks the oldest first
 * @param zone of the days in words
 * @returns null before there are two checks with a known energy in between
 */
export function displayDrift(checks: readonly DisplayCheck[], zone: string): DisplayDrift | null {
  const step = stepOf(checks.map(({ displayWh }) => displayWh));
  let chain: Point[] = [];
  let doubted: { readonly point: Point; readonly words: string }[] = [];
  let countedWh = 0;
  for (const { at, displayWh, countedWhSincePrevious } of checks) {
    countedWh += countedWhSincePrevious ?? 0;
    const point = { at, displayWh, countedWh };
    const last = chain.at(-1);
    if (last === undefined || countedWhSincePrevious === null) {
      chain = [point];
      continue;
    }
    const words = doubt(chain, last, point, step, zone);
    if (words === undefined) {
      chain.push(point);
      continue;
    }
    // Two that agree with each other and not with those before: another meter, or it was the first that was wrong.
    const ally = doubted.findLast(({ point: other }) => other.at > last.at && agree(other, point, step));
    if (ally === undefined) doubted.push({ point, words });
    else {
      chain = [ally.point, point];
      doubted = doubted.filter((other) => other !== ally);
    }
  }
  const [first] = chain;
  const last = chain.at(-1);
  const implausible = doubted.map(({ point: { at }, words }) => ({ at, words }));
  if (first === undefined || last === undefined) return null;
  if (first === last && implausible.length === 0) return null;
  const whole = compare(first, last, step);
  const steps = chain.slice(1).flatMap((point, i) => compare(chain[i] ?? point, point, step));
  const offsetWh = whole.countedWh - whole.displayedWh;
  const isOff = Math.abs(offsetWh) > slackOf(step) && Math.abs(whole.ppm ?? 0) > OFF_PPM;
  return { ...whole, offsetWh, steps, isOff, words: wordsOf(whole, isOff, step, zone), implausible };
}

const slackOf = (step: number) => step + READ_SLACK_WH;

function compare(from: Point, to: Point, step: number): Compared {
  const displayedWh = to.displayWh - from.displayWh;
  const countedWh = to.countedWh - from.countedWh;
  const parts = (value: number) => (displayedWh > 0 ? Math.round((value / displayedWh) * 1e6) : null);
  const [ppm, uncertaintyPpm] = [parts(countedWh - displayedWh), parts(slackOf(step))];
  return { from: from.at, to: to.at, displayedWh, countedWh, ppm, uncertaintyPpm };
}

/** @param ratio of the count to the display that is expected */
function agree(a: Point, b: Point, step: number, share = BELIEVED, ratio = 1): boolean {
  const displayedWh = (b.displayWh - a.displayWh) * ratio;
  const countedWh = b.countedWh - a.countedWh;
  return Math.abs(displayedWh - countedWh) <= slackOf(step) + share * Math.max(displayedWh, countedWh);
}

/** As it was so far: impulses that are lost are lost every month. */
function ratioOf(chain: readonly Point[]): number {
  const [first, last] = [chain[0], chain.at(-1)];
  if (first === undefined || last === undefined || last.displayWh <= first.displayWh) return 1;
  return (last.countedWh - first.countedWh) / (last.displayWh - first.displayWh);
}

/** Why `point` cannot follow `last`, or undefined when it can. */
function doubt(chain: readonly Point[], last: Point, point: Point, step: number, zone: string): string | undefined {
  const ratio = ratioOf(chain);
  if (agree(last, point, step, BELIEVED, ratio)) return undefined;
  const displayedWh = point.displayWh - last.displayWh;
  const countedWh = point.countedWh - last.countedWh;
  const [now, before] = [shown(point.displayWh, step), shown(last.displayWh, step)];
  const on = `${now} kWh on ${dayWords(point.at, zone)}`;
  const fits = (displayWh: number) => agree(last, { ...point, displayWh }, step, DIGIT_FITS, ratio);
  const fit = meant(point.displayWh, step).find(fits);
  if (fit !== undefined) return `${on} looks like a wrong digit: ${shown(fit, step)} kWh would fit.`;
  if (displayedWh < 0) {
    return `${on} is less than ${before} kWh on ${dayWords(last.at, zone)}: look at the digits. If the meter is a new one, this sorts itself out with the next check.`;
  }
  const [less, more] = [Math.min(displayedWh, countedWh), Math.max(displayedWh, countedWh)];
  if (more <= ABSURD * less + slackOf(step)) return undefined;
  return `${on} does not fit: ${shown(displayedWh, step)} kWh more than on ${dayWords(last.at, zone)}, while ${kwhWords(countedWh)} kWh were counted. Look at the digits, and at the impulses per kWh.`;
}

const kwhWords = (energyWh: number) => String(Number((energyWh / 1000).toFixed(1)));

function wordsOf(
  { from, displayedWh, countedWh, ppm, uncertaintyPpm }: Compared,
  isOff: boolean,
  step: number,
  zone: string,
) {
  const since = `since ${dayWords(from, zone)}`;
  if (ppm === null || uncertaintyPpm === null || (!isOff && uncertaintyPpm > VAGUE_PPM)) {
    return `Too little energy ${since} to compare with the display: type it in again in some days.`;
  }
  const share = percent(Math.abs(ppm));
  if (!isOff)
    return `meterman and the display agree ${since}, to within ${percent(Math.max(Math.abs(ppm), uncertaintyPpm))} %.`;
  const less = ppm < 0;
  const figures = `${kwhWords(countedWh)} of ${shown(displayedWh, step)} kWh were counted`;
  const advice = less
    ? "look whether the puck sits right on the LED, and at the impulses per kWh"
    : "look whether other light reaches the puck, and at the impulses per kWh";
  return `meterman counts ${share} % ${less ? "less" : "more"} than the display ${since}: ${figures}; ${advice}.`;
}

/** Two figures are plenty. */
const percent = (ppm: number) => String(Number((ppm / 10_000).toPrecision(2)));
