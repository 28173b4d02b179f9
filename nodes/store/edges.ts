import { never, type Resolution } from "../model/index.ts";
import type { ZoneClock } from "./zone-clock.ts";

/** Resolutions in buckets. */
export type Bucketing = Exclude<Resolution, "raw">;

const STEPS = { "1m": 60, "15m": 900, "30m": 1800, hour: 3600 } as const;

/**
 * Where buckets begin in local time: on the full step of the local clock, at local midnight, on the first of the local
 * month. Where the offset changes, a bucket of less than a day ends, so that none is counted into another's hour.
 */
export class Edges {
  readonly #clock: ZoneClock;
  readonly #bucketing: Bucketing;

  constructor(clock: ZoneClock, bucketing: Bucketing) {
    this.#clock = clock;
    this.#bucketing = bucketing;
  }

  /** The start of the bucket that `at` lies in. */
  floor(at: number): number {
    switch (this.#bucketing) {
      case "day":
      case "month":
        return this.#calendar(at, 0);
      case "1m":
      case "15m":
      case "30m":
      case "hour": {
        const step = STEPS[this.#bucketing];
        const start = at - modulo(at + this.#clock.offset(at), step);
        return Math.max(start, this.#clock.changes(at).last);
      }
      default:
        return never(this.#bucketing);
    }
  }

  /** The end of the bucket that `at` lies in. */
  next(at: number): number {
    switch (this.#bucketing) {
      case "day":
      case "month":
        for (let count = 1; ; count += 1) {
          const edge = this.#calendar(at, count);
          // A day that a zone left out has no start of its own.
          if (edge > at) return edge;
        }
      case "1m":
      case "15m":
      case "30m":
      case "hour": {
        const step = STEPS[this.#bucketing];
        const end = at - modulo(at + this.#clock.offset(at), step) + step;
        return Math.min(end, this.#clock.changes(at).next);
      }
      default:
        return never(this.#bucketing);
    }
  }

  /** Edges from `from` to `to`, both included, of at most `max` buckets: the first and the last may be cut. */
  between(from: number, to: number, max: number): number[] {
    const edges = [from];
    for (let at = from; at < to && edges.length <= max; ) {
      at = Math.min(to, this.next(at));
      edges.push(at);
    }
    return edges;
  }

  #calendar(at: number, ahead: number): number {
    const date = new Date(this.#clock.localDay(at) * 86_400_000);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    if (this.#bucketing === "month") return this.#clock.startOfDay(year, month + ahead, 1);
    return this.#clock.startOfDay(year, month, day + ahead);
  }
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
