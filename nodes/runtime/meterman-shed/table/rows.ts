import type { LoadKind } from "../../../home-assistant/index.ts";
import { addMore } from "./more.ts";
import { field, line, pick, type Words } from "./widgets.ts";

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
  maxOffS: string;
  offPeakOnly: boolean;
  surplus: boolean;
  phases: string;
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
  maxOffS: "0",
  offPeakOnly: false,
  surplus: false,
  phases: "",
  whenStale: "auto",
  entity: "",
  powerEntity: "",
};

/** What one of a load's steps stands for, with the W of one. A charger's amps are 230 V on each phase. */
const UNITS: readonly (readonly [unit: string, ratedW: string])[] = [
  ["amps1", "230"],
  ["amps3", "690"],
  ["watts", "1"],
];
/** What chargers take: 6 A is the least that a car charges with. */
const CHARGER_STEPS = "0, 6, 8, 10, 13, 16";
const unitOf = (ratedW: string) => UNITS.find(([, of]) => of === ratedW.trim())?.[0] ?? "other";

/** Adds the fields of a load to an empty row of the list; what is seldom needed is folded. */
export function addRow(row: JQuery, given: Partial<LoadRow>, words: Words): void {
  const load = { ...STANDARD, ...given };
  row.addClass("meterman-load");
  const first = line(row);
  field(first, "name", load.name, "1 1 120px", words);
  pick(first, "kind", load.kind, ["switch", "modulating"], "0 1 100px", words);
  const ratedW = field(first, "ratedW", String(load.ratedW ?? ""), "0 0 74px", words);
  field(first, "priority", String(load.priority), "0 0 58px", words);
  const second = line(row);
  const levels = field(second, "levels", load.levels, "1 1 150px", words);
  const unit = pick(second, "unit", unitOf(ratedW.val() as string), UNIT_NAMES, "0 1 210px", words);
  const more = addMore(row, load, words);

  function show(): void {
    const now = readRow(row);
    const inSteps = now.kind === "modulating";
    second.toggle(inSteps);
    ratedW.siblings("span").text(words(inSteps ? "load.stepW" : "load.ratedW"));
    unit.val(unitOf(now.ratedW));
    more.show(now);
  }
  // Before the row sees either event, and reads the unit off the W.
  unit.on("input change", () => {
    const chosen = UNITS.find(([name]) => name === unit.val());
    if (chosen === undefined) return;
    ratedW.val(chosen[1]);
    if (chosen[0] === "watts") return;
    if (levels.val() === "") levels.val(CHARGER_STEPS);
    const phases = row.find("[data-field=phases]");
    if (chosen[0] === "amps3") phases.val("L1 L2 L3");
    else if (phases.val() === "L1 L2 L3") phases.val("");
  });
  row.on("input change", show);
  show();
}

const UNIT_NAMES = [...UNITS.map(([unit]) => unit), "other"];

export function readRow(row: JQuery): LoadRow {
  const value = (name: keyof LoadRow) => String(row.find(`[data-field=${name}]`).val() ?? "").trim();
  const flag = (name: keyof LoadRow) => row.find(`[data-field=${name}]`).prop("checked") === true;
  return {
    name: value("name"),
    kind: value("kind") === "modulating" ? "modulating" : "switch",
    levels: value("levels"),
    ratedW: value("ratedW"),
    priority: value("priority"),
    critical: flag("critical"),
    minOnS: value("minOnS"),
    minOffS: value("minOffS"),
    maxOffS: value("maxOffS"),
    offPeakOnly: flag("offPeakOnly"),
    surplus: flag("surplus"),
    phases: value("phases"),
    whenStale: value("whenStale"),
    entity: value("entity"),
    powerEntity: value("powerEntity"),
  };
}
