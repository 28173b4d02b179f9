import { open } from "node:fs/promises";
import { join } from "node:path";
import { linesOf } from "./checked-line.ts";
import { hasCode, makeFolder, readIfThere, replaceFile, syncFolder, writeAll } from "./files.ts";

/** `1 day`, `2 days`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** A stretch of a file that is taken out. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** What a repair works with: where damaged parts go, and the words for what was done. */
export class Bench {
  readonly folder: string;
  readonly done: string[] = [];
  #parts = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  get parts(): number {
    return this.#parts;
  }

  did(what: string): void {
    this.done.push(what);
  }

  /** Durable on return: only then may the part be taken out. Nothing that was set aside before is written over. */
  async setAside(name: string, bytes: Buffer): Promise<void> {
    const folder = join(this.folder, "quarantine");
    await makeFolder(folder);
    for (let i = 1; ; i += 1) {
      const path = join(folder, `repair-${name}${i === 1 ? "" : `-${i}`}`);
      try {
        const handle = await open(path, "wx");
        try {
          await writeAll(handle, bytes, 0);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await syncFolder(folder);
        this.#parts += 1;
        return;
      } catch (thrown) {
        if (!hasCode(thrown, "EEXIST")) throw thrown;
      }
    }
  }

  /**
   * Sets stretches aside and leaves line breaks in their place: what stands behind them stays where roll-ups look for it.
   * @returns the bytes without them
   */
  async takeOut(name: string, bytes: Buffer, stretches: readonly Stretch[]): Promise<Buffer> {
    const left = Buffer.from(bytes);
    for (const { offset, length } of stretches) {
      await this.setAside(`${name}-${offset}`, bytes.subarray(offset, offset + length));
      left.fill("\n", offset, offset + length);
    }
    return left;
  }

  /**
   * Takes damaged lines out of a file of lines. A last one without its line break was never acknowledged.
   * @returns how many that were whole once are lost
   */
  async clean(path: string, name: string, isSound: (body: unknown) => boolean): Promise<number> {
    const bytes = await readIfThere(path);
    if (bytes === undefined) return 0;
    const bad = [...linesOf(bytes)].filter(({ body }) => !isSound(body));
    if (bad.length === 0) return 0;
    await replaceFile(path, await this.takeOut(name, bytes, bad));
    const isTorn = (bad.at(-1)?.offset ?? 0) + (bad.at(-1)?.length ?? 0) === bytes.length;
    if (isTorn) this.did(`${name}: the last write, which did not finish, was cut off; nothing acknowledged is lost`);
    return bad.length - (isTorn ? 1 : 0);
  }
}
