import { Alarm, type Core } from "./core.ts";
import type { Pins } from "./pins.ts";

const SPCR = 0x4c;
const SPSR = 0x4d;
const SPDR = 0x4e;
const SPIE = 0x80;
const SPE = 0x40;
const DORD = 0x20;
const MSTR = 0x10;
const SPIF = 0x80;
const WCOL = 0x40;
const SPI2X = 0x01;
const VECTOR = 17;
const DIVIDERS = [4, 16, 64, 128];

const mirrored = (byte: number) => Number.parseInt(byte.toString(2).padStart(8, "0").split("").reverse().join(""), 2);

/** SPI as a master; the bus gets a byte when its eighth bit is out. SCK and MOSI must be outputs, else nobody hears it. */
export class Spi {
  onTransfer: (byte: number) => number = () => 0xff;
  readonly #core: Core;
  readonly #pins: Pins;
  readonly #done: Alarm;
  #sending = 0;
  #busy = false;
  #statusRead = false;

  constructor(core: Core, pins: Pins) {
    this.#core = core;
    this.#pins = pins;
    this.#done = new Alarm(core, () => this.#finish());
    const { data, readHooks, writeHooks } = core;
    writeHooks[SPCR] = (value) => {
      data[SPCR] = value;
      if ((value & SPE) === 0) this.#abort();
      this.#line();
      return true;
    };
    writeHooks[SPSR] = (value) => {
      data[SPSR] = ((data[SPSR] as number) & ~SPI2X) | (value & SPI2X);
      return true;
    };
    readHooks[SPSR] = () => {
      this.#statusRead = true;
      return data[SPSR] as number;
    };
    readHooks[SPDR] = () => {
      this.#accessed();
      return data[SPDR] as number;
    };
    writeHooks[SPDR] = (value) => {
      this.#accessed();
      this.#start(value);
      return true;
    };
    core.taken[VECTOR] = () => {
      data[SPSR] = (data[SPSR] as number) & ~SPIF;
      this.#line();
    };
  }

  reset(): void {
    this.#abort();
    this.#statusRead = false;
  }

  #start(value: number): void {
    const { data } = this.#core;
    const control = data[SPCR] as number;
    if (this.#busy) data[SPSR] = (data[SPSR] as number) | WCOL;
    if (this.#busy || (control & (SPE | MSTR)) !== (SPE | MSTR)) return;
    this.#busy = true;
    this.#sending = value;
    const divider = (DIVIDERS[control & 3] as number) / ((data[SPSR] as number) & SPI2X ? 2 : 1);
    this.#done.set(this.#core.cycles + 8 * divider);
  }

  #finish(): void {
    const { data } = this.#core;
    const flip = (data[SPCR] as number) & DORD ? mirrored : (byte: number) => byte;
    const wired = this.#pins.isOutput("B", 3) && this.#pins.isOutput("B", 5);
    this.#busy = false;
    data[SPDR] = wired ? flip(this.onTransfer(flip(this.#sending))) : 0xff;
    data[SPSR] = (data[SPSR] as number) | SPIF;
    this.#statusRead = false;
    this.#line();
  }

  /** SPIF and WCOL go by reading the status with the flag set, then touching the data. */
  #accessed(): void {
    if (!this.#statusRead) return;
    this.#core.data[SPSR] = (this.#core.data[SPSR] as number) & ~(SPIF | WCOL);
    this.#line();
  }

  #abort(): void {
    this.#busy = false;
    this.#done.clear();
  }

  #line(): void {
    const { data } = this.#core;
    this.#core.line(VECTOR, ((data[SPSR] as number) & SPIF) !== 0 && ((data[SPCR] as number) & SPIE) !== 0);
  }
}
