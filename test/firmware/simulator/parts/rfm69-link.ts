import type { Scheduler, SpiDevice } from "../scheduler.ts";
import { RegisterPort } from "./register-port.ts";
import { ResetPin } from "./reset-pin.ts";

/** The data sheet asks to wait this long after power-on before the chip is spoken to. */
const POWER_ON_US = 10_000;
/** And this long after its RESET has fallen. */
const RESET_US = 5000;
/** What MISO shows while nobody drives it, and what an upset chip tells. */
const SILENCE = 0xff;
const NONSENSE = 0x55;

/** A radio's SPI, and whether it answers there: not without supply, nor in reset or soon after it; and nonsense while it is upset. */
export abstract class Rfm69Link implements SpiDevice {
  readonly resetPin: ResetPin;
  protected readonly scheduler: Scheduler;
  readonly #port = new RegisterPort(
    (address) => this.read(address),
    (address, value) => this.write(address, value),
  );
  #powered = true;
  #answersUs = 0;
  #upset = false;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
    this.resetPin = new ResetPin(
      () => scheduler.now,
      () => this.#powered && this.#begin(RESET_US),
    );
  }

  /** Power (back) on: registers as delivered, standby. */
  reset(): void {
    this.#begin(POWER_ON_US);
  }

  /** Something has upset it: it answers nonsense until it is reset by pin or supply. */
  upset(): void {
    this.#upset = true;
  }

  /** The supply is cut: nothing is drawn or answered until `reset`. */
  powerFail(): void {
    this.#lose(false);
  }

  select(on: boolean): void {
    this.#port.select(on);
  }

  transfer(byte: number): number {
    if (!this.#powered || this.scheduler.now < this.#answersUs || this.resetPin.high) return SILENCE;
    return this.#upset ? NONSENSE : this.#port.transfer(byte);
  }

  protected get powered(): boolean {
    return this.#powered;
  }

  protected abstract read(address: number): number;
  /** Answers the old value. */
  protected abstract write(address: number, value: number): number;
  /** All state is lost. `powered` tells of the time before. */
  protected abstract restart(): void;

  #begin(us: number): void {
    this.#lose(true);
    this.#answersUs = Math.max(this.#answersUs, this.scheduler.now + us);
  }

  #lose(powered: boolean): void {
    this.restart();
    this.#powered = powered;
    this.#upset = false;
  }
}
