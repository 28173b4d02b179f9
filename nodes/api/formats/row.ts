import {
  amps,
  type EpochSeconds,
  epochSeconds,
  failed,
  ok,
  parseTime,
  QUALITIES,
  type Result,
  SOURCES,
  TIME_WORDS,
  type UploadRow,
  wh,
} from "../../model/index.ts";
import { isUnknown, nonNegative, wholeNumber } from "./number.ts";

/** The values of one row by their canonical names, as a file or a message has them: texts or JSON values. */
export type Cells = ReadonlyMap<string, unknown>;

/**
 * What each field may be called, in any case and with or without spaces, `_` and `-` between words. The original
 * server has `when_start` and `entry_interval_length` in seconds, `entry_value` in Wh, and `meter_value` for the
 * register at the end of the entry.
 */
const NAMES: Readonly<Record<string, string>> = {
  start: "start",
  whenstart: "start",
  end: "end",
  entryintervallength: "seconds",
  wh: "wh",
  entryvalue: "wh",
  kwh: "kwh",
  registerwh: "registerwh",
  metervalue: "registerwh",
  registerkwh: "registerkwh",
  amps: "amps",
  source: "source",
  quality: "quality",
  record: "record",
};

/** @returns undefined for a field that a row does not use */
export function fieldOf(name: string): string | undefined {
  const plain = name.toLowerCase().replace(/[\s_-]/g, "");
  return Object.hasOwn(NAMES, plain) ? NAMES[plain] : undefined;
}

/** The fields that a row cannot do without, in words; undefined when `names` has them all. */
export function missingField(names: { has(name: string): boolean }): string | undefined {
  if (!names.has("start")) return "start";
  if (!names.has("end") && !names.has("seconds")) return "end";
  return names.has("wh") || names.has("kwh") ? undefined : "wh (or kWh)";
}

/** The fields of a JSON object that a row uses. */
export function cellsOf(object: object): Cells {
  const cells = new Map<string, unknown>();
  for (const [name, value] of Object.entries(object)) {
    const field = fieldOf(name);
    if (field !== undefined && !isUnknown(value)) cells.set(field, value);
  }
  return cells;
}

/**
 * @param zone of times that are written without an offset
 * @returns METERMAN_BAD_MESSAGE whose message says what the row must have; it never quotes what was given
 */
export function rowOf(cells: Cells, zone: string): Result<UploadRow> {
  const missing = missingField(cells);
  if (missing !== undefined) return failed("METERMAN_BAD_MESSAGE", `${missing} is missing`, missing);
  const start = timeOf(cells, "start", zone);
  if (!start.ok) return start;
  const end = cells.has("end") ? timeOf(cells, "end", zone) : endBySeconds(cells, start.value);
  if (!end.ok) return end;
  if (end.value < start.value) return failed("METERMAN_BAD_MESSAGE", "end must not be before start", "end");
  const energy = energyOf(cells, "wh", "kwh");
  if (!energy.ok) return energy;
  const register = energyOf(cells, "registerwh", "registerkwh");
  if (!register.ok) return register;
  const current = cells.has("amps") ? nonNegative(cells.get("amps")) : undefined;
  if (Number.isNaN(current)) return failed("METERMAN_BAD_MESSAGE", "amps must be a number, not below 0", "amps");
  const source = SOURCES.find((name) => name === cells.get("source"));
  if (cells.has("source") && source === undefined) {
    return failed("METERMAN_BAD_MESSAGE", `source must be one of ${SOURCES.join(", ")}, or be left out`, "source");
  }
  const quality = qualityOf(cells.get("quality"));
  if (quality === undefined) {
    return failed("METERMAN_BAD_MESSAGE", `quality must be some of ${QUALITIES.join(", ")}, or be left out`, "quality");
  }
  return ok({
    start: start.value,
    end: end.value,
    wh: wh(energy.value ?? 0),
    ...(register.value !== undefined && { registerWh: wh(register.value) }),
    ...(current !== undefined && { amps: amps(current) }),
    ...(source !== undefined && { source }),
    ...(quality.length > 0 && { quality }),
  });
}

function timeOf(cells: Cells, field: "start" | "end", zone: string): Result<EpochSeconds> {
  const value = cells.get(field);
  const time = parseTime(typeof value === "string" ? value.trim() : value, zone);
  return time.ok ? time : failed("METERMAN_BAD_MESSAGE", `${field} must be ${TIME_WORDS}`, field);
}

function endBySeconds(cells: Cells, start: EpochSeconds): Result<EpochSeconds> {
  const seconds = wholeNumber(cells.get("seconds"), 1);
  if (seconds !== undefined && seconds <= 31_622_400) return ok(epochSeconds(start + seconds));
  const what = "entry_interval_length must be a whole number of seconds, up to a year";
  return failed("METERMAN_BAD_MESSAGE", what, "entry_interval_length");
}

/** Energy is counted in whole Wh. Kilowatt-hours are taken as long as nothing of them is rounded away. */
function energyOf(cells: Cells, inWh: string, inKwh: string): Result<number | undefined> {
  const name = cells.has(inWh) || !cells.has(inKwh) ? inWh : inKwh;
  if (!cells.has(name)) return ok(undefined);
  const energy = wholeNumber(cells.get(name), name === inKwh ? 1000 : 1);
  if (energy !== undefined && energy <= 1e13) return ok(energy);
  const what =
    name === inKwh
      ? "must be kilowatt-hours with a point and at most three decimals, not below 0"
      : `must be a whole number of watt-hours, not below 0; round it, or call the column ${inKwh} if it is in kilowatt-hours`;
  return failed("METERMAN_BAD_MESSAGE", `${name} ${what}`, name);
}

/** A list, or a text with spaces between the words. */
function qualityOf(value: unknown) {
  if (value === undefined) return [];
  const words = typeof value === "string" ? value.split(/[\s|]+/).filter((word) => word !== "") : value;
  if (!Array.isArray(words)) return undefined;
  const known = QUALITIES.filter((name) => words.includes(name));
  return known.length === words.length ? known : undefined;
}
