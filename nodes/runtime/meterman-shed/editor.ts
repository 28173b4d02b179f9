import { COLOR, wholeNumber } from "../editor/index.ts";
import { tableFault } from "./table/judge.ts";
import { addRow, type LoadRow, readRow, STANDARD } from "./table/rows.ts";

const NO_LOADS: readonly LoadRow[] = [];
const seconds = wholeNumber(0, 86_400);
const isChosen = (id: unknown) => typeof id === "string" && !["", "_ADD_", "_NONE_"].includes(id);

/** True, or what is wrong with the first row that is not right. Node-RED takes a text from those with two arguments. */
function judge(this: { readonly homeAssistant: string }, loads: unknown, _options: unknown): true | string {
  if (!Array.isArray(loads)) return "this is no table of loads";
  const rows = (loads as Partial<LoadRow>[]).map((row) => ({ ...STANDARD, ...row }));
  return tableFault(rows, isChosen(this.homeAssistant)) ?? true;
}

function readTable(): LoadRow[] {
  const items = $("#node-input-load-list").editableList("items") as JQuery;
  const rows = items.toArray().map((item) => $(item));
  // ⚠ A row that was removed fades out for a while, and is still in the list.
  const there = rows.filter((row) => !row.closest("li").hasClass("red-ui-editableList-item-deleting"));
  // What a newer version knows of a load is kept.
  return there.map((row) => ({ ...row.data("data"), ...readRow(row) }));
}

RED.nodes.registerType("meterman-shed", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-shed.svg",
  paletteLabel: "shed",
  defaults: {
    name: { value: "" },
    loads: { value: NO_LOADS, validate: judge as (loads: unknown) => never },
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
  inputLabels() {
    return this._("port.input");
  },
  outputLabels(index) {
    return this._(index === 0 ? "port.decisions" : "port.notices");
  },
  label() {
    return this.name || this._("label.node");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    const list = $("#node-input-load-list");
    const fault = $("#meterman-shed-fault");
    const look = () => fault.text(tableFault(readTable(), isChosen($("#node-input-homeAssistant").val())) ?? "");
    list.css({ "min-height": "300px", "min-width": "450px" }).editableList({
      sortable: true,
      removable: true,
      addButton: this._("label.addLoad"),
      addItem: (row: JQuery, _index: number, load: Partial<LoadRow>) => addRow(row, load, (key) => this._(key)),
      removeItem: look,
    });
    for (const load of this.loads ?? NO_LOADS) list.editableList("addItem", load);
    $("#dialog-form").on("input change", look);
    look();
    // Adding scrolls to the end, a moment later; who opens the table wants its beginning.
    setTimeout(() => list.closest(".red-ui-editableList-container").scrollTop(0), 0);
  },
  oneditsave() {
    this.loads = readTable();
  },
  oneditresize(size: { height: number }) {
    const others = $("#dialog-form>div:not(.meterman-shed-loads)");
    let height = size.height;
    for (const other of others) height -= $(other).outerHeight(true) ?? 0;
    $("#node-input-load-list").editableList("height", Math.max(380, height - 40));
  },
});
