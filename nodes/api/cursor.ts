import type { EpochSeconds } from "../model/index.ts";
import type { Given } from "./parameters.ts";

/**
 * A cursor of the store belongs to one span. Where the caller left the span to us, "now" has moved on by the next page:
 * so the cursor that goes out carries the span, and gives it back when `from` and `to` are absent.
 */
export const CURSOR_PATTERN = "^\\d{1,10}~\\d{1,10}~[A-Za-z0-9_-]{1,400}$";

interface Span {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}

export function cursorOut({ from, to }: Span, next: string | null): string | null {
  return next === null ? null : `${from}~${to}~${next}`;
}

/** @param given with a cursor that fits CURSOR_PATTERN, if any */
export function cursorIn(given: Given): Given {
  if (given.cursor === undefined) return given;
  const [from = "", to = "", cursor = ""] = String(given.cursor).split("~");
  return { from, to, ...given, cursor };
}
