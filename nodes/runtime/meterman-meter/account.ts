import {
  decide,
  decideTick,
  decideWatch,
  evolveAll,
  healthOf,
  type LedgerEvent,
  type LedgerState,
  type Memory,
  type MeterFact,
  type MeterSettings,
  memorise,
  newLedger,
  powerOf,
  registerOf,
  restore,
  toWrite,
} from "../../meter/index.ts";
import {
  type EpochSeconds,
  type Journal,
  type LedgerWrite,
  type MeterHealth,
  type MeterId,
  type MeterSummary,
  ok,
  type Power,
  type Result,
  wh,
} from "../../model/index.ts";

interface About {
  readonly name: string;
  readonly settings: MeterSettings;
  /** Of the times that health is told with. */
  readonly zone: string;
}

/**
 * One meter's ledger and where it is ahead of the disk: facts are decided on the newest state, what others see of the
 * energy is only what is durable.
 */
export class Account {
  readonly meter: MeterId;
  readonly name: string;
  readonly #settings: MeterSettings;
  readonly #zone: string;
  #state: LedgerState;
  #memory: Memory;
  #handedIn: Memory;
  #durableWh: number;
  /** When it was last asked what is wrong, and by what. */
  #judged: { readonly minute: number; readonly watch?: LedgerState["watch"] } = { minute: 0 };
  #known: { readonly state: LedgerState; readonly minute: number; readonly health: MeterHealth } | undefined;
  #shown: Power = { known: false, since: null };

  private constructor(state: LedgerState, memory: Memory, durable: Memory, about: About) {
    this.meter = state.meter;
    this.name = about.name;
    this.#settings = about.settings;
    this.#zone = about.zone;
    this.#state = state;
    this.#memory = memory;
    this.#handedIn = durable;
    this.#durableWh = state.lifetimeWh;
  }

  /** Goes on from the last durable write; a meter that was never heard starts at 0. */
  static open(journal: Journal, meter: MeterId, about: About): Result<Account> {
    const kept = journal.memory(meter);
    if (kept === undefined || Object.keys(kept).length === 0) {
      const fresh = newLedger(meter);
      return ok(new Account(fresh, memorise(fresh), {}, about));
    }
    const restored = restore(meter, kept);
    if (!restored.ok) return restored;
    const memory = memorise(restored.value);
    return ok(new Account(restored.value, memory, memory, about));
  }

  /** @returns what has to be on disk before it may be told, or undefined */
  take(fact: MeterFact): LedgerWrite | undefined {
    return this.#apply(decide(this.#state, fact, this.#settings));
  }

  tick(now: EpochSeconds, since: EpochSeconds): LedgerWrite | undefined {
    const silent = decideTick(this.#state, now, since, this.#settings);
    const minute = Math.floor(now / 60);
    const isSame = minute === this.#judged.minute && this.#state.watch === this.#judged.watch;
    if (silent.length > 0 || isSame) return this.#apply(silent);
    this.#judged = { minute, watch: this.#state.watch };
    return this.#apply(decideWatch(this.#state, now, this.#settings));
  }

  /** The store's list is asked for every few seconds, and days are looked through for it: once a minute will do. */
  #health(now: EpochSeconds): MeterHealth {
    const minute = Math.floor(now / 60);
    const known = this.#known;
    if (known?.state === this.#state && known.minute === minute) return known.health;
    const health = healthOf(this.#state, this.#settings, now, this.#zone);
    this.#known = { state: this.#state, minute, health };
    return health;
  }

  #apply(events: readonly LedgerEvent[]): LedgerWrite | undefined {
    if (events.length === 0) return undefined;
    const state = evolveAll(this.#state, events);
    this.#memory = memorise(state, { state: this.#state, memory: this.#memory });
    this.#state = state;
    const write = toWrite(state, events, this.#memory, this.#handedIn);
    if (write !== undefined) this.#handedIn = this.#memory;
    return write;
  }

  /** Total of what was handed in so far; becomes visible with `settle` once it is on disk. */
  get lifetimeWh(): number {
    return this.#state.lifetimeWh;
  }

  settle(lifetimeWh: number): void {
    this.#durableWh = Math.max(this.#durableWh, lifetimeWh);
  }

  power(now: EpochSeconds): Power {
    return powerOf(this.#state, now, this.#settings);
  }

  /** The power, if it is not the one that was shown last: new data, or nothing known any more. */
  newPower(now: EpochSeconds): Power | undefined {
    const power = this.power(now);
    const shown = this.#shown;
    const isSame = power.known
      ? shown.known && shown.watts === power.watts && shown.at === power.at
      : shown.known === false;
    if (isSame) return undefined;
    this.#shown = power;
    return power;
  }

  summary(now: EpochSeconds): MeterSummary {
    const health = this.#health(now);
    return {
      id: this.meter,
      name: this.name,
      lifetimeWh: wh(this.#durableWh),
      registerWh: registerOf(this.#state),
      power: this.power(now),
      lastHeard: health.lastHeard,
      health,
    };
  }
}
