import type { SpiDevice } from "../scheduler.ts";

const FIFO = 0;
const REGISTERS = 0x80;

/** SPI of the SX1231: an address byte (bit 7: write), then data; bursts step through the registers, but stay on the FIFO. */
export class RegisterPort implements SpiDevice {
  readonly #read: (address: number) => number;
  readonly #write: (address: number, value: number) => number;
  #address: number | null = null;
  #writing = false;
  #selected = false;

  /** `write` answers what MISO shows meanwhile: the old value. */
  constructor(read: (address: number) => number, write: (address: number, value: number) => number) {
    this.#read = read;
    this.#write = write;
  }

  select(on: boolean): void {
    this.#selected = on;
    this.#address = null;
  }

  transfer(byte: number): number {
    if (!this.#selected) return 0xff;
    if (this.#address === null) {
      this.#writing = (byte & 0x80) !== 0;
      this.#address = byte & 0x7f;
      return 0;
    }
    const address = this.#address;
    if (address !== FIFO) this.#address = (address + 1) % REGISTERS;
    return this.#writing ? this.#write(address, byte) : this.#read(address);
  }
}
