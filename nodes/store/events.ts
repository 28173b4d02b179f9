import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { linesOf, sealed } from "./checked-line.ts";
import { dayOf, monthOf } from "./day.ts";
import { eventLine, type PackedEvent } from "./event-shapes.ts";
import { appendLines, hasCode, readAt, readIfThere } from "./files.ts";
import type { Quarantine } from "./quarantine.ts";

const EVENT_FILE = /^(\d{4}-\d{2})\.events\.ndj$/;
/** A piece of a file that is read at once; larger than any line. */
const PIECE = 256 * 1024;

export function monthOfEvent([, , event]: PackedEvent): string {
  return monthOf(dayOf(event.at));
}

function eventPath(folder: string, month: string): string {
  return join(folder, `${month}.events.ndj`);
}

/** Order of becoming known: by batch, then within the batch. */
export function compareEvents(a: PackedEvent, b: PackedEvent): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** Appends events that are not there yet: doing it again after a crash changes nothing. */
export async function appendEvents(folder: string, events: readonly PackedEvent[]): Promise<void> {
  const byMonth = new Map<string, PackedEvent[]>();
  for (const event of events) {
    const month = monthOfEvent(event);
    byMonth.set(month, [...(byMonth.get(month) ?? []), event]);
  }
  for (const [month, list] of byMonth) {
    const path = eventPath(folder, month);
    const last = await lastEvent(path);
    const fresh = last === undefined ? list : list.filter((event) => compareEvents(event, last) > 0);
    if (fresh.length > 0) await appendLines(path, fresh.map((event) => sealed(JSON.stringify(event))).join(""));
  }
}

async function lastEvent(path: string): Promise<PackedEvent | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  let last: PackedEvent | undefined;
  for (const { body } of linesOf(bytes)) last = eventLine(body) ?? last;
  return last;
}

/** Months of the folder that have events, in order. */
export async function eventMonths(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (hasCode(thrown, "ENOENT")) return [];
    throw thrown;
  });
  return names.flatMap((name) => EVENT_FILE.exec(name)?.[1] ?? []).sort();
}

/** The events of one month's file as they were appended, piece by piece. */
export async function* readEvents(folder: string, month: string, quarantine: Quarantine): AsyncGenerator<PackedEvent> {
  const path = eventPath(folder, month);
  let offset = 0;
  for (;;) {
    const piece = await readAt(path, offset, PIECE).catch((thrown: unknown) => {
      if (hasCode(thrown, "ENOENT")) return Buffer.alloc(0);
      throw thrown;
    });
    if (piece.length === 0) return;
    // Only whole lines; a line that fills the piece is none of ours.
    const stop = piece.lastIndexOf(10) + 1;
    const whole = stop === 0 ? piece : piece.subarray(0, stop);
    for (const line of linesOf(whole, offset)) {
      const event = eventLine(line.body);
      if (event !== undefined) yield event;
      else {
        const bad = whole.subarray(line.offset - offset, line.offset - offset + line.length);
        await quarantine.keep(
          `${basename(folder)}-${month}-events-${line.offset}`,
          bad,
          `An event of ${month} could not be read.`,
        );
      }
    }
    offset += whole.length;
  }
}
