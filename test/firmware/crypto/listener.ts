import type { AirFrame } from "../simulator/ether.ts";
import {
  ACK_FLAG,
  blockBehind,
  type Direction,
  isSame,
  readCounter,
  type Session,
  seal,
  sealAck,
  sealAnswer,
  sealRequest,
  tagKey,
} from "./session.ts";

export const GATEWAY = 1;
const NO_NONCE = new Uint8Array(4);

/** A frame of the air taken apart. */
export interface Heard {
  readonly startUs: number;
  readonly to: number;
  readonly from: number;
  readonly id: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  /** A text of v10, a frame or an acknowledgement of v11 whose tag is right, or one whose tag is wrong. */
  readonly is: "plain" | "genuine" | "forged";
  readonly session?: Session;
}

/** Hears everything in the air, knows the network key, and checks every tag against a session it has seen begin. */
export class Listener {
  readonly #key: Uint8Array;
  /** All sessions a node was ever offered, the newest first. */
  readonly #sessions = new Map<number, Session[]>();
  readonly #requests = new Map<number, { readonly nonce: Uint8Array; readonly counter: number }>();
  readonly #last = new Map<string, { readonly heard: Heard; readonly direction: Direction }>();

  constructor(networkKey: string) {
    this.#key = tagKey(networkKey);
  }

  hear(frame: AirFrame): Heard {
    const [, to = 0, from = 0, id = 0, flags = 0] = frame.bytes;
    const payload = frame.bytes.slice(5);
    const about = { startUs: frame.startUs, to, from, id, flags, payload };
    const direction = from === GATEWAY ? "down" : "up";
    const node = direction === "down" ? to : from;
    if (flags & ACK_FLAG) return this.#acknowledgement(about, node);
    const heard = this.#classify(about, node, direction);
    this.#last.set(`${from} ${to} ${id}`, { heard, direction });
    return heard;
  }

  /** Sessions of a node, the newest first. */
  sessions(node: number): readonly Session[] {
    return this.#sessions.get(node) ?? [];
  }

  #classify(about: Omit<Heard, "is">, node: number, direction: Direction): Heard {
    const { payload } = about;
    const block = blockBehind(payload);
    if (block !== null && direction === "up") {
      const nonces = { key: this.#key, node, gateway: GATEWAY, nodeNonce: block.nonce, gatewayNonce: NO_NONCE };
      this.#requests.set(node, { nonce: block.nonce, counter: block.counter ?? 0 });
      return { ...about, is: isStart(payload, sealRequest(nonces, block.text, block.counter ?? 0)) };
    }
    if (block !== null) {
      const { nonce, counter } = this.#requests.get(node) ?? { nonce: NO_NONCE, counter: 0 };
      const nonces = { key: this.#key, node, gateway: GATEWAY, nodeNonce: nonce, gatewayNonce: block.nonce };
      const is = isStart(payload, sealAnswer(nonces, block.text, counter));
      if (is === "genuine") this.#sessions.set(node, [nonces, ...this.sessions(node)]);
      return { ...about, is };
    }
    if ((payload[0] ?? 0) < 0x80) return { ...about, is: "plain" };
    const [body, counter] = [payload.subarray(4, -4), readCounter(payload)];
    const session = this.sessions(node).find((one) =>
      isSame(seal(one, direction, payload[0] ?? 0, counter, body), payload),
    );
    return session === undefined ? { ...about, is: "forged" } : { ...about, is: "genuine", session };
  }

  #acknowledgement(about: Omit<Heard, "is">, node: number): Heard {
    const { to, from, id, payload } = about;
    if (payload[0] !== ACK_FLAG) return { ...about, is: "plain" };
    const asked = this.#last.get(`${to} ${from} ${id}`);
    const session = asked?.heard.session;
    if (asked === undefined || session === undefined || session.node !== node) return { ...about, is: "forged" };
    const rssi = ((payload[1] ?? 0) << 24) >> 24;
    const right = sealAck(session, asked.direction, asked.heard.payload, rssi, payload[2] ?? 0);
    return { ...about, is: isSame(right, payload) ? "genuine" : "forged", session };
  }
}

/** Whether a payload begins with what it should be; what stands behind it is filling. */
function isStart(payload: Uint8Array, right: Uint8Array): "genuine" | "forged" {
  return isSame(payload.subarray(0, right.length), right) ? "genuine" : "forged";
}
