/** Texts ⇄ rows: what people bring, and what they take away. */
export { type Entry, Faults, gather, type OtherLine, ROW_TYPES, type RowType } from "./entry.ts";
export {
  CSV_EXPORT,
  EXPORT_VERSION,
  type ExportCounts,
  type ExportFormat,
  type ExportHead,
  NDJSON_EXPORT,
} from "./export.ts";
export { rowsOf } from "./objects.ts";
export { type ExportOptions, exportPieces } from "./pieces.ts";
export { parseRows, readEntries } from "./read.ts";
