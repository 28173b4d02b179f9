import { type Failure, failed, ok, type Result, type UploadRow } from "../../model/index.ts";

/** Texts that bring readings, by media type. */
export const ROW_TYPES = ["text/csv", "application/json", "application/x-ndjson"] as const;
export type RowType = (typeof ROW_TYPES)[number];

/** Kinds of lines of an export that are no readings. */
export const OTHER_LINES = ["meterman-export", "event", "adjustment", "snapshot", "memory", "end"] as const;
export type OtherLine = (typeof OTHER_LINES)[number];

/**
 * What was found at a line, counted from 1; in a JSON array at the line where the element begins. A fault says what the
 * row must have and never quotes it. Lines of an export that are no readings are handed on as they are: whoever
 * wants them parses them.
 */
export type Entry =
  | { readonly kind: "row"; readonly line: number; readonly row: UploadRow }
  | { readonly kind: "fault"; readonly line: number; readonly why: string }
  | { readonly kind: "other"; readonly line: number; readonly type: OtherLine; readonly value: object };

/** Faults that are told one by one; of further ones only the number. */
const TOLD = 10;
/** With so many, the rest of a text is not read. */
const MOST = 1000;

export class Faults {
  readonly #first: string[] = [];
  readonly #what: string;
  #count = 0;

  /** @param what is counted: lines or rows */
  constructor(what = "line") {
    this.#what = what;
  }

  add(line: number, why: string): void {
    this.#count += 1;
    if (this.#first.length < TOLD) this.#first.push(`${this.#what} ${line}: ${why}`);
  }

  get count(): number {
    return this.#count;
  }

  /** Whether there are so many that it is some other text. */
  get isFull(): boolean {
    return this.#count >= MOST;
  }

  /** The first faults, one sentence each. */
  get first(): readonly string[] {
    return this.#first;
  }

  /** All of them in one failure; undefined when there are none. */
  failure(): Failure | undefined {
    if (this.#count === 0) return undefined;
    const more = this.#count - this.#first.length;
    const rest = more === 0 ? "" : `; and ${this.isFull ? "at least " : ""}${more} more`;
    return { code: "METERMAN_BAD_MESSAGE", message: `nothing was taken: ${this.#first.join("; ")}${rest}` };
  }
}

/** The rows of all entries, or METERMAN_BAD_MESSAGE with the lines that are wrong. */
export async function gather(entries: AsyncIterable<Entry>): Promise<Result<readonly UploadRow[]>> {
  const rows: UploadRow[] = [];
  const faults = new Faults();
  for await (const entry of entries) {
    if (entry.kind === "row") rows.push(entry.row);
    else if (entry.kind === "fault") faults.add(entry.line, entry.why);
    if (faults.isFull) break;
  }
  const failure = faults.failure();
  if (failure !== undefined) return { ok: false, error: failure };
  return rows.length > 0 ? ok(rows) : failed("METERMAN_BAD_MESSAGE", "there are no rows in it");
}
