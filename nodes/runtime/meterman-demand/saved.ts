import { renameSync, rmSync } from "node:fs";
import { DEMAND_LEDGER_SCHEMA, type DemandLedger } from "../../demand/index.ts";
import { nodeFile, parser, readJsonFile, writeDurablyLater } from "../shell/index.ts";

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

export class SavedDemand {
  readonly #file: string | undefined;
  #last = "";

  /** @param id of the node; one that is no plain file name is not kept */
  constructor(folder: string, id: string) {
    this.#file = nodeFile(folder, "meterman-demand", id);
  }

  load(): Loaded {
    if (this.#file === undefined) return { kind: "none" };
    try {
      const kept = readJsonFile(this.#file);
      if (kept === undefined) return { kind: "none" };
      const parsed = parse(kept);
      if (parsed.ok) return { kind: "ledger", ledger: parsed.value.ledger };
    } catch {
      // Cut off, or not to be read: like one of another version.
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
    await writeDurablyLater(this.#file, text);
    this.#last = text;
  }

  remove(): void {
    if (this.#file === undefined) return;
    rmSync(this.#file, { force: true });
    rmSync(`${this.#file}.new`, { force: true });
  }
}
