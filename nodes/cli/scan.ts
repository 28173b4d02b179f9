import { createReadStream } from "node:fs";
import { extname } from "node:path";
import { type Entry, Faults, type RowType, readEntries } from "../api/index.ts";
import { type MeterId, parseMeterId } from "../model/index.ts";

/** One export within a file, or a whole file that is none. What is large, the readings, is only counted. */
export interface Section {
  /** undefined when the file does not say. */
  readonly meter: MeterId | undefined;
  /** Lines of the file that belong to it, the last one excluded. */
  readonly fromLine: number;
  toLine: number;
  rows: number;
  firstStart: number;
  lastEnd: number;
  readonly events: object[];
  readonly trail: object[];
  readonly snapshots: object[];
  /** The whole line with the ledger's memory. */
  account: object | undefined;
}

/** What became of a section. Not whole when it was stopped on the way. */
export interface Brought {
  readonly isWhole: boolean;
  /** For standard output, with line breaks. */
  readonly words: string;
}

export interface Scanned {
  readonly sections: readonly Section[];
  readonly faults: Faults;
  readonly rows: number;
}

export interface Source {
  readonly path: string;
  readonly type: RowType;
  /** Of times that are written without an offset. */
  readonly zone: string;
}

export function entriesOf({ path, type, zone }: Source): AsyncGenerator<Entry, void, undefined> {
  return readEntries(createReadStream(path), type, zone);
}

const TYPES: Readonly<Record<string, RowType>> = {
  ".csv": "text/csv",
  ".json": "application/json",
  ".ndjson": "application/x-ndjson",
  ".jsonl": "application/x-ndjson",
};

/** What a file is by its name; undefined when that tells nothing. */
export function typeOf(path: string): RowType | undefined {
  return TYPES[extname(path).toLowerCase()];
}

/** Reads a file once, to know all that is wrong with it before anything is changed. */
export async function scan(source: Source, signal: AbortSignal, onRow: (rows: number) => void): Promise<Scanned> {
  const sections: Section[] = [];
  const faults = new Faults();
  let rows = 0;
  let present: Section | undefined;
  const begin = (line: number, meter?: MeterId) => {
    if (present !== undefined) present.toLine = line;
    const span = { firstStart: Number.POSITIVE_INFINITY, lastEnd: Number.NEGATIVE_INFINITY };
    const lists = { events: [], trail: [], snapshots: [], account: undefined };
    present = { meter, fromLine: line, toLine: Number.POSITIVE_INFINITY, rows: 0, ...span, ...lists };
    sections.push(present);
    return present;
  };
  for await (const entry of entriesOf(source)) {
    if (signal.aborted) break;
    if (entry.kind === "fault") faults.add(entry.line, entry.why);
    else if (entry.kind === "row") {
      const section = present ?? begin(0);
      section.rows += 1;
      section.firstStart = Math.min(section.firstStart, entry.row.start);
      section.lastEnd = Math.max(section.lastEnd, entry.row.end);
      rows += 1;
      if (rows % 1000 === 0) onRow(rows);
    } else if (entry.type === "meterman-export") {
      const meter = parseMeterId("meter" in entry.value ? entry.value.meter : undefined);
      if (meter.ok) begin(entry.line, meter.value);
      else faults.add(entry.line, meter.error.message);
    } else if (present !== undefined) keep(present, entry.type, entry.value);
  }
  return { sections, faults, rows };
}

function keep(section: Section, type: (Entry & { kind: "other" })["type"], value: object): void {
  switch (type) {
    case "event":
      section.events.push(value);
      return;
    case "adjustment":
      section.trail.push(value);
      return;
    case "snapshot":
      section.snapshots.push(value);
      return;
    case "memory":
      section.account = value;
      return;
    default:
      return;
  }
}
