import type { ReadingRow, Resolution } from "../../../../model/index.ts";
import { power } from "../../parts/format.ts";
import { type Child, h } from "../../parts/tree.ts";
import { kwh, remarks, rowTime } from "./words.ts";

export interface TableLine {
  readonly name: string;
  readonly rows: readonly ReadingRow[];
}

/** Rows of a table: as many as somebody may want to read. */
export const TABLE_POINTS = 120;

/** What the chart shows, as a table: for eyes that see no chart, and for exact figures. */
export function dataTable(lines: readonly TableLine[], resolution: Resolution, zone: string, now: number): Child {
  const [only] = lines;
  const starts = [...new Set(lines.flatMap(({ rows }) => rows.map(({ start }) => start)))].sort((a, b) => a - b);
  if (only === undefined || starts.length === 0) return h("p", { class: "empty" }, "No readings.");
  const isOne = lines.length === 1;
  const byStart = lines.map(({ rows }) => new Map(rows.map((row) => [row.start, row])));
  const heads = isOne ? ["Energy", "Mean power", "Remarks"] : lines.map(({ name }) => name);
  return h(
    "table",
    { class: "data" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Time"),
        ...heads.map((name) => h("th", { scope: "col", class: name === "Remarks" && "remarks" }, name)),
      ),
    ),
    h(
      "tbody",
      {},
      ...starts.map((start) => {
        const cells = byStart.map((rows) => rows.get(start));
        const some = cells.find((row) => row !== undefined);
        if (some === undefined) return null;
        return h(
          "tr",
          { key: start },
          h("th", { scope: "row" }, rowTime(some, resolution, zone)),
          isOne
            ? [
                h("td", {}, kwh(some.wh)),
                h("td", {}, power(some.watts)),
                h("td", { class: "remarks" }, remarks(some, resolution, now).join("; ")),
              ]
            : cells.map((row) => h("td", {}, kwh(row?.wh ?? null))),
        );
      }),
    ),
  );
}
