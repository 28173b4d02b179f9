import type { ReadFile } from "./draft.ts";
import type { Read } from "./kwh.ts";

/** What the server takes in one piece. */
export const LARGEST_BYTES = 8 * 1024 * 1024;

/** What a file is, by its name and, where that says nothing, by how it begins. */
export function mediaTypeOf(name: string, text: string): ReadFile["mediaType"] {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  if (ending === "csv") return "text/csv";
  if (ending === "ndjson" || ending === "jsonl") return "application/x-ndjson";
  const begin = text.trimStart();
  if (begin.startsWith("[")) return "application/json";
  if (!begin.startsWith("{")) return "text/csv";
  // A line that is whole in itself: one object a line. Otherwise one object over several lines.
  return isObject(begin.split("\n", 1)[0] ?? "") ? "application/x-ndjson" : "application/json";
}

function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

/** Never rejects. The text of the file leaves the browser only for our own server. */
export async function readFile(file: File): Promise<Read<ReadFile>> {
  if (file.size === 0) return { ok: false, why: `${file.name} is empty.` };
  if (file.size > LARGEST_BYTES)
    return { ok: false, why: `${file.name} is larger than 8 MB: split it, or use the meterman command line.` };
  try {
    const text = await file.text();
    return { ok: true, value: { name: file.name, text, mediaType: mediaTypeOf(file.name, text) } };
  } catch {
    return { ok: false, why: `${file.name} could not be read.` };
  }
}

/** "april.csv, 96 lines". */
export function fileWords({ name, text, mediaType }: ReadFile): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "").length;
  return mediaType === "application/json" ? name : `${name}, ${lines} ${lines === 1 ? "line" : "lines"}`;
}
