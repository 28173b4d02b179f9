import { Alarm, type Core } from "./core.ts";

interface TimerRegisters {
  readonly wide: boolean;
  readonly tccra: number;
  readonly tccrb: number;
  readonly tcnt: number;
  readonly ocra: number;
  readonly ocrb: number;
  readonly icr: number | null;
  readonly timsk: number;
  readonly tifr: number;
  /** Vectors of overflow, compare A, compare B: the order of their bits in TIMSK and TIFR. */
  readonly vectors: readonly [number, number, number];
  readonly dividers: readonly number[];
}

const DIVIDERS = [0, 1, 8, 64, 256, 1024];
const DIVIDERS_2 = [0, 1, 8, 32, 64, 128, 256, 1024];

export const TIMERS: readonly TimerRegisters[] = [
  {
    ...{ wide: false, tccra: 0x44, tccrb: 0x45, tcnt: 0x46, ocra: 0x47, ocrb: 0x48, icr: null },
    ...{ timsk: 0x6e, tifr: 0x35, vectors: [16, 14, 15], dividers: DIVIDERS },
  },
  {
    ...{ wide: true, tccra: 0x80, tccrb: 0x81, tcnt: 0x84, ocra: 0x88, ocrb: 0x8a, icr: 0x86 },
    ...{ timsk: 0x6f, tifr: 0x36, vectors: [13, 11, 12], dividers: DIVIDERS },
  },
  {
    ...{ wide: false, tccra: 0xb0, tccrb: 0xb1, tcnt: 0xb2, ocra: 0xb3, ocrb: 0xb4, icr: null },
    ...{ timsk: 0x70, tifr: 0x37, vectors: [9, 7, 8], dividers: DIVIDERS_2 },
  },
];

/**
 * Timer 0, 1 or 2: normal, CTC and fast PWM; no pins, no capture, no phase-correct PWM. Counts are worked out when
 * somebody looks or an enabled interrupt is due, so that a timer costs nothing in between (avr8js wakes at every tick).
 */
export class Timer {
  readonly #core: Core;
  readonly #r: TimerRegisters;
  readonly #alarm: Alarm;
  readonly #max: number;
  #count = 0;
  #since = 0;
  #divider = 0;
  #temp = 0;

