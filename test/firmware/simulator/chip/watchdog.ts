import type { Scheduler } from "../scheduler.ts";
import type { Core } from "./core.ts";

const MCUSR = 0x54;
const WDTCSR = 0x60;
const WDIF = 0x80;
const WDIE = 0x40;
const WDCE = 0x10;
const WDE = 0x08;
const PRESCALER = 0x27;
const WDRF = 0x08;
const VECTOR = 6;
/** 2048 periods of 128 kHz. */
const SHORTEST_US = 16_000;

/** The watchdog, on an oscillator of its own that runs in every sleep mode. After a reset by it, it stays on at 16 ms. */
export class Watchdog {
  onReset: () => void = () => {};
  onChange: () => void = () => {};
  readonly #core: Core;
  readonly #scheduler: Scheduler;
  /** Its periods last this many times the nominal ones. */
  readonly #stretch: number;
  #changeUntil = -1;
  #deadline = Infinity;
  #booked = Infinity;
  #cancel: (() => void) | null = null;

  constructor(core: Core, scheduler: Scheduler, percent: number) {
    this.#core = core;
    this.#scheduler = scheduler;
    this.#stretch = 1 / (1 + percent / 100);
    core.onWatchdog = () => this.restart();
    const { data, writeHooks } = core;
    writeHooks[MCUSR] = (value, old) => {
      data[MCUSR] = old & value;
      return true;
    };
    writeHooks[WDTCSR] = (value, old) => {
      this.#control(value, old);
      return true;
    };
    core.taken[VECTOR] = () => {
      data[WDTCSR] = (data[WDTCSR] as number) & ~WDIF;
      // Interrupt and reset: the vector runs once, the next time-out resets unless it is armed again.
      if (this.resets) data[WDTCSR] = (data[WDTCSR] as number) & ~WDIE;
      this.#line();
    };
  }

  get running(): boolean {
    return ((this.#core.data[WDTCSR] as number) & (WDE | WDIE)) !== 0;
  }

  get resets(): boolean {
    return ((this.#core.data[WDTCSR] as number) & WDE) !== 0;
  }

  /** MCUSR must be set: while WDRF is, the watchdog cannot be off. It counts again from `restart`. */
  reset(): void {
    this.#changeUntil = -1;
    this.#deadline = Infinity;
    if ((this.#core.data[MCUSR] as number) & WDRF) this.#core.data[WDTCSR] = WDE;
    this.onChange();
  }

  #control(value: number, old: number): void {
    const { data, cycles } = this.#core;
    const open = cycles <= this.#changeUntil;
    const keep = open ? 0 : PRESCALER | WDE;
    let next = (value & ~(keep | WDIF | WDCE)) | (old & keep);
    if (value & WDE || (data[MCUSR] as number) & WDRF) next |= WDE; // setting it needs no sequence
    if ((value & (WDCE | WDE)) === (WDCE | WDE)) {
      this.#changeUntil = cycles + 4;
      next = (next & ~PRESCALER) | (old & PRESCALER);
    } else this.#changeUntil = -1;
    const wasRunning = this.running;
    data[WDTCSR] = next | (old & WDIF & ~value);
    // Arming WDIE again leaves the count alone.
    if ((next ^ old) & PRESCALER || this.running !== wasRunning) this.restart();
    this.#line();
    this.onChange();
  }

  /** WDR, and the end of a reset. */
  restart(): void {
    if (!this.running) {
      this.#deadline = Infinity;
      return;
    }
    const control = this.#core.data[WDTCSR] as number;
    const exponent = Math.min(9, (control & 7) | ((control & 0x20) >> 2));
    this.#deadline = this.#scheduler.now + SHORTEST_US * 2 ** exponent * this.#stretch;
    this.#watch();
  }

  /** One event stays booked; kicking only moves the deadline that it finds. */
  #watch(): void {
    if (this.#cancel && this.#booked <= this.#deadline) return;
    this.#cancel?.();
    this.#booked = this.#deadline;
    this.#cancel = this.#scheduler.at(this.#deadline, () => {
      this.#cancel = null;
      if (this.#deadline === Infinity) return;
      if (this.#scheduler.now < this.#deadline) this.#watch();
      else this.#timeOut();
    });
  }
  #timeOut(): void {
    const control = this.#core.data[WDTCSR] as number;
    if (control & WDE && (!(control & WDIE) || control & WDIF)) {
      this.onReset();
      return;
    }
    this.#core.data[WDTCSR] = control | WDIF;
    this.restart();
    this.#line();
  }

  #line(): void {
    const control = this.#core.data[WDTCSR] as number;
    this.#core.line(VECTOR, (control & WDIF) !== 0 && (control & WDIE) !== 0);
  }
}
