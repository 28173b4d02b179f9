import { type FileHandle, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Adapter } from "lowdb";
import { type Batch, encodeBatch } from "./batch.ts";
import { sealed } from "./checked-line.ts";
import { hasCode, makeFolder, type Opener, syncFolder, writeAll } from "./files.ts";
import type { Quarantine } from "./quarantine.ts";
import { advanceOf, framed, type Scan, scanSegment } from "./segment.ts";

/** The file grows in such steps, filled with line breaks: a sync then has no metadata to write, only the page itself. */
const STEP = 128 * 1024;
const SPARE = "spare.ndj";
const NAME = /^(\d{1,15})\.ndj$/;

interface Segment {
  readonly id: number;
  readonly handle: FileHandle;
  position: number;
  size: number;
}

/**
 * The lowdb adapter of the journal: one append-only file for all meters. `write` appends what it is given and returns
 * after fdatasync; `read` returns every batch that is whole. A new segment is begun when the old one was merged into
 * documents or could not be written; the old file is used again under the next name.
 */
export class JournalFile implements Adapter<readonly Batch[]> {
  readonly #folder: string;
  readonly #quarantine: Quarantine;
  readonly #open: Opener;
  #current: Segment | undefined;
  /** Segments before the current one, whose days are not all in documents yet. */
  #old: number[] = [];
  #highest = 0;

  constructor(folder: string, quarantine: Quarantine, open: Opener) {
    this.#folder = join(folder, "journal");
    this.#quarantine = quarantine;
    this.#open = open;
  }

  get bytes(): number {
    return this.#current?.position ?? 0;
  }

  get segments(): number {
    return this.#old.length + (this.#current === undefined ? 0 : 1);
  }

  async read(): Promise<readonly Batch[]> {
    await makeFolder(this.#folder);
    const ids = await segmentsIn(this.#folder);
    const found: Batch[] = [];
    for (const id of ids) {
      const bytes = await readFile(this.#path(id));
      const scan = scanSegment(bytes, id);
      await this.#report(id, bytes, scan, found.at(-1)?.seq);
      // A batch may be there twice, when its sync failed or a segment begins with it: doing it again changes nothing.
      found.push(...scan.batches);
      if (id === ids.at(-1)) await this.#goOn(id, scan.end, bytes.length);
      else this.#old.push(id);
    }
    this.#highest = ids.at(-1) ?? 0;
    return found;
  }

  /** What a killed process wrote may be in the cache only, and is told to others from now on. */
  async #goOn(id: number, position: number, size: number): Promise<void> {
    const handle = await this.#open(this.#path(id), "r+");
    try {
      await handle.datasync();
      this.#current = { id, handle, position, size };
    } catch {
      this.#old.push(id);
      await handle.close().catch(() => undefined);
    }
  }

  async #report(id: number, bytes: Buffer, scan: Scan, lastSeq: number | undefined): Promise<void> {
    for (const { offset, length, kind } of scan.damage) {
      const what =
        kind === "torn"
          ? `The last write to journal ${id} did not finish; it was cut off, everything acknowledged before it is there.`
          : `A part of journal ${id} could not be read; the readings of that minute are missing, all others are there.`;
      await this.#quarantine.keep(`journal-${id}-${offset}`, bytes.subarray(offset, offset + length), what);
    }
    const [first] = scan.batches;
    if (first === undefined || lastSeq === undefined || first.seq <= lastSeq + 1 || scan.damage.length > 0) return;
    const what = `Journal ${id} does not follow from the one before it; some readings between them are missing.`;
    await this.#quarantine.keep(`journal-${id}-start`, Buffer.alloc(0), what);
  }

  /** Appends to the current segment. On failure that segment is given up: call `begin` with the same batch. */
  async write(batches: readonly Batch[]): Promise<void> {
    const segment = this.#current;
    if (segment === undefined) throw new Error("the journal has no segment to write to");
    try {
      for (const batch of batches) {
        const frame = Buffer.from(framed(sealed(await encodeBatch(segment.id, batch))));
        await append(segment, frame);
      }
      await segment.handle.datasync();
    } catch (thrown) {
      this.#current = undefined;
      this.#old.push(segment.id);
      await segment.handle.close().catch(() => undefined);
      throw thrown;
    }
  }

  get isOpen(): boolean {
    return this.#current !== undefined;
  }

  /** The number of the newest segment. */
  get segment(): number {
    return this.#highest;
  }

  /**
   * Starts the next segment with `batch` as its first line, durable on return.
   * @param now names the segment; numbers always rise, even when the clock does not
   * @param least no lower number was ever used, as far as other documents know
   */
  async begin(now: number, batch: Batch, least = 0): Promise<void> {
    const before = this.#current;
    const id = Math.max(now, this.#highest + 1, least + 1);
    const path = this.#path(id);
    this.#highest = id;
    const reused = await rename(join(this.#folder, SPARE), path).then(
      () => true,
      () => false,
    );
    const handle = await this.#open(path, reused ? "r+" : "w");
    const segment: Segment = { id, handle, position: 0, size: reused ? (await handle.stat()).size : 0 };
    try {
      await append(segment, Buffer.from(framed(sealed(await encodeBatch(id, batch)))));
      await handle.sync();
      await syncFolder(this.#folder);
    } catch (thrown) {
      await handle.close().catch(() => undefined);
      await unlink(path).catch(() => undefined);
      throw thrown;
    }
    this.#current = segment;
    if (before === undefined) return;
    this.#old.push(before.id);
    await before.handle.close();
  }

  /** To be called when all of `ids` is in documents: one file is kept for the next segment. */
  async recycle(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      await rename(this.#path(id), join(this.#folder, SPARE)).catch((thrown: unknown) => {
        // Done already, before an interruption.
        if (!hasCode(thrown, "ENOENT")) throw thrown;
      });
    }
    this.#old = this.#old.filter((id) => !ids.includes(id));
    await syncFolder(this.#folder);
  }

  /** Segments that are not written to any more. */
  get old(): readonly number[] {
    return [...this.#old];
  }

  async close(): Promise<void> {
    const segment = this.#current;
    this.#current = undefined;
    await segment?.handle.close();
  }

  #path(id: number): string {
    return join(this.#folder, `${id}.ndj`);
  }
}

export async function segmentsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  const ids = names.map((name) => NAME.exec(name)?.[1]).filter((id) => id !== undefined);
  return ids.map(Number).sort((a, b) => a - b);
}

async function append(segment: Segment, frame: Buffer): Promise<void> {
  let bytes = frame;
  const end = segment.position + frame.length;
  const size = Math.max(segment.size, Math.ceil(end / STEP) * STEP);
  if (size > segment.size) bytes = Buffer.concat([frame, Buffer.alloc(size - end, "\n")]);
  await writeAll(segment.handle, bytes, segment.position);
  segment.size = size;
  segment.position += advanceOf(frame);
}
