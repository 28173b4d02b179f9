import type { EpochSeconds } from "../model/index.ts";
import { epochSeconds } from "../model/index.ts";

/**
 * What is wrong in Home Assistant's long-term statistics of a counter, and the next step that mends it. All energy is
 * in Wh; Home Assistant's own sums may have fractions. Its recorder works like this:
 * https://github.com/home-assistant/core/blob/dev/homeassistant/components/sensor/recorder.py
 */
export const HOUR_S = 3600;
const DAY_S = 86_400;

/** One row of Home Assistant's statistics: the counter and the running total at the end of the span from `start`. */
export interface StatisticsRow {
  readonly start: EpochSeconds;
  readonly stateWh: number | null;
  readonly sumWh: number;
}

/** What Home Assistant has. */
export interface Series {
  /** Its last hour before the ones to be judged: taken as right. null: there is none. */
  readonly anchor: StatisticsRow | null;
  /** Its hours after the anchor, in their order. */
  readonly hours: readonly StatisticsRow[];
  /** Its newest 5-minute row, from where it goes on counting. null: it has none any more, or none yet. */
  readonly tail: StatisticsRow | null;
}

/** What the store has: energy of every UTC hour with data from the first hour to be judged on, and the total with all of it. */
export interface Truth {
  readonly hours: ReadonlyMap<EpochSeconds, number>;
  readonly lifetimeWh: number;
}

export interface RepairOptions {
  /** Home Assistant's own time: what it calls a finished hour counts. */
  readonly now: EpochSeconds;
  /** Hours before the first one of Home Assistant are wanted too. */
  readonly history: boolean;
  /** Parts of the store cannot be read. An hour without data may be one of them: Home Assistant's own bar stands. */
  readonly damaged?: boolean;
}

/**
 * The next step; when it has been seen to be done, the plan made anew tells the one after.
 * `waiting`: something is not settled in Home Assistant yet, look again after its next 5-minute run.
 */
export type Repair = { readonly waiting: boolean } & (
  | { readonly kind: "nothing" }
  /** Relative: moves every row from `start` on, in both tables, and so what is counted from now on. */
  | { readonly kind: "adjust"; readonly start: EpochSeconds; readonly wh: number }
  | { readonly kind: "import"; readonly rows: readonly (StatisticsRow & { readonly stateWh: number })[] }
);

/** Less than half a Wh is rounding. */
const SAME_WH = 0.5;
/** The recorder books an hour some ten seconds after its end; its clock and ours are close to each other. */
const BOOKED_S = 300;
/** It began an hour but never booked it: after this long it will not any more. */
const GIVEN_UP_S = 7200;

/**
 * The next step towards hours that say what the store says. Hours of Home Assistant without data in the store count
 * nothing unless the store is damaged; the hours before the anchor, the current hour and those it is about to book are
 * left alone.
 */
export function planRepair(truth: Truth, series: Series, options: RepairOptions): Repair {
  const { hours, anchor } = series;
  const present = startOfHour(options.now);
  const tail = series.tail !== null && isOurs(series.tail, truth) ? series.tail : null;
  const waiting = tail === null && (anchor !== null || hours.length > 0);
  const wanted = wantedRows(truth, series, present, options);
  const last = wanted.at(-1) ?? anchor;
  if (last === undefined || last === null) return { kind: "nothing", waiting };

  if (tail !== null) {
    const lifetimeNow = truth.lifetimeWh - sumFrom(truth, present);
    const wh = last.sumWh + ((tail.stateWh ?? 0) - lifetimeNow) - tail.sumWh;
    if (Math.abs(wh) >= SAME_WH) return { kind: "adjust", start: adjustStart(hours, tail, wanted), wh, waiting: true };
  }
  const there = new Map(hours.map((row) => [row.start, row]));
  const wrong = wanted.filter((row) => !isSame(row, there.get(row.start)));
  const rows = wrong.filter(({ start }) => there.has(start) || isBooked(start, tail, options.now));
  if (rows.length > 0) return { kind: "import", rows, waiting: waiting || rows.length < wrong.length };
  return { kind: "nothing", waiting: waiting || wrong.length > 0 };
}

