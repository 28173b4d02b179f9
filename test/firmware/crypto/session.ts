import { aesCmac } from "./cmac.ts";

/**
 * The authenticated frames of docs/protocol.md, section 2, written from that page alone: what the firmware's own code is
 * checked with, and what attackers forge with. All byte orders are the wire's.
 */
export const MARK = 0xb1;
/** What a tag is about, the first byte of what is signed. */
export const LABEL = { request: 1, answer: 2, up: 3, down: 4, ackDown: 5, ackUp: 6 } as const;
export const ACK_FLAG = 0x80;

export interface Session {
  /** The key of tags, 16 bytes; see `tagKey`. */
  readonly key: Uint8Array;
  readonly node: number;
  readonly gateway: number;
  /** As they are in the air, 4 bytes each. */
  readonly nodeNonce: Uint8Array;
  readonly gatewayNonce: Uint8Array;
}
export type Direction = "up" | "down";

const TAG = 4;
const NO_NONCE = new Uint8Array(4);

/** @param networkKey the 16 bytes of `ekey` */
export function tagKey(networkKey: string): Uint8Array {
  return aesCmac(latin1(networkKey), latin1("meterman v11 tag"));
}

/** `PREQ` and what stands behind it. */
export function sealRequest(session: Session, text: string, counter: number): Uint8Array {
  const block = bytes([MARK], session.nodeNonce, counter24(counter));
  const said = bytes(latin1(text), [0]);
  const tag = sign({ ...session, gatewayNonce: NO_NONCE }, LABEL.request, bytes(said, block));
  return bytes(said, block, tag);
}

/** `PRSP` to the request with that counter, and what stands behind it. */
export function sealAnswer(session: Session, text: string, requestCounter: number): Uint8Array {
  const block = bytes([MARK], session.gatewayNonce);
  const said = bytes(latin1(text), [0]);
  return bytes(said, block, sign(session, LABEL.answer, bytes(counter24(requestCounter), said, block)));
}

/** A binary frame: kind, counter, body, tag. */
export function seal(
  session: Session,
  direction: Direction,
  kind: number,
  counter: number,
  body: Uint8Array,
): Uint8Array {
  const frame = bytes([kind], counter24(counter), body);
  return bytes(frame, sign(session, LABEL[direction], frame));
}

/** The acknowledgement of a sealed frame that went in `direction`. @param rssi as the frame was heard, dBm */
export function sealAck(
  session: Session,
  direction: Direction,
  frame: Uint8Array,
  rssi: number,
  flags = 0,
): Uint8Array {
  const head = bytes([ACK_FLAG, rssi & 0xff, flags]);
  const about = bytes(frame.subarray(1, 4), frame.subarray(-TAG));
  // The acknowledgement goes the other way.
  return bytes(head, sign(session, direction === "up" ? LABEL.ackDown : LABEL.ackUp, bytes(about, head)));
}

/** What stands behind a PREQ or PRSP text, if it is what v11 puts there. Nothing is verified. */
export function blockBehind(payload: Uint8Array): { text: string; nonce: Uint8Array; counter: number | null } | null {
  const end = payload.indexOf(0);
  if (end < 0) return null;
  const text = Buffer.from(payload.subarray(0, end)).toString("latin1");
  const length = text.startsWith("PREQ,") ? 12 : text.startsWith("PRSP,") ? 9 : 0;
  const block = payload.subarray(end + 1, end + 1 + length);
  if (length === 0 || block.length < length || block[0] !== MARK) return null;
  return { text, nonce: block.slice(1, 5), counter: length === 12 ? readCounter(block, 5) : null };
}

export function readCounter(from: Uint8Array, at = 1): number {
  return (from[at] ?? 0) | ((from[at + 1] ?? 0) << 8) | ((from[at + 2] ?? 0) << 16);
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function sign(session: Session, label: number, rest: Uint8Array): Uint8Array {
  const { key, node, gateway, nodeNonce, gatewayNonce } = session;
  const up = label === LABEL.request || label === LABEL.up || label === LABEL.ackUp;
  const [to, from] = up ? [gateway, node] : [node, gateway];
  return aesCmac(key, bytes([label, to, from], nodeNonce, gatewayNonce, rest)).slice(0, TAG);
}

export function counter24(counter: number): Uint8Array {
  return Uint8Array.of(counter & 0xff, (counter >> 8) & 0xff, (counter >> 16) & 0xff);
}

export function bytes(...parts: (Uint8Array | readonly number[])[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
}

export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
