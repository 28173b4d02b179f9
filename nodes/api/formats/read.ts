import { setImmediate as breathe } from "node:timers/promises";
import type { Result, UploadRow } from "../../model/index.ts";
import { readCsv } from "./csv.ts";
import { ArrayCutter, LineCutter } from "./cutters.ts";
import { type Entry, gather, type RowType } from "./entry.ts";
import { JsonReader } from "./json.ts";

/** So many characters at once; in between everything else has its turn. */
const PIECE = 65_536;

/**
 * What a text of that type brings, line by line, in constant memory.
 * @param chunks bytes are UTF-8; may be cut anywhere
 * @param zone of times that are written without an offset
 */
export function readEntries(
  chunks: AsyncIterable<string | Uint8Array>,
  type: RowType,
  zone: string,
): AsyncGenerator<Entry, void, undefined> {
  const text = decoded(chunks);
  return type === "text/csv" ? readCsv(text, zone) : readJson(text, type, zone);
}

/**
 * The rows of a text that is all there.
 * @returns METERMAN_BAD_MESSAGE whose message tells the first lines that are wrong, what to do about them, and how many
 * more there are; never a part of the text
 */
export async function parseRows(text: string, type: RowType, zone: string): Promise<Result<readonly UploadRow[]>> {
  async function* pieces() {
    for (let at = 0; at < text.length; at += PIECE) {
      yield text.slice(at, at + PIECE);
      await breathe();
    }
  }
  return gather(readEntries(pieces(), type, zone));
}

async function* decoded(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const chunk of chunks) yield typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* readJson(
  chunks: AsyncIterable<string>,
  type: RowType,
  zone: string,
): AsyncGenerator<Entry, void, undefined> {
  const cutter = type === "application/json" ? new ArrayCutter() : new LineCutter();
  const reader = new JsonReader(zone);
  for await (const chunk of chunks) for (const piece of cutter.push(chunk)) yield reader.read(piece);
  for (const piece of cutter.end()) yield reader.read(piece);
  yield* reader.end();
}
