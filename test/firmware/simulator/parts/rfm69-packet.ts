import type { Loss } from "../ether.ts";
import { decrypt, encrypt, type Packet, paddedLength, type Tuning } from "../packet.ts";
import type { Fifo } from "./fifo.ts";
import { highPower, preambleBytes, REG, toleranceHz, tuning } from "./rfm69-settings.ts";

/** How the registers frame and protect messages (data sheet, "packet mode"). */
interface Format {
  readonly variable: boolean;
  readonly limit: number;
  readonly addressed: 0 | 1 | 2 | 3;
  readonly key: Uint8Array | null;
}

function format(registers: Uint8Array): Format {
  const config1 = registers[REG.packetConfig1] ?? 0;
  const aes = (registers[REG.packetConfig2] ?? 0) & 1;
  return {
    variable: (config1 & 0x80) !== 0,
    limit: registers[REG.payloadLength] ?? 0,
    addressed: ((config1 >> 1) & 3) as Format["addressed"],
    key: aes ? registers.slice(REG.aesKey, REG.aesKey + 16) : null,
  };
}

/** Bytes in front of the encrypted part: the length, and the address where the chip filters by it. */
function clearBytes(f: Format): number {
  return (f.variable ? 1 : 0) + (f.addressed === 0 ? 0 : 1);
}

/** How many bytes of the FIFO make up the packet to be sent now; 0 while the start condition does not hold or it is not complete. */
export function sendable(registers: Uint8Array, fifo: Fifo): number {
  const threshold = registers[REG.fifoThreshold] ?? 0;
  const enough = threshold & 0x80 ? 1 : (threshold & 0x7f) + 1;
  if (fifo.first === undefined || fifo.length < enough) return 0;
  const f = format(registers);
  const length = f.variable ? fifo.first + 1 : f.limit;
  return fifo.length < length ? 0 : length;
}

/** What the sender puts on the air for a message of its FIFO. */
export function assemble(registers: Uint8Array, ppm: number, clear: Uint8Array): Packet {
  const f = format(registers);
  const head = Math.min(clearBytes(f), clear.length);
  const tail = f.key ? encrypt(clear.slice(head), f.key) : clear.slice(head);
  return {
    tuning: tuning(registers, ppm),
    preambleBytes: preambleBytes(registers),
    air: Uint8Array.of(...clear.slice(0, head), ...tail),
    clear,
    encrypted: f.key !== null,
    crcRight: true,
  };
}

/** Why a receiver with these registers cannot recognise the packet's beginning; null if it does. */
export function mismatch(registers: Uint8Array, ppm: number, packet: Packet): Loss | null {
  const own = tuning(registers, ppm);
  const sent = packet.tuning;
  if (Math.abs(own.carrierHz - sent.carrierHz) > toleranceHz(registers)) return "tuning";
  if (own.bitRate !== sent.bitRate || own.deviation !== sent.deviation) return "tuning";
  if (highPower(registers)) return "high power";
  return own.sync.length > 0 && Buffer.compare(own.sync, sent.sync) === 0 ? null : "sync";
}

/** What a receiver finds in its FIFO, or why it drops the packet. `crcOk` is the CrcOk flag. */
export function disassemble(registers: Uint8Array, packet: Packet): { bytes: Uint8Array; crcOk: boolean } | Loss {
  const f = format(registers);
  const own = tuning(registers, 0);
  const first = packet.air[0] ?? 0;
  if (f.variable && first > f.limit) return "length";
  const length = f.variable ? first + 1 : f.limit;
  const head = Math.min(clearBytes(f), length);
  const address = packet.air[head - 1] ?? 0;
  if (f.addressed !== 0 && !addressedToUs(registers, f, address)) return "filtered";
  // A receiver that expects other lengths or another coding takes other bits for the CRC.
  const expected = head + paddedLength(length - head, f.key !== null);
  const crcOk = own.crc && packet.crcRight && expected === packet.air.length && sameCoding(own, packet.tuning);
  if (own.crc && !crcOk && !((registers[REG.packetConfig1] ?? 0) & 0x08)) return "crc";
  const message = new Uint8Array(expected - head);
  message.set(packet.air.slice(head, expected));
  const clear = f.key ? decrypt(message, f.key) : message;
  return { bytes: Uint8Array.of(...packet.air.slice(0, head), ...clear.slice(0, length - head)), crcOk };
}

function sameCoding(a: Tuning, b: Tuning): boolean {
  return a.coding === b.coding && a.crc === b.crc;
}

function addressedToUs(registers: Uint8Array, f: Format, address: number): boolean {
  if (address === registers[REG.nodeAddress]) return true;
  return f.addressed === 2 && address === registers[REG.broadcastAddress];
}
