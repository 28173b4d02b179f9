import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { copyWhole, identityOf, type Part } from "./backup-copy.ts";
import { hasCode, readIfThere } from "./files.ts";
import { metersIn, namesIn } from "./folder.ts";
import { segmentsIn } from "./journal.ts";
import { scanSegment } from "./segment.ts";

/** The store at one moment: the journals are copied already, of files that only grow it is known how far they count. */
export interface Cut {
  readonly memory: Buffer | undefined;
  readonly journals: { readonly files: number; readonly bytes: number };
  readonly parts: readonly Part[];
}

/**
 * Copies the journals and measures all other files. When meanwhile no journal was begun and none was merged, the files
 * hold nothing that is not in the journals or older than they: together they are the store at that moment.
 * @returns undefined when the moment was not quiet
 */
export async function cutOf(from: string, to: string): Promise<Cut | undefined> {
  try {
    const folder = join(from, "journal");
    const [ids, memory] = await stateOf(from);
    let bytes = 0;
    for (const id of ids) bytes += await copyJournal(join(folder, `${id}.ndj`), id, join(to, "journal", `${id}.ndj`));
    const parts: Part[] = [];
    for (const path of await pathsOf(from)) {
      const stats = await stat(join(from, path));
      parts.push({ path, size: stats.size, identity: identityOf(stats) });
    }
    const [idsNow, memoryNow] = await stateOf(from);
    const isQuiet = ids.join() === idsNow.join() && (memory ?? "").toString() === (memoryNow ?? "").toString();
    return isQuiet ? { memory, journals: { files: ids.length, bytes }, parts } : undefined;
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
}

async function stateOf(from: string): Promise<[number[], Buffer | undefined]> {
  const names = await namesIn(join(from, "journal"));
  return [
    names.length === 0 ? [] : await segmentsIn(join(from, "journal")),
    await readIfThere(join(from, "memory.json")),
  ];
}

/** What stands behind the last whole line was not acknowledged when it was read, or belongs to the file's former life. */
async function copyJournal(path: string, id: number, target: string): Promise<number> {
  const bytes = await readFile(path);
  const { end } = scanSegment(bytes, id);
  await copyWhole(target, bytes.subarray(0, end));
  return end;
}

/**
 * All files of the meters. A file stands before those that it speaks of, and is measured before them: corrections before
 * the readings that they brought, roll-ups before the days.
 */
async function pathsOf(from: string): Promise<string[]> {
  const paths: string[] = [];
  for (const meter of await metersIn(from)) {
    const entries = await readdir(join(from, "m", meter), { recursive: true });
    for (const name of entries) if (name.endsWith(".ndj")) paths.push(join("m", meter, name));
  }
  const rank = (path: string) => (path.endsWith("trail.ndj") ? 0 : path.endsWith(".roll.ndj") ? 1 : 2);
  return paths.sort((a, b) => rank(a) - rank(b));
}
