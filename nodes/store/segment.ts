import { type Batch, decodeGroups } from "./batch.ts";
import { type FoundLine, linesOf } from "./checked-line.ts";
import { journalLine } from "./shapes.ts";

/** A stretch of bytes that is not what was written there. */
export interface Damage {
  readonly offset: number;
  readonly length: number;
  /** `torn`: the last write did not finish, its batch was never acknowledged. `lost`: something acknowledged is gone. */
  readonly kind: "torn" | "lost";
}

export interface Scan {
  readonly batches: readonly Batch[];
  /** Where the next line goes. */
  readonly end: number;
  readonly damage: readonly Damage[];
}

/**
 * Reads one journal segment. A recycled file still holds lines of its former life behind the end: they carry another
 * segment number and are passed over, as is the padding.
 */
export function scanSegment(bytes: Buffer, segment: number): Scan {
  const batches: Batch[] = [];
  const damage: Damage[] = [];
  let unreadable: FoundLine[] = [];
  let end = 0;
  for (const line of linesOf(bytes)) {
    const packed = journalLine(line.body);
    if (packed !== undefined && packed[0] !== segment) continue;
    const groups = packed === undefined ? undefined : decodeGroups(packed[2]);
    if (packed === undefined || groups === undefined) {
      unreadable.push(line);
      continue;
    }
    const [, seq] = packed;
    const last = batches.at(-1);
    if (last !== undefined && seq <= last.seq) continue;
    // What stands between two lines that follow each other is no loss: a flipped separator, say.
    if (last === undefined || seq !== last.seq + 1) damage.push(...damaged(unreadable, "lost"));
    unreadable = [];
    batches.push({ seq, groups });
    end = line.offset + line.length + 2;
  }
  const [next] = unreadable;
  if (batches.length > 0 && next !== undefined && next.offset <= end) damage.push(...damaged([next], "torn"));
  return { batches, end: Math.min(end, bytes.length), damage };
}

/** Pieces behind each other are one damage: a flipped bit can make two lines of one. */
function damaged(pieces: readonly FoundLine[], kind: Damage["kind"]): Damage[] {
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [{ offset: first.offset, length: last.offset + last.length - first.offset, kind }];
}

/** The text of one line as it goes into a segment: a blank line behind it, and one more break that marks the end. */
export function framed(line: string): string {
  return `${line}\n\n`;
}

/** How far the next line stands behind this one: the last break is written over. */
export function advanceOf(frame: Buffer): number {
  return frame.length - 1;
}
