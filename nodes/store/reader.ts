import { type FileHandle, open } from "node:fs/promises";
import { readAt } from "./files.ts";
import { Serial } from "./serial.ts";

/** Files that stay open between two reads, over all meters. */
const KEPT = 16;

/**
 * Reads pieces of files that only grow, until they are replaced. Opening and closing costs more than reading a day: the files asked for
 * last stay open.
 */
export class Reader {
  readonly #handles = new Map<string, FileHandle>();
  readonly #serial = new Serial();
  #isClosed = false;

  /** @returns as many bytes as there are, up to `length` */
  read(path: string, offset: number, length: number): Promise<Buffer> {
    return this.#serial.run(async () => {
      // A question that was under way when the store was closed.
      if (this.#isClosed) return readAt(path, offset, length);
      const handle = await this.#handle(path);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  }

  /** The file was replaced by another, or will be. */
  forget(path: string): Promise<void> {
    return this.#serial.run(async () => {
      const handle = this.#handles.get(path);
      this.#handles.delete(path);
      await handle?.close();
    });
  }

  async #handle(path: string): Promise<FileHandle> {
    const handle = this.#handles.get(path) ?? (await open(path, "r"));
    // The one asked for last is closed last.
    this.#handles.delete(path);
    this.#handles.set(path, handle);
    for (const [oldest, other] of this.#handles) {
      if (this.#handles.size <= KEPT) break;
      this.#handles.delete(oldest);
      await other.close();
    }
    return handle;
  }

  close(): Promise<void> {
    return this.#serial.run(async () => {
      this.#isClosed = true;
      for (const handle of this.#handles.values()) await handle.close();
      this.#handles.clear();
    });
  }
}
