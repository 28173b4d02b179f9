import type { Ether } from "../simulator/ether.ts";
import type { Packet } from "../simulator/packet.ts";
import { Rfm69, type Rfm69Options } from "../simulator/parts/rfm69.ts";
import { assemble } from "../simulator/parts/rfm69-packet.ts";
import { resetValues } from "../simulator/parts/rfm69-settings.ts";
import type { Scheduler } from "../simulator/scheduler.ts";

export interface Frame {
  readonly to: number;
  readonly from: number;
  readonly id: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

export interface NetworkOptions {
  /** Sync word; 0.0.1.1 as shipped. */
  readonly network?: readonly [number, number, number, number];
  /** 16 characters. */
  readonly key?: string;
  readonly txDbm?: number;
  /** RegFrf; 915.0 MHz. */
  readonly frf?: number;
}

export const DEFAULT_KEY = "CHANGE_ME_PLEASE";
const MODE = { sleep: 0x00, standby: 0x04, tx: 0x0c, rx: 0x10 } as const;

/** The configuration of v10 (wire description, "Radio"): start address and values. Key, network and carrier follow from the options. */
export function configuration(o: NetworkOptions): (readonly [address: number, ...values: number[]])[] {
  const frf = o.frf ?? 0xe4c000;
  return [
    [0x01, MODE.standby],
    [0x3c, 0x8f],
    [0x6f, 0x30],
    [0x5a, 0x55],
    [0x5c, 0x70],
    [0x02, 0x00, 0x1a, 0x0b, 0x00, 0x9d],
    [0x19, 0xf4, 0xf4],
    [0x37, 0xd0],
    [0x2c, 0x00, 0x04],
    [0x2e, 0x98, ...(o.network ?? [0, 0, 1, 1])],
    [0x07, frf >> 16, (frf >> 8) & 0xff, frf & 0xff],
    [0x3e, ...Buffer.from(o.key ?? DEFAULT_KEY, "latin1")],
    [0x3d, 0x03],
  ];
}

/** What such a radio would put on the air: for frames that an attacker forges or a foreign device sends. */
export function packetOf(frame: Frame, o: NetworkOptions = {}): Packet {
  const registers = resetValues();
  for (const [address, ...values] of configuration(o)) registers.set(values, address);
  const { to, from, id, flags, payload } = frame;
  return assemble(registers, 0, Uint8Array.of(4 + payload.length, to, from, id, flags, ...payload));
}

/** A modelled RFM69 with a driver that behaves as the one in v10: one received frame is held, and the radio idles until it is taken. */
export class PacketRadio {
  readonly chip: Rfm69;
  /** DIO0 rose: a frame was sent or received. */
  onEvent: () => void = () => undefined;
  rssiDbm = 0;
  txDbm: number;
  sent = false;
  readonly #kind: "W" | "HW";
  #held: Frame | null = null;

  constructor(s: Scheduler, ether: Ether, o: Omit<Rfm69Options, "onDio0"> & NetworkOptions) {
    this.#kind = o.kind;
    this.txDbm = o.txDbm ?? 13;
    this.chip = new Rfm69(s, ether, { ...o, onDio0: (high) => high && this.#interrupt() });
    for (const [address, ...values] of configuration(o)) this.write(address, ...values);
  }

  write(address: number, ...values: number[]): void {
    this.chip.select(true);
    for (const byte of [0x80 | address, ...values]) this.chip.transfer(byte);
    this.chip.select(false);
  }

  read(address: number, count: number): number[] {
    this.chip.select(true);
    this.chip.transfer(address);
    const values = Array.from({ length: count }, () => this.chip.transfer(0));
    this.chip.select(false);
    return values;
  }

  sleep(): void {
    this.write(0x01, MODE.sleep);
  }

  /** Receives unless a frame is held. */
  listen(): void {
    if (this.#held) return;
    this.write(0x5a, 0x55);
    this.write(0x5c, 0x70);
    this.write(0x25, 0x40);
    this.write(0x01, MODE.rx);
  }

  take(): Frame | null {
    const frame = this.#held;
    this.#held = null;
    return frame;
  }

  /** Begins to send; `sent` and `onEvent` tell when it is over. */
  send(frame: Frame): void {
    this.sent = false;
    this.write(0x01, MODE.standby);
    const { to, from, id, flags, payload } = frame;
    this.write(0x00, 4 + payload.length, to, from, id, flags, ...payload);
    this.#setPower();
    this.write(0x25, 0x00);
    this.write(0x01, MODE.tx);
  }

  #setPower(): void {
    const p = this.txDbm;
    const high = p >= 18;
    this.write(0x5a, high ? 0x5d : 0x55);
    this.write(0x5c, high ? 0x7c : 0x70);
    if (this.#kind === "HW") this.write(0x13, 0x0f);
    if (this.#kind === "W") this.write(0x11, 0x80 | (p + 18));
    else this.write(0x11, p <= 13 ? 0x40 | (p + 18) : 0x60 | (p + (high ? 11 : 14)));
  }

  #interrupt(): void {
    const [flags = 0] = this.read(0x28, 1);
    if (flags & 0x08) {
      this.write(0x01, MODE.standby);
      this.sent = true;
    } else if (flags & 0x04) {
      this.rssiDbm = -((this.read(0x24, 1)[0] ?? 0) >> 1);
      this.write(0x01, MODE.standby);
      const [length = 0] = this.read(0x00, 1);
      const [to = 0, from = 0, id = 0, frameFlags = 0, ...payload] = this.read(0x00, length);
      this.#held = { to, from, id, flags: frameFlags, payload: Uint8Array.from(payload) };
    }
    this.onEvent();
  }
}
