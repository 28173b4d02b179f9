import type { Child } from "../../parts/tree.ts";
import type { House } from "../app.ts";
import { type Chunks, rowsIn, type Want } from "./chunks.ts";
import { resolutionFor } from "./resolution.ts";
import type { Look } from "./state.ts";
import { addUp } from "./sum.ts";
import { dataTable, TABLE_POINTS } from "./table-view.ts";

/** Rows for the table of what is seen: fewer than on the chart, all with the same edges. */
export function tableWants({ meters, span }: Look): Map<string, Want> {
  const resolution = resolutionFor(span, TABLE_POINTS, meters.length > 1 ? "1m" : "raw");
  const want = (meter: string): Want => ({ meter, span, points: TABLE_POINTS, resolution });
  return new Map(meters.map((meter) => [`${meter} table`, want(meter)]));
}

export function tableOf(look: Look, house: House, chunks: Chunks, now: number): Child {
  const wants = tableWants(look);
  const found = [...wants.values()].map((want) => ({ want, rows: rowsOf(chunks, want) }));
  const resolution = resolutionFor(look.span, TABLE_POINTS, look.meters.length > 1 ? "1m" : "raw");
  const nameOf = (meter: string) => house.items.find(({ id }) => id === meter)?.name || meter;
  const lines =
    look.manner === "sum"
      ? [{ name: "Sum", rows: addUp(found.map(({ rows }) => rows)) }]
      : found.map(({ want, rows }) => ({ name: nameOf(want.meter), rows }));
  return dataTable(lines, resolution, house.zone, now);
}

function rowsOf(chunks: Chunks, want: Want) {
  const chunk = chunks.find(want)?.chunk;
  return chunk === undefined ? [] : rowsIn(chunk.rows, want.span);
}
