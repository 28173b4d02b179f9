import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { METER_ID_SCHEMA, type MeterId, parseMeterId } from "../../model/index.ts";
import { parser } from "../shell/index.ts";

/**
 * The meters that the user took out of Home Assistant, in Node-RED's user folder: the store remembers them for ever, and
 * would bring them back with the next restart.
 */
const FORMAT = 1;
const parse = parser<{ readonly removed: readonly string[] }>(
  {
    type: "object",
    required: ["format", "removed"],
    properties: { format: { const: FORMAT }, removed: { type: "array", maxItems: 1000, items: METER_ID_SCHEMA } },
  },
  "METERMAN_BAD_CONFIG",
);

export interface Removed {
  /** None where the file is missing or cannot be read: a meter that comes back can be taken out again. */
  load(): readonly MeterId[];
  save(removed: ReadonlySet<MeterId>): void;
  forget(): void;
}

/** @param id of the node; one that is no plain file name is not kept */
export function removedMeters(folder: string, id: string): Removed {
  const file = /^[\w-]+(\.[\w-]+)*$/.test(id) ? join(folder, `meterman-publish-${id}.json`) : undefined;
  let last = "";
  const text = (removed: Iterable<MeterId>) => JSON.stringify({ format: FORMAT, removed: [...removed] });
  return {
    load() {
      if (file === undefined) return [];
      try {
        const parsed = parse(JSON.parse(readFileSync(file, "utf8")));
        const ids = parsed.ok ? parsed.value.removed.map(parseMeterId) : [];
        const removed = ids.flatMap((parsedId) => (parsedId.ok ? [parsedId.value] : []));
        last = text(removed);
        return removed;
      } catch {
        return [];
      }
    },
    save(removed) {
      const next = text(removed);
      if (file === undefined || next === last || (last === "" && removed.size === 0)) return;
      writeFileSync(`${file}.new`, next);
      renameSync(`${file}.new`, file);
      last = next;
    },
    forget() {
      if (file !== undefined) rmSync(file, { force: true });
    },
  };
}
