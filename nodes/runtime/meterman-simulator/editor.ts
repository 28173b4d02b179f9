import { COLOR, columnNames, wholeNumber } from "../editor/index.ts";

/** With the watts that a meter has when its profile is chosen. */
const PROFILES: Readonly<Record<string, number>> = { household: 0, export: 5000, flat: 200, pump: 750 };
const NUMBERS = [
  { field: "node", usual: 2, min: 2, max: 253, width: 60 },
  { field: "watts", usual: 0, min: 0, max: 100_000, width: 70 },
  { field: "impulsesPerKwh", usual: 1000, min: 1, max: 100_000, width: 70 },
  { field: "intervalS", usual: 15, min: 1, max: 254, width: 65 },
] as const;

type Words = (key: string) => string;

/** One row of the list of meters in the edit dialog. */
interface Meter {
  node: number;
  profile: string;
  watts: number;
  impulsesPerKwh: number;
  intervalS: number;
  current: boolean;
}

function nextNode(): number {
  const taken = $("#node-input-simulator-meters .meterman-node")
    .toArray()
    .map((input) => Number($(input).val()));
  return Math.max(1, ...taken) + 1;
}

function addMeterRow(words: Words, container: JQuery, meter: Meter): void {
  const fresh = meter.node === undefined;
  const profile = $("<select>", {
    class: "meterman-profile",
    title: words("profile"),
    "aria-label": words("profile"),
  }).css({ width: 110, margin: 2 });
  for (const name of Object.keys(PROFILES)) profile.append($("<option>", { value: name, text: words(name) }));
  profile.val(String(meter.profile ?? "household"));
  for (const { field, usual, min, max, width } of NUMBERS) {
    const input = $("<input>", {
      type: "number",
      min,
      max,
      class: `meterman-${field}`,
      title: words(field),
      "aria-label": words(field),
    });
    const value = fresh && field === "node" ? nextNode() : (meter[field] ?? usual);
    container.append(input.css({ width, margin: 2 }).val(String(value)));
    if (field === "node") container.append(profile);
  }
  profile.on("change", () => {
    container.find(".meterman-watts").val(String(PROFILES[String(profile.val())] ?? 0));
  });
  const current = $("<input>", {
    type: "checkbox",
    class: "meterman-current",
    title: words("current"),
    "aria-label": words("current"),
  });
  container.append(current.css({ width: "auto", margin: 4 }).prop("checked", meter.current === true));
}

function meterOfRow(row: JQuery): Meter {
  const number = (field: string) => Number(row.find(`.meterman-${field}`).val());
  return {
    node: number("node"),
    profile: String(row.find(".meterman-profile").val()),
    watts: number("watts"),
    impulsesPerKwh: number("impulsesPerKwh"),
    intervalS: number("intervalS"),
    current: row.find(".meterman-current").prop("checked") === true,
  };
}

const px = (width: number) => `${width}px`;
/** Node number first, then the profile, then the other numbers: the order of `addMeterRow`. */
function header(words: Words): JQuery {
  const [node, ...others] = NUMBERS.map(({ field, width }) => [words(field), px(width)] as const);
  return columnNames(
    [...(node ? [node] : []), [words("profile"), "110px"], ...others, [words("current"), "40px"]],
    "4px",
  );
}

/** An export meter counts for the household above it. */
function isComplete(list: unknown): boolean {
  if (!Array.isArray(list) || list.length === 0) return false;
  const first = list.find(({ profile }) => profile === "household" || profile === "export");
  return new Set(list.map(({ node }) => node)).size === list.length && first?.profile !== "export";
}

const share = (value: string | number) => value === "" || (Number(value) >= 0 && Number(value) <= 1);

RED.nodes.registerType("meterman-simulator", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-simulator.svg",
  inputs: 1,
  outputs: 2,
  defaults: {
    name: { value: "" },
    meters: {
      value: [
        { node: 2, profile: "household", watts: 0, impulsesPerKwh: 1000, intervalS: 15, current: false },
        { node: 3, profile: "pump", watts: 750, impulsesPerKwh: 1000, intervalS: 30, current: false },
      ],
      validate: isComplete,
    },
    seed: { value: 1, validate: wholeNumber(0, 2147483647) },
    playS: { value: 86400, validate: wholeNumber(0, 31622400) },
    speed: { value: 0, validate: (value: string | number) => value !== "" && Number(value) >= 0 },
    lossShare: { value: 0, validate: share },
    duplicateShare: { value: 0, validate: share },
    spliceShare: { value: 0, validate: share },
    network: { value: "0.0.1.1", validate: (value: string) => /^\d{1,3}(\.\d{1,3}){3}$/.test(value) },
  },
  paletteLabel: "simulator",
  inputLabels: "commands, decisions, faults",
  outputLabels: ["bytes", "load states"],
  label() {
    return this.name || "simulator";
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    const list = $("#node-input-simulator-meters");
    const words: Words = (key) => this._(`meterman-simulator.meter.${key}`);
    const columns: Words = (key) => this._(`meterman-simulator.column.${key}`);
    const addItem = (row: JQuery, _index: number, meter: Meter) => addMeterRow(words, row, meter);
    list.editableList({ addItem, removable: true, sortable: true, header: header(columns), height: 230 });
    for (const meter of this.meters) list.editableList("addItem", meter);
    // Adding scrolls to the end, a moment later; who opens the table wants its beginning.
    setTimeout(() => list.closest(".red-ui-editableList-container").scrollTop(0), 0);
  },
  oneditsave() {
    const rows = $("#node-input-simulator-meters").editableList("items").toArray();
    this.meters = rows.map((row) => meterOfRow($(row)));
  },
});
