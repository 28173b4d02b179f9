import type { Scheduler } from "../scheduler.ts";
import type { Core } from "./core.ts";

const EECR = 0x3f;
const EEDR = 0x40;
const EEARL = 0x41;
const EEARH = 0x42;
const EERIE = 0x08;
const EEMPE = 0x04;
const EEPE = 0x02;
const EERE = 0x01;
const VECTOR = 22;
const BOTH_US = 3400;
const HALF_US = 1800;

interface Write {
  readonly address: number;
  readonly from: number;
  readonly to: number;
  readonly startUs: number;
  readonly erases: boolean;
  readonly us: number;
  readonly cancel: () => void;
}

/** 1 KB that takes 3.4 ms a byte by an oscillator of its own, counts what each cell was written, and can lose its supply. */
export class Eeprom {
  readonly cells: Uint8Array;
  readonly writes = new Uint32Array(1024);
  onBusy: (busy: boolean) => void = () => {};
  readonly #core: Core;
  readonly #scheduler: Scheduler;
  readonly #random: () => number;
  #write: Write | null = null;
  #mayWriteUntil = -1;

  constructor(core: Core, scheduler: Scheduler, random: () => number, cells?: Uint8Array) {
    this.#core = core;
    this.#scheduler = scheduler;
    this.#random = random;
    this.cells = new Uint8Array(1024).fill(0xff);
    if (cells) this.cells.set(cells);
    core.writeHooks[EECR] = (value) => {
      this.#control(value);
      return true;
    };
    core.writeHooks[EEARH] = (value) => {
      core.data[EEARH] = value & 3;
      return true;
    };
  }

  get busy(): boolean {
    return this.#write !== null;
  }

  /** A reset of the chip lets a write in progress finish. */
  reset(): void {
    this.#mayWriteUntil = -1;
    if (this.#write) this.#core.data[EECR] = EEPE;
  }

  /** The supply went in mid-write: the cell is erased, or still what it was if the erasure had just begun. */
  powerCut(): void {
    const write = this.#write;
    if (!write) return;
    write.cancel();
    this.#write = null;
    const begun = (this.#scheduler.now - write.startUs) / write.us;
    if (!write.erases) this.cells[write.address] = this.#random() < 0.5 ? write.from : write.to;
    else this.cells[write.address] = begun < 0.5 && this.#random() < 0.5 ? write.from : 0xff;
  }

  #control(value: number): void {
    const { data, cycles } = this.#core;
    const busy = this.busy;
    const armed = cycles <= this.#mayWriteUntil;
    data[EECR] = (value & 0x38) | ((value | (armed ? EEMPE : 0)) & EEMPE) | (busy ? EEPE : 0);
    if (value & EEMPE && (value & EEPE) === 0) this.#mayWriteUntil = cycles + 4;
    if (value & EERE && !busy) {
      data[EEDR] = this.cells[this.#address] as number;
      this.#core.cycles += 4;
    }
    if (value & EEPE && armed && !busy) this.#begin((value >> 4) & 3);
    this.#line();
  }

  get #address(): number {
    return ((this.#core.data[EEARH] as number) << 8) | (this.#core.data[EEARL] as number);
  }

  #begin(mode: number): void {
    const { data } = this.#core;
    const address = this.#address;
    const from = this.cells[address] as number;
    const wanted = data[EEDR] as number;
    const to = mode === 0 ? wanted : mode === 1 ? 0xff : from & wanted;
    const us = mode === 0 ? BOTH_US : HALF_US;
    const startUs = this.#scheduler.now;
    const cancel = this.#scheduler.at(startUs + us, () => this.#finish());
    this.#write = { address, from, to, startUs, erases: mode !== 2, us, cancel };
    this.writes[address] = (this.writes[address] as number) + 1;
    this.#mayWriteUntil = -1;
    data[EECR] = ((data[EECR] as number) & ~EEMPE) | EEPE;
    this.#core.cycles += 2;
    this.onBusy(true);
  }

  #finish(): void {
    const write = this.#write as Write;
    this.#write = null;
    this.cells[write.address] = write.to;
    this.#core.data[EECR] = (this.#core.data[EECR] as number) & ~EEPE;
    this.#line();
    this.onBusy(false);
  }

  #line(): void {
    this.#core.line(VECTOR, !this.busy && ((this.#core.data[EECR] as number) & EERIE) !== 0);
  }
}
