import type { AirFrame } from "../simulator/ether.ts";
import { encrypt, type Packet } from "../simulator/packet.ts";
import type { World } from "../simulator/world.ts";
import { bytes, latin1 } from "./session.ts";

export const NETWORK_KEY = "CHANGE_ME_PLEASE";
/** A frame and its acknowledgement. */
const LONGEST_S = 0.4;

/** A transmitter of somebody who hears everything. It sends what it recorded, or what it made up in the same shape. */
export class Attacker {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Everything in the air so far that `wanted` says yes to. */
  recorded(wanted: (frame: AirFrame) => boolean): AirFrame[] {
    return this.#world.ether.log.filter(wanted);
  }

  /** Sends a recorded packet again, bit for bit, and lets it arrive; at once, whoever may be talking. */
  replay(frame: AirFrame): AirFrame {
    return this.#send(frame.packet);
  }

  /** Sends a frame of its own in the network, as if it had got hold of the radio's key. */
  send(frame: { to: number; from: number; id: number; flags?: number; payload: Uint8Array | string }): AirFrame {
    const template = this.#world.ether.log.at(-1)?.packet;
    if (template === undefined) throw new Error("nothing was heard yet: its tuning is not known");
    const payload = typeof frame.payload === "string" ? latin1(`${frame.payload}\0`) : frame.payload;
    const message = bytes([frame.to, frame.from, frame.id, frame.flags ?? 0], payload);
    const length = [message.length];
    const air = bytes(length, encrypt(message, latin1(NETWORK_KEY)));
    return this.#send({ ...template, clear: bytes(length, message), air, encrypted: true, crcRight: true });
  }

  /** A recorded packet with 16-byte blocks of another one in it: the radio's AES ties no block to its place. */
  splice(frame: AirFrame, other: AirFrame, block: number): AirFrame {
    const from = 1 + block * 16;
    const air = frame.packet.air.slice();
    air.set(other.packet.air.subarray(from, from + 16), from);
    return this.#send({ ...frame.packet, air });
  }

  #send(packet: Packet): AirFrame {
    const sent = this.#world.ether.inject(packet, { from: "attacker", txDbm: 13 });
    this.#world.run(LONGEST_S);
    return sent;
  }
}
