import type { Scheduler } from "../scheduler.ts";
import { Adc, type Analog } from "./adc.ts";
import { Clock } from "./clock.ts";
import { Core, RAM_END, RAM_START } from "./core.ts";
import { Eeprom } from "./eeprom.ts";
import { loadImage } from "./hex.ts";
import { Pins } from "./pins.ts";
import { Spi } from "./spi.ts";
import { TIMERS, Timer } from "./timer.ts";
import { Usart } from "./usart.ts";
import { Watchdog } from "./watchdog.ts";

const SMCR = 0x53;
const MCUSR = 0x54;
const SREG = 0x5f;
const CLKPR = 0x61;
const CAUSES = { "power-on": 1, external: 2, brownout: 4, watchdog: 8 } as const;
/** Fuses of the boards: a crystal, slowly rising power. */
const CRYSTAL_STARTS_CYCLES = 16_384;
const RESET_TAKES_US = 65_000;
/** From idle to the vector's own four cycles. */
const WAKES_CYCLES = 4;

export type ResetCause = keyof typeof CAUSES;
/** `noise`: ADC noise reduction. `starting`: the clock runs, the core waits for it. */
export type Mode = "off" | "run" | "idle" | "noise" | "down" | "starting";

export interface ChipOptions {
  /** Flash, or the path of a HEX file. */
  image: Uint8Array | string;
  clockHz: 7_372_800 | 8_000_000 | 16_000_000;
  /** The crystal is this much too fast. */
  clockPpm?: number | undefined;
  /** The watchdog's oscillator is this much too fast. */
  watchdogPercent?: number | undefined;
  /** Clock cycles from a wake-up out of power-down to the first instruction: 16 384 with a crystal, 6 with the RC oscillator. */
  startupCycles?: number | undefined;
  eeprom?: Uint8Array | undefined;
  /** The band-gap's voltage, 1.0 to 1.2 V from part to part. */
  bandGapVolt?: number | undefined;
}

/** An ATmega328P. Its cycles are tied to simulated time while its clock runs, and stand still while it does not. */
export class Chip {
  readonly core: Core;
  readonly pins: Pins;
  readonly usart: Usart;
  readonly spi: Spi;
  readonly adc: Adc;
  readonly eeprom: Eeprom;
  readonly watchdog: Watchdog;
  onMode: (mode: Mode) => void = () => {};
  onReset: (cause: ResetCause) => void = () => {};
  /** Asleep with interrupts off and no watchdog reset: nothing but a reset gets it out again. */
  hung = false;
  /** Since when the clock of UART and timers has run without a gap. */
  clockedSinceUs = Infinity;
  readonly #scheduler: Scheduler;
  readonly #timers: readonly Timer[];
  readonly #clock: Clock;
  readonly #startupUs: number;
  readonly #random: () => number;
  #mode: Mode = "off";
  #startsAt = Infinity;
  #restarting = false;

