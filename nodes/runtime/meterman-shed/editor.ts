import { COLOR, wholeNumber } from "../editor/index.ts";
import { addRow, type LoadRow, readRow } from "./rows.ts";

const seconds = wholeNumber(0, 86_400);

function areLoads(loads: readonly LoadRow[]): boolean {
  const names = loads.map((load) => load.name.trim());
  const valid = (load: LoadRow) =>
    load.name.trim() !== "" &&
    wholeNumber(1, 1_000_000, true)(load.ratedW) &&
    wholeNumber(0, 1000)(load.priority) &&
    seconds(load.minOnS) &&
    seconds(load.minOffS);
  return new Set(names).size === names.length && loads.every(valid);
}

RED.nodes.registerType("meterman-shed", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-shed.svg",
  paletteLabel: "shed",
  defaults: {
    name: { value: "" },
    loads: { value: [], validate: areLoads },
    marginW: { value: 100, validate: wholeNumber(0, 1_000_000) },
    hysteresisW: { value: 200, validate: wholeNumber(0, 1_000_000) },
    confirmS: { value: 30, validate: seconds },
    holdS: { value: 120, validate: seconds },
    staggerS: { value: 120, validate: seconds },
    responseS: { value: 60, validate: wholeNumber(1, 86_400) },
    maxPerPass: { value: 2, validate: wholeNumber(1, 100) },
    dryRun: { value: true },
    homeAssistant: { value: "", type: "meterman-home-assistant", required: false },
  },
  inputs: 1,
  outputs: 2,
  inputLabels: "demand, loads, overrides",
  outputLabels: ["decisions", "ledger and notices"],
  label() {
    return this.name || "shed";
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    const list = $("#node-input-load-list");
    list.css({ "min-height": "220px", "min-width": "450px" }).editableList({
      sortable: true,
      removable: true,
      addItem: (row: JQuery, _index: number, load: Partial<LoadRow>) => addRow(row, load, (key) => this._(key)),
    });
    for (const load of this.loads) list.editableList("addItem", load);
  },
  oneditsave() {
    const loads: LoadRow[] = [];
    $("#node-input-load-list")
      .editableList("items")
      .each((_index: number, item: HTMLElement) => {
        loads.push(readRow($(item)));
      });
    this.loads = loads;
  },
  oneditresize(size: { height: number }) {
    const others = $("#dialog-form>div:not(.meterman-shed-loads)");
    let height = size.height;
    for (const other of others) height -= $(other).outerHeight(true) ?? 0;
    $("#node-input-load-list").editableList("height", Math.max(220, height - 40));
  },
});
