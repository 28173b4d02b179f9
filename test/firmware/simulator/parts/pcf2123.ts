import type { Scheduler, SpiDevice } from "../scheduler.ts";
import { bcd, Calendar, unbcd } from "./calendar.ts";

const CONTROL_1 = 0x00;
const SECONDS = 0x02;
const YEARS = 0x08;
const TIMER_CLKOUT = 0x0e;
const COUNTDOWN = 0x0f;
const SOFTWARE_RESET = 0x58;
const STOPPED = 0x20;
const TIMER_ENABLED = 0x08;
/** Source clocks of the countdown timer, in Hz. */
const TIMER_HZ = [4096, 64, 1, 1 / 60];
/** After STOP is released the first second comes early: the upper half of the prescaler starts preset (data sheet: 0.507813…0.507935 s). */
const FIRST_SECOND_US = 507_870;
/** The 32.768 kHz crystal needs this long after power-on; until then OS cannot be cleared. */
const CRYSTAL_US = 500_000;
/** Bits that exist, per register; the others read 0. */
const MASK = [0xb6, 0xff, 0xff, 0x7f, 0x3f, 0x3f, 0x07, 0x1f, 0xff, 0xff, 0xbf, 0xbf, 0x87, 0xff, 0x7b, 0xff];
/** µA at 3 V: the clock alone, and what a 32 kHz CLKOUT adds to it (data sheet, typical). */
const CLOCK_UA = 0.1;
const CLKOUT_UA = 0.4;

/** NXP PCF2123: clock and countdown timer on SPI, CE active high. Alarms, INT, the offset register and 12-hour mode have no effect here. */
export class Pcf2123 implements SpiDevice {
  /** Register bytes written so far: a board that forgets CE writes many. */
  writes = 0;
  readonly #s: Scheduler;
  readonly #rate: number;
  readonly #registers = new Uint8Array(16);
  readonly #calendar = new Calendar();
  #chargeUas = 0;
  #countedUs: number;
  #runsUs: number;
  /** When second 0 of the running prescaler was, on the crystal's own scale. */
  #secondUs: number;
  #timerFrom = 0;
  #address: number | null = null;
  #reading = false;
  #selected = false;

  constructor(scheduler: Scheduler, o: { ppm?: number } = {}) {
    this.#s = scheduler;
    this.#rate = 1 + (o.ppm ?? 0) / 1e6;
    this.#countedUs = this.#runsUs = scheduler.now;
    this.#secondUs = this.#clockUs;
    this.#reset();
  }

  /** Supply gone and back: time is lost, OS tells so, everything as after a reset. */
  powerFail(): void {
    this.#reset();
    this.#calendar.lose();
    this.#runsUs = this.#s.now + CRYSTAL_US;
    this.#secondUs = this.#runsUs * this.#rate;
  }

  get chargeUas(): number {
    this.#count();
    return this.#chargeUas;
  }

  select(on: boolean): void {
    // Time stands still during an access, and catches up behind it: nobody reads 10:59:59 as 10:00:00 or 11:59:59.
    if (on && !this.#selected) this.#advance();
    this.#selected = on;
    this.#address = null;
  }

  transfer(byte: number): number {
    if (!this.#selected) return 0xff;
    if (this.#address === null) {
      // A command byte is read/write, 001, address. Others are not for this chip.
      this.#reading = (byte & 0x80) !== 0;
      this.#address = (byte & 0x70) === 0x10 ? byte & 0x0f : -1;
      return 0;
    }
    if (this.#address < 0) return 0xff;
    const address = this.#address;
    this.#address = (address + 1) % 16;
    if (this.#reading) return this.#read(address);
    this.writes++;
    if (address === CONTROL_1 && byte === SOFTWARE_RESET) this.#reset();
    else this.#write(address, byte & (MASK[address] ?? 0xff));
    return 0;
  }

  get #clockUs(): number {
    return this.#s.now * this.#rate;
  }

  get #control(): number {
    return this.#registers[CONTROL_1] ?? 0;
  }

  #read(address: number): number {
    if (address === COUNTDOWN) return this.#countdown();
    const stored = this.#registers[address] ?? 0;
    if (address < SECONDS || address > YEARS) return stored;
    const value = bcd(this.#calendar.fields[address - SECONDS] ?? 0);
    return address === SECONDS ? (stored & 0x80) | value : value;
  }

  #write(address: number, value: number): void {
    this.#count();
    if (address === CONTROL_1) this.#writeControl(value);
    else if (address >= SECONDS && address <= YEARS) {
      this.#calendar.fields[address - SECONDS] = unbcd(address === SECONDS ? value & 0x7f : value);
      const stopped = address === SECONDS && this.#s.now < this.#runsUs ? 0x80 : 0;
      this.#registers[address] = value | stopped;
    } else {
      this.#registers[address] = value;
      if (address >= TIMER_CLKOUT) this.#timerFrom = this.#ticks();
    }
  }

  #writeControl(value: number): void {
    const released = (this.#control & STOPPED) !== 0 && (value & STOPPED) === 0;
    this.#registers[CONTROL_1] = value;
    if (released) this.#secondUs = this.#clockUs - (1e6 - FIRST_SECOND_US);
  }

  /** Time and date stay as they are (data sheet, table of reset values). */
  #reset(): void {
    this.#count();
    this.#registers.fill(0);
    this.#registers[SECONDS] = 0x80;
    this.#registers.fill(0x80, 0x09, 0x0d);
    this.#registers[TIMER_CLKOUT] = 0x03;
  }

  /** Brings the calendar up to now. */
  #advance(): void {
    if (this.#s.now < this.#runsUs) return;
    if (this.#control & STOPPED) {
      this.#secondUs = this.#clockUs;
      return;
    }
    const seconds = Math.floor((this.#clockUs - this.#secondUs) / 1e6);
    if (seconds <= 0) return;
    this.#secondUs += seconds * 1e6;
    this.#calendar.add(seconds);
  }

  /** Ticks of the timer's source clock since ever: they come from the prescaler of the seconds, whenever the timer was started. */
  #ticks(): number {
    const hz = TIMER_HZ[(this.#registers[TIMER_CLKOUT] ?? 0) & 3] ?? 1;
    return Math.floor(((this.#clockUs - (this.#secondUs % 1e6)) * hz) / 1e6);
  }

  #countdown(): number {
    const start = this.#registers[COUNTDOWN] ?? 0;
    if (start === 0 || !((this.#registers[TIMER_CLKOUT] ?? 0) & TIMER_ENABLED)) return start;
    return start - ((this.#ticks() - this.#timerFrom) % start);
  }

  #count(): void {
    const elapsed = Math.max(0, this.#s.now - this.#countedUs);
    this.#countedUs += elapsed;
    const clkout = ((this.#registers[TIMER_CLKOUT] ?? 0) & 0x70) === 0x70 ? 0 : CLKOUT_UA;
    this.#chargeUas += ((CLOCK_UA + clkout) * elapsed) / 1e6;
  }
}