  constructor(core: Core, registers: TimerRegisters) {
    this.#core = core;
    this.#r = registers;
    this.#max = registers.wide ? 0xffff : 0xff;
    this.#alarm = new Alarm(core, () => this.#changed());
    const { tccra, tccrb, tcnt, ocra, ocrb, icr, timsk, tifr, vectors } = registers;
    for (const register of [tccra, tccrb, timsk]) this.#hook(register, (value) => this.#store(register, value));
    for (const register of [ocra, ocrb, ...(icr === null ? [] : [icr])])
      this.#hook(register, (value) => this.#storeWide(register, value));
    this.#hook(tcnt, (value) => {
      this.#storeWide(tcnt, value);
      this.#count = this.#read(tcnt);
    });
    if (registers.wide)
      for (const low of [tcnt, ocra, ocrb, icr ?? tcnt])
        core.writeHooks[low + 1] = (value) => {
          this.#temp = value; // one register for all of them: an interrupt that uses the timer can spoil it
          return true;
        };
    core.readHooks[tcnt] = () => {
      this.#sync();
      this.#temp = this.#count >> 8;
      return this.#count & 0xff;
    };
    if (registers.wide) core.readHooks[tcnt + 1] = () => this.#temp;
    core.readHooks[tifr] = () => {
      this.#sync();
      return core.data[tifr] as number;
    };
    core.writeHooks[tifr] = (value, _old, _address, mask) => {
      this.#sync();
      core.data[tifr] = (core.data[tifr] as number) & ~(value & mask);
      this.#changed();
      return true;
    };
    vectors.forEach((vector, bit) => {
      core.taken[vector] = () => {
        core.data[tifr] = (core.data[tifr] as number) & ~(1 << bit);
        core.line(vector, false);
        this.#changed();
      };
    });
  }

  reset(): void {
    this.#count = 0;
    this.#divider = 0;
    this.#temp = 0;
  }

  #hook(register: number, write: (value: number) => void): void {
    this.#core.writeHooks[register] = (value) => {
      this.#sync();
      write(value);
      this.#changed();
      return true;
    };
  }

  #store(register: number, value: number): void {
    this.#core.data[register] = value;
    if (register !== this.#r.tccrb) return;
    const divider = this.#r.dividers[value & 7];
    if (divider === undefined) throw new Error("a timer clocked by a pin is not modelled");
    this.#divider = divider;
    this.#since = this.#core.cycles;
  }

  #storeWide(register: number, value: number): void {
    this.#core.data[register] = value;
    if (this.#r.wide) this.#core.data[register + 1] = this.#temp;
  }

  #read(register: number): number {
    const { data } = this.#core;
    return (data[register] as number) | (this.#r.wide ? (data[register + 1] as number) << 8 : 0);
  }

  /** The highest count, and whether going from it to 0 sets TOV. */
  #top(): { top: number; overflows: boolean } {
    const { wide, tccra, tccrb, ocra, icr } = this.#r;
    const a = (this.#core.data[tccra] as number) & 3;
    const b = (this.#core.data[tccrb] as number) >> 3;
    const mode = a | ((wide ? b & 3 : b & 1) << 2);
    const limit = { top: this.#max, overflows: true };
    if (mode === 0) return limit;
    if (wide) {
      if (mode === 4) return { top: this.#read(ocra), overflows: false };
      if (mode === 12) return { top: this.#read(icr ?? ocra), overflows: false };
      if (mode >= 5 && mode <= 7) return { top: (256 << (mode - 5)) - 1, overflows: true };
      if (mode === 14) return { top: this.#read(icr ?? ocra), overflows: true };
      if (mode === 15) return { top: this.#read(ocra), overflows: true };
    } else {
      if (mode === 2) return { top: this.#read(ocra), overflows: false };
      if (mode === 3) return limit;
      if (mode === 7) return { top: this.#read(ocra), overflows: true };
    }
    throw new Error(`timer mode ${mode} is not modelled`);
  }

  /** Ticks until each flag is set next: a compare flag at the tick after the match. */
  #ticks(): { until: [number, number, number]; top: number } {
    const { top, overflows } = this.#top();
    const count = this.#count;
    const wrap = (count > top ? this.#max : top) + 1 - count;
    const compare = (value: number) => {
      if (value > top && count <= top) return Infinity;
      return value >= count ? value - count + 1 : wrap + value + 1;
    };
    const overflow = overflows || count > top || top === this.#max ? wrap : Infinity;
    return { until: [overflow, compare(this.#read(this.#r.ocra)), compare(this.#read(this.#r.ocrb))], top };
  }

  #sync(): void {
    if (this.#divider === 0) return;
    const { data, cycles } = this.#core;
    const ticks = Math.floor((cycles - this.#since) / this.#divider);
    if (ticks <= 0) return;
    this.#since += ticks * this.#divider;
    const { until, top } = this.#ticks();
    let flags = data[this.#r.tifr] as number;
    until.forEach((wait, bit) => {
      if (wait <= ticks) flags |= 1 << bit;
    });
    data[this.#r.tifr] = flags;
    const wrap = (this.#count > top ? this.#max : top) + 1 - this.#count;
    this.#count = ticks < wrap ? this.#count + ticks : (ticks - wrap) % (top + 1);
  }

  /** After any change: lines as the flags say, and the alarm to the next flag that somebody waits for. */
  #changed(): void {
    this.#sync();
    const { data } = this.#core;
    const flags = data[this.#r.tifr] as number;
    const enabled = data[this.#r.timsk] as number;
    this.#r.vectors.forEach((vector, bit) => {
      this.#core.line(vector, (flags & enabled & (1 << bit)) !== 0);
    });
    let next = Infinity;
    if (this.#divider !== 0 && (enabled & ~flags & 7) !== 0)
      this.#ticks().until.forEach((wait, bit) => {
        if ((enabled & ~flags & (1 << bit)) !== 0) next = Math.min(next, wait);
      });
    this.#alarm.set(next === Infinity ? Infinity : this.#since + next * this.#divider);
  }
}
