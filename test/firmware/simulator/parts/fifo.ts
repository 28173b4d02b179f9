/** The radio's 66 bytes between SPI and air. */
export class Fifo {
  static readonly SIZE = 66;
  /** A byte came while it was full, and is lost. */
  overrun = false;
  #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  get first(): number | undefined {
    return this.#bytes[0];
  }

  push(byte: number): void {
    if (this.#bytes.length < Fifo.SIZE) this.#bytes.push(byte);
    else this.overrun = true;
  }

  /** The oldest byte; 0 if there is none. */
  shift(): number {
    return this.#bytes.shift() ?? 0;
  }

  take(count: number): Uint8Array {
    return Uint8Array.from(this.#bytes.splice(0, count));
  }

  clear(): void {
    this.#bytes = [];
    this.overrun = false;
  }
}
