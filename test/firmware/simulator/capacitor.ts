/** A capacitor behind a resistor: its voltage at any time, in µs, from what it is driven by. */
export class Capacitor {
  readonly #now: () => number;
  #volt = 0;
  #since = 0;
  #target = 0;
  #tauUs = 1;
  #least = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get volt(): number {
    const left = Math.exp(-Math.max(0, this.#now() - this.#since) / this.#tauUs);
    return Math.max(this.#least, this.#target + (this.#volt - this.#target) * left);
  }

  /** From now on it goes towards `volt`, and is held at `least`. */
  drive(volt: number, tauUs: number, least = 0): void {
    this.#volt = this.volt;
    this.#since = this.#now();
    this.#target = volt;
    this.#tauUs = tauUs;
    this.#least = least;
  }
}
