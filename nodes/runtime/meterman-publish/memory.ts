import { rmSync } from "node:fs";
import { METER_LIMIT, PATHS, type Path, STRATEGIES } from "../../home-assistant/index.ts";
import { METER_ID_SCHEMA, type MeterId, parseMeterId } from "../../model/index.ts";
import { nodeFile, parser, readJsonFile, writeDurably } from "../shell/index.ts";

/** What a publish node must know of its earlier runs, in Node-RED's user folder. */
export interface Kept {
  /** Meters that the user took out: the store remembers them for ever, and would bring them back. */
  readonly removed: ReadonlySet<MeterId>;
  /** The last path, where it leaves entities that another one has to take out first. */
  readonly path: Path | null;
}
const FORMAT = 1;
const NOTHING: Kept = { removed: new Set(), path: null };

const parse = parser<{ readonly removed: readonly string[]; readonly path?: Path | null }>(
  {
    type: "object",
    required: ["format", "removed"],
    properties: {
      format: { const: FORMAT },
      removed: { type: "array", maxItems: METER_LIMIT, items: METER_ID_SCHEMA },
      path: { enum: [null, ...PATHS] },
    },
  },
  "METERMAN_BAD_CONFIG",
);

export interface Memory {
  /** Nothing where the file is missing or cannot be read: a meter that comes back can be taken out again. */
  load(): Kept;
  /** Writes what is new. Throws once when the folder cannot be written to. */
  save(kept: Kept): void;
  forget(): void;
}

/** @param id of the node; one that is no plain file name is not kept */
export function publishMemory(folder: string, id: string): Memory {
  const file = nodeFile(folder, "meterman-publish", id);
  let last = textOf(NOTHING);
  return {
    load() {
      const kept = file === undefined ? NOTHING : read(file);
      last = textOf(kept);
      return kept;
    },
    save(kept) {
      const next = textOf(kept);
      if (file === undefined || next === last) return;
      last = next;
      writeDurably(file, next);
    },
    forget() {
      if (file !== undefined) rmSync(file, { force: true });
    },
  };
}

function textOf({ removed, path }: Kept): string {
  const left = path !== null && STRATEGIES[path].leaves ? path : null;
  return JSON.stringify({ format: FORMAT, removed: [...removed], path: left });
}

function read(file: string): Kept {
  try {
    const parsed = parse(readJsonFile(file));
    if (!parsed.ok) return NOTHING;
    const ids = parsed.value.removed.map(parseMeterId);
    return { removed: new Set(ids.flatMap((id) => (id.ok ? [id.value] : []))), path: parsed.value.path ?? null };
  } catch {
    return NOTHING;
  }
}
