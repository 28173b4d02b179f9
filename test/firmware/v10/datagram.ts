import type { Scheduler } from "../simulator/scheduler.ts";
import type { Frame, PacketRadio } from "./packet-radio.ts";
import { type Program, pause } from "./task.ts";

export const BROADCAST = 255;
const ACK = 0x80;
const TRIES = 4;
const TIMEOUT_MS = 500;
/** From the interrupt to the frame being looked at: SPI and the loop's way there. */
const LATENCY_US = 1000;

/** Frames with acknowledgement, repetition and recognition of duplicates as v10 does them: identifiers begin at 1, chance is never seeded. */
export class Datagrams {
  readonly #s: Scheduler;
  readonly #radio: PacketRadio;
  readonly #address: number;
  readonly #seen = new Uint8Array(256);
  #id = 0;
  #random = 1;

  constructor(s: Scheduler, radio: PacketRadio, address: number) {
    this.#s = s;
    this.#radio = radio;
    this.#address = address;
  }

  /** Sends until it is acknowledged, 4 times at most. Blocks, and loses what others send meanwhile. */
  *send(to: number, payload: Uint8Array): Program<boolean> {
    this.#id = (this.#id + 1) & 0xff;
    const id = this.#id;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      yield* this.#transmit({ to, from: this.#address, id, flags: 0, payload });
      if (to === BROADCAST) return true;
      const until = this.#s.now + this.#timeoutUs();
      while (this.#s.now < until) {
        const frame = yield* this.#next(until);
        if (!frame) continue;
        const forUs = frame.from === to && frame.to === this.#address && frame.id === id;
        if (forUs && frame.flags & ACK) return true;
        if (!(frame.flags & ACK) && frame.id === this.#seen[frame.from]) yield* this.#acknowledge(frame);
      }
    }
    return false;
  }

  /** The next new frame for this address, acknowledged; null when `until` (µs) has passed, or when woken for something else. */
  *receive(until: number): Program<Frame | null> {
    const frame = yield* this.#next(until);
    if (!frame || frame.flags & ACK) return null;
    if (frame.to !== this.#address && frame.to !== BROADCAST) return null;
    if (frame.to === this.#address) yield* this.#acknowledge(frame);
    if (frame.id === this.#seen[frame.from]) return null;
    this.#seen[frame.from] = frame.id;
    return frame;
  }

  *#next(until: number): Program<Frame | null> {
    const held = this.#radio.take();
    if (held) return held;
    this.#radio.listen();
    yield until - this.#s.now;
    const frame = this.#radio.take();
    if (frame) yield* pause(this.#s, LATENCY_US);
    return frame;
  }

  *#acknowledge({ from, id }: Frame): Program {
    const payload = Uint8Array.of(0x21);
    yield* this.#transmit({ to: from, from: this.#address, id, flags: ACK, payload });
  }

  *#transmit(frame: Frame): Program {
    this.#radio.send(frame);
    while (!this.#radio.sent) yield Infinity;
  }

  /** 500…1000 ms from the generator of avr-libc (Park & Miller 1988), which begins at 1 in every device that does not seed it. */
  #timeoutUs(): number {
    this.#random = (this.#random * 16_807) % 2_147_483_647;
    return (TIMEOUT_MS + Math.floor((TIMEOUT_MS * (this.#random % 256)) / 256)) * 1000;
  }
}