  constructor(scheduler: Scheduler, analog: Omit<Analog, "now">, random: () => number, o: ChipOptions) {
    this.#scheduler = scheduler;
    this.#random = random;
    const core = new Core(loadImage(o.image));
    this.core = core;
    this.#clock = new Clock(core, o.clockHz, o.clockPpm ?? 0);
    this.#startupUs = this.#clock.undivided(o.startupCycles ?? CRYSTAL_STARTS_CYCLES);
    this.pins = new Pins(core);
    this.usart = new Usart(core);
    this.spi = new Spi(core, this.pins);
    this.adc = new Adc(core, {
      channel: (channel) => analog.channel(channel),
      get vcc() {
        return analog.vcc;
      },
      bandGap: o.bandGapVolt,
      get now() {
        return scheduler.now;
      },
    });
    this.eeprom = new Eeprom(core, scheduler, random, o.eeprom);
    this.watchdog = new Watchdog(core, scheduler, o.watchdogPercent ?? 0);
    this.#timers = TIMERS.map((registers) => new Timer(core, registers));
    this.watchdog.onReset = () => this.reset("watchdog");
    core.onSleep = () => this.#sleep();
    core.onPending = () => this.#interrupt();
    core.writeHooks[CLKPR] = (value) => {
      if (this.#clock.prescale(value)) core.data[CLKPR] = value & 15;
      return true;
    };
  }

  get mode(): Mode {
    return this.#mode;
  }

  /** µs: how far this chip has got; of use only while its clock runs. */
  get now(): number {
    return this.#clock.now;
  }

  get usPerCycle(): number {
    return this.#clock.usPerCycle;
  }

  /** µs: when it has something to do next. */
  get readyAt(): number {
    if (this.#mode === "run") return this.now;
    if (this.#mode === "starting") return this.#startsAt;
    if (this.#mode !== "idle") return Infinity;
    return this.#clock.timeOf(this.core.nextAlarm);
  }

  /** Runs up to `untilUs`, or the instruction that crosses it; sooner if `shorten` is called on the way. */
  run(untilUs: number): void {
    const { core } = this;
    if (this.#mode === "starting") this.#start();
    core.limit = Math.max(this.#clock.cycleAt(untilUs), core.cycles + 1);
    while (core.cycles < core.limit) {
      if (this.#mode === "run") core.execute();
      else if (this.#mode === "idle") this.#idleUntil(core.limit);
      else break;
    }
  }

  /** Something is due earlier than it was when `run` began. */
  shorten(us: number): void {
    this.core.shorten(this.#clock.cycleAt(us));
  }

  reset(cause: ResetCause): void {
    if (this.#mode === "off") return;
    const causes = (this.core.data[MCUSR] as number) | CAUSES[cause];
    this.#restarting = true;
    this.hung = false;
    this.#clock.reset();
    this.core.restart();
    this.core.data[MCUSR] = cause === "power-on" ? CAUSES[cause] : causes;
    for (const part of [...this.#timers, this.pins, this.usart, this.spi, this.adc, this.eeprom]) part.reset();
    this.watchdog.reset();
    this.#startsAt = this.#scheduler.now + RESET_TAKES_US + this.#startupUs;
    this.#enter("starting");
    this.onReset(cause);
  }

  /** Registers and RAM come up with anything in them. */
  powerOn(): void {
    if (this.#mode !== "off") return;
    for (let at = 0; at <= RAM_END; at++) if (at < 32 || at >= RAM_START) this.core.data[at] = this.#random() * 256;
    this.#enter("starting");
    this.reset("power-on");
  }

  powerOff(): void {
    this.eeprom.powerCut();
    this.core.restart();
    this.watchdog.reset();
    this.pins.reset();
    this.hung = false;
    this.#enter("off");
  }

  #start(): void {
    this.#clock.start(this.#startsAt);
    if (this.#restarting) {
      this.core.pc = 0; // a reset from within an instruction still counted it
      this.watchdog.restart();
    }
    this.#restarting = false;
    this.clockedSinceUs = this.#startsAt;
    this.#enter("run");
  }

  #enter(mode: Mode): void {
    this.#mode = mode;
    this.core.asleep = mode !== "run";
    this.pins.clocked = mode === "run" || mode === "idle";
    this.core.pause();
    if (!this.pins.clocked) this.clockedSinceUs = Infinity;
    this.onMode(mode);
  }

  #idleUntil(limit: number): void {
    const { core } = this;
    if (core.nextAlarm > limit) core.cycles = limit;
    else {
      core.cycles = Math.max(core.cycles, core.nextAlarm);
      core.ring();
    }
  }

  #sleep(): void {
    const { core } = this;
    const control = core.data[SMCR] as number;
    if ((control & 1) === 0 || core.interruptible) return;
    const mode = (control >> 1) & 7;
    if (((core.data[SREG] as number) & 0x80) === 0 && !this.watchdog.resets) this.hung = true;
    if (mode === 0) {
      this.adc.startForSleep();
      this.#enter("idle");
      return;
    }
    if (mode > 2) throw new Error(`sleep mode ${mode} is not modelled`);
    this.usart.stopped();
    if (mode === 1) {
      this.adc.startForSleep();
      const { remaining } = this.adc;
      this.#enter("noise");
      if (remaining < Infinity)
        this.#scheduler.at(this.#scheduler.now + remaining * this.usPerCycle, () => {
          if (this.#mode === "noise") this.adc.finishAsleep();
        });
    } else this.#enter("down");
  }

  /** A line was raised. An idle chip is brought to the instant of it first. */
  #interrupt(): void {
    if (!this.core.interruptible) return;
    if (this.#mode === "idle") {
      this.core.cycles = Math.max(this.core.cycles, this.#clock.cycleAt(this.#scheduler.now)) + WAKES_CYCLES;
      this.#enter("run");
    } else if (this.#mode === "down" || this.#mode === "noise") {
      const since = Math.max(this.#scheduler.now, this.now); // it may have fallen asleep a little ahead of the world
      this.#startsAt = since + (this.#mode === "down" ? this.#startupUs : 0);
      this.#enter("starting");
    }
  }
}
