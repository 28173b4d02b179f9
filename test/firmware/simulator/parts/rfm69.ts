import type { Ether, Loss, Transceiver } from "../ether.ts";
import type { Packet } from "../packet.ts";
import type { Place } from "../path-loss.ts";
import type { Scheduler } from "../scheduler.ts";
import { Fifo } from "./fifo.ts";
import { Consumption } from "./rfm69-consumption.ts";
import { dio0, irqFlags1, irqFlags2, MODES, type Mode } from "./rfm69-flags.ts";
import { Rfm69Link } from "./rfm69-link.ts";
import { assemble, disassemble, mismatch, sendable } from "./rfm69-packet.ts";
import { Sender } from "./rfm69-sender.ts";
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

export interface Rfm69Options extends Partial<Place> {
  readonly kind: "W" | "HW";
  onDio0(high: boolean): void;
  /** Error of the radio's own crystal. */
  readonly ppm?: number;
}

/** RFM69 module (Semtech SX1231) in packet mode with FSK. Listen mode, automatic modes and OOK are not modelled and throw. */
export class Rfm69 extends Rfm69Link implements Transceiver {
  readonly name: string;
  readonly at: Place["at"];
  readonly pathLossDb: number | undefined;
  registers = resetValues();
  readonly #ether: Ether;
  readonly #o: Rfm69Options;
  readonly #fifo = new Fifo();
  readonly #sender: Sender;
  readonly #consumption: Consumption;
  #mode: Mode = "standby";
  #ready = true;
  #rssiDbm = -127.5;
  #flags = { sync: false, packetSent: false, payloadReady: false, crcOk: false, waiting: false };
  #lock = false;
  #stopPending: () => void = () => undefined;
  #dio0 = false;

  constructor(scheduler: Scheduler, ether: Ether, o: Rfm69Options) {
    super(scheduler);
    this.#ether = ether;
    this.#o = o;
    this.name = o.name ?? `radio ${ether.size + 1}`;
    this.at = o.at;
    this.pathLossDb = o.pathLossDb;
    this.#consumption = new Consumption(scheduler.now);
    this.#sender = new Sender(scheduler, ether);
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

  get sensitivityDbm(): number {
    return sensitivityDbm(this.registers);
  }

  deafTo(packet: Packet): Loss | null {
    if (this.#mode === "tx") return "transmitting";
    if (this.#mode !== "rx" || !this.powered || !this.#ready || this.#flags.waiting) return "not listening";
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

  protected read(address: number): number {
    return address === REG.fifo ? this.#readFifo() : (this.registers[address] ?? 0);
  }

  protected write(address: number, value: number): number {
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
    this.#sender.abort();
    // Firmware must not rely on a FIFO that survives sleep: here it never does.
    if (mode === "rx" || mode === "sleep" || from === "tx" || (from === "rx" && mode === "tx")) this.#fifo.clear();
    this.#lock = false;
    Object.assign(this.#flags, { sync: false, packetSent: false, waiting: false });
    this.#mode = mode;
    this.#ready = false;
    this.#stopPending = this.scheduler.at(this.scheduler.now + startUs(this.registers, from, mode), () => {
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
    if (this.#mode !== "tx" || !this.#ready || this.#sender.busy) return;
    const length = sendable(this.registers, this.#fifo);
    if (length === 0) return;
    const packet = assemble(this.registers, this.#o.ppm ?? 0, this.#fifo.take(length));
    this.#flags.packetSent = false;
    this.#count();
    this.#sender.send(this, packet, output(this.registers, this.#o.kind).dBm, () => {
      this.#flags.packetSent = true;
      this.#show();
      this.#trySend();
    });
    this.#show();
  }

  #readFifo(): number {
    const byte = this.#fifo.shift();
    if (this.#fifo.length === 0 && this.#flags.waiting && (this.registers[REG.packetConfig2] ?? 0) & 2) {
      this.#stopPending = this.scheduler.at(this.scheduler.now + restartUs(this.registers), () => this.#listenAgain());
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

  protected restart(): void {
    this.#count();
    this.#enter("standby");
    this.#stopPending();
    this.registers = resetValues();
    this.#fifo.clear();
    this.#rssiDbm = -127.5;
    this.#ready = true;
    this.#show();
  }

  /** Brings charge and times up to now, before anything changes that they depend on. */
  #count(): void {
    const tx = this.#mode === "tx" ? output(this.registers, this.#o.kind).mA : 0;
    this.#consumption.count(this.scheduler.now, this.powered ? this.#mode : null, tx);
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
