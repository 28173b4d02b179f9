import { basename } from "node:path";
import type { Adapter } from "lowdb";
import { linesOf, sealed } from "./checked-line.ts";
import { readIfThere, replaceFile } from "./files.ts";
import type { Quarantine } from "./quarantine.ts";

/**
 * A lowdb adapter for small, rarely written state. lowdb's own syncs nothing and believes what it reads; this one syncs
 * file, rename and folder, and checks sum and shape.
 */
export class DurableDocument<T> implements Adapter<T> {
  readonly #path: string;
  readonly #parse: (input: unknown) => T | undefined;
  readonly #quarantine: Quarantine;

  constructor(path: string, parse: (input: unknown) => T | undefined, quarantine: Quarantine) {
    this.#path = path;
    this.#parse = parse;
    this.#quarantine = quarantine;
  }

  async read(): Promise<T | null> {
    const bytes = await readIfThere(this.#path);
    if (bytes === undefined) return null;
    const [line] = linesOf(bytes);
    const document = line === undefined ? undefined : this.#parse(line.body);
    if (document !== undefined) return document;
    const name = basename(this.#path);
    await this.#quarantine.keep(name, bytes, `The file ${name} could not be read; what it held is taken as unknown.`);
    return null;
  }

  write(document: T): Promise<void> {
    return replaceFile(this.#path, sealed(JSON.stringify(document)));
  }
}
