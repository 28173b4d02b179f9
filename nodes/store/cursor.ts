import { crc32 } from "node:zlib";
import { failed, ok, type Result } from "../model/index.ts";
import { shape } from "./shapes.ts";

/** Where the next page begins; what the numbers mean is the question's business. */
export type Position = readonly number[];

const cursorShape = shape<readonly [number, ...number[]]>({
  type: "array",
  minItems: 2,
  maxItems: 5,
  items: { type: "integer" },
});

/** A cursor belongs to its question: it carries a checksum over it. */
export function encodeCursor(question: string, position: Position): string {
  return Buffer.from(JSON.stringify([crc32(question), ...position])).toString("base64url");
}

/** @returns undefined as position when there is no cursor; METERMAN_BAD_QUERY when it is none of ours */
export function decodeCursor(question: string, cursor: string | undefined, size: number): Result<Position | undefined> {
  if (cursor === undefined) return ok(undefined);
  try {
    const [sum, ...position] = cursorShape(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"))) ?? [];
    if (sum === crc32(question) && position.length === size) return ok(position);
  } catch {
    // Not even JSON: the same answer.
  }
  const what = "cursor must be the next of the page before, unchanged, with the same other parameters";
  return failed("METERMAN_BAD_QUERY", what, "cursor");
}
