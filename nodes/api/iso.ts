import type { EpochSeconds } from "../model/index.ts";

/** ISO 8601 in UTC with whole seconds: 2026-07-02T13:46:45Z. */
export function iso(at: EpochSeconds): string {
  return `${new Date(at * 1000).toISOString().slice(0, 19)}Z`;
}
