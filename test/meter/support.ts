import {
  DEFAULT_SETTINGS,
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
  restore,
  toWrite,
} from "../../nodes/meter/index.ts";
import {
  epochSeconds,
  type LedgerWrite,
  type MeterEvent,
  type MeterId,
  type Reading,
  type RebaseFact,
  seconds,
  type UpdateFact,
  wh,
} from "../../nodes/model/index.ts";

export const METER = "0.0.1.1.2" as MeterId;
export const T0 = 1_783_000_000;

export function update(
  baseTime: number,
  baseRegister: number,
  entries: readonly (readonly [number, number])[],
  receivedAt?: number,
): UpdateFact {
  const endS = entries.reduce((sum, [duration]) => sum + duration, baseTime + 1);
  return {
    kind: "update",
    meter: METER,
    baseTime: epochSeconds(baseTime),
    baseRegister: wh(baseRegister),
    entries: entries.map(([duration, energy]) => ({ duration: seconds(duration), energy: wh(energy) })),
    receivedAt: epochSeconds(receivedAt ?? endS + 5),
  };
}

export function rebase(time: number, register: number, receivedAt = time + 1): RebaseFact {
  return {
    kind: "rebase",
    meter: METER,
    time: epochSeconds(time),
    register: wh(register),
    receivedAt: epochSeconds(receivedAt),
  };
}

/** A ledger with its disk: what was written, and what readings are there after replacements. */
export class Book {
  state: LedgerState;
  memory: Memory;
  #handedIn: Memory = {};
  readonly writes: LedgerWrite[] = [];
  readonly settings: MeterSettings;

  constructor(settings: Partial<MeterSettings> = {}, meter = METER) {
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.state = newLedger(meter);
    this.memory = memorise(this.state);
  }

  feed(...facts: readonly MeterFact[]): this {
    for (const fact of facts) this.#apply(decide(this.state, fact, this.settings));
    return this;
  }

  /** Asks what is wrong, as is done every few seconds. */
  tick(nowS: number): this {
    this.#apply(decideTick(this.state, nowS, 0, this.settings));
    return this.#apply(decideWatch(this.state, nowS, this.settings));
  }

  health(nowS: number) {
    return healthOf(this.state, this.settings, epochSeconds(nowS), "UTC");
  }

  #apply(events: readonly LedgerEvent[]): this {
    const state = evolveAll(this.state, events);
    this.memory = memorise(state, { state: this.state, memory: this.memory });
    this.state = state;
    const write = toWrite(state, events, this.memory, this.#handedIn);
    if (write !== undefined) {
      this.writes.push(write);
      this.#handedIn = this.memory;
    }
    return this;
  }

  /** The process is killed: the last `lost` writes never reached the disk. */
  kill(lost = 0): this {
    if (lost > 0) this.writes.splice(-lost);
    // A key that is not named in a write stays as it was.
    const memory: Memory = Object.assign({}, ...this.writes.map((write) => write.memory));
    if (this.writes.length === 0) this.state = newLedger(this.state.meter);
    else {
      const restored = restore(this.state.meter, JSON.parse(JSON.stringify(memory)));
      if (!restored.ok) throw new Error(restored.error.message);
      this.state = restored.value;
    }
    this.memory = memorise(this.state);
    this.#handedIn = this.writes.length === 0 ? {} : this.memory;
    return this;
  }

  /** In the order in which they were written. */
  get published(): Reading[] {
    return this.writes.flatMap((write) => write.readings);
  }

  /** What the store holds: replaced spans are gone. */
  get readings(): Reading[] {
    let held: Reading[] = [];
    for (const { readings, replaces } of this.writes) {
      for (const { start, end } of replaces ?? []) held = held.filter((r) => r.start < start || r.end > end);
      held.push(...readings);
    }
    return held;
  }

  get totalWh(): number {
    return this.readings.reduce((sum, reading) => sum + reading.wh, 0);
  }

  get told() {
    return this.writes.flatMap((write) => write.events);
  }

  /** What was told of one kind, without meter and time. */
  toldOf(kind: MeterEvent["kind"]) {
    return this.told.filter((event) => event.kind === kind).map(({ meter: _, at: __, kind: ___, ...rest }) => rest);
  }
}

/** The short form of readings for comparisons: start, end, Wh, source and quality. */
export function brief(readings: readonly Reading[]) {
  return readings.map(({ start, end, wh: energy, source, quality }) => [start, end, energy, source, ...quality]);
}
