import { columnNames } from "../editor/index.ts";

/** The rows of the table of meters in the edit dialog. An empty number means: as for all meters. */
export interface MeterRow {
  id: string;
  name: string;
  impPerKwh: number;
  maxPowerW: number;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isRow(row: Partial<MeterRow>): boolean {
  const isWhole = (value: number | undefined, max: number) => {
    const number = Number(value ?? 0);
    return Number.isInteger(number) && number >= 0 && number <= max;
  };
  const id = row.id ?? "";
  const isId = ID.test(id) && !id.includes("..") && !id.endsWith(".");
  return isId && isWhole(row.impPerKwh, 100_000) && isWhole(row.maxPowerW, 10_000_000);
}

type Words = (key: string) => string;

const COLUMNS = [
  ["id", "28%"],
  ["name", "32%"],
  ["impPerKwh", "18%"],
  ["maxPowerW", "18%"],
] as const;
/** What an empty field means. */
const EMPTY = { id: "0.0.1.1.2", name: "", impPerKwh: "asReported", maxPowerW: "asAll" } as const;

export const header = (words: Words): JQuery =>
  columnNames(COLUMNS.map(([name, width]) => [words(`meterman-meter.row.${name}`), width]));

function field(to: JQuery, name: keyof MeterRow, value: string, width: string, words: Words): void {
  const title = words(`meterman-meter.row.${name}`);
  const empty = EMPTY[name];
  const placeholder = empty.startsWith("as") ? words(`meterman-meter.row.${empty}`) : empty;
  const attributes = { type: "text", placeholder, title, "aria-label": title, "data-field": name };
  $("<input/>", { ...attributes, style: `width:${width};` })
    .val(value)
    .appendTo(to);
}

export function addRow(row: JQuery, given: Partial<MeterRow>, words: Words): void {
  const line = $("<div/>", { style: "display:flex; gap:6px;" }).appendTo(row);
  const number = (value: number | undefined) => (value === undefined || Number(value) === 0 ? "" : String(value));
  const texts: Record<keyof MeterRow, string> = {
    id: given.id ?? "",
    name: given.name ?? "",
    impPerKwh: number(given.impPerKwh),
    maxPowerW: number(given.maxPowerW),
  };
  for (const [name, width] of COLUMNS) field(line, name, texts[name], width, words);
}

export function readRow(row: JQuery): MeterRow {
  const value = (name: keyof MeterRow) => String(row.find(`[data-field=${name}]`).val() ?? "").trim();
  const number = (name: keyof MeterRow) => Number(value(name) || "0");
  return {
    id: value("id"),
    name: value("name"),
    impPerKwh: number("impPerKwh"),
    maxPowerW: number("maxPowerW"),
  };
}
