import { Capacitor } from "../capacitor.ts";

/** 32 kΩ inside the chip (data sheet, typical) against 100 nF: what discharges AREF. */
const DISCHARGES_US = 3200;
/** A switch of about 1 kΩ, assumed, charges it. */
const CHARGES_US = 100;

/**
 * AREF, which the converter measures against, with 100 nF to ground. Switched to the supply it is charged at once; switched to the band-gap it
 * falls slowly, as the band-gap's amplifier drives it up only; with the converter off it loses its charge.
 */
export class Reference {
  readonly #capacitor: Capacitor;

  constructor(now: () => number) {
    this.#capacitor = new Capacitor(now);
  }

  get volt(): number {
    return this.#capacitor.volt;
  }

  off(): void {
    this.#capacitor.drive(0, DISCHARGES_US);
  }

  supply(volt: number): void {
    this.#capacitor.drive(volt, CHARGES_US);
  }

  bandGap(volt: number): void {
    if (this.volt > volt) this.#capacitor.drive(0, DISCHARGES_US, volt);
    else this.#capacitor.drive(volt, CHARGES_US);
  }
}
