import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Failure } from "../model/index.ts";
import { makeFolder, wordsOf } from "./files.ts";

export type Report = (failure: Failure) => void;

/**
 * Where unreadable parts are set aside, each once, so that a person can look at them; what was lost is said aloud.
 * Setting aside never fails: a store that cannot do it still serves the rest.
 */
export class Quarantine {
  readonly #folder: string;
  readonly #report: Report;
  readonly #seen = new Set<string>();

  constructor(folder: string, report: Report) {
    this.#folder = join(folder, "quarantine");
    this.#report = report;
  }

  get parts(): number {
    return this.#seen.size;
  }

  /**
   * @param name of the part, from file and offset: one part is kept and reported once
   * @param what a sentence that says what is missing now
   */
  async keep(name: string, bytes: Buffer, what: string): Promise<void> {
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const file = join(this.#folder, name.replaceAll(/[^A-Za-z0-9._-]/g, "_"));
    let where = `The bytes are kept in ${file}.`;
    try {
      await makeFolder(this.#folder);
      await writeFile(file, bytes);
    } catch (thrown) {
      where = `The bytes could not be set aside (${wordsOf(thrown)}).`;
    }
    this.#report({ code: "METERMAN_STORE_DAMAGED", message: `${what} ${where}` });
  }
}
