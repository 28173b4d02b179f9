/** One JSON object a line (https://github.com/ndjson/ndjson-spec): a program reads it as it comes. */
export function ndjson(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
