import { open, readdir, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Undone } from "../../model/index.ts";
import { epochSeconds } from "../../model/index.ts";
import { linesOf, sealed } from "../checked-line.ts";
import { appendLines, hasCode, makeFolder, readIfThere } from "../files.ts";
import type { Quarantine } from "../quarantine.ts";
import { type Kept, type KeptUndo, trailLine } from "./shapes.ts";

/** The corrections of one meter: a file of lines that only grows. What was undone is a line, too. */
export class Trail {
  readonly meter: string;
  readonly folder: string;
  #records = new Map<number, Kept>();
  #undone = new Map<number, Undone>();
  #active: readonly Kept[] | undefined;
  #changes: readonly Kept[] | undefined;
  #highest = 0;
  #version = 0;
  /** Where the lines end that are known to be on disk; set when something behind it must go. */
  #size = 0;
  #isTorn = false;

  /** @param folder of the meter */
  constructor(folder: string, meter: string) {
    this.folder = join(folder, "adjust");
    this.meter = meter;
  }

  /** Takes over what is on disk; damaged lines are set aside and the rest counts. */
  async load(quarantine: Quarantine): Promise<void> {
    const bytes = (await readIfThere(this.#path)) ?? Buffer.alloc(0);
    let isWhole = true;
    let end = 0;
    for (const { offset, length, body } of linesOf(bytes)) {
      const line = trailLine(body);
      // A repair leaves line breaks where a damaged line stood.
      if (offset > end) isWhole = false;
      end = offset + length + 1;
      if (line !== undefined) this.#apply(line);
      else if (offset + length < bytes.length) {
        this.#highest += 1;
        isWhole = false;
        const what = `A correction of meter ${this.meter} could not be read and does not count.`;
        await quarantine.keep(`${this.meter}-trail-${offset}`, bytes.subarray(offset, offset + length), what);
      }
      // What has no line break was never acknowledged.
      if (offset + length < bytes.length) this.#size = offset + length + 1;
    }
    // What cannot be read may have named any of them.
    if (isWhole) await this.#dropUnnamed().catch(() => undefined);
  }

  /** Sheets that were written by halves, or whose record was not: nobody was told of them. */
  async #dropUnnamed(): Promise<void> {
    const ops = this.records.flatMap((record) => record.ops);
    const named = new Set(ops.flatMap((op) => (op[0] === "sheet" ? [op[1]] : [])));
    for (const sheet of await this.#sheets()) if (!named.has(sheet)) await this.dropSheet(sheet);
  }

  /** The numbers of all sheets in the folder. */
  async #sheets(): Promise<number[]> {
    const names = await readdir(this.folder).catch((thrown: unknown) => {
      if (hasCode(thrown, "ENOENT")) return [];
      throw thrown;
    });
    const numbers = names.map((name) => (name.startsWith(`${this.meter}-`) ? name.slice(this.meter.length + 1) : ""));
    return numbers.filter((number) => /^\d{1,9}$/.test(number)).map(Number);
  }

  get #path(): string {
    return join(this.folder, "trail.ndj");
  }

  #apply(line: Kept | KeptUndo): void {
    this.#version += 1;
    this.#active = undefined;
    this.#changes = undefined;
    if ("undo" in line) {
      const { undo, at, who, why } = line;
      // Its record may be lost: a new one must not be taken for undone.
      this.#highest = Math.max(this.#highest, undo);
      if (!this.#undone.has(undo)) this.#undone.set(undo, { at: epochSeconds(at), who, why });
      return;
    }
    this.#records.set(line.n, line);
    this.#highest = Math.max(this.#highest, line.n);
  }

  /** Changes with every line. */
  get version(): number {
    return this.#version;
  }

  /** The number of the next record. */
  get next(): number {
    return this.#highest + 1;
  }

  get records(): readonly Kept[] {
    return [...this.#records.values()];
  }

  /** Those that count, in order. */
  get active(): readonly Kept[] {
    this.#active ??= this.records.filter(({ n }) => !this.#undone.has(n)).sort((a, b) => a.n - b.n);
    return this.#active;
  }

  /** Those that count and change readings. */
  get changes(): readonly Kept[] {
    this.#changes ??= this.active.filter(({ ops }) => ops.length > 0);
    return this.#changes;
  }

  record(n: number): Kept | undefined {
    return this.#records.get(n);
  }

  undoneOf(n: number): Undone | null {
    return this.#undone.get(n) ?? null;
  }

  /** Durable on return. When it fails nothing of the line counts, now or later. */
  async append(line: Kept | KeptUndo): Promise<void> {
    const text = sealed(JSON.stringify(line));
    if (this.#isTorn) await this.#cut();
    try {
      await makeFolder(this.folder);
      this.#size = (await appendLines(this.#path, text)) + Buffer.byteLength(text);
    } catch (thrown) {
      // The line may stand in the file all the same: it must not come to life later.
      this.#isTorn = true;
      await this.#cut().catch(() => undefined);
      throw thrown;
    }
    this.#apply(line);
  }

  async #cut(): Promise<void> {
    try {
      const handle = await open(this.#path, "r+");
      try {
        await handle.truncate(this.#size);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (thrown) {
      if (!hasCode(thrown, "ENOENT")) throw thrown;
    }
    this.#isTorn = false;
  }

  sheetFolder(sheet: number): string {
    return join(this.folder, `${this.meter}-${sheet}`);
  }

  /** A number that no sheet ever had, not even one whose record was lost. */
  async nextSheet(): Promise<number> {
    return Math.max(this.#highest, ...(await this.#sheets())) + 1;
  }

  /** Gives back the space of a sheet that no record names. */
  async dropSheet(sheet: number): Promise<void> {
    const folder = this.sheetFolder(sheet);
    for (const name of await readdir(folder)) await unlink(join(folder, name));
    await rmdir(folder);
  }
}
