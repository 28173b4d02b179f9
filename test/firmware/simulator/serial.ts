import type { Chip } from "./chip/chip.ts";
import { garble, type LineByte } from "./chip/usart.ts";
import type { Scheduler } from "./scheduler.ts";

/** The other end of a board's serial line. */
export interface Uart {
  /** Sends text (Latin-1) or bytes, one after the other at 115200 baud. */
  type(text: string | Uint8Array): void;
  onByte: ((byte: number) => void) | null;
  /** What the board has said, without line ends, and when the line feed came. */
  readonly lines: readonly { readonly atUs: number; readonly line: string }[];
}

const BIT_US = 1e6 / 115_200;
const BYTE_US = 10 * BIT_US;
/** The server's receiver samples each bit 16 times, as the chip's own without U2X does. */
const HOST = { slow: 144 / 151, fast: 160 / 153 };

export class SerialLine implements Uart {
  onByte: ((byte: number) => void) | null = null;
  readonly lines: { atUs: number; line: string }[] = [];
  /** Bytes that the two ends disagreed about, or that came while the board's clock stood. */
  garbled = 0;
  lost = 0;
  readonly #scheduler: Scheduler;
  readonly #chip: Chip;
  #freeAt = 0;
  #line: number[] = [];

  constructor(scheduler: Scheduler, chip: Chip) {
    this.#scheduler = scheduler;
    this.#chip = chip;
    chip.pins.drive("D", 0, true);
    chip.usart.onSend = (byte, cycles) => this.#hear(byte, cycles * chip.usPerCycle);
  }

  type(text: string | Uint8Array): void {
    for (const value of Buffer.from(text as string, "latin1")) {
      const startUs = Math.max(this.#freeAt, this.#scheduler.now);
      this.#freeAt = startUs + BYTE_US;
      this.#scheduler.at(startUs, () => this.#chip.pins.drive("D", 0, false));
      this.#scheduler.at(this.#freeAt, () => this.#deliver(value, startUs));
    }
  }

  #deliver(value: number, startUs: number): void {
    const { pins, usart, usPerCycle, clockedSinceUs } = this.#chip;
    pins.drive("D", 0, true);
    if (!usart.listening || clockedSinceUs > startUs) {
      this.lost++;
      return;
    }
    const rate = (usart.cyclesPerBit * usPerCycle) / BIT_US;
    const { slow, fast } = usart.tolerance;
    const garbled = rate < slow || rate > fast;
    if (garbled) this.garbled++;
    usart.receive({ value, garbled });
  }

  #hear(byte: LineByte, bitUs: number): void {
    const rate = BIT_US / bitUs;
    const garbled = byte.garbled || rate < HOST.slow || rate > HOST.fast;
    if (garbled) this.garbled++;
    const value = garbled && !byte.garbled ? garble(byte.value) : byte.value;
    if (value === 0x0a) {
      const line = Buffer.from(this.#line).toString("latin1").replace(/\r$/, "");
      this.lines.push({ atUs: this.#scheduler.now, line });
      this.#line = [];
    } else this.#line.push(value);
    this.onByte?.(value);
  }
}
