import { Alarm, type Core } from "./core.ts";

const UCSRA = 0xc0;
const UCSRB = 0xc1;
const UCSRC = 0xc2;
const UBRRL = 0xc4;
const UBRRH = 0xc5;
const UDR = 0xc6;
const RXC = 0x80;
const TXC = 0x40;
const UDRE = 0x20;
const FE = 0x10;
const DOR = 0x08;
const U2X = 0x02;
const RXEN = 0x10;
const TXEN = 0x08;
const EIGHT_N_ONE = 0x06;
const VECTOR = { received: 18, empty: 19, transmitted: 20 } as const;

/** A byte on the line, `garbled` if the two ends do not agree on what a bit is. */
export interface LineByte {
  readonly value: number;
  readonly garbled: boolean;
}

/** What becomes of bits that are sampled at the wrong times. */
export const garble = (value: number) => ((value << 1) ^ 0xa5) & 0xff;

/** USART0 as an asynchronous UART: two received bytes and a third in the shift register, double-buffered sending. */
export class Usart {
  /** A byte has left; `cyclesPerBit` of this chip's clock each bit. */
  onSend: (byte: LineByte, cyclesPerBit: number) => void = () => {};
  readonly #core: Core;
  readonly #sent: Alarm;
  #received: LineByte[] = [];
  #shift: LineByte | null = null;
  #sending: number | null = null;
  #waiting: number | null = null;
  #spoilt = false;

  constructor(core: Core) {
    this.#core = core;
    this.#sent = new Alarm(core, () => this.#byteSent());
    const { data, readHooks, writeHooks } = core;
    writeHooks[UCSRA] = (value, _old, _address, mask) => {
      const kept = (data[UCSRA] as number) & ~(value & mask & TXC) & ~(U2X | 1);
      data[UCSRA] = kept | (value & (U2X | 1));
      this.#lines();
      return true;
    };
    writeHooks[UCSRB] = (value) => {
      data[UCSRB] = value;
      if ((value & RXEN) === 0) {
        this.#received = [];
        this.#shift = null;
      }
      this.#flags();
      return true;
    };
    readHooks[UDR] = () => this.#read();
    writeHooks[UDR] = (value) => {
      if (((data[UCSRB] as number) & TXEN) === 0) return true;
      if (this.#sending === null) this.#start(value);
      else this.#waiting = value;
      this.#flags();
      return true;
    };
    core.taken[VECTOR.transmitted] = () => {
      data[UCSRA] = (data[UCSRA] as number) & ~TXC;
      this.#lines();
    };
    this.reset();
  }

  reset(): void {
    this.#received = [];
    this.#shift = null;
    this.#sending = null;
    this.#waiting = null;
    this.#core.data[UCSRA] = UDRE;
    this.#core.data[UCSRC] = EIGHT_N_ONE;
  }

  get listening(): boolean {
    return ((this.#core.data[UCSRB] as number) & RXEN) !== 0;
  }

  get cyclesPerBit(): number {
    const { data } = this.#core;
    const divider = (((data[UBRRH] as number) & 0x0f) << 8) | (data[UBRRL] as number);
    return (divider + 1) * ((data[UCSRA] as number) & U2X ? 8 : 16);
  }

  /** How much faster or slower than its own bits a receiver takes eight bits: data sheet, "Asynchronous Operational Range". */
  get tolerance(): { slow: number; fast: number } {
    return (this.#core.data[UCSRA] as number) & U2X
      ? { slow: 72 / 75, fast: 80 / 77 }
      : { slow: 144 / 151, fast: 160 / 153 };
  }

  /** A byte's last stop bit has come in. */
  receive(byte: LineByte): void {
    if (!this.listening) return;
    const garbled = byte.garbled || this.#core.data[UCSRC] !== EIGHT_N_ONE;
    const one = { value: garbled ? garble(byte.value) : byte.value, garbled };
    if (this.#received.length < 2) this.#received.push(one);
    else {
      if (this.#shift) this.#core.data[UCSRA] = (this.#core.data[UCSRA] as number) | DOR;
      this.#shift = one;
    }
    this.#flags();
  }

  /** The clock stopped: what was being sent is no byte any more. */
  stopped(): void {
    this.#spoilt = this.#sending !== null;
  }

  #read(): number {
    const one = this.#received.shift();
    if (this.#shift) this.#received.push(this.#shift);
    this.#shift = null;
    this.#core.data[UCSRA] = (this.#core.data[UCSRA] as number) & ~DOR;
    this.#flags();
    return one?.value ?? 0;
  }

  #start(value: number): void {
    this.#sending = value;
    this.#sent.set(this.#core.cycles + 10 * this.cyclesPerBit);
  }

  #byteSent(): void {
    const { data } = this.#core;
    const value = this.#sending as number;
    const garbled = this.#spoilt || data[UCSRC] !== EIGHT_N_ONE;
    this.#spoilt = false;
    this.#sending = null;
    if (this.#waiting === null) data[UCSRA] = (data[UCSRA] as number) | TXC;
    else this.#start(this.#waiting);
    this.#waiting = null;
    this.#flags();
    this.onSend({ value: garbled ? garble(value) : value, garbled }, this.cyclesPerBit);
  }

  #flags(): void {
    const { data } = this.#core;
    const first = this.#received[0];
    let flags = (data[UCSRA] as number) & ~(RXC | UDRE | FE);
    if (first) flags |= RXC;
    if (first?.garbled) flags |= FE;
    if (this.#waiting === null) flags |= UDRE;
    data[UCSRA] = flags;
    this.#lines();
  }

  /** RXCIE, TXCIE and UDRIE stand in UCSRB where RXC, TXC and UDRE stand in UCSRA. */
  #lines(): void {
    const asks = (this.#core.data[UCSRA] as number) & (this.#core.data[UCSRB] as number);
    this.#core.line(VECTOR.received, (asks & RXC) !== 0);
    this.#core.line(VECTOR.transmitted, (asks & TXC) !== 0);
    this.#core.line(VECTOR.empty, (asks & UDRE) !== 0);
  }
}
