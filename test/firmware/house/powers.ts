import { household } from "../../../nodes/gateway/index.ts";

/** Watts of the three meters of a house: what it takes from the grid, what its panels give back, and its heat pump. */
export type Watts = readonly [taken: number, given: number, heatpump: number];

const SETTINGS: household.HouseholdSettings = { ...household.DEFAULT_HOUSEHOLD, pvW: 4000 };
const KEPT = 4;

/** The measured house with its loads, at any second from `startS` on; asked in an order that hardly goes back. */
export class Powers {
  readonly #state: household.HouseholdState;
  readonly #slots: { readonly at: number; readonly watts: Watts }[] = [];
  #next: number;

  /** @param startS epoch seconds */
  constructor(startS: number, seed = 1) {
    this.#next = startS - (startS % household.SLOT_S);
    this.#state = household.newHousehold({ ...SETTINGS, seed }, this.#next);
  }

  at(epochS: number): Watts {
    while (this.#next <= epochS) this.#step();
    // Devices of a world are a little apart: one may still be in the slot before.
    const slot = this.#slots.findLast((one) => one.at <= epochS) ?? this.#slots[0];
    return slot?.watts ?? [0, 0, 0];
  }

  #step(): void {
    household.stepHousehold(this.#state, SETTINGS, this.#next);
    const { importW, exportW, loads } = this.#state;
    this.#slots.push({ at: this.#next, watts: [importW, exportW, loads.heatpump.watts] });
    if (this.#slots.length > KEPT) this.#slots.shift();
    this.#next += household.SLOT_S;
  }
}

/** Impulses per second of a meter at this power. */
export function impulseRate(watts: number, impulsesPerKwh: number): number {
  return (watts * impulsesPerKwh) / 3_600_000;
}
