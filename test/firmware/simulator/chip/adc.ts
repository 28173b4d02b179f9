import { Alarm, type Core } from "./core.ts";
import { Reference } from "./reference.ts";

const ADCL = 0x78;
const ADCH = 0x79;
const ADCSRA = 0x7a;
const ADCSRB = 0x7b;
const ADMUX = 0x7c;
const ADEN = 0x80;
const ADSC = 0x40;
const ADATE = 0x20;
const ADIF = 0x10;
const ADIE = 0x08;
const ADLAR = 0x20;
const VECTOR = 21;
const BAND_GAP = 14;
/** 1.0 to 1.2 V from part to part. */
const BAND_GAP_VOLT = 1.1;
/** Data sheet, "Bandgap reference start-up time", at most. */
const BAND_GAP_SETTLES_US = 70;

/** The outside of the converter, in volts. */
export interface Analog {
  /** Channels 0 to 7 at this instant. */
  channel(channel: number): number;
  readonly vcc: number;
  /** That of this chip, if it is not 1.1 V. */
  readonly bandGap?: number | undefined;
  /** µs of simulated time. */
  readonly now: number;
}

/** Single conversions and free running, against AVCC (AREF follows it from conversion to conversion) or the band-gap, by AREF's capacitor; 13 ADC clocks, 25 the first time. */
export class Adc {
  readonly #core: Core;
  readonly #analog: Analog;
  readonly #sampled: Alarm;
  readonly #done: Alarm;
  readonly #reference: Reference;
  #result = 0;
  #first = true;
  #bandGapSince = 0;
  #locked: number | null = null;

  constructor(core: Core, analog: Analog) {
    this.#core = core;
    this.#analog = analog;
    this.#reference = new Reference(() => analog.now);
    this.#sampled = new Alarm(core, () => {
      this.#result = this.#sample();
    });
    this.#done = new Alarm(core, () => this.#finish());
    const { data, readHooks, writeHooks } = core;
    writeHooks[ADCSRA] = (value) => {
      this.#control(value);
      return true;
    };
    writeHooks[ADMUX] = (value, old) => {
      if ((value & 15) === BAND_GAP && (old & 15) !== BAND_GAP) this.#bandGapSince = analog.now;
      data[ADMUX] = value;
      if (value >> 6 !== old >> 6) this.#refer();
      return true;
    };
    // Reading the low byte keeps the pair together until the high byte is read.
    readHooks[ADCL] = () => {
      this.#locked = data[ADCH] as number;
      return data[ADCL] as number;
    };
    readHooks[ADCH] = () => {
      const high = this.#locked ?? (data[ADCH] as number);
      this.#locked = null;
      return high;
    };
    core.taken[VECTOR] = () => {
      data[ADCSRA] = (data[ADCSRA] as number) & ~ADIF;
      this.#line();
    };
  }

  reset(): void {
    this.#first = true;
    this.#locked = null;
    this.#refer();
  }

  get enabled(): boolean {
    return ((this.#core.data[ADCSRA] as number) & ADEN) !== 0;
  }

  /** Cycles until the conversion in progress is done: in ADC noise reduction it is the only thing that goes on. */
  get remaining(): number {
    return this.#done.at - this.#core.cycles;
  }

  /** Idle and noise reduction: entering them starts a conversion. */
  startForSleep(): void {
    if (this.enabled && this.remaining === Infinity) this.#control((this.#core.data[ADCSRA] as number) | ADSC);
  }

  /** The end of a conversion while the core's clock stands. */
  finishAsleep(): void {
    if (this.remaining === Infinity) return;
    this.#result = this.#sample();
    this.#sampled.clear();
    this.#done.clear();
    this.#finish();
  }

  #control(value: number): void {
    const { data } = this.#core;
    const old = data[ADCSRA] as number;
    const flag = old & ADIF & ~(value & ADIF);
    const converting = (value & ADEN) !== 0 && ((value | old) & ADSC) !== 0;
    data[ADCSRA] = (value & ~(ADIF | ADSC)) | flag | (converting ? ADSC : 0);
    if ((value ^ old) & ADEN) this.#refer();
    if ((value & ADEN) === 0) {
      this.#first = true;
      this.#sampled.clear();
      this.#done.clear();
    } else if (converting && (old & ADSC) === 0) this.#start();
    this.#line();
  }

  #start(): void {
    const { cycles, data } = this.#core;
    this.#refer();
    const clock = Math.max(2, 1 << ((data[ADCSRA] as number) & 7));
    this.#sampled.set(cycles + (this.#first ? 13.5 : 1.5) * clock);
    this.#done.set(cycles + (this.#first ? 25 : 13) * clock);
    this.#first = false;
  }

  #sample(): number {
    const mux = this.#core.data[ADMUX] as number;
    if ((mux >> 6) % 2 === 0) return 0x3ff; // nothing is connected to AREF
    const bandGap = this.#analog.bandGap ?? BAND_GAP_VOLT;
    const settled = this.#analog.now - this.#bandGapSince >= BAND_GAP_SETTLES_US;
    const channel = mux & 15;
    let volt = 0;
    if (channel < 8) volt = this.#analog.channel(channel);
    else if (channel === BAND_GAP) volt = settled ? bandGap : bandGap / 2;
    return Math.max(0, Math.min(0x3ff, Math.floor((volt / this.#reference.volt) * 1024 + 1e-6)));
  }

  /** What drives AREF may have changed. */
  #refer(): void {
    const source = this.enabled ? (this.#core.data[ADMUX] as number) >> 6 : 0;
    if (source === 3) this.#reference.bandGap(this.#analog.bandGap ?? BAND_GAP_VOLT);
    else if (source === 1) this.#reference.supply(this.#analog.vcc);
    else this.#reference.off();
  }

  #finish(): void {
    const { data } = this.#core;
    if (this.#locked === null) {
      const result = (data[ADMUX] as number) & ADLAR ? this.#result << 6 : this.#result;
      data[ADCL] = result & 0xff;
      data[ADCH] = result >> 8;
    }
    const freeRunning = ((data[ADCSRA] as number) & ADATE) !== 0 && ((data[ADCSRB] as number) & 7) === 0;
    data[ADCSRA] = ((data[ADCSRA] as number) | ADIF) & ~(freeRunning ? 0 : ADSC);
    if (freeRunning) this.#start();
    this.#line();
  }

  #line(): void {
    const control = this.#core.data[ADCSRA] as number;
    this.#core.line(VECTOR, (control & ADIF) !== 0 && (control & ADIE) !== 0);
  }
}
