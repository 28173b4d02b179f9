import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { DEMAND_LEDGER_SCHEMA, type DemandLedger } from "../../demand/index.ts";
import { parser } from "../shell/index.ts";

/** The open window and the peaks of the months, on disk: for restarts without a store. */
const FORMAT = 1;
const parse = parser<{ readonly ledger: DemandLedger }>(
  {
    type: "object",
    required: ["format", "ledger"],
    properties: { format: { const: FORMAT }, ledger: DEMAND_LEDGER_SCHEMA },
  },
  "METERMAN_BAD_CONFIG",
);

export type Loaded =
  | { readonly kind: "none" }
  | { readonly kind: "ledger"; readonly ledger: DemandLedger }
  /** There is a file that this version cannot read. It stands under another name now; null when it could not be moved. */
  | { readonly kind: "unreadable"; readonly aside: string | null };

const isMissing = (thrown: unknown) => thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";

/** A renamed file may be the old one again after a power cut without this. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows and some network file systems cannot sync a folder; there is nothing better to do there.
  }
}

export class SavedDemand {
  readonly #folder: string;
  readonly #file: string | undefined;
  #last = "";

  /** @param id of the node; one that is no plain file name is not kept */
  constructor(folder: string, id: string) {
    this.#folder = folder;
    this.#file = /^[\w-]+(\.[\w-]+)*$/.test(id) ? join(folder, `meterman-demand-${id}.json`) : undefined;
  }

  load(): Loaded {
    if (this.#file === undefined) return { kind: "none" };
    try {
      const parsed = parse(JSON.parse(readFileSync(this.#file, "utf8")));
      if (parsed.ok) return { kind: "ledger", ledger: parsed.value.ledger };
    } catch (thrown) {
      if (isMissing(thrown)) return { kind: "none" };
    }
    // Not overwritten: a newer version may have written it, or a person may still get something out of it.
    const aside = `${this.#file}.unreadable-${Date.now()}`;
    try {
      renameSync(this.#file, aside);
      return { kind: "unreadable", aside };
    } catch {
      return { kind: "unreadable", aside: null };
    }
  }

  /** Durable once it settles. Rejects when the folder cannot be written to; the file is then as it was. */
  async save(ledger: DemandLedger): Promise<void> {
    const text = JSON.stringify({ format: FORMAT, ledger });
    if (this.#file === undefined || text === this.#last) return;
    mkdirSync(this.#folder, { recursive: true });
    const fresh = `${this.#file}.new`;
    const handle = await open(fresh, "w");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, this.#file);
    await syncFolder(this.#folder);
    this.#last = text;
  }

  remove(): void {
    if (this.#file === undefined) return;
    rmSync(this.#file, { force: true });
    rmSync(`${this.#file}.new`, { force: true });
  }
}
