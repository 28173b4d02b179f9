import type { EpochSeconds } from "../model/index.ts";

export interface RateLimit {
  /** Requests that a caller may make at once after a rest. */
  readonly burst: number;
  /** Requests per second in the long run. */
  readonly perSecond: number;
  /** Callers remembered; the one that was silent longest is forgotten first. */
  readonly callers: number;
}

export const RATE_LIMIT: RateLimit = { burst: 600, perSecond: 100, callers: 1000 };

/** For tokens that are not known: a page that still has a revoked one stays below it. */
export const WRONG_TOKENS: RateLimit = { burst: 20, perSecond: 1, callers: 1000 };

/** A token bucket per caller. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, { tokens: number; at: EpochSeconds }>();

  constructor(limit: RateLimit = RATE_LIMIT) {
    this.#limit = limit;
  }

  /** Takes one token of `caller`; false when there is none. A clock set back refills nothing. */
  take(caller: string, now: EpochSeconds): boolean {
    const { burst, perSecond, callers } = this.#limit;
    const bucket = this.#buckets.get(caller) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) * perSecond);
    // Taken out and put in again, the map stays ordered by last use.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: Math.max(0, tokens - 1), at: now });
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > callers && oldest.done !== true) this.#buckets.delete(oldest.value);
    return tokens >= 1;
  }
}
