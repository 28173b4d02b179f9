import { h, type Piece } from "../../parts/tree.ts";
import { grouped, partsPerMillion } from "./figures.ts";
import type { HealthState, MeterRow } from "./state.ts";

/** How the count compares with the meter's own display, and a field for what it reads now. */
export function displayPart({ id, name, display }: MeterRow, { told, typed }: HealthState): Piece {
  const said = told.get(id);
  const isWrong = said?.kind === "failed";
  const field = `display-${id}`;
  const words =
    display?.words ??
    "Type in what the meter's display reads, and again some days later: then you see whether we count right.";
  return h(
    "div",
    { key: "display", class: display?.isOff === true ? "display off" : "display" },
    h("h4", {}, "The meter's own display"),
    h("p", {}, words),
    display !== null && display.ppm !== null && h("p", { class: "of" }, ppmWords(display.ppm, display.uncertaintyPpm)),
    ...(display?.implausible ?? []).map(({ words: why }) => h("p", { class: "fault" }, why)),
    h(
      "form",
      { "data-form": "check", "data-meter": id, novalidate: true, class: "check-form" },
      h(
        "div",
        { class: isWrong ? "field wrong" : "field" },
        h("label", { for: field }, "The display reads now (kWh)"),
        h("input", {
          ...{ id: field, name: "display", class: "box", type: "text", inputmode: "decimal", autocomplete: "off" },
          "data-meter": id,
          "aria-invalid": isWrong && "true",
          "aria-describedby": said !== undefined && `${field}-said`,
        }),
      ),
      h(
        "button",
        {
          class: "quiet",
          disabled: said?.kind === "busy" || (typed.get(id) ?? "") === "",
          "aria-label": `Keep what the display of ${name} reads`,
        },
        "Keep",
      ),
    ),
    said !== undefined && h("p", { id: `${field}-said`, class: isWrong ? "fault" : "hint" }, said.text),
    h(
      "p",
      { class: "hint" },
      h("a", { href: `#corrections?meter=${encodeURIComponent(id)}` }, "See or undo earlier readings of the display"),
    ),
  );
}

function ppmWords(ppm: number, uncertainty: number | null): string {
  const within = uncertainty === null ? "" : `, to within ${grouped(uncertainty)}\u00a0ppm`;
  return `Drift: ${partsPerMillion(ppm)}${within}`;
}
