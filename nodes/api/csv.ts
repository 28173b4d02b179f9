/** A column of a table: its heading and the cell of a row. null and undefined are an empty cell. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => string | number | boolean | null | undefined;
}

/** Beginnings that a spreadsheet takes for a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** One field of RFC 4180. Numbers stay numbers, a text that looks like a formula is disarmed by an apostrophe. */
export function csvField(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvHeading<Row>(columns: readonly Column<Row>[]): string {
  return `${columns.map((column) => csvField(column.name)).join(",")}\r\n`;
}

export function csvRows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return rows.map((row) => `${columns.map((column) => csvField(column.cell(row))).join(",")}\r\n`).join("");
}
