import { type FileHandle, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** How files are opened; tests pass one whose files fail on command. */
export type Opener = typeof open;

export function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === code;
}

/** What went wrong, for people: the system's word without a stack. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
}

/** Makes names in the folder durable: a created or renamed file may be gone after a power cut without this. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (thrown) {
    // Windows and some network file systems cannot sync a folder; there is nothing better to do there.
    if (!["EPERM", "EINVAL", "EISDIR", "ENOTSUP"].some((code) => hasCode(thrown, code))) throw thrown;
  } finally {
    await handle.close();
  }
}

/** A folder whose name, and those of all folders made on the way, are durable. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = resolve(folder); made.length >= resolve(first).length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

export async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** The whole file anew: temporary file, sync, rename, sync of the folder. Either the old or the new survives a crash. */
export async function replaceFile(path: string, text: string | Buffer): Promise<void> {
  const temporary = join(dirname(path), `.${path.slice(dirname(path).length + 1)}.tmp`);
  const handle = await open(temporary, "w");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/**
 * Appends whole lines and syncs. What an interrupted append left behind the last line break is cut off first.
 * @returns the offset of the first byte of `text`
 */
export async function appendLines(path: string, text: string): Promise<number> {
  const handle = await open(path, "a+");
  try {
    const { size } = await handle.stat();
    const end = await endOfLines(handle, size);
    if (end < size) await handle.truncate(end);
    await handle.writeFile(text);
    await handle.sync();
    if (size === 0) await syncFolder(dirname(path));
    return end;
  } finally {
    await handle.close();
  }
}

/** The offset behind the last line break of the first `size` bytes. */
export async function endOfLines(handle: FileHandle, size: number): Promise<number> {
  const piece = Buffer.alloc(64 * 1024);
  // Nearly always the very last byte is the line break.
  for (let end = size, length = 1; end > 0; end -= length, length = Math.min(piece.length, end)) {
    await handle.read(piece, 0, length, end - length);
    const at = piece.subarray(0, length).lastIndexOf(10);
    if (at >= 0) return end - length + at + 1;
  }
  return 0;
}

/** @returns as many bytes as there are, up to `length` */
export async function readAt(path: string, offset: number, length: number): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

let turn: Promise<void> = Promise.resolve();

/**
 * Lets timers, sockets and inputs have their turn between two pieces of work. However many ask, each turn of the event
 * loop goes to one of them.
 */
export function breathe(): Promise<void> {
  turn = turn.then(() => new Promise((resolve) => setImmediate(resolve)));
  return turn;
}
