import { household } from "../../../nodes/gateway/index.ts";

/** Watts of the three meters of a house: all that it uses, the pump of its pool, and what its panels feed in. */
export type Watts = readonly [used: number, pump: number, solar: number];

const KEPT = 4;

/** The measured house with its loads, at any second from `startS` on; asked in an order that hardly goes back. */
export class Powers {
  readonly #settings: household.HouseholdSettings;
  readonly #state: household.HouseholdState;
  readonly #slots: { readonly at: number; readonly watts: Watts }[] = [];
  #next: number;

  /** @param startS epoch seconds */
  constructor(startS: number, seed = 1) {
    this.#settings = { ...household.DEFAULT_HOUSEHOLD, pvW: 4000, seed };
    this.#next = startS - (startS % household.SLOT_S);
    this.#state = household.newHousehold(this.#settings, this.#next);
  }

  at(epochS: number): Watts {
    while (this.#next <= epochS) this.#step();
    // Devices of a world are a little apart: one may still be in the slot before.
    const slot = this.#slots.findLast((one) => one.at <= epochS) ?? this.#slots[0];
    return slot?.watts ?? [0, 0, 0];
  }

  #step(): void {
    household.stepHousehold(this.#state, this.#settings, this.#next);
    const { importW, exportW, pvW, loads } = this.#state;
    this.#slots.push({ at: this.#next, watts: [importW + pvW - exportW, loads.pool.watts, pvW] });
    if (this.#slots.length > KEPT) this.#slots.shift();
    this.#next += household.SLOT_S;
  }
}

/** Impulses per second of a meter at this power. */
export function impulseRate(watts: number, impulsesPerKwh: number): number {
  return (watts * impulsesPerKwh) / 3_600_000;
}
