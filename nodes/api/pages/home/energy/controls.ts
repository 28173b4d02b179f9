import { type Child, h, type Piece } from "../../parts/tree.ts";
import { UNITS, type Unit } from "./calendar.ts";
import type { DragMode } from "./gestures.ts";
import { canCompare, EARLIER, type Look, SHOWINGS } from "./state.ts";
import { UNIT_WORDS } from "./words.ts";

const SHOWING_WORDS = { power: "Power", used: "Used", register: "Register" } as const;
const MODES: readonly (readonly [DragMode, string, string])[] = [
  ["zoom", "Zoom", "Drag to zoom; hold the shift key to move"],
  ["move", "Move", "Drag to move"],
  ["select", "Select", "Drag to select a span"],
];

/** Buttons call what `data-do` names, with `data-value`. */
function button(act: string, value: string, text: Child, more: Record<string, string | boolean> = {}): Piece {
  return h("button", { type: "button", "data-do": act, "data-value": value, ...more }, text);
}

/** Where the chart is: its span in words, steps to both sides, and lengths. */
export function spanControls(
  title: string,
  note: string,
  unit: Unit | undefined,
  isAll: boolean,
  follows: boolean,
): Child {
  return [
    h("h2", {}, title, note !== "" && h("small", {}, note)),
    h(
      "div",
      { class: "steps" },
      button("step", "-1", "‹", { class: "quiet", "aria-label": "Earlier" }),
      button("now", "", "Now", { class: "quiet", "aria-pressed": String(follows) }),
      button("step", "1", "›", { class: "quiet", "aria-label": "Later" }),
    ),
    h(
      "div",
      { class: "segments units", role: "group", "aria-label": "Length" },
      ...UNITS.map((one) => button("unit", one, UNIT_WORDS[one], { "aria-pressed": String(one === unit && !follows) })),
      button("all", "", "All", { "aria-pressed": String(isAll) }),
    ),
  ];
}

/** What is drawn, against what, what a drag does, and what can be taken along. */
export function chartControls(look: Look, mode: DragMode, isCsv: boolean, isSelected: boolean): Child {
  return [
    h(
      "div",
      { class: "segments", role: "group", "aria-label": "What is shown" },
      ...SHOWINGS.map((one) =>
        button("showing", one, SHOWING_WORDS[one], { "aria-pressed": String(look.showing === one) }),
      ),
    ),
    h(
      "select",
      { class: "span", "data-do": "against", "aria-label": "Compare with", disabled: !canCompare(look) },
      h("option", { value: "", selected: look.against === null }, "Compare with…"),
      ...EARLIER.map((one) => h("option", { value: one, selected: look.against === one }, `a ${one} before`)),
    ),
    h(
      "div",
      { class: "segments modes", role: "group", "aria-label": "What dragging does" },
      ...MODES.map(([value, text, title]) =>
        button("mode", value, text, { title, class: value, "aria-pressed": String(mode === value) }),
      ),
    ),
    h("span", { class: "space" }),
    !isSelected &&
      button("correct", "", "Correct…", { class: "quiet", title: "Correct the readings of what is seen or selected" }),
    button("csv", "", isCsv ? "One moment…" : "CSV", {
      class: "quiet",
      title: "Save what is seen as a table",
      disabled: isCsv,
    }),
  ];
}

/** What can be done with a span that was drawn. */
export function selectionBar(words: string): Piece {
  return h(
    "div",
    { class: "selected", role: "group", "aria-label": "Selected span" },
    h("span", {}, words),
    h("span", { class: "space" }),
    button("zoom-selected", "", "Zoom in", { class: "quiet" }),
    button("correct", "", "Correct…", { class: "quiet" }),
    button("unselect", "", "×", { class: "quiet", "aria-label": "Give up the selection" }),
  );
}
