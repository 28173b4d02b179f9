/** One closed interval of a v10 node. */
export interface Entry {
  readonly startS: number;
  readonly seconds: number;
  /** Register at its start. */
  readonly baseWh: number;
  readonly wh: number;
  /** Hundredths of an ampere. */
  readonly centiamps: number;
}

/** Counts impulses into intervals as v10 does: by wall clock, looked at only when an impulse wakes the node. */
export class NodeMeter {
  intervalS: number;
  readonly impPerKwh: number;
  /** Time or register begin anew: an MREB is due. */
  rebased = false;
  closed: Entry[] = [];
  #baseWh = 0;
  #count = 0;
  #open = { startS: 0, seconds: 0, wh: 0 };

  constructor(intervalS: number, impPerKwh: number) {
    this.intervalS = intervalS;
    this.impPerKwh = impPerKwh;
  }

  count(): void {
    this.#count++;
  }

  /** Single precision: steps of 2 above 16 777 216. */
  get registerWh(): number {
    return Math.round(Math.fround(Math.fround(this.#baseWh) + (this.#count * 1000) / this.impPerKwh));
  }

  /** Where the account begins anew: start of the open entry, and the register there. */
  get base(): { startS: number; wh: number } {
    return this.#open;
  }

  setRegister(wh: number, now: number): void {
    this.#baseWh = wh;
    this.#count = 0;
    this.rebase(now, false);
  }

  /** Begins an entry now. `align`: it ends with the minute, so that the next ones do too. */
  rebase(now: number, align: boolean): void {
    const seconds = align ? 60 - (now % 60) : this.intervalS;
    this.#open = { startS: now, seconds, wh: this.registerWh };
    this.rebased = true;
    this.closed = [];
  }

  /** Closes what is over. All impulses since the last look go into the first of these entries, and only it gets a current. */
  look(now: number, centiamps: number): void {
    let measured = centiamps;
    while (now >= this.#open.startS + this.#open.seconds) {
      const { startS, seconds, wh: baseWh } = this.#open;
      const wh = this.registerWh;
      this.closed.push({ startS, seconds, baseWh, wh: wh - baseWh, centiamps: measured });
      // An interval of 0 spoils the register of a real one; here it only must not hang.
      this.#open = { startS: startS + seconds, seconds: Math.max(1, this.intervalS), wh };
      measured = 0;
    }
  }
}

/** `MUP_` or, with currents, `MUPC`: the message of the oldest entries, which count as sent with it. */
export function update(meter: NodeMeter, withCurrent: boolean): string | null {
  const entries = meter.closed.splice(0, withCurrent ? 2 : 4);
  const [first] = entries;
  if (!first) return null;
  const head = `${withCurrent ? "MUPC" : "MUP_"},${first.startS - 1},${first.baseWh}`;
  const amps = ({ centiamps: c }: Entry) => (withCurrent ? `,${Math.floor(c / 100)}.${c % 100}` : "");
  return head + entries.map((entry) => `;${entry.seconds},${entry.wh}${amps(entry)}`).join("");
}
