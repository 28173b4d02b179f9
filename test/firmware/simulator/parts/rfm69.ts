import type { Ether, Loss, Transceiver } from "../ether.ts";
import type { Packet } from "../packet.ts";
import type { Place } from "../path-loss.ts";
import type { Scheduler, SpiDevice } from "../scheduler.ts";
import { Fifo } from "./fifo.ts";
import { RegisterPort } from "./register-port.ts";
import { ResetPin } from "./reset-pin.ts";
import { Consumption } from "./rfm69-consumption.ts";
import { dio0, irqFlags1, irqFlags2, MODES, type Mode } from "./rfm69-flags.ts";
import { assemble, disassemble, mismatch, sendable } from "./rfm69-packet.ts";
import {
  output,
  REG,
  requireModelled,
  resetValues,
  restartUs,
  sensitivityDbm,
  startUs,
  tuning,
} from "./rfm69-settings.ts";

/** The data sheet asks to wait this long after power-on before the chip is spoken to. */
const POWER_ON_US = 10_000;
/** And this long after its RESET has fallen. */
const RESET_US = 5000;

export interface Rfm69Options extends Partial<Place> {
  readonly kind: "W" | "HW";
  onDio0(high: boolean): void;
  /** Error of the radio's own crystal. */
  readonly ppm?: number;
}

/** RFM69 module (Semtech SX1231) in packet mode with FSK. Listen mode, automatic modes and OOK are not modelled and throw. */
export class Rfm69 implements SpiDevice, Transceiver {
  readonly name: string;
  readonly at: Place["at"];
  readonly pathLossDb: number | undefined;
  readonly resetPin: ResetPin;
  registers = resetValues();
  readonly #s: Scheduler;
  readonly #ether: Ether;
  readonly #o: Rfm69Options;
  readonly #fifo = new Fifo();
  readonly #port = new RegisterPort(
    (address) => (address === REG.fifo ? this.#readFifo() : (this.registers[address] ?? 0)),
    (address, value) => this.#write(address, value),
  );
  readonly #consumption: Consumption;
  #mode: Mode = "standby";
  #powered = true;
  #answersUs = 0;
  #stuck = false;
  #ready = true;
  #rssiDbm = -127.5;
  #flags = { sync: false, packetSent: false, payloadReady: false, crcOk: false, waiting: false };
  #lock = false;
  #stopPending: () => void = () => undefined;
  #stopSending: (() => void) | null = null;
  #dio0 = false;

  constructor(scheduler: Scheduler, ether: Ether, o: Rfm69Options) {
    this.#s = scheduler;
    this.#ether = ether;
    this.#o = o;
    this.name = o.name ?? `radio ${ether.size + 1}`;
    this.at = o.at;
    this.pathLossDb = o.pathLossDb;
    this.#consumption = new Consumption(scheduler.now);
    this.resetPin = new ResetPin(
      () => scheduler.now,
      () => this.#powered && this.#restartFor(RESET_US),
    );
    ether.join(this);
    this.#show();
  }

  get mode(): Mode {
    return this.#mode;
  }

  /** Charge drawn so far, in µA·s. */
  get chargeUas(): number {
    this.#count();
    return this.#consumption.chargeUas;
  }

  /** µs spent in each mode so far, start-up included. */
  get timeInMode(): Readonly<Record<Mode, number>> {
    this.#count();
    return this.#consumption.timeInMode;
  }

  /** Power (back) on: registers as delivered, standby. */
  reset(): void {
    this.#restartFor(POWER_ON_US);
  }

  /** Something has upset it: it answers nonsense until it is reset by pin or supply. */
  upset(): void {
    this.#stuck = true;
  }

  /** The supply is cut: nothing is drawn or answered until `reset`. */
  powerFail(): void {
    this.#restart(false);
  }

  select(on: boolean): void {
    this.#port.select(on);
  }

