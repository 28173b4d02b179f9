import { readFileSync } from "node:fs";

export const FLASH_BYTES = 32_768;

/** Flash from an Intel HEX file's path, or from the bytes themselves; what the image leaves out is erased (0xFF). */
export function loadImage(image: Uint8Array | string): Uint8Array {
  const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  if (typeof image === "string") parseHex(readFileSync(image, "latin1"), flash);
  else flash.set(image);
  return flash;
}

export function parseHex(text: string, flash: Uint8Array): void {
  let base = 0;
  for (const line of text.split(/\r?\n/)) {
    if (line === "") continue;
    const record = Buffer.from(line.slice(1), "hex");
    const count = record[0] ?? 0;
    const sum = record.reduce((a, b) => (a + b) & 0xff, 0);
    if (line[0] !== ":" || record.length !== count + 5 || sum !== 0) throw new Error(`not Intel HEX: ${line}`);
    const data = record.subarray(4, 4 + count);
    const type = record[3];
    if (type === 1) return;
    if (type === 0) flash.set(data, base + record.readUInt16BE(1));
    else if (type === 2) base = data.readUInt16BE(0) * 16;
    else if (type === 4) base = data.readUInt16BE(0) * 65_536;
    else if (type !== 3 && type !== 5) throw new Error(`unknown HEX record type ${type}`);
  }
  throw new Error("the HEX file has no end record");
}
