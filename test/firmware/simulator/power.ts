import type { Chip, Mode } from "./chip/chip.ts";
import type { Scheduler } from "./scheduler.ts";

/** µA at 3.3 V, from the data sheets. Awake is that of 16 MHz, also for slower boards. */
export const CURRENT_UA = {
  run: 7000,
  /** As idle stands to active in the data sheet: 1.2 to 5.2 mA at 8 MHz. */
  idle: 1600,
  down: 0.1,
  watchdog: 4,
  /** The converter, if it is left on in power-down. */
  adc: 200,
  /** TS881 comparator 0.3, MCP1700 regulator 1.6, divider of the reference 33, LDR 40. */
  nodeAnalog: 74.9,
  /** Board A: regulator 1.6; light sensor, reference, comparator 4.8; bias of the current transformer 3.5; divider of the battery 0.8; leaks 0.8. */
  nodeAnalogA: 11.5,
  /** CE of the clock against its pull-up; board A: against its pull-down of 100 kΩ. */
  chipEnableLow: 330,
  chipEnableHighA: 33,
} as const;

/** A current that changes now and then, added up. */
export class Meter {
  readonly #scheduler: Scheduler;
  #ua = 0;
  #uas = 0;
  #since: number;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.#since = scheduler.now;
  }

  set(ua: number): void {
    this.#uas = this.uas;
    this.#since = this.#scheduler.now;
    this.#ua = ua;
  }

  /** µA·s so far; with 1 for µA it is a stopwatch. */
  get uas(): number {
    return this.#uas + this.#ua * (this.#scheduler.now - this.#since) * 1e-6;
  }
}

/** What the microcontroller draws and how long it is awake (core running, or its oscillator starting). */
export class McuPower {
  readonly charge: Meter;
  readonly awake: Meter;
  readonly idle: Meter;
  readonly #chip: Chip;

  constructor(scheduler: Scheduler, chip: Chip) {
    this.#chip = chip;
    this.charge = new Meter(scheduler);
    this.awake = new Meter(scheduler);
    this.idle = new Meter(scheduler);
    chip.onMode = () => this.#changed();
    chip.watchdog.onChange = () => this.#changed();
    chip.eeprom.onBusy = () => this.#changed();
  }

  #changed(): void {
    const { mode } = this.#chip;
    this.charge.set(mode === "off" ? 0 : this.#core(mode) + (this.#chip.watchdog.running ? CURRENT_UA.watchdog : 0));
    this.awake.set(mode === "run" || mode === "starting" ? 1 : 0);
    this.idle.set(mode === "idle" || mode === "noise" ? 1 : 0);
  }

  #core(mode: Mode): number {
    if (mode === "run" || mode === "starting") return CURRENT_UA.run;
    // A write to the EEPROM keeps the clock running, in power-down too.
    if (mode !== "down" || this.#chip.eeprom.busy) return CURRENT_UA.idle;
    return CURRENT_UA.down + (this.#chip.adc.enabled ? CURRENT_UA.adc : 0);
  }
}
