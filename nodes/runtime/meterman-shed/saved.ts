import { renameSync, rmSync } from "node:fs";
import { SHED_LEDGER_SCHEMA, type ShedLedger } from "../../demand/index.ts";
import { EPOCH_SCHEMA, METER_ID_SCHEMA } from "../../model/index.ts";
import { nodeFile, parser, readJsonFile, writeDurably } from "../shell/index.ts";
import type { Acted } from "./acting.ts";

/**
 * What was shed, on disk before the load hears of it: node context is gone after a restart
 * unless the owner has set it up otherwise, and a load that was forgotten stays off for ever.
 */
const FORMAT = 1;
const parse = parser<{
  readonly format: number;
  readonly ledger: ShedLedger;
  readonly modes?: readonly { readonly load: string; readonly mode: string }[];
  readonly acted?: Acted | null;
  readonly configuredDryRun?: boolean;
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
      acted: {
        type: "object",
        nullable: true,
        required: ["since", "meters"],
        properties: { since: EPOCH_SCHEMA, meters: { type: "array", items: METER_ID_SCHEMA } },
      },
      configuredDryRun: { type: "boolean" },
    },
  },
  "METERMAN_BAD_CONFIG",
);

export interface Kept {
  readonly ledger: ShedLedger;
  /** What climate and water heaters were last on with, by load: they are given back with it. */
  readonly modes: ReadonlyMap<string, string>;
  /** null: it did not act on its house. */
  readonly acted: Acted | null;
  /** The setting of the editor when this was written; null in files of an older version. */
  readonly configuredDryRun: boolean | null;
}

export interface SavedLedger {
  /** undefined: there is none. null: there is one, but it cannot be read; it is set aside as `….bad`. */
  load(): Kept | null | undefined;
  /** Writes what is new. Throws when the disk does not take it. */
  save(kept: Kept): void;
  remove(): void;
}

/** @param id of the node; one that is no plain file name is not kept */
export function savedLedger(folder: string, id: string): SavedLedger {
  const file = nodeFile(folder, "meterman-shed", id);
  let last = "";
  return {
    load() {
      if (file === undefined) return undefined;
      const kept = read(file);
      if (kept === null) setAside(file);
      return kept;
    },
    save({ modes, ...rest }) {
      const named = [...modes].map(([load, mode]) => ({ load, mode }));
      const text = JSON.stringify({ format: FORMAT, ...rest, modes: named });
      if (file === undefined || text === last) return;
      writeDurably(file, text);
      last = text;
    },
    remove() {
      if (file === undefined) return;
      rmSync(file, { force: true });
      rmSync(`${file}.bad`, { force: true });
    },
  };
}

function read(file: string): Kept | null | undefined {
  try {
    const given = readJsonFile(file);
    if (given === undefined) return undefined;
    const parsed = parse(given);
    if (!parsed.ok) return null;
    const { ledger, modes = [], acted = null, configuredDryRun = null } = parsed.value;
    return { ledger, modes: new Map(modes.map(({ load, mode }) => [load, mode])), acted, configuredDryRun };
  } catch {
    return null;
  }
}

/** The next save must not destroy what somebody could still mend. */
function setAside(file: string): void {
  try {
    renameSync(file, `${file}.bad`);
  } catch {
    // Then it stays where it is until the next save.
  }
}
