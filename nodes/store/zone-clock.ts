import { epochSeconds, zoneOffset } from "../model/index.ts";
import { DAY_S } from "./day.ts";

/** From `at` until `until` the zone is `offset` seconds ahead of UTC; at `last` and `next` that changes. */
interface Period {
  readonly at: number;
  readonly until: number;
  readonly offset: number;
  readonly last: number;
  readonly next: number;
}

const clocks = new Map<string, ZoneClock>();

/** Asking Intl takes microseconds a time and a year of local days asks a thousand times: changes are looked up once a year. */
export class ZoneClock {
  readonly #zone: string;
  readonly #years = new Map<number, readonly Period[]>();
  /** Questions come in the order of time: the next one is mostly about the same period. */
  #latest: Period = { at: 0, until: 0, offset: 0, last: 0, next: 0 };

  private constructor(zone: string) {
    this.#zone = zone;
  }

  static of(zone: string): ZoneClock {
    const key = zone.toLowerCase();
    const clock = clocks.get(key) ?? new ZoneClock(zone);
    clocks.set(key, clock);
    return clock;
  }

  offset(at: number): number {
    return this.#period(at).offset;
  }

  /** The latest change of the offset at or before `at`, and the next one after it, as far as they lie in the same year. */
  changes(at: number): { readonly last: number; readonly next: number } {
    return this.#period(at);
  }

  #period(at: number): Period {
    if (at < this.#latest.at || at >= this.#latest.until) {
      const found = this.#year(yearAt(at)).findLast((period) => period.at <= at);
      if (found !== undefined) this.#latest = found;
    }
    return this.#latest;
  }

  /** The first instant of the local day that is called `year`-`month`-`day`; month and day may overflow. */
  startOfDay(year: number, month: number, day: number): number {
    const naive = Date.UTC(year, month - 1, day) / 1000;
    const candidates = [naive - this.offset(naive - DAY_S), naive - this.offset(naive + DAY_S)].sort((a, b) => a - b);
    const first = candidates.find((at) => this.localDay(at) === naive / DAY_S && this.localDay(at - 1) < naive / DAY_S);
    return first ?? candidates[0] ?? naive;
  }

  /** Local days since 1970-01-01. */
  localDay(at: number): number {
    return Math.floor((at + this.offset(at)) / DAY_S);
  }

  #year(year: number): readonly Period[] {
    let periods = this.#years.get(year);
    if (periods === undefined) {
      periods = this.#lookUp(Date.UTC(year, 0) / 1000, Date.UTC(year + 1, 0) / 1000);
      this.#years.set(year, periods);
    }
    return periods;
  }

  /** Two changes may be only weeks apart, never within one. */
  #lookUp(from: number, to: number): readonly Period[] {
    const ask = (at: number) => zoneOffset(epochSeconds(at), this.#zone);
    const periods: Period[] = [];
    let last = { at: from, offset: ask(from), last: Number.NEGATIVE_INFINITY };
    for (let low = from; low < to; low += 7 * DAY_S) {
      let after = Math.min(low + 7 * DAY_S, to - 1);
      const offset = ask(after);
      if (offset === last.offset) continue;
      for (let known = low; after - known > 1; ) {
        const middle = Math.floor((known + after) / 2);
        if (ask(middle) === last.offset) known = middle;
        else after = middle;
      }
      periods.push({ ...last, until: after, next: after });
      last = { at: after, offset, last: after };
    }
    return [...periods, { ...last, until: to, next: Number.POSITIVE_INFINITY }];
  }
}

function yearAt(at: number): number {
  return new Date(at * 1000).getUTCFullYear();
}
