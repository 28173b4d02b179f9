import { failed, ok, type Result, type UploadRow } from "../../model/index.ts";
import { Faults } from "./entry.ts";
import { cellsOf, rowOf } from "./row.ts";

/** The rows of a list that came within JSON. @returns as parseRows; instead of lines it tells rows, from 1 */
export function rowsOf(values: readonly unknown[], zone: string): Result<readonly UploadRow[]> {
  const rows: UploadRow[] = [];
  const faults = new Faults("row");
  for (const [i, value] of values.entries()) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      faults.add(i + 1, "this must be a JSON object like {…}");
      continue;
    }
    const row = rowOf(cellsOf(value), zone);
    if (row.ok) rows.push(row.value);
    else faults.add(i + 1, row.error.message);
  }
  const failure = faults.failure();
  if (failure !== undefined) return { ok: false, error: failure };
  return rows.length > 0 ? ok(rows) : failed("METERMAN_BAD_MESSAGE", "there are no rows in it", "rows");
}
