/** CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, not reflected; "123456789" gives 29B1. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  return crc;
});

/** The decoder of lines shows some bytes from 0x80 up as characters beyond 0xff: back to the byte. */
const HIGH = new Map(
  Array.from({ length: 128 }, (_, n) => [
    new TextDecoder("latin1").decode(Uint8Array.of(128 + n)).charCodeAt(0),
    128 + n,
  ]),
);

const STAR = 42;
const LENGTH = 5;
const DIGITS = /^[0-9A-F]{4}$/;

/** @param text one character per byte */
export function crc16(text: string): number {
  let crc = 0xffff;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const byte = code < 128 ? code : (HIGH.get(code) ?? 0);
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ byte] ?? 0);
  }
  return crc;
}

/** `line` with the `*` and the four digits that a gateway checks it by. */
export function withChecksum(line: string): string {
  return `${line}*${crc16(line).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** What stands at the end of a line, from its prefix on: no checksum, one that fits, or one that does not. */
export function checksumOf(line: string): "none" | "right" | "wrong" {
  if (line.charCodeAt(line.length - LENGTH) !== STAR) return "none";
  const digits = line.slice(1 - LENGTH);
  if (!DIGITS.test(digits)) return "none";
  return crc16(line.slice(0, -LENGTH)) === Number.parseInt(digits, 16) ? "right" : "wrong";
}

/** @param line one that has a checksum */
export function withoutChecksum(line: string): string {
  return line.slice(0, -LENGTH);
}
