import { createCipheriv, createDecipheriv } from "node:crypto";

/** How a frame is modulated and framed: sender and receiver must agree on all of it but the carrier, which may be off a little. */
export interface Tuning {
  readonly carrierHz: number;
  /** RegBitrate and RegFdev as they stand in the chip: integers compare exactly. */
  readonly bitRate: number;
  readonly deviation: number;
  readonly sync: Uint8Array;
  readonly variableLength: boolean;
  /** DC-free coding: 0 none, 1 Manchester, 2 whitening. */
  readonly coding: number;
  readonly crc: boolean;
}

/** One frame as it is in the air: preamble and sync word go before `air`, two bytes of CRC behind it. */
export interface Packet {
  readonly tuning: Tuning;
  readonly preambleBytes: number;
  /** From the length byte on, encrypted and padded if `encrypted`. */
  readonly air: Uint8Array;
  /** What the sender's FIFO held: length byte and message, in clear. Nobody hears this; it is for logs and tests. */
  readonly clear: Uint8Array;
  readonly encrypted: boolean;
  /** false: the two CRC bytes do not fit (only injected frames). */
  readonly crcRight: boolean;
}

const CRYSTAL_HZ = 32_000_000;
const BLOCK = 16;

/** Duration of one bit in µs. */
export function bitUs(bitRate: number): number {
  return (bitRate * 1e6) / CRYSTAL_HZ;
}

/** From the first bit of the preamble to the last of the sync word, in µs. */
export function syncUs(packet: Packet): number {
  return (packet.preambleBytes + packet.tuning.sync.length) * 8 * bitUs(packet.tuning.bitRate);
}

/** From the first bit of the preamble to the last of the CRC, in µs. */
export function airTimeUs(packet: Packet): number {
  const crcBytes = packet.tuning.crc ? 2 : 0;
  // Manchester coding doubles every bit behind the sync word.
  const coded = (packet.air.length + crcBytes) * (packet.tuning.coding === 1 ? 2 : 1);
  return syncUs(packet) + coded * 8 * bitUs(packet.tuning.bitRate);
}

/** How many bytes a message of `length` occupies on the air; the data sheet's AES works on whole blocks. */
export function paddedLength(length: number, encrypted: boolean): number {
  return encrypted ? Math.ceil(length / BLOCK) * BLOCK : length;
}

/** AES-128-ECB of a message, filled with zeros to whole blocks (the chip does the same). */
export function encrypt(message: Uint8Array, key: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedLength(message.length, true));
  padded.set(message);
  return aes(createCipheriv("aes-128-ecb", key, null), padded);
}

/** The other way; a wrong key gives garbage, never an error: the CRC is computed over the cipher text. */
export function decrypt(cipherText: Uint8Array, key: Uint8Array): Uint8Array {
  return aes(createDecipheriv("aes-128-ecb", key, null), cipherText);
}

function aes(engine: ReturnType<typeof createCipheriv>, blocks: Uint8Array): Uint8Array {
  engine.setAutoPadding(false);
  return new Uint8Array(Buffer.concat([engine.update(blocks), engine.final()]));
}
