import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SHED_LEDGER_SCHEMA, type ShedLedger } from "../../demand/index.ts";
import { parser } from "../shell/index.ts";

/**
 * What was shed, on disk in Node-RED's user folder before the load hears of it: node context is gone after a restart
 * unless the owner has set it up otherwise, and a load that was forgotten stays off for ever.
 */
const FORMAT = 1;
const parse = parser<{
  readonly format: number;
  readonly ledger: ShedLedger;
  readonly modes?: readonly { readonly load: string; readonly mode: string }[];
}>(
  {
    type: "object",
    required: ["format", "ledger"],
    properties: {
      format: { const: FORMAT },
      ledger: SHED_LEDGER_SCHEMA,
      modes: {
        type: "array",
        maxItems: 200,
        items: {
          type: "object",
          required: ["load", "mode"],
          properties: { load: { type: "string", maxLength: 64 }, mode: { type: "string", maxLength: 255 } },
        },
      },
    },
  },
  "METERMAN_BAD_CONFIG",
);

export interface Kept {
  readonly ledger: ShedLedger;
  /** What climate and water heaters were last on with, by load: they are given back with it. */
  readonly modes: ReadonlyMap<string, string>;
}

export interface SavedLedger {
  /** undefined: there is none. null: there is one, but it cannot be read. */
  load(): Kept | null | undefined;
  save(kept: Kept): void;
  remove(): void;
}

const isMissing = (thrown: unknown) => thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";

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

/** @param id of the node; one that is no plain file name is not kept */
export function savedLedger(folder: string, id: string): SavedLedger {
  const file = /^[\w-]+(\.[\w-]+)*$/.test(id) ? join(folder, `meterman-shed-${id}.json`) : undefined;
  let last = "";
  return {
    load() {
      if (file === undefined) return undefined;
      try {
        const parsed = parse(JSON.parse(readFileSync(file, "utf8")));
        if (!parsed.ok) return null;
        const { ledger, modes = [] } = parsed.value;
        return { ledger, modes: new Map(modes.map(({ load, mode }) => [load, mode])) };
      } catch (thrown) {
        return isMissing(thrown) ? undefined : null;
      }
    },
    save({ ledger, modes }) {
      const text = JSON.stringify({
        format: FORMAT,
        ledger,
        modes: [...modes].map(([load, mode]) => ({ load, mode })),
      });
      if (file === undefined || text === last) return;
      const handle = openSync(`${file}.new`, "w");
      try {
        writeFileSync(handle, text);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(`${file}.new`, file);
      syncFolder(folder);
      last = text;
    },
    remove() {
      if (file !== undefined) rmSync(file, { force: true });
    },
  };
}
