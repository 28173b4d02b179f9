import { avrInstruction, CPU } from "avr8js";

export const RAM_START = 0x100;
export const RAM_END = 0x8ff;
const SPL = 0x5d;
const SPH = 0x5e;
const SREG = 0x5f;
const I = 0x80;
const SLEEP = 0x9588;
const WDR = 0x95a8;
const SEI = 0x9478;
const RETI = 0x9518;
/** Looked up once: an imported name can be a getter, which halves the speed of the loop. */
const instruction = avrInstruction;

/** Something a peripheral does at a cycle of the clock; it stands still while the clock does. */
export class Alarm {
  at = Infinity;
  readonly ring: () => void;
  readonly #core: Core;

  constructor(core: Core, ring: () => void) {
    this.#core = core;
    this.ring = ring;
    core.alarms.push(this);
  }

  set(cycle: number): void {
    this.at = cycle;
    this.#core.alarmsChanged();
  }

  clear(): void {
    this.set(Infinity);
  }
}

/**
 * The instructions of avr8js with what it lacks around them: SLEEP, the instruction that always follows SEI and RETI,
 * interrupt lines that stay latched while masked, and the deepest stack.
 */
export class Core extends CPU {
  readonly alarms: Alarm[] = [];
  nextAlarm = Infinity;
  /** Bit n: vector n is enabled and asks. */
  pending = 0;
  /** What the hardware clears when it enters vector n. */
  readonly taken: ((() => void) | undefined)[] = [];
  onPending: () => void = () => {};
  onSleep: () => void = () => {};
  onWatchdog: () => void = () => {};
  /** No instruction is executed from this cycle on. */
  limit = 0;
  asleep = false;
  stackLow = RAM_END;
  /** The hot loop looks at nothing else before this cycle. */
  #stop = 0;
  #last = 0;
  #halfStackPointer = false;

  constructor(flash: Uint8Array) {
    const words = new Uint16Array(flash.slice().buffer);
    super(words, RAM_END + 1 - RAM_START);
    // LPM reads the bytes as they are; SLEEP is executed as WDR, the one instruction avr8js calls out for.
    (this as { progBytes: Uint8Array }).progBytes = flash.slice();
    for (let at = 0; at < words.length; at++) if (words[at] === SLEEP) words[at] = WDR;
    this.onWatchdogReset = () => {
      if (((this.progBytes[2 * this.pc + 1] as number) << 8) + (this.progBytes[2 * this.pc] as number) === SLEEP)
        this.onSleep();
      else this.onWatchdog();
    };
    // Compilers write the high byte first; in between the pair can point anywhere.
    this.writeHooks[SPH] = () => {
      this.#halfStackPointer = true;
    };
    this.writeHooks[SPL] = () => {
      this.#halfStackPointer = false;
    };
  }

  /** Sets or clears the line of an interrupt vector. */
  line(vector: number, on: boolean): void {
    if (!on) {
      this.pending &= ~(1 << vector);
      return;
    }
    this.pending |= 1 << vector;
    this.onPending();
  }

  get interruptible(): boolean {
    return this.pending !== 0 && ((this.data[SREG] as number) & I) !== 0;
  }

  alarmsChanged(): void {
    let next = Infinity;
    for (const { at } of this.alarms) if (at < next) next = at;
    this.nextAlarm = next;
    if (next < this.#stop) this.#stop = next;
  }

  /** Everything that is due. */
  ring(): void {
    while (this.nextAlarm <= this.cycles)
      for (const alarm of this.alarms)
        if (alarm.at <= this.cycles) {
          alarm.at = Infinity;
          this.alarmsChanged();
          alarm.ring();
        }
  }

  /** No further than this cycle after all. */
  shorten(limit: number): void {
    if (limit < this.limit) this.limit = limit;
    if (limit < this.#stop) this.#stop = limit;
  }

  /** Out of the hot loop after this instruction, to look at `asleep` and the alarms again. */
  pause(): void {
    this.#stop = 0;
  }

  /** Runs instructions until `limit`, or SLEEP. */
  execute(): void {
    const { data, progMem } = this;
    let last = this.#last;
    while (!this.asleep && this.cycles < this.limit) {
      if (this.nextAlarm <= this.cycles) this.ring();
      this.#stop = Math.min(this.limit, this.nextAlarm);
      while (this.cycles < this.#stop) {
        if (this.pending !== 0 && ((data[SREG] as number) & I) !== 0) {
          const op = progMem[last];
          if (op !== SEI && op !== RETI) this.#enter();
        }
        last = this.pc;
        instruction(this);
        const sp = (data[SPL] as number) | ((data[SPH] as number) << 8);
        if (sp < this.stackLow && !this.#halfStackPointer) this.stackLow = sp;
      }
    }
    this.#last = last;
  }

  /** From address 0 with interrupts off; RAM and the general registers keep their contents. */
  restart(): void {
    this.data.fill(0, 0x20, RAM_START);
    this.pc = 0;
    this.SP = RAM_END;
    this.pending = 0;
    this.#last = 0;
    this.#halfStackPointer = false;
    for (const alarm of this.alarms) alarm.at = Infinity;
    this.alarmsChanged();
  }

  #enter(): void {
    const vector = 31 - Math.clz32(this.pending & -this.pending);
    const sp = this.SP;
    this.data[sp] = this.pc & 0xff;
    this.data[sp - 1] = this.pc >> 8;
    this.SP = sp - 2;
    this.data[SREG] = (this.data[SREG] as number) & ~I;
    this.pc = 2 * vector;
    this.cycles += 4;
    this.taken[vector]?.();
  }
}
