/** µs: how long the RFM69's RESET has to be high (data sheet 7.2.2). */
const RESET_US = 100;

/** The pin RESET of a radio: active high. */
export class ResetPin {
  readonly #now: () => number;
  readonly #reset: () => unknown;
  #sinceUs: number | null = null;
  #longestUs = 0;

  /** @param reset it was high for long enough, and has fallen */
  constructor(now: () => number, reset: () => unknown) {
    this.#now = now;
    this.#reset = reset;
  }

  drive(high: boolean): void {
    const us = this.#sinceUs === null ? 0 : this.#now() - this.#sinceUs;
    this.#longestUs = Math.max(this.#longestUs, us);
    this.#sinceUs = high ? this.#now() : null;
    if (!high && us >= RESET_US) this.#reset();
  }

  get high(): boolean {
    return this.#sinceUs !== null;
  }

  /** How long it was ever high; Infinity while it is. */
  get longestUs(): number {
    return this.high ? Infinity : this.#longestUs;
  }
}
