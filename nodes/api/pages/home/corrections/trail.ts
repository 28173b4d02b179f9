import type { Adjustment } from "../../../../model/index.ts";
import { type Child, h, type Piece } from "../../parts/tree.ts";
import { kwhChange } from "./kwh.ts";
import { spanWords, timeWords } from "./local-time.ts";
import { type CorrectionsState, meterName } from "./state.ts";
import { whatWords } from "./words.ts";

/** Every correction of the meter, the newest first. Those that were undone stay, struck. */
export function trailCard(state: CorrectionsState): Piece {
  const { trail, trailTrouble, shown } = state;
  const more = (trail?.length ?? 0) - shown;
  return h(
    "section",
    { key: "trail", class: "card trail", "aria-labelledby": "trail-title" },
    h("header", {}, h("h2", { id: "trail-title" }, "Corrections so far")),
    trailTrouble !== null && h("p", { class: "fault", role: "alert" }, trailTrouble),
    trail === null && trailTrouble === null && h("p", { class: "empty" }, "One moment…"),
    trail?.length === 0 && h("p", { class: "empty" }, "None: everything stands as it was measured."),
    trail !== null &&
      trail.length > 0 &&
      h("ol", { class: "rows" }, ...trail.slice(0, shown).map((one) => entry(one, state))),
    more > 0 &&
      h("button", { type: "button", class: "quiet", "data-do": "more" }, `Show ${Math.min(more, shown)} older`),
  );
}

function entry(one: Adjustment, state: CorrectionsState): Piece {
  const { n, kind, from, to, who, why, at, undone, changeWh } = one;
  const { zone } = state;
  const what = whatWords(one, (id) => meterName(state.meters, id));
  const span = kind === "rename" ? "" : spanWords(from, to, zone);
  return h(
    "li",
    { key: n, class: undone === null ? "adjustment" : "adjustment undone" },
    h(
      "div",
      { class: "what" },
      h("h3", {}, undone === null ? what : h("s", {}, what)),
      changeWh !== 0 &&
        h("span", { class: "change" }, undone === null ? kwhChange(changeWh) : h("s", {}, kwhChange(changeWh))),
    ),
    span !== "" && h("p", { class: "when" }, span),
    h("p", { class: "why" }, `${why}`),
    h("p", { class: "who" }, `No. ${n}, by ${who}, ${timeWords(at, zone)}`),
    undone !== null &&
      h("p", { class: "who back" }, `Undone by ${undone.who}, ${timeWords(undone.at, zone)}: ${undone.why}`),
    undone === null && undoing(one, what, state),
  );
}

/** A button; once it is pressed, the reason that it needs. */
function undoing({ n }: Adjustment, what: string, { undo }: CorrectionsState): Child {
  if (undo?.n !== n) {
    return h(
      "button",
      {
        key: "undo",
        type: "button",
        class: "quiet small",
        "data-do": "undo",
        "data-n": n,
        "aria-label": `Undo no. ${n}: ${what}`,
      },
      "Undo",
    );
  }
  const { isBusy, fault } = undo;
  return h(
    "form",
    { key: "reason", class: "undo", "data-form": "undo", novalidate: true },
    h(
      "div",
      { class: `field wide ${fault === null ? "" : "wrong"}` },
      h("label", { for: "undo-why" }, `Why is no. ${n} undone?`),
      h("input", {
        ...{
          id: "undo-why",
          class: "box",
          name: "undo-why",
          type: "text",
          maxlength: 500,
          autocomplete: "off",
          required: true,
        },
        "aria-invalid": fault !== null && "true",
        "aria-describedby": fault !== null && "undo-fault",
      }),
      fault !== null && h("p", { id: "undo-fault", class: "fault", role: "alert" }, fault),
    ),
    h(
      "div",
      { class: "buttons" },
      h("button", { class: "main", disabled: isBusy }, isBusy ? "One moment…" : "Undo it"),
      h("button", { type: "button", class: "quiet", "data-do": "keep" }, "Keep it"),
    ),
  );
}
