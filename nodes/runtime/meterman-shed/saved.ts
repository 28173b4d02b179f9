import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SHED_LEDGER_SCHEMA, type ShedLedger } from "../../demand/index.ts";
import { parser } from "../shell/index.ts";

/**
 * What was shed, on disk in Node-RED's user folder before the load hears of it: node context is gone after a restart
 * unless the owner has set it up otherwise, and a load that was forgotten stays off for ever.
 */
const FORMAT = 1;
const parse = parser<{ readonly format: number; readonly ledger: ShedLedger }>(
  {
    type: "object",
    required: ["format", "ledger"],
    properties: { format: { const: FORMAT }, ledger: SHED_LEDGER_SCHEMA },
  },
  "METERMAN_BAD_CONFIG",
);

export interface SavedLedger {
  /** undefined: there is none. null: there is one, but it cannot be read. */
  load(): ShedLedger | null | undefined;
  save(ledger: ShedLedger): void;
  remove(): void;
}

const isMissing = (thrown: unknown) => thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";

/** @param id of the node; one that is no plain file name is not kept */
export function savedLedger(folder: string, id: string): SavedLedger {
  const file = /^[\w-]+(\.[\w-]+)*$/.test(id) ? join(folder, `meterman-shed-${id}.json`) : undefined;
  let last = "";
  return {
    load() {
      if (file === undefined) return undefined;
      try {
        const parsed = parse(JSON.parse(readFileSync(file, "utf8")));
        return parsed.ok ? parsed.value.ledger : null;
      } catch (thrown) {
        return isMissing(thrown) ? undefined : null;
      }
    },
    save(ledger) {
      const text = JSON.stringify({ format: FORMAT, ledger });
      if (file === undefined || text === last) return;
      const handle = openSync(`${file}.new`, "w");
      try {
        writeSync(handle, text);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(`${file}.new`, file);
      last = text;
    },
    remove() {
      if (file !== undefined) rmSync(file, { force: true });
    },
  };
}
