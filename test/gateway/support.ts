import { readFileSync } from "node:fs";
import { join } from "node:path";
import { account, createDecoder, type Frame, type Line, NO_LINES } from "../../nodes/gateway/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";

const data = join(import.meta.dirname, "..", "data");
/** One line of every kind, printed by v10. */
export const SERIAL_LINES = readFileSync(join(data, "gateway-serial-lines.txt"));
/** An hour of a v10 gateway with two nodes. */
export const CAPTURE = readFileSync(join(data, "bench-run-1.uart.bin"));
export const NOW = epochSeconds(1_783_000_100);

export function decodeAll(...chunks: readonly (Uint8Array | string)[]): Line[] {
  const decoder = createDecoder();
  return chunks.flatMap((chunk) => decoder.feed(chunk));
}

/** The one line in `text`. */
export function decodeOne(text: string): Line {
  const [line, ...rest] = decodeAll(`${text}\r\n`);
  if (line === undefined || rest.length > 0) throw new Error("not one line");
  return line;
}

/** The frame of a line that must be one. */
export function frameOf(text: string): Frame {
  const line = decodeOne(text);
  if (line.kind !== "frame") throw new Error(`not a frame: ${JSON.stringify(line)}`);
  return line.frame;
}

export function accountOf(lines: readonly Line[]) {
  return lines.reduce(account, NO_LINES);
}
