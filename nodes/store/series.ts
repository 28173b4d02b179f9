import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { EpochSeconds } from "../model/index.ts";
import { linesOf, sealed } from "./checked-line.ts";
import { dayOf, monthOf } from "./day.ts";
import { appendLines, hasCode, readAt, readIfThere } from "./files.ts";
import type { MeterLayer } from "./layer.ts";
import type { Quarantine } from "./quarantine.ts";

/** A piece of a file that is read at once; larger than any line. */
const PIECE = 256 * 1024;

/** One item of a series; `seq` and `i` say which one of which batch it was. */
export type Numbered<T> = readonly [seq: number, i: number, item: T];

/**
 * What stands beside the readings of a meter, with an instant and in the order of becoming known: events, snapshots.
 * Each kind has month files of its own: `m/<meter>/<year-month>.<name>.ndj`, one item a line.
 */
export interface Series<T extends { readonly at: EpochSeconds }> {
  readonly name: "events" | "snapshots";
  /** One of them, in a sentence about damage. */
  readonly word: string;
  /** What of a layer belongs to it. */
  of(layer: MeterLayer): readonly Numbered<T>[];
  /** The body of a line. */
  encode(item: Numbered<T>): string;
  /** @param meter whose folder the line is in @returns undefined when `body` is not what `encode` made */
  parse(body: unknown, meter: string): Numbered<T> | undefined;
}

export function monthOfItem([, , { at }]: Numbered<{ readonly at: EpochSeconds }>): string {
  return monthOf(dayOf(at));
}

/** Order of becoming known: by batch, then within the batch. */
export function compareNumbered(a: Numbered<unknown>, b: Numbered<unknown>): number {
  return a[0] - b[0] || a[1] - b[1];
}

function pathOf(folder: string, month: string, name: string): string {
  return join(folder, `${month}.${name}.ndj`);
}

/** Appends items that are not there yet: doing it again after a crash changes nothing. */
export async function appendItems<T extends { readonly at: EpochSeconds }>(
  folder: string,
  series: Series<T>,
  items: readonly Numbered<T>[],
): Promise<void> {
  const byMonth = new Map<string, Numbered<T>[]>();
  for (const item of items) {
    const list = byMonth.get(monthOfItem(item));
    if (list === undefined) byMonth.set(monthOfItem(item), [item]);
    else list.push(item);
  }
  for (const [month, list] of byMonth) {
    const path = pathOf(folder, month, series.name);
    const last = await lastItem(path, series, basename(folder));
    const fresh = last === undefined ? list : list.filter((item) => compareNumbered(item, last) > 0);
    if (fresh.length > 0) await appendLines(path, fresh.map((item) => sealed(series.encode(item))).join(""));
  }
}

async function lastItem<T extends { readonly at: EpochSeconds }>(
  path: string,
  series: Series<T>,
  meter: string,
): Promise<Numbered<T> | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  let last: Numbered<T> | undefined;
  for (const { body } of linesOf(bytes)) last = series.parse(body, meter) ?? last;
  return last;
}

/** Months of the folder that have a file of the series, in order. */
export async function monthsOfSeries(folder: string, name: string): Promise<string[]> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (hasCode(thrown, "ENOENT")) return [];
    throw thrown;
  });
  const end = `.${name}.ndj`;
  return names.flatMap((file) => (file.endsWith(end) ? file.slice(0, -end.length) : [])).sort();
}

/** The items of one month's file as they were appended, piece by piece. */
export async function* readItems<T extends { readonly at: EpochSeconds }>(
  folder: string,
  series: Series<T>,
  month: string,
  quarantine: Quarantine,
): AsyncGenerator<Numbered<T>> {
  const path = pathOf(folder, month, series.name);
  const meter = basename(folder);
  let offset = 0;
  for (;;) {
    const piece = await readAt(path, offset, PIECE).catch((thrown: unknown) => {
      if (hasCode(thrown, "ENOENT")) return Buffer.alloc(0);
      throw thrown;
    });
    if (piece.length === 0) return;
    // Only whole lines; a line that fills the piece is none of ours.
    const stop = piece.lastIndexOf(10) + 1;
    // What has no line break yet is being written, or was never acknowledged.
    if (stop === 0 && piece.length < PIECE) return;
    const whole = stop === 0 ? piece : piece.subarray(0, stop);
    for (const line of linesOf(whole, offset)) {
      const item = series.parse(line.body, meter);
      if (item !== undefined) yield item;
      else {
        const bad = whole.subarray(line.offset - offset, line.offset - offset + line.length);
        const what = `${series.word} of ${month} could not be read.`;
        await quarantine.keep(`${meter}-${month}-${series.name}-${line.offset}`, bad, what);
      }
    }
    offset += whole.length;
  }
}
