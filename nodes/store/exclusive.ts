import { failed, type Result } from "../model/index.ts";
import { wordsOf } from "./files.ts";
import { namesIn } from "./folder.ts";
import { checkFormat } from "./format.ts";
import { takeLock } from "./lock.ts";

/** Whether the folder looks like a store's: one of its own files is there. */
export async function isStore(folder: string): Promise<boolean> {
  const names = await namesIn(folder).catch((): string[] => []);
  return ["format.json", "journal", "m"].some((name) => names.includes(name));
}

export function noStore(folder: string): Result<never> {
  return failed("METERMAN_NO_STORE", `there is no store in ${folder}; name the folder of the store node`, "folder");
}

/**
 * Does a job on a folder that nobody else may work in meanwhile.
 * @returns METERMAN_NO_STORE, METERMAN_STORE_FORMAT, or METERMAN_STORE_LOCKED when a store works in the folder
 */
export async function exclusively<T>(folder: string, job: () => Promise<Result<T>>): Promise<Result<T>> {
  if (!(await isStore(folder))) return noStore(folder);
  const format = await checkFormat(folder);
  if (!format.ok) return format;
  const lock = await takeLock(folder).catch((thrown: unknown) =>
    failed("METERMAN_NO_STORE", `the folder ${folder} cannot be written (${wordsOf(thrown)})`, "folder"),
  );
  if (!lock.ok) return lock;
  try {
    return await job();
  } finally {
    await lock.value.release();
  }
}