  transfer(byte: number): number {
    if (!this.#powered || this.#s.now < this.#answersUs || this.resetPin.high) return 0xff;
    return this.#stuck ? 0x55 : this.#port.transfer(byte);
  }

  get sensitivityDbm(): number {
    return sensitivityDbm(this.registers);
  }

  deafTo(packet: Packet): Loss | null {
    if (this.#mode === "tx") return "transmitting";
    if (this.#mode !== "rx" || !this.#powered || !this.#ready || this.#flags.waiting) return "not listening";
    return this.#lock ? "busy" : mismatch(this.registers, this.#o.ppm ?? 0, packet);
  }

  locked(rssiDbm: number): void {
    this.#lock = true;
    this.#rssiDbm = rssiDbm;
    this.#flags.sync = true;
    this.#show();
  }

  received(packet: Packet, failure: Loss | null): Loss | null {
    this.#lock = false;
    const found = failure ?? disassemble(this.registers, packet);
    if (typeof found === "string") {
      // The chip clears its FIFO and starts again by itself.
      this.#flags.sync = false;
      this.#show();
      return found;
    }
    this.#fifo.clear();
    for (const byte of found.bytes) this.#fifo.push(byte);
    Object.assign(this.#flags, { payloadReady: true, crcOk: found.crcOk, waiting: true });
    this.#show();
    return null;
  }

  #write(address: number, value: number): number {
    const old = this.registers[address] ?? 0;
    this.#count();
    if (address === REG.fifo) {
      this.#fifo.push(value);
      this.#trySend();
    } else if (address === REG.irqFlags2) {
      if (value & 0x10) this.#fifo.clear();
    } else if (![REG.version, REG.rssiValue, REG.irqFlags1].includes(address as never)) {
      this.registers[address] = value;
      this.#written(address, value);
    }
    this.#show();
    return old;
  }

  #written(address: number, value: number): void {
    requireModelled(address, value);
    if (address === REG.opMode) {
      const mode = MODES[(value >> 2) & 7];
      if (mode && mode !== this.#mode) this.#enter(mode);
    } else if (address === REG.rssiConfig && value & 1) {
      if (this.#mode === "rx") this.#measure();
      this.registers[address] = 0x02;
    } else if (address === REG.packetConfig2 && value & 4) {
      this.registers[address] = value & ~4;
      if (this.#mode === "rx") this.#listenAgain();
    }
  }

  #enter(mode: Mode): void {
    const from = this.#mode;
    this.#stopPending();
    if (from === "rx") this.#ether.leave(this);
    this.#stopSending?.();
    this.#stopSending = null;
    // Firmware must not rely on a FIFO that survives sleep: here it never does.
    if (mode === "rx" || mode === "sleep" || from === "tx" || (from === "rx" && mode === "tx")) this.#fifo.clear();
    this.#lock = false;
    Object.assign(this.#flags, { sync: false, packetSent: false, waiting: false });
    this.#mode = mode;
    this.#ready = false;
    this.#stopPending = this.#s.at(this.#s.now + startUs(this.registers, from, mode), () => {
      this.#ready = true;
      if (mode === "rx") this.#measure();
      this.#trySend();
      this.#show();
    });
  }

  #measure(): void {
    this.#rssiDbm = this.#ether.rssiDbm(this, tuning(this.registers, 0).carrierHz);
  }

  /** Sends what is in the FIFO once the start condition holds and the packet is complete. */
  #trySend(): void {
    if (this.#mode !== "tx" || !this.#ready || this.#stopSending) return;
    const length = sendable(this.registers, this.#fifo);
    if (length === 0) return;
    const packet = assemble(this.registers, this.#o.ppm ?? 0, this.#fifo.take(length));
    this.#flags.packetSent = false;
    this.#count();
    const { abort, endUs } = this.#ether.transmit(this, packet, output(this.registers, this.#o.kind).dBm);
    const cancel = this.#s.at(endUs, () => {
      this.#stopSending = null;
      this.#flags.packetSent = true;
      this.#show();
      this.#trySend();
    });
    this.#stopSending = () => {
      cancel();
      abort();
    };
    this.#show();
  }

  #readFifo(): number {
    const byte = this.#fifo.shift();
    if (this.#fifo.length === 0 && this.#flags.waiting && (this.registers[REG.packetConfig2] ?? 0) & 2) {
      this.#stopPending = this.#s.at(this.#s.now + restartUs(this.registers), () => this.#listenAgain());
    }
    this.#show();
    return byte;
  }

  #listenAgain(): void {
    this.#ether.leave(this);
    this.#lock = false;
    this.#fifo.clear();
    Object.assign(this.#flags, { sync: false, waiting: false });
    this.#show();
  }

  #restartFor(us: number): void {
    this.#restart(true);
    this.#answersUs = Math.max(this.#answersUs, this.#s.now + us);
  }

  #restart(powered: boolean): void {
    this.#count();
    this.#enter("standby");
    this.#stopPending();
    this.registers = resetValues();
    this.#fifo.clear();
    this.#rssiDbm = -127.5;
    this.#ready = true;
    this.#powered = powered;
    this.#stuck = false;
    this.#show();
  }

  /** Brings charge and times up to now, before anything changes that they depend on. */
  #count(): void {
    const tx = this.#mode === "tx" ? output(this.registers, this.#o.kind).mA : 0;
    this.#consumption.count(this.#s.now, this.#powered ? this.#mode : null, tx);
  }

  /** Puts the flags where they are read, and DIO0 to its level. */
  #show(): void {
    if (this.#fifo.length === 0) this.#flags.payloadReady = this.#flags.crcOk = false;
    const state = { ...this.#flags, mode: this.#mode, ready: this.#ready, fifo: this.#fifo, registers: this.registers };
    this.registers[REG.irqFlags1] = irqFlags1(state);
    this.registers[REG.irqFlags2] = irqFlags2(state);
    this.registers[REG.rssiValue] = Math.min(255, Math.max(0, Math.round(-2 * this.#rssiDbm)));
    const high = dio0(state);
    if (high === this.#dio0) return;
    this.#dio0 = high;
    this.#o.onDio0(high);
  }
}
