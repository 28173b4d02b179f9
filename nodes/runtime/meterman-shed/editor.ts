import { loadEntityFault, powerEntityFault } from "../../home-assistant/index.ts";
import { COLOR, wholeNumber } from "../editor/index.ts";
import { addRow, type LoadRow, readRow, STANDARD } from "./rows.ts";
import { NO_STEPS, stepsOf } from "./steps.ts";

const NO_LOADS: readonly LoadRow[] = [];
const seconds = wholeNumber(0, 86_400);

/** What is wrong with a row, in words; null when nothing is. The node itself judges the same way. */
function faultOf(load: LoadRow): string | null {
  if (load.kind === "modulating" && stepsOf(load.levels) === null) return NO_STEPS;
  const fault = load.entity === "" ? null : loadEntityFault(load.entity, load.kind);
  if (fault !== null) return fault;
  if (load.powerEntity !== "" && powerEntityFault(load.powerEntity) !== null) return powerEntityFault(load.powerEntity);
  if (!wholeNumber(1, 1_000_000, true)(load.ratedW)) return "its rated W must be a whole number, or empty";
  if (!wholeNumber(0, 1000)(load.priority)) return "its priority must be 0 to 1000";
  return seconds(load.minOnS) && seconds(load.minOffS) ? null : "its minimum times must be 0 to 86400 s";
}

/** True, or what is wrong with the first row that is not right. Node-RED takes a text from those with two arguments. */
function judge(this: { readonly homeAssistant: string }, loads: unknown, _options: unknown): true | string {
  if (!Array.isArray(loads)) return "this is no table of loads";
  const isConnected = !["", "_ADD_"].includes(this.homeAssistant ?? "");
  const names = new Set<string>();
  const entities = new Set<string>();
  for (const row of loads as Partial<LoadRow>[]) {
    const load = { ...STANDARD, ...row };
    const name = load.name.trim();
    if (name === "") return "each load needs a name";
    if (names.has(name)) return `two loads are called ${name}`;
    names.add(name);
    const fault = faultOf(load);
    if (fault !== null) return `load ${name}: ${fault}`;
    if (load.entity === "") continue;
    if (!isConnected) return `load ${name}: its entity needs a Home Assistant connection: choose one`;
    if (entities.has(load.entity)) return `two loads have the entity ${load.entity}`;
    entities.add(load.entity);
  }
  return true;
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
    list.css({ "min-height": "300px", "min-width": "450px" }).editableList({
      sortable: true,
      removable: true,
      addItem: (row: JQuery, _index: number, load: Partial<LoadRow>) => addRow(row, load, (key) => this._(key)),
    });
    for (const load of this.loads) list.editableList("addItem", load);
    // Adding scrolls to the end, a moment later; who opens the table wants its beginning.
    setTimeout(() => list.closest(".red-ui-editableList-container").scrollTop(0), 0);
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
    $("#node-input-load-list").editableList("height", Math.max(380, height - 40));
  },
});
