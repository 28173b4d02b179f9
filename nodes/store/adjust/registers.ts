import { DAY_S } from "../day.ts";
import { breathe } from "../files.ts";
import { energyBefore, expand, type Row } from "../run.ts";
import type { Days, DayView } from "../views.ts";
import { rowsAround, split } from "./rows.ts";

/** How far is looked at first, and then: mostly the next reading is near. */
const SPANS = [2 * DAY_S, 40 * DAY_S, 400 * DAY_S, Number.POSITIVE_INFINITY];

function registerWithin(row: Row, at: number): number {
  return row.register - row.wh + energyBefore(row, at);
}

/** The register at the instant `at`, from the first reading that has a part behind it; undefined without any. */
export async function registerFrom(days: Days, at: number): Promise<number | undefined> {
  for (const span of SPANS) {
    for (const view of await days.days(at, at + span)) {
      const [first] = view.day * DAY_S >= at ? (view.whole?.stretches ?? []) : [];
      if (first !== undefined) return first.register0;
      const row = expand(await view.runs()).find(({ start, end }) => end > at || start >= at);
      if (row !== undefined) return registerWithin(row, at);
    }
  }
  return undefined;
}

/** The register at the instant `at`, from the last reading that begins before it; undefined without any. */
export async function registerBefore(days: Days, at: number): Promise<number | undefined> {
  for (const span of SPANS) {
    for (const view of [...(await days.days(Math.max(0, at - span), at))].reverse()) {
      const isBefore = (view.day + 1) * DAY_S <= at && view.reach <= at;
      const [only, other] = isBefore ? (view.whole?.stretches ?? []) : [];
      if (only !== undefined && other === undefined) return only.register1;
      const row = expand(await view.runs()).findLast(({ start }) => start < at);
      if (row !== undefined) return registerWithin(row, at);
    }
  }
  return undefined;
}

/** The lowest register at the start of any reading, or part of one, in [from, to); undefined without any. */
export async function lowestRegister(days: Days, from: number, to: number): Promise<number | undefined> {
  let lowest: number | undefined;
  const outside = [
    { start: 0, end: from },
    { start: to, end: Number.POSITIVE_INFINITY },
  ];
  for (const view of await days.days(from, to)) {
    const isWithin = view.day * DAY_S >= from && view.reach <= to && (view.day + 1) * DAY_S <= to;
    let registers = isWithin ? view.whole?.stretches.map(({ register0 }) => register0) : undefined;
    if (registers === undefined) {
      const pieces = expand(await view.runs()).flatMap((row) => split(row, outside, () => undefined));
      registers = pieces.map((row) => row.register - row.wh);
      await breathe();
    }
    for (const register of registers) lowest = Math.min(lowest ?? register, register);
  }
  return lowest;
}

/** The start of the first reading; undefined without any. */
export async function firstStart(days: Days): Promise<number | undefined> {
  for (const view of await days.days(0, Number.POSITIVE_INFINITY)) {
    const [run] = view.whole === undefined || view.whole.count > 0 ? await view.runs() : [];
    if (run !== undefined) return run.t0;
  }
  return undefined;
}

/** Readings that have a part in [from, to). */
export async function countReadings(days: Days, from: number, to: number): Promise<number> {
  let count = 0;
  for (const view of await days.days(from, to)) {
    const isWithin = view.day * DAY_S >= from && view.reach <= to && (view.day + 1) * DAY_S <= to;
    if (view.whole !== undefined && isWithin) count += view.whole.count;
    else {
      const rows = expand(await view.runs());
      count += rows.filter((row) => row.start < to && (row.end > from || row.start >= from)).length;
      await breathe();
    }
  }
  return count;
}

/** Goes through the readings in order, a day at a time, as far as it is asked to. */
export class Walk {
  readonly #days: Days;
  #views: readonly DayView[] | undefined;
  #rows: readonly Row[] = [];
  #day = 0;
  #next = 0;
  readonly #from: number;
  readonly #to: number;
  /** The latest end of all readings that were passed. */
  reach = 0;
  last: Row | undefined;

  constructor(days: Days, from: number, to: number) {
    this.#days = days;
    this.#from = from;
    this.#to = to;
  }

  /** Passes all readings that start before `at`. @returns the one behind them, if there is one in the span */
  async pass(at: number): Promise<Row | undefined> {
    for (;;) {
      const row = this.#rows[this.#next];
      if (row === undefined) {
        this.#views ??= await this.#days.days(this.#from, this.#to);
        const view = this.#views[this.#day];
        if (view === undefined || view.day * DAY_S >= at + DAY_S) return undefined;
        this.#rows = await rowsAround([view], view.day);
        this.#next = 0;
        this.#day += 1;
        await breathe();
        continue;
      }
      if (row.start >= at) return row;
      this.reach = Math.max(this.reach, row.end);
      this.last = row;
      this.#next += 1;
    }
  }
}
