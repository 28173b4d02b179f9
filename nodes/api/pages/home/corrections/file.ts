import type { ReadFile } from "./draft.ts";
import type { Read } from "./kwh.ts";

/** What the server takes in one piece. */
export const LARGEST_BYTES = 8 * 1024 * 1024;

/** Never rejects. The text of the file leaves the browser only for our own server. */
export async function readFile(file: File): Promise<Read<ReadFile>> {
  if (file.size === 0) return { ok: false, why: `${file.name} is empty.` };
  if (file.size > LARGEST_BYTES)
    return { ok: false, why: `${file.name} is larger than 8 MB: split it, or use the meterman command line.` };
  try {
    return toSend(file.name, await file.text());
  } catch {
    return { ok: false, why: `${file.name} could not be read.` };
  }
}

/** As the server takes it: CSV, or one JSON object a line. It is told by its name, or by how it begins. */
export function toSend(name: string, text: string): Read<ReadFile> {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  const csv = { name, text, mediaType: "text/csv" } as const;
  const lines = { name, text, mediaType: "application/x-ndjson" } as const;
  if (ending === "csv") return { ok: true, value: csv };
  if (ending === "ndjson" || ending === "jsonl") return { ok: true, value: lines };
  const begin = text.trimStart();
  if (!/^[[{]/.test(begin)) return { ok: true, value: csv };
  // A first line that is whole in itself: one object a line.
  if (begin.startsWith("{") && begin.includes("\n") && parsed(begin.split("\n", 1)[0] ?? "") !== undefined)
    return { ok: true, value: lines };
  const rows = rowsIn(parsed(text));
  if (rows === undefined) return { ok: false, why: `${name} holds no list of rows that could be read as JSON.` };
  return { ok: true, value: { ...lines, text: rows.map((row) => `${JSON.stringify(row)}\n`).join("") } };
}

/** A list, or one within an answer of our own API. */
function rowsIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const { rows, items } = Object(value) as { readonly rows?: unknown; readonly items?: unknown };
  return [rows, items].find((one) => Array.isArray(one));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** "april.csv, 96 lines". */
export function fileWords({ name, text }: ReadFile): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "").length;
  return `${name}, ${lines} ${lines === 1 ? "line" : "lines"}`;
}
