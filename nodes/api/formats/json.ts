import type { Piece } from "./cutters.ts";
import { type Entry, OTHER_LINES, type OtherLine } from "./entry.ts";
import { cellsOf, rowOf } from "./row.ts";

const WAS_CUT = "the export ends before its last line: it was cut off";

/**
 * What the pieces of one JSON or NDJSON text mean. An export must be whole: its last line counts the others. Several may
 * follow each other.
 */
export class JsonReader {
  readonly #zone: string;
  #isExport = false;
  #isOver = false;
  #line = 1;
  readonly #counts = { reading: 0, event: 0, adjustment: 0 };

  constructor(zone: string) {
    this.#zone = zone;
  }

  read({ line, text, fault }: Piece): Entry {
    this.#line = line;
    if (fault !== undefined) return { kind: "fault", line, why: fault };
    const value = parsed(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { kind: "fault", line, why: "this must be a JSON object like {…}" };
    }
    const type = "type" in value ? value.type : undefined;
    const other = OTHER_LINES.find((name) => name === type);
    if (other !== undefined) return this.#other(line, other, value);
    this.#counts.reading += 1;
    const row = rowOf(cellsOf(value), this.#zone);
    return row.ok ? { kind: "row", line, row: row.value } : { kind: "fault", line, why: row.error.message };
  }

  end(): Entry[] {
    if (!this.#isExport || this.#isOver) return [];
    return [{ kind: "fault", line: this.#line, why: WAS_CUT }];
  }

  #other(line: number, type: OtherLine, value: object): Entry {
    if (type === "meterman-export") {
      Object.assign(this.#counts, { reading: 0, event: 0, adjustment: 0 });
      if (this.#isExport && !this.#isOver) return { kind: "fault", line, why: WAS_CUT };
      this.#isExport = true;
      this.#isOver = false;
      if (!("version" in value) || value.version !== 1) {
        return { kind: "fault", line, why: "this export is of a newer version: update meterman to read it" };
      }
    }
    if (type === "event" || type === "adjustment") this.#counts[type] += 1;
    if (type === "end") {
      this.#isOver = true;
      const { reading, event, adjustment } = this.#counts;
      const told = new Map<string, unknown>(Object.entries(value));
      const isWhole =
        told.get("readings") === reading && told.get("events") === event && told.get("adjustments") === adjustment;
      if (!isWhole) return { kind: "fault", line, why: "lines of this export are missing, or there are too many" };
    }
    return { kind: "other", line, type, value };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
