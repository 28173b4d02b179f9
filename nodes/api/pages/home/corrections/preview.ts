import type { AdjustmentPreview } from "../../../../model/index.ts";
import { type Child, h, type Piece } from "../../parts/tree.ts";
import { kwh, kwhChange } from "./kwh.ts";
import type { CorrectionsState } from "./state.ts";
import { count, doneWords, movesEnergy, previewWords } from "./words.ts";

/** How many rows that do not count are told one by one. */
const ROWS_TOLD = 8;

/** What would happen, and the button that makes it happen. */
export function previewPiece(preview: AdjustmentPreview, { zone, refusal }: CorrectionsState): Piece {
  return h(
    "section",
    {
      key: "preview",
      id: "correct-preview",
      class: "preview",
      tabindex: -1,
      "aria-labelledby": "correct-preview-title",
    },
    h("h3", { id: "correct-preview-title" }, "What would happen"),
    h("p", {}, previewWords(preview, zone)),
    movesEnergy(preview.kind) && figures(preview),
    leftOut(preview),
    refusal !== null && h("p", { class: "fault", role: "alert" }, refusal),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", class: "main", "data-do": "make" }, "Make the correction"),
      h("button", { type: "button", class: "quiet", "data-do": "change" }, "Change it"),
    ),
  );
}

function figures({ beforeWh, afterWh, readingsBefore, readingsAfter }: AdjustmentPreview): Piece {
  const row = (name: string, ...cells: readonly string[]) => {
    return h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, cell)));
  };
  const more = readingsAfter - readingsBefore;
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h("tr", {}, h("td", {}), ...["Before", "After", "Change"].map((name) => h("th", { scope: "col" }, name))),
    ),
    h(
      "tbody",
      {},
      row("Energy", kwh(beforeWh), kwh(afterWh), kwhChange(afterWh - beforeWh)),
      row(
        "Readings",
        String(readingsBefore),
        String(readingsAfter),
        `${more > 0 ? "+" : more < 0 ? "\u2212" : ""}${Math.abs(more)}`,
      ),
    ),
  );
}

function leftOut({ leftOut: rows }: AdjustmentPreview): Child {
  if (rows.length === 0) return null;
  const more = rows.length - ROWS_TOLD;
  return h(
    "div",
    { class: "left-out" },
    h("p", {}, `${count(rows.length, "row")} of the file ${rows.length === 1 ? "does" : "do"} not count:`),
    h("ul", {}, ...rows.slice(0, ROWS_TOLD).map(({ row, why }) => h("li", {}, `Row ${row}: ${why}`))),
    more > 0 && h("p", {}, `and ${more} more.`),
  );
}

/** After it was made: what changed, and the way back. */
export function donePiece({ step, zone }: CorrectionsState): Child {
  if (step.at !== "done") return null;
  const { adjustment } = step;
  return h(
    "section",
    { key: "done", id: "correct-done", class: "done", tabindex: -1, role: "group", "aria-label": "Done" },
    h("p", {}, doneWords(adjustment, zone)),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", class: "quiet", "data-do": "undo", "data-n": adjustment.n }, "Undo it"),
      h("button", { type: "button", class: "quiet", "data-do": "again" }, "Make another one"),
    ),
  );
}
