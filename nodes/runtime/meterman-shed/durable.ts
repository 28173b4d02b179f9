import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A renamed file may be the old one again after a power cut without this. */
function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, "r");
    fsyncSync(handle);
  } catch {
    // Windows and some network file systems cannot sync a folder; there is nothing better to do there.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Replaces a file as a whole: after a crash it is the old or the new one. Throws when the disk does not take it. */
export function writeDurably(file: string, text: string): void {
  const handle = openSync(`${file}.new`, "w");
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
  syncFolder(dirname(file));
}

/** What a JSON file holds: undefined when there is no file. Throws when it is none or cannot be read. */
export function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
}
