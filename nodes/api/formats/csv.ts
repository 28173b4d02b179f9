import { CsvError, type Parser, parse } from "csv-parse";
import { failed, ok, type Result } from "../../model/index.ts";
import { LONGEST } from "./cutters.ts";
import type { Entry } from "./entry.ts";
import { isUnknown } from "./number.ts";
import { fieldOf, missingField, rowOf } from "./row.ts";

const DELIMITERS = [",", ";", "\t"];
const TOO_LONG = "this is far too long for a row: is a quote not closed?";

/** The parser takes its time with lines that are shorter or longer than the heading; nobody means so many. */
const RAGGED = 1000;

/** The field in each column; undefined where it is none that a row uses. */
type Columns = readonly (string | undefined)[];

/**
 * A table with a heading, in any order of columns, with `,` `;` or tab between the fields. Columns that a row does not
 * use are passed over; in an export only the readings count.
 */
export async function* readCsv(chunks: AsyncIterable<string>, zone: string): AsyncGenerator<Entry, void, undefined> {
  const source = chunks[Symbol.asyncIterator]();
  let head = "";
  let heading: string | undefined;
  while (heading === undefined && head.length <= LONGEST) {
    const { value, done } = await source.next();
    if (done === true) break;
    head += value;
    // One expression over both would try every place of a long line.
    const [first = "", ...more] = head.trimStart().split(/[\r\n]/, 2);
    if (more.length > 0) heading = first;
  }
  heading ??= head.trimStart();
  const uses = (delimiter: string) => heading.split(delimiter).length;
  const [delimiter = ","] = [...DELIMITERS].sort((a, b) => uses(b) - uses(a));
  async function* all() {
    yield head;
    yield* { [Symbol.asyncIterator]: () => source };
    yield undefined;
  }
  const records: { readonly fields: string[]; readonly line: number }[] = [];
  const table = parse({
    ...{ delimiter, bom: true, trim: true, skip_empty_lines: true, relax_column_count: true },
    max_record_size: LONGEST,
    // A stream of objects would take most of the time.
    on_record(fields) {
      records.push({ fields, line: table.info.lines });
      return null;
    },
  });
  // It is told by `written`.
  table.on("error", () => undefined);
  let columns: Columns | undefined;
  try {
    for await (const chunk of all()) {
      await written(table, chunk);
      if (table.info.invalid_field_length > RAGGED) {
        yield {
          kind: "fault",
          line: table.info.lines,
          why: "too many lines have more or fewer fields than the heading",
        };
        return;
      }
      for (const { fields, line } of records.splice(0)) {
        if (columns === undefined) {
          const found = columnsOf(fields);
          if (!found.ok) {
            yield { kind: "fault", line, why: found.error.message };
            return;
          }
          columns = found.value;
        } else {
          const entry = entryOf(fields, columns, line, zone);
          if (entry !== undefined) yield entry;
        }
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    yield { kind: "fault", line: table.info.lines, why: faultOf(thrown) };
  }
}

/** Resolves when the records of the chunk are known; undefined is the end. */
function written(table: Parser, chunk: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null) => (error instanceof Error ? reject(error) : resolve());
    if (chunk === undefined) table.end(settle);
    else table.write(chunk, settle);
  });
}

function columnsOf(heading: readonly string[]): Result<Columns> {
  const columns = heading.map(fieldOf);
  const known = columns.filter((field) => field !== undefined);
  const names = new Set(known);
  const missing = missingField(names);
  if (missing !== undefined) {
    const example = "start,end,wh or start,end,wh,registerWh,amps,source,quality";
    return failed(
      "METERMAN_BAD_MESSAGE",
      `the first line must name the columns, like ${example}; there is no ${missing}`,
    );
  }
  if (names.size < known.length) return failed("METERMAN_BAD_MESSAGE", "two columns have the same name");
  return ok(columns);
}

function entryOf(record: readonly string[], columns: Columns, line: number, zone: string): Entry | undefined {
  if (record.length > columns.length) {
    return { kind: "fault", line, why: `the heading has ${columns.length} columns, this line has ${record.length}` };
  }
  const cells = new Map<string, string>();
  for (const [i, text] of record.entries()) {
    const field = columns[i];
    if (field !== undefined && !isUnknown(text)) cells.set(field, text);
  }
  const kind = cells.get("record");
  if (kind !== undefined && kind !== "reading") return undefined;
  const row = rowOf(cells, zone);
  return row.ok ? { kind: "row", line, row: row.value } : { kind: "fault", line, why: row.error.message };
}

function faultOf({ code }: CsvError): string {
  switch (code) {
    case "CSV_MAX_RECORD_SIZE":
      return TOO_LONG;
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote is not closed: the text was cut off, or there is one too many";
    default:
      return "a quote is where none may be: quote the whole field, and write a quote within it twice";
  }
}
