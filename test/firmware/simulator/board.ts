import type { Analog } from "./chip/adc.ts";
import { Chip, type ChipOptions, type ResetCause } from "./chip/chip.ts";
import { RAM_END } from "./chip/core.ts";
import type { Ether } from "./ether.ts";
import { Rfm69 } from "./parts/rfm69.ts";
import { McuPower } from "./power.ts";
import type { Scheduler } from "./scheduler.ts";
import { SerialLine, type Uart } from "./serial.ts";

export interface BoardOptions extends ChipOptions {
  name?: string;
  /** Of our own board; without it it is an original one. */
  revision?: "A";
  radio?: "W" | "HW";
  /** When it is switched on first. */
  startS?: number;
  pathLossDb?: number;
  at?: { x: number; y: number };
  radioPpm?: number;
}

/** What a board shares with the world it is in. */
export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly ether: Ether;
  readonly random: () => number;
}

export interface Charge {
  mcu: number;
  radio: number;
  rtc: number;
  analog: number;
}

/** What both boards are: the chip, a radio on SPI, a serial line, an LED, a button. */
export abstract class Board {
  readonly chip: Chip;
  readonly radio: Rfm69;
  readonly serial: SerialLine;
  readonly resets: { readonly cause: ResetCause; readonly atUs: number }[] = [];
  onLed: ((on: boolean, atUs: number) => void) | null = null;
  /** Bytes that went over the bus while radio and clock were both selected. */
  busConflicts = 0;
  protected readonly scheduler: Scheduler;
  protected readonly mcu: McuPower;
  readonly #random: () => number;

  constructor({ scheduler, ether, random }: Surroundings, o: BoardOptions, analog: Omit<Analog, "now">) {
    this.scheduler = scheduler;
    this.#random = random;
    this.chip = new Chip(scheduler, analog, random, o);
    this.mcu = new McuPower(scheduler, this.chip);
    this.serial = new SerialLine(scheduler, this.chip);
    const { pins } = this.chip;
    this.radio = new Rfm69(scheduler, ether, {
      kind: o.radio ?? "W",
      onDio0: (high) => pins.drive("D", 2, high),
      ...(o.name !== undefined && { name: o.name }),
      ...(o.at && { at: o.at }),
      ...(o.pathLossDb !== undefined && { pathLossDb: o.pathLossDb }),
      ...(o.radioPpm !== undefined && { ppm: o.radioPpm }),
    });
    this.radio.powerFail();
    pins.drive("B", 2, true); // pulled up: nobody is selected while the chip is in reset
    pins.watch("B", 2, (high) => this.radio.select(!high));
    if (o.revision === "A") pins.watch("C", 3, (high) => this.radio.resetPin.drive(high)); // pulled down, weaker than a pull-up of the chip
    pins.watch("D", 4, (high) => this.onLed?.(high, scheduler.now));
    this.chip.spi.onTransfer = (byte) => this.#transfer(byte);
    this.chip.onReset = (cause) => this.resets.push({ cause, atUs: scheduler.now });
    scheduler.at((o.startS ?? 0) * 1e6, () => this.power(true));
  }

  get uart(): Uart {
    return this.serial;
  }

  get eeprom(): Uint8Array {
    return this.chip.eeprom.cells;
  }

  get led(): boolean {
    return this.chip.pins.level("D", 4);
  }

  /** Asleep for ever. */
  get hung(): boolean {
    return this.chip.hung;
  }

  /** RAM is kept. */
  reset(cause: "external" | "brownout"): void {
    this.chip.reset(cause);
  }

  /** Without supply RAM is lost, an EEPROM cell in mid-write too. */
  power(on: boolean): void {
    if (on === (this.chip.mode !== "off")) return;
    if (on) {
      this.chip.powerOn();
      this.radio.reset();
    } else {
      this.chip.powerOff();
      this.radio.powerFail();
    }
  }

  press(forS: number): void {
    this.chip.pins.drive("D", 6, false);
    this.scheduler.at(this.scheduler.now + forS * 1e6, () => this.chip.pins.drive("D", 6, null));
  }

  /** µs awake so far, the start of the oscillator included. */
  get awakeUs(): number {
    return this.mcu.awake.uas * 1e6;
  }

  get idleUs(): number {
    return this.mcu.idle.uas * 1e6;
  }

  get chargeUas(): number {
    return Object.values(this.chargeBy()).reduce((sum, part) => sum + part, 0);
  }

  chargeBy(): Charge {
    return { mcu: this.mcu.charge.uas, radio: this.radio.chargeUas, rtc: 0, analog: 0 };
  }

  /** The lowest stack pointer ever. */
  get stackLow(): number {
    return this.chip.core.stackLow;
  }

  /** Bytes never used between the end of .bss (an address from the ELF file, with or without 0x800000) and the stack. */
  freeBytes(bssEnd: number): number {
    return Math.min(this.stackLow, RAM_END) + 1 - (bssEnd & 0xffff);
  }

  /** The clock on the bus, if the board has one and it is selected. */
  protected clockTransfer(_byte: number): number | null {
    return null;
  }

  #transfer(byte: number): number {
    const fromClock = this.clockTransfer(byte);
    if (this.chip.pins.level("B", 2)) return fromClock ?? 0xff;
    const fromRadio = this.radio.transfer(byte);
    if (fromClock === null) return fromRadio;
    this.busConflicts++;
    return Math.floor(this.#random() * 256);
  }
}

/** The gateway has nothing but that. */
export class GatewayBoard extends Board {
  constructor(surroundings: Surroundings, o: BoardOptions) {
    super(surroundings, o, { vcc: 3.3, channel: () => 0 });
  }
}
