import { failed, type MeterId, ok, type Result } from "../../model/index.ts";
import { type Kept, type KeptUndo, trailLine } from "./shapes.ts";
import type { Trail } from "./trail.ts";

/** These say something of the meter and change no reading, so they go on to count. */
const STILL_COUNT: readonly string[] = ["rename", "check"];

/**
 * Puts the corrections of an export into the trail of a meter that is restored from it. Its readings are as they were
 * with these corrections, so they change nothing any more. Doing it again after an interruption changes nothing.
 * @param lines records as the trail tells them
 */
export async function adopt(meter: MeterId, trail: Trail, lines: readonly object[]): Promise<Result<void>> {
  const records: Kept[] = [];
  const undone: KeptUndo[] = [];
  for (const line of lines) {
    const { undone: end, ...record } = Object.fromEntries(Object.entries(line));
    const kept = trailLine({ ...record, ops: [] });
    if (kept === undefined || !("n" in kept)) return strange(meter);
    records.push(kept);
    if (end === null || end === undefined) continue;
    const undo = typeof end === "object" ? trailLine({ ...end, undo: kept.n }) : undefined;
    if (undo === undefined || !("undo" in undo)) return strange(meter);
    undone.push(undo);
  }
  for (const kept of records.sort((a, b) => a.n - b.n)) {
    if (trail.record(kept.n) === undefined) await trail.append(kept);
  }
  for (const undo of undone) if (trail.undoneOf(undo.undo) === null) await trail.append(undo);
  return ok(undefined);
}

function strange(meter: MeterId): Result<never> {
  return failed("METERMAN_BAD_MESSAGE", `a correction of ${meter} in this export is not known: update meterman`);
}

/** Whether a record came with an export: the readings that it changed are as it left them. */
export function isAdopted({ kind, ops }: Kept): boolean {
  return ops.length === 0 && !STILL_COUNT.includes(kind);
}
