import type { LoadKind } from "../../home-assistant/index.ts";

/** The rows of the table of loads in the edit dialog. */
export interface LoadRow {
  name: string;
  kind: LoadKind;
  levels: string;
  ratedW: string;
  priority: string;
  critical: boolean;
  minOnS: string;
  minOffS: string;
  offPeakOnly: boolean;
  whenStale: string;
  entity: string;
  powerEntity: string;
}

/** A new row, and what is not set in one of an older version. */
export const STANDARD: LoadRow = {
  name: "",
  kind: "switch",
  levels: "",
  ratedW: "",
  priority: "1",
  critical: false,
  minOnS: "0",
  minOffS: "0",
  offPeakOnly: false,
  whenStale: "auto",
  entity: "",
  powerEntity: "",
};

type Words = (key: string) => string;

function line(row: JQuery): JQuery {
  return $("<div/>", {
    style: "margin-bottom:6px; display:flex; flex-wrap:wrap; gap:6px; align-items:center;",
  }).appendTo(row);
}

/** Every field has its name as title and accessible label: the table has no room for columns of words. */
function text(to: JQuery, field: keyof LoadRow, value: string, width: string, words: Words): JQuery {
  const title = words(`load.${field}`);
  const attributes = { type: "text", placeholder: title, title, "aria-label": title, "data-field": field };
  return $("<input/>", { ...attributes, style: `width:${width};` })
    .val(value)
    .appendTo(to);
}

function check(to: JQuery, field: keyof LoadRow, value: boolean, words: Words): void {
  const label = $("<label/>", { style: "width:auto; margin:0; white-space:nowrap;" }).appendTo(to);
  $("<input/>", {
    type: "checkbox",
    "data-field": field,
    style: "width:auto; margin:0 4px 0 0; vertical-align:middle;",
  })
    .prop("checked", value)
    .appendTo(label);
  label.append(document.createTextNode(words(`load.${field}`)));
}

function choice(to: JQuery, field: keyof LoadRow, value: string, options: readonly string[], words: Words): JQuery {
  const title = words(`load.${field}`);
  const select = $("<select/>", { title, "aria-label": title, "data-field": field, style: "width:auto;" }).appendTo(to);
  for (const option of options) select.append($("<option/>", { value: option, text: words(`${field}.${option}`) }));
  return select.val(value);
}

function labelled(to: JQuery, field: keyof LoadRow, value: string, width: string, words: Words): void {
  const label = $("<label/>", { style: "width:auto; margin:0; white-space:nowrap;" }).appendTo(to);
  label.append(document.createTextNode(`${words(`load.${field}`)} `));
  text(label, field, value, width, words).attr("placeholder", "");
}

export function addRow(row: JQuery, given: Partial<LoadRow>, words: Words): void {
  const load = { ...STANDARD, ...given };
  const first = line(row);
  text(first, "name", load.name, "34%", words);
  const kind = choice(first, "kind", load.kind, ["switch", "modulating"], words);
  labelled(first, "ratedW", String(load.ratedW ?? ""), "70px", words);
  const second = line(row);
  const levels = text(second, "levels", load.levels, "150px", words);
  labelled(second, "priority", String(load.priority), "45px", words);
  labelled(second, "minOnS", String(load.minOnS), "60px", words);
  labelled(second, "minOffS", String(load.minOffS), "60px", words);
  const third = line(row);
  check(third, "critical", load.critical, words);
  check(third, "offPeakOnly", load.offPeakOnly, words);
  choice(third, "whenStale", load.whenStale, ["auto", "hold", "minimum", "restore"], words);
  const fourth = line(row);
  text(fourth, "entity", load.entity, "46%", words);
  text(fourth, "powerEntity", load.powerEntity, "46%", words);
  const show = () => levels.toggle(kind.val() === "modulating");
  kind.on("change", show);
  show();
}

export function readRow(row: JQuery): LoadRow {
  const value = (field: keyof LoadRow) => String(row.find(`[data-field=${field}]`).val() ?? "").trim();
  const flag = (field: keyof LoadRow) => row.find(`[data-field=${field}]`).prop("checked") === true;
  return {
    name: value("name"),
    kind: value("kind") === "modulating" ? "modulating" : "switch",
    levels: value("levels"),
    ratedW: value("ratedW"),
    priority: value("priority"),
    critical: flag("critical"),
    minOnS: value("minOnS"),
    minOffS: value("minOffS"),
    offPeakOnly: flag("offPeakOnly"),
    whenStale: value("whenStale"),
    entity: value("entity"),
    powerEntity: value("powerEntity"),
  };
}
