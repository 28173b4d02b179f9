import type { Adjustment, EpochSeconds, MeterEvent, MeterId, ReadingRow } from "../../model/index.ts";
import { type Column, csvHeading, csvRows } from "../csv.ts";
import { iso } from "../iso.ts";

export const EXPORT_VERSION = 1;

/** What an export is of. */
export interface ExportHead {
  readonly meter: MeterId;
  readonly name: string;
  readonly zone: string;
  readonly from: EpochSeconds;
  /** Exclusive. */
  readonly to: EpochSeconds;
  /** When it was made. */
  readonly at: EpochSeconds;
}

export interface ExportCounts {
  readonly readings: number;
  readonly events: number;
  readonly adjustments: number;
}

/** How an export is written. Each piece ends a line. */
export interface ExportFormat {
  readonly mediaType: string;
  head(head: ExportHead): string;
  readings(rows: readonly ReadingRow[]): string;
  events(events: readonly MeterEvent[]): string;
  adjustments(trail: readonly Adjustment[]): string;
  end(counts: ExportCounts): string;
}

/** One JSON object a line: the head, then readings as they are with corrections, events, the whole audit trail, and the counts. */
export const NDJSON_EXPORT: ExportFormat = {
  mediaType: "application/x-ndjson",
  head: (head) => line({ type: "meterman-export", version: EXPORT_VERSION, ...head }),
  readings: (rows) =>
    rows
      .map(({ start, end, wh, registerWh, amps, source, quality }) => {
        return line({
          type: "reading",
          start,
          end,
          wh,
          registerWh,
          ...(amps !== undefined && { amps }),
          source,
          quality,
        });
      })
      .join(""),
  events: (events) => events.map((event) => line({ type: "event", ...event })).join(""),
  adjustments: (trail) => trail.map((adjustment) => line({ type: "adjustment", ...adjustment })).join(""),
  end: (counts) => line({ type: "end", ...counts }),
};

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** One table for all: a row uses the columns that mean something for its record. */
type ExportRow =
  | (ReadingRow & { readonly record: "reading" })
  | { readonly record: "event"; readonly event: MeterEvent }
  | { readonly record: "adjustment"; readonly adjustment: Adjustment };

const reading = (cell: Column<ReadingRow>["cell"]) => (row: ExportRow) => (row.record === "reading" ? cell(row) : null);
const adjustment = (cell: Column<Adjustment>["cell"]) => (row: ExportRow) =>
  row.record === "adjustment" ? cell(row.adjustment) : null;
const orNull = (at: EpochSeconds | null) => (at === null ? null : iso(at));

function spanOf(row: ExportRow): { start: EpochSeconds | null; end: EpochSeconds | null } {
  if (row.record === "reading") return row;
  if (row.record === "event") return { start: row.event.at, end: null };
  return { start: row.adjustment.from, end: row.adjustment.to };
}

const COLUMNS: readonly Column<ExportRow>[] = [
  { name: "record", cell: (row) => row.record },
  { name: "start", cell: (row) => spanOf(row).start },
  { name: "end", cell: (row) => spanOf(row).end },
  { name: "startIso", cell: (row) => orNull(spanOf(row).start) },
  { name: "endIso", cell: (row) => orNull(spanOf(row).end) },
  { name: "wh", cell: reading((row) => row.wh) },
  { name: "registerWh", cell: reading((row) => row.registerWh) },
  { name: "amps", cell: reading((row) => row.amps) },
  { name: "source", cell: reading((row) => row.source) },
  { name: "quality", cell: reading((row) => row.quality.join(" ")) },
  {
    name: "kind",
    cell: (row) => (row.record === "event" ? row.event.kind : row.record === "adjustment" ? row.adjustment.kind : null),
  },
  { name: "n", cell: adjustment((one) => one.n) },
  { name: "at", cell: adjustment((one) => one.at) },
  { name: "who", cell: adjustment((one) => one.who) },
  { name: "why", cell: adjustment((one) => one.why) },
  { name: "changeWh", cell: adjustment((one) => one.changeWh) },
  { name: "readings", cell: adjustment((one) => one.readings) },
  { name: "undoneAt", cell: adjustment((one) => one.undone?.at) },
  { name: "undoneBy", cell: adjustment((one) => one.undone?.who) },
  { name: "undoneWhy", cell: adjustment((one) => one.undone?.why) },
  { name: "details", cell: detailsOf },
];

/** What has no column of its own, as JSON. */
function detailsOf(row: ExportRow): string | null {
  if (row.record === "reading") return null;
  if (row.record === "adjustment") return JSON.stringify(row.adjustment.details);
  const { meter: _meter, at: _at, kind: _kind, ...details } = row.event;
  return JSON.stringify(details);
}

const rows = (list: readonly ExportRow[]) => csvRows(COLUMNS, list);

/** One table whose column `record` says what a row is: reading, event or adjustment. */
export const CSV_EXPORT: ExportFormat = {
  mediaType: "text/csv; charset=utf-8; header=present",
  head: () => csvHeading(COLUMNS),
  readings: (list) => rows(list.map((row) => ({ record: "reading", ...row }))),
  events: (list) => rows(list.map((event) => ({ record: "event", event }))),
  adjustments: (list) => rows(list.map((one) => ({ record: "adjustment", adjustment: one }))),
  end: () => "",
};
