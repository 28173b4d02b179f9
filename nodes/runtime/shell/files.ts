import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { NodeAPI } from "node-red";

/** Node-RED's user folder. */
export const userFolder = (RED: NodeAPI): string => RED.settings.userDir ?? ".";

/**
 * Where nodes keep what they know of a house: beside its readings where METERMAN_DATA says so, for a simulated house must
 * never be taken for the real one; else in the user folder.
 */
export function houseFolder(RED: NodeAPI): string {
  const given = process.env.METERMAN_DATA ?? "";
  return given === "" ? userFolder(RED) : resolve(given);
}

/** The file of one node; undefined for an id that is no plain file name: such a node keeps nothing. */
export function nodeFile(folder: string, type: string, id: string, suffix = ""): string | undefined {
  return /^[\w-]+(\.[\w-]+)*$/.test(id) ? join(folder, `${type}-${id}${suffix}.json`) : undefined;
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

/** Replaces a file as a whole: after a crash it is the old or the new one. Throws when the disk does not take it. */
export function writeDurably(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
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

/** The same without holding up Node-RED, for what may be a moment old after a crash. */
export async function writeDurablyLater(file: string, text: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const handle = await open(`${file}.new`, "w");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  syncFolder(dirname(file));
}

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
