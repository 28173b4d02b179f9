/** The crystal: the core's cycles in simulated time, by what CLKPR divides. */
export class Clock {
  readonly #core: { readonly cycles: number };
  readonly #crystalUsPerCycle: number;
  #usPerCycle: number;
  #baseUs = 0;
  #baseCycles = 0;
  #prescaleUntil = -1;

  constructor(core: { readonly cycles: number }, hz: number, ppm: number) {
    this.#core = core;
    this.#crystalUsPerCycle = 1e6 / (hz * (1 + ppm * 1e-6));
    this.#usPerCycle = this.#crystalUsPerCycle;
  }

  get usPerCycle(): number {
    return this.#usPerCycle;
  }

  /** µs: how far the core has got; of use only while the clock runs. */
  get now(): number {
    return this.timeOf(this.#core.cycles);
  }

  /** µs of a cycle. */
  timeOf(cycle: number): number {
    return this.#baseUs + (cycle - this.#baseCycles) * this.#usPerCycle;
  }

  /** The first cycle at that time or later. */
  cycleAt(us: number): number {
    return this.#baseCycles + Math.ceil((us - this.#baseUs) / this.#usPerCycle - 1e-6);
  }

  /** µs that so many of the crystal's own cycles take. */
  undivided(cycles: number): number {
    return cycles * this.#crystalUsPerCycle;
  }

  /** It runs from this instant on. */
  start(us: number): void {
    this.#baseUs = us;
    this.#baseCycles = this.#core.cycles;
  }

  reset(): void {
    this.#usPerCycle = this.#crystalUsPerCycle;
  }

  /** A write to CLKPR; true if the division has changed. */
  prescale(value: number): boolean {
    const { cycles } = this.#core;
    if (value === 0x80) this.#prescaleUntil = cycles + 4;
    else if (cycles <= this.#prescaleUntil && (value & 15) <= 8) {
      this.start(this.now);
      this.#usPerCycle = this.undivided(2 ** (value & 15));
      return true;
    }
    return false;
  }
}
