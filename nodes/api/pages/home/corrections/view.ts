import { type Child, h, type Piece } from "../../parts/tree.ts";
import { fieldPiece } from "./fields.ts";
import { KINDS, KINDS_OFFERED } from "./kinds.ts";
import { donePiece, previewPiece } from "./preview.ts";
import { type CorrectionsState, ownMeters } from "./state.ts";
import { trailCard } from "./trail.ts";

export function correctionsView(state: CorrectionsState): Piece[] {
  if (state.meters.length === 0) {
    return [h("p", { key: "none", class: "card empty" }, "No meter has been heard yet: there is nothing to correct.")];
  }
  return [
    meterChoice(state),
    h(
      "div",
      { key: "columns", class: "columns corrections" },
      h("div", {}, formCard(state)),
      h("div", {}, trailCard(state)),
    ),
  ];
}

function meterChoice({ meters }: CorrectionsState): Piece {
  return h(
    "div",
    { key: "meter", class: "meter-choice" },
    h("label", { for: "correct-meter" }, "Meter"),
    h(
      "select",
      { id: "correct-meter", name: "meter" },
      ...ownMeters(meters).map(({ id, name }) => h("option", { value: id }, name === id ? id : `${name} (${id})`)),
    ),
  );
}

function formCard(state: CorrectionsState): Piece {
  return h(
    "section",
    { class: "card correct", "aria-labelledby": "correct-title" },
    h("header", {}, h("h2", { id: "correct-title" }, "Make a correction")),
    h("p", { class: "note" }, "What was measured stays on disk: a correction lies over it, and can be undone."),
    h("form", { "data-form": "correct", novalidate: true, autocomplete: "off" }, kindChoice(state), ...body(state)),
  );
}

function kindChoice({ kind }: CorrectionsState): Piece {
  return h(
    "fieldset",
    { class: "kinds" },
    h("legend", {}, "What should change?"),
    h(
      "div",
      { class: "tiles" },
      ...KINDS_OFFERED.map((one) => {
        const id = `correct-kind-${one}`;
        return h(
          "div",
          { key: one },
          h("input", {
            id,
            type: "radio",
            name: "kind",
            value: one,
            "aria-describedby": one === kind && "correct-sentence",
          }),
          h("label", { for: id }, KINDS[one].label),
        );
      }),
    ),
    h("p", { id: "correct-sentence", class: "sentence" }, KINDS[kind].sentence),
  );
}

function body(state: CorrectionsState): Child[] {
  const { kind, step, refusal } = state;
  const { fields } = KINDS[kind];
  if (step.at === "done") return [donePiece(state)];
  return [
    h(
      "div",
      { key: `fields ${kind}`, class: "fields" },
      ...[...fields, "why" as const].map((field) => fieldPiece(field, state)),
    ),
    step.at === "preview"
      ? previewPiece(step.preview, state)
      : h(
          "div",
          { key: "ask", class: "ask" },
          refusal !== null && h("p", { id: "correct-refusal", class: "fault", role: "alert" }, refusal),
          h("button", { class: "main", disabled: step.at === "busy" }, step.at === "busy" ? step.text : "Preview"),
        ),
  ];
}
