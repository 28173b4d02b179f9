import { mkdir, realpath, rm, unlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failed, ok, type Result } from "../model/index.ts";
import { copyPart, copyWhole } from "./backup-copy.ts";
import { type Cut, cutOf } from "./backup-cut.ts";
import { isStore, noStore } from "./exclusive.ts";
import { makeFolder, readIfThere, replaceFile, syncFolder, wordsOf } from "./files.ts";
import { metersIn, namesIn } from "./folder.ts";
import { checkFormat, UNFINISHED } from "./format.ts";
import type { Progress } from "./progress.ts";
import { verify } from "./verify.ts";

export interface Backup {
  readonly files: number;
  readonly bytes: number;
  readonly meters: number;
  /** What `verify` says of the copy: damage that the store had already, too. */
  readonly problems: readonly string[];
}

/** A store that works while it is copied is asked again and again for a quiet moment; there is one nearly always. */
const TRIES = 200;
const PAUSE_MS = 25;
const OURS = ["journal", "m", "memory.json", "format.json"];

/**
 * Copies the store of a folder as it is at one moment, also while a store works in it, which need not know: everything
 * acknowledged before is in the copy, each reading once, and ledgers that know just these readings. What was set aside in
 * `quarantine` is not copied.
 * @param to a new or empty folder, or one that has a backup that was interrupted
 * @returns METERMAN_NO_STORE, METERMAN_STORE_FORMAT, METERMAN_BAD_QUERY for a target that will not do,
 * METERMAN_STORE_LOCKED when there was no quiet moment
 */
export async function backup(from: string, to: string, progress: Progress = () => undefined): Promise<Result<Backup>> {
  if (!(await isStore(from))) return noStore(from);
  const format = await checkFormat(from);
  if (!format.ok) return format;
  const refusal = await refusalOf(from, to);
  if (refusal !== undefined) return failed("METERMAN_BAD_QUERY", refusal, "to");
  try {
    await makeFolder(to);
    await writeFile(join(to, UNFINISHED), "");
    await syncFolder(to);
    const sum = await copyAll(from, to, progress);
    if (sum === undefined) {
      const what = `the store in ${from} was busy all the time; make the backup again in a minute`;
      return failed("METERMAN_STORE_LOCKED", what, "from");
    }
    await finish(from, to);
    const { problems } = await verify(to, (done, total, what) => progress(done, total, `checking ${what}`));
    return ok({ ...sum, meters: (await metersIn(to)).length, problems });
  } catch (thrown) {
    const what = `the backup to ${to} failed (${wordsOf(thrown)}); see that there is room and that it may be written, then make it again`;
    return failed("METERMAN_STORE_WRITE", what, "to");
  }
}

/** @returns why nothing can be copied there */
async function refusalOf(from: string, to: string): Promise<string | undefined> {
  const [source, target] = [await realpath(from), await realPlace(to)];
  if (target === source || target.startsWith(source + sep)) {
    return `a backup cannot be within the folder that is copied; choose a place outside ${from}`;
  }
  const names = await namesIn(to).catch(() => undefined);
  if (names === undefined) return `${to} is not a folder; choose another place`;
  const isAgain = names.includes(UNFINISHED);
  if (names.some((name) => name !== UNFINISHED && !(isAgain && OURS.includes(name)))) {
    return `the folder ${to} is not empty; choose a new one`;
  }
  return undefined;
}

/** The path without links, also of what is not there yet. */
async function realPlace(path: string): Promise<string> {
  const whole = resolve(path);
  const parent = dirname(whole);
  return realpath(whole).catch(async () => {
    return parent === whole ? whole : join(await realPlace(parent), whole.slice(parent.length));
  });
}

async function copyAll(from: string, to: string, progress: Progress) {
  for (let i = 0; i < TRIES; i += 1) {
    if (i > 0) await sleep(PAUSE_MS);
    for (const name of OURS) await rm(join(to, name), { recursive: true, force: true });
    await mkdir(join(to, "journal"), { recursive: true });
    await mkdir(join(to, "m"));
    const cut = await cutOf(from, to);
    const copied = cut === undefined ? undefined : await copyCut(cut, from, to, progress);
    if (copied !== undefined) return copied;
  }
  return undefined;
}

/** @returns undefined when a file was replaced meanwhile */
async function copyCut({ parts, journals, memory }: Cut, from: string, to: string, progress: Progress) {
  let bytes = journals.bytes + (memory?.length ?? 0);
  const folders = new Set<string>();
  for (const [i, part] of parts.entries()) {
    progress(i, parts.length, part.path);
    const folder = dirname(join(to, part.path));
    if (!folders.has(folder)) await mkdir(folder, { recursive: true });
    folders.add(folder);
    const length = await copyPart(from, to, part);
    if (length === undefined) return undefined;
    bytes += length;
  }
  if (memory !== undefined) await copyWhole(join(to, "memory.json"), memory);
  for (const folder of folders) await syncFolder(folder);
  for (const folder of new Set([...folders].map(dirname))) await syncFolder(folder);
  await syncFolder(join(to, "journal"));
  progress(parts.length, parts.length, "");
  return { files: parts.length + journals.files + (memory === undefined ? 0 : 1), bytes };
}

/** The mark goes last: without it the folder is a store like any other. */
async function finish(from: string, to: string): Promise<void> {
  const format = await readIfThere(join(from, "format.json"));
  if (format !== undefined) await replaceFile(join(to, "format.json"), format.toString("utf8"));
  await syncFolder(to);
  await unlink(join(to, UNFINISHED));
  await syncFolder(to);
}
