import type { Mode } from "./rfm69-flags.ts";

/** mA, SX1231 data sheet (typical); transmission depends on the power. */
const CURRENT_MA = { sleep: 0.0001, standby: 1.25, fs: 9, rx: 16 } as const;

/** What a radio has drawn, and how long it was in which mode. */
export class Consumption {
  /** µA·s */
  chargeUas = 0;
  readonly timeInMode: Record<Mode, number> = { sleep: 0, standby: 0, fs: 0, tx: 0, rx: 0 };
  #countedUs: number;

  constructor(nowUs: number) {
    this.#countedUs = nowUs;
  }

  /** Adds the time since the last call, spent in `mode` (null: without supply). */
  count(nowUs: number, mode: Mode | null, txMilliamperes: number): void {
    // The devices of a world may be a little apart in time: a step back counts once.
    const elapsed = Math.max(0, nowUs - this.#countedUs);
    this.#countedUs += elapsed;
    if (mode === null) return;
    this.timeInMode[mode] += elapsed;
    this.chargeUas += ((mode === "tx" ? txMilliamperes : CURRENT_MA[mode]) * elapsed) / 1000;
  }
}
