import { COLOR, wholeNumber } from "../editor/index.ts";
import { addRow, header, isRow, type MeterRow, readRow } from "./rows.ts";

const NO_METERS: readonly MeterRow[] = [];

function areMeters(meters: unknown): boolean {
  if (!Array.isArray(meters)) return false;
  const ids = meters.map(({ id }) => id);
  return new Set(ids).size === ids.length && meters.every(isRow);
}

RED.nodes.registerType("meterman-meter", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-meter.svg",
  defaults: {
    name: { value: "" },
    store: { value: "", type: "meterman-store", required: true },
    meters: { value: NO_METERS, validate: areMeters },
    others: { value: true },
    maxPowerW: { value: 25000, required: true, validate: wholeNumber(1, 10_000_000) },
    lowBatteryMv: { value: 3300, required: true, validate: wholeNumber(0, 20_000) },
    weakSignalDbm: { value: -95, required: true, validate: wholeNumber(-150, 0) },
    clockDriftS: { value: 5, required: true, validate: wholeNumber(1, 3600) },
    darkAfterS: { value: 900, required: true, validate: wholeNumber(60, 604_800) },
    staleAfterS: { value: 0, validate: wholeNumber(0, 86_400, true) },
    noPulsesAfterS: { value: 0, validate: wholeNumber(0, 2_592_000, true) },
    batteryDays: { value: 30, validate: wholeNumber(0, 1000, true) },
    missedPercent: { value: 10, validate: wholeNumber(1, 100, true) },
  },
  inputs: 1,
  outputs: 3,
  inputLabels() {
    return this._("meterman-meter.labels.input");
  },
  outputLabels(index: number) {
    return this._(`meterman-meter.labels.output${index + 1}`);
  },
  label() {
    return this.name || this._("meterman-meter.label");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  paletteLabel: "meter",
  oneditprepare() {
    // Flows from before there was this setting: all meters are kept.
    if (this.others === undefined) $("#node-input-others").prop("checked", true);
    const list = $("#node-input-meter-list");
    list.css({ "min-height": "160px", "min-width": "450px" }).editableList({
      sortable: true,
      removable: true,
      header: header((key) => this._(key)),
      addItem: (row: JQuery, _index: number, meter: Partial<MeterRow>) => addRow(row, meter, (key) => this._(key)),
    });
    for (const meter of this.meters) list.editableList("addItem", meter);
  },
  oneditsave() {
    const meters: MeterRow[] = [];
    $("#node-input-meter-list")
      .editableList("items")
      .each((_index: number, item: HTMLElement) => {
        meters.push(readRow($(item)));
      });
    // A row that was added and left empty is nothing; one with a name and no id is a mistake to show.
    this.meters = meters.filter(({ id, name }) => id !== "" || name !== "");
  },
  oneditresize(size: { height: number }) {
    const others = $("#dialog-form>div:not(.meterman-meter-table)");
    let height = size.height;
    for (const other of others) height -= $(other).outerHeight(true) ?? 0;
    $("#node-input-meter-list").editableList("height", Math.max(160, height - 40));
  },
});
