import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { endOfLines, hasCode, writeAll } from "./files.ts";

/** A file and how much of it counts. */
export interface Part {
  readonly path: string;
  readonly size: number;
  /** Of the same file it stays the same, however the file grows. */
  readonly identity: string;
}

/** The number alone is not enough: a file that replaces another may get the number of one that was replaced before. */
export function identityOf({ ino, birthtimeMs }: Stats): string {
  return `${ino} ${birthtimeMs}`;
}

const PIECE = 1024 * 1024;

export async function copyWhole(target: string, bytes: Buffer): Promise<void> {
  const handle = await open(target, "w");
  try {
    await writeAll(handle, bytes, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Copies the whole lines of a part, a piece at a time.
 * @returns the number of bytes; undefined when the file was replaced or cut since it was measured
 */
export async function copyPart(from: string, to: string, { path, size, identity }: Part): Promise<number | undefined> {
  const source = await open(join(from, path), "r").catch((thrown: unknown) => {
    if (hasCode(thrown, "ENOENT")) return undefined;
    throw thrown;
  });
  if (source === undefined) return undefined;
  try {
    if (identityOf(await source.stat()) !== identity) return undefined;
    const end = await endOfLines(source, size);
    const target = await open(join(to, path), "w");
    try {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, end));
      for (let at = 0; at < end; ) {
        const { bytesRead } = await source.read(piece, 0, Math.min(piece.length, end - at), at);
        if (bytesRead === 0) return undefined;
        await writeAll(target, piece.subarray(0, bytesRead), at);
        at += bytesRead;
      }
      await target.sync();
    } finally {
      await target.close();
    }
    return end;
  } finally {
    await source.close();
  }
}
