import type { AdjustmentPreview, Author, MeterId, UploadRow } from "../model/index.ts";
import type { Store } from "../store/index.ts";
import { must } from "./folder.ts";
import { grouped } from "./progress.ts";
import { type Brought, entriesOf, type Section, type Source } from "./scan.ts";

/** Rows of one correction: a larger file becomes several, each of them whole or not there. */
const AT_ONCE = 250_000;

export interface UploadWish {
  readonly author: Author;
  readonly mode: "replace" | "fill";
  readonly lift: boolean;
  readonly dryRun: boolean;
}

interface Batch {
  readonly rows: UploadRow[];
  /** The line of each row. */
  readonly lines: number[];
}

async function* batchesOf(source: Source, section: Section): AsyncGenerator<Batch, void, undefined> {
  let batch: Batch = { rows: [], lines: [] };
  for await (const entry of entriesOf(source)) {
    if (entry.kind !== "row" || entry.line < section.fromLine || entry.line >= section.toLine) continue;
    batch.rows.push(entry.row);
    batch.lines.push(entry.line);
    if (batch.rows.length < AT_ONCE) continue;
    yield batch;
    batch = { rows: [], lines: [] };
  }
  if (batch.rows.length > 0) yield batch;
}

/**
 * Brings the rows of a section as corrections of a meter that the store has.
 */
export async function upload(
  store: Store,
  meter: MeterId,
  source: Source,
  section: Section,
  wish: UploadWish,
  signal: AbortSignal,
  onRow: (rows: number) => void,
): Promise<Brought> {
  const { author, mode, lift, dryRun } = wish;
  if (section.rows === 0) {
    return { isWhole: true, words: `${meter}: there are no readings in it, so nothing was changed\n` };
  }
  const numbers: number[] = [];
  const total = { beforeWh: 0, afterWh: 0, readingsBefore: 0, readingsAfter: 0 };
  const leftOut: string[] = [];
  let done = 0;
  for await (const { rows, lines } of batchesOf(source, section)) {
    if (signal.aborted) break;
    const { adjustment, preview } = must(
      await store.adjust(meter, { kind: "upload", rows, mode, lift }, author, { dryRun }),
    );
    if (adjustment !== null) numbers.push(adjustment.n);
    add(total, preview);
    for (const { row, why } of preview.leftOut) leftOut.push(`line ${lines[row - 1] ?? row}: ${why}`);
    done += rows.length;
    onRow(done);
  }
  const isWhole = done === section.rows;
  const words = wordsOf(meter, section, total, leftOut);
  if (dryRun) return { isWhole, words: `${words}  nothing was changed: this was a dry run\n` };
  if (numbers.length === 0) return { isWhole, words };
  const which = numbers.length === 1 ? `correction ${numbers[0]}` : `corrections ${numbers[0]} to ${numbers.at(-1)}`;
  return { isWhole, words: `${words}  this is ${which} of ${meter}: it can be undone\n` };
}

type Figures = Record<"beforeWh" | "afterWh" | "readingsBefore" | "readingsAfter", number>;

function add(total: Figures, preview: AdjustmentPreview): void {
  for (const name of ["beforeWh", "afterWh", "readingsBefore", "readingsAfter"] as const) total[name] += preview[name];
}

function wordsOf(meter: MeterId, section: Section, total: Figures, leftOut: readonly string[]): string {
  const change = total.afterWh - total.beforeWh;
  const lines = [
    `${meter}: ${grouped(section.rows)} rows from ${iso(section.firstStart)} to ${iso(section.lastEnd)}`,
    `  energy of that time: ${grouped(total.beforeWh)} Wh before, ${grouped(total.afterWh)} Wh after (${change < 0 ? "−" : "+"}${grouped(Math.abs(change))} Wh)`,
    `  readings: ${grouped(total.readingsBefore)} before, ${grouped(total.readingsAfter)} after`,
    ...leftOut.slice(0, 20).map((text) => `  left out, ${text}`),
    ...(leftOut.length > 20 ? [`  left out: ${grouped(leftOut.length - 20)} more`] : []),
  ];
  return lines.map((text) => `${text}\n`).join("");
}

function iso(at: number): string {
  return `${new Date(at * 1000).toISOString().slice(0, 19)}Z`;
}