/**
 * From which hour on to judge, when asked for those from `from` on. What Home Assistant booked last before a gap was
 * never corrected after it: the day before the gap is judged again.
 * @param rows Home Assistant's hours, those before `from` included
 */
export function judgedFrom(rows: readonly StatisticsRow[], from: EpochSeconds): EpochSeconds {
  const before = rows.findLast(({ start }) => start < from);
  if (before === undefined || before.start >= from - HOUR_S) return from;
  return epochSeconds(before.start - DAY_S);
}

export function startOfHour(at: number): EpochSeconds {
  return epochSeconds(Math.floor(at / HOUR_S) * HOUR_S);
}

/** A counter beyond ours is another one's: from before a new store, or a restored one. Home Assistant sees its fall itself. */
const isOurs = ({ stateWh }: StatisticsRow, { lifetimeWh }: Truth) =>
  stateWh !== null && stateWh <= lifetimeWh + SAME_WH;

const isSame = (wanted: StatisticsRow, there: StatisticsRow | undefined) =>
  there !== undefined && Math.abs(wanted.sumWh - there.sumWh) < SAME_WH;

function sumFrom({ hours }: Truth, from: EpochSeconds): number {
  let sum = 0;
  for (const [start, wh] of hours) if (start >= from) sum += wh;
  return sum;
}

/** Every finished hour as it should be: those that Home Assistant has, and those that it lacks but the store has. */
function wantedRows(truth: Truth, { anchor, hours }: Series, present: EpochSeconds, options: RepairOptions) {
  const { history, damaged = false } = options;
  const bars = new Map(hours.map(({ start, sumWh }, i) => [start, sumWh - ((hours[i - 1] ?? anchor)?.sumWh ?? 0)]));
  // Without an anchor the first row stands for its own hour only: what was before is history.
  const first = anchor !== null || history ? 0 : (hours[0]?.start ?? present);
  const starts = new Set([...truth.hours.keys(), ...hours.map(({ start }) => start)]);
  const judged = [...starts].filter((start) => start >= first && start < present).sort((a, b) => a - b);
  let sumWh = anchor?.sumWh ?? 0;
  let stateWh = truth.lifetimeWh - sumFrom(truth, epochSeconds(first));
  return judged.map((start) => {
    const wh = truth.hours.get(start) ?? (damaged ? (bars.get(start) ?? 0) : 0);
    sumWh += wh;
    stateWh += wh;
    return { start, sumWh, stateWh };
  });
}

/** An import of an hour that the recorder has yet to book would make its booking fail, for all its entities. */
function isBooked(start: EpochSeconds, tail: StatisticsRow | null, now: EpochSeconds): boolean {
  const end = start + HOUR_S;
  if (tail !== null && tail.start >= end) return true;
  return now >= end + (tail !== null && tail.start >= start ? GIVEN_UP_S : BOOKED_S);
}

/** From the first hour that is wrong, but not before the counting broke: what is older continues something else. */
function adjustStart(
  hours: readonly StatisticsRow[],
  tail: StatisticsRow,
  wanted: readonly StatisticsRow[],
): EpochSeconds {
  const there = new Map(hours.map((row) => [row.start, row]));
  const offset = (row: StatisticsRow) => row.sumWh - (row.stateWh ?? Number.NaN);
  const broke = hours.findLast((row) => !(Math.abs(offset(row) - offset(tail)) < SAME_WH));
  const wrong = wanted.find((row) => there.has(row.start) && !isSame(row, there.get(row.start)));
  const start = Math.max(broke === undefined ? 0 : broke.start + HOUR_S, wrong?.start ?? 0);
  return start === 0 ? startOfHour(tail.start) : epochSeconds(Math.min(start, startOfHour(tail.start)));
}
