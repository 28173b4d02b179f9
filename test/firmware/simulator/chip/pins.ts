import type { Core } from "./core.ts";

export type PortName = "B" | "C" | "D";

const PIN: Record<PortName, number> = { B: 0x23, C: 0x26, D: 0x29 };
const PORTS: readonly PortName[] = ["B", "C", "D"];
const EIFR = 0x3c;
const EIMSK = 0x3d;
const EICRA = 0x69;
const PCIFR = 0x3b;
const PCICR = 0x68;
const PCMSK0 = 0x6b;
const INT_VECTOR = 1;
const PCINT_VECTOR = 3;

interface Port {
  /** Pins that something outside drives, and how. */
  driven: number;
  outside: number;
  level: number;
  readonly watchers: { readonly bit: number; readonly tell: (high: boolean) => void }[];
}

/** Ports B, C and D with INT0, INT1 and the pin-change interrupts, whose flags latch while they are masked. */
export class Pins {
  /** INT0 and INT1 see edges only while the I/O clock runs; pin change and the low level need no clock. */
  clocked = true;
  readonly #core: Core;
  readonly #ports: Record<PortName, Port>;

  constructor(core: Core) {
    this.#core = core;
    const port = (): Port => ({ driven: 0, outside: 0, level: 0, watchers: [] });
    this.#ports = { B: port(), C: port(), D: port() };
    for (const name of PORTS) this.#hookPort(name, PIN[name]);
    const { data, writeHooks } = core;
    for (const register of [EIMSK, EICRA, PCICR])
      writeHooks[register] = (value) => {
        data[register] = value;
        this.#lines();
        return true;
      };
    for (const register of [EIFR, PCIFR])
      writeHooks[register] = (value, _old, _address, mask) => {
        data[register] = (data[register] as number) & ~(value & mask);
        this.#lines();
        return true;
      };
    const clears = (vector: number, register: number, bit: number) => {
      core.taken[vector] = () => {
        data[register] = (data[register] as number) & ~(1 << bit);
        this.#lines();
      };
    };
    for (let n = 0; n < 2; n++) clears(INT_VECTOR + n, EIFR, n);
    for (let n = 0; n < 3; n++) clears(PCINT_VECTOR + n, PCIFR, n);
  }

  /** From outside: high, low, or left alone (the pull-up decides, else it reads low). */
  drive(name: PortName, bit: number, level: boolean | null): void {
    const port = this.#ports[name];
    const mask = 1 << bit;
    port.driven = level === null ? port.driven & ~mask : port.driven | mask;
    port.outside = level ? port.outside | mask : port.outside & ~mask;
    this.#settle(name);
  }

  level(name: PortName, bit: number): boolean {
    return (this.#ports[name].level & (1 << bit)) !== 0;
  }

  isOutput(name: PortName, bit: number): boolean {
    return ((this.#core.data[PIN[name] + 1] as number) & (1 << bit)) !== 0;
  }

  watch(name: PortName, bit: number, tell: (high: boolean) => void): void {
    this.#ports[name].watchers.push({ bit, tell });
  }

  reset(): void {
    for (const name of PORTS) this.#settle(name);
    // The flags of a reset chip are clear, whatever its pins did on the way.
    this.#core.data[EIFR] = 0;
    this.#core.data[PCIFR] = 0;
    this.#lines();
  }

  #hookPort(name: PortName, pin: number): void {
    const { data, writeHooks } = this.#core;
    for (const register of [pin + 1, pin + 2])
      writeHooks[register] = (value) => {
        data[register] = value;
        this.#settle(name);
        return true;
      };
    writeHooks[pin] = (value, _old, _address, mask) => {
      data[pin + 2] = (data[pin + 2] as number) ^ (value & mask);
      this.#settle(name);
      return true;
    };
  }

  #settle(name: PortName): void {
    const { data } = this.#core;
    const port = this.#ports[name];
    const outputs = data[PIN[name] + 1] as number;
    const latch = data[PIN[name] + 2] as number;
    const inputs = (port.driven & port.outside) | (~port.driven & latch);
    const level = ((outputs & latch) | (~outputs & inputs)) & 0xff;
    data[PIN[name]] = level;
    const changed = level ^ port.level;
    if (changed === 0) return;
    port.level = level;
    this.#latch(name, changed, level);
    for (const { bit, tell } of port.watchers) if (changed & (1 << bit)) tell((level & (1 << bit)) !== 0);
  }

  #latch(name: PortName, changed: number, level: number): void {
    const { data } = this.#core;
    const index = PORTS.indexOf(name);
    if (changed & (data[PCMSK0 + index] as number)) data[PCIFR] = (data[PCIFR] as number) | (1 << index);
    if (name === "D" && this.clocked)
      for (let n = 0; n < 2; n++) {
        const bit = 4 << n;
        const sense = ((data[EICRA] as number) >> (2 * n)) & 3;
        const rising = (level & bit) !== 0;
        if ((changed & bit) !== 0 && (sense === 1 || (sense === 2 && !rising) || (sense === 3 && rising)))
          data[EIFR] = (data[EIFR] as number) | (1 << n);
      }
    this.#lines();
  }

  #lines(): void {
    const { data } = this.#core;
    for (let n = 0; n < 2; n++) {
      const lowLevel = (((data[EICRA] as number) >> (2 * n)) & 3) === 0;
      const asks = lowLevel ? (this.#ports.D.level & (4 << n)) === 0 : ((data[EIFR] as number) & (1 << n)) !== 0;
      this.#core.line(INT_VECTOR + n, asks && ((data[EIMSK] as number) & (1 << n)) !== 0);
    }
    for (let n = 0; n < 3; n++)
      this.#core.line(PCINT_VECTOR + n, ((data[PCIFR] as number) & (data[PCICR] as number) & (1 << n)) !== 0);
  }
}
