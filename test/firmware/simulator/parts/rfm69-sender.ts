import type { Ether, Transceiver } from "../ether.ts";
import type { Packet } from "../packet.ts";
import type { Scheduler } from "../scheduler.ts";

/** The one packet that a radio has on the air, if any. */
export class Sender {
  readonly #s: Scheduler;
  readonly #ether: Ether;
  #stop: (() => void) | null = null;

  constructor(scheduler: Scheduler, ether: Ether) {
    this.#s = scheduler;
    this.#ether = ether;
  }

  get busy(): boolean {
    return this.#stop !== null;
  }

  send(from: Transceiver, packet: Packet, dBm: number, sent: () => void): void {
    const { abort, endUs } = this.#ether.transmit(from, packet, dBm);
    const cancel = this.#s.at(endUs, () => {
      this.#stop = null;
      sent();
    });
    this.#stop = () => {
      cancel();
      abort();
    };
  }

  /** In the middle of the packet, which nobody receives then. */
  abort(): void {
    this.#stop?.();
    this.#stop = null;
  }
}
