import type { AdjustmentKind } from "../../../../model/index.ts";
import { type FieldName, isOptional, KINDS } from "./kinds.ts";
import { parseKwh, type Read } from "./kwh.ts";
import { parseLocal } from "./local-time.ts";

/** The form as it stands, text by text. Fields of other kinds keep what was typed into them. */
export type Draft = Readonly<Record<string, string>>;

/** A file that was read in the browser, as it will be sent. */
export interface ReadFile {
  readonly name: string;
  readonly text: string;
  readonly mediaType: "text/csv" | "application/x-ndjson";
}

/** JSON as the server takes it; a file goes as it is, with its few fields in the address. */
export type Order =
  | { readonly as: "fields"; readonly fields: Readonly<Record<string, string | number | boolean>> }
  | {
      readonly as: "file";
      readonly file: ReadFile;
      readonly fields: Readonly<Record<string, string | number | boolean>>;
    };

export interface FieldFault {
  readonly field: FieldName;
  readonly why: string;
}
export type OrderRead =
  | { readonly ok: true; readonly order: Order }
  | { readonly ok: false; readonly faults: readonly FieldFault[] };

const LONGEST_WHY = 500;
const LONGEST_NAME = 100;

/** Puts the form together, or says of each field what it lacks, in the order of the form. */
export function readDraft(kind: AdjustmentKind, draft: Draft, file: ReadFile | null, zone: string): OrderRead {
  const faults: FieldFault[] = [];
  const fields: Record<string, string | number | boolean> = { kind };
  for (const field of [...KINDS[kind].fields, "why" as const]) {
    const read = readField(kind, field, draft, file, zone);
    if (!read.ok) faults.push({ field, why: read.why });
    else Object.assign(fields, read.value);
  }
  const { from, to } = fields;
  if (typeof from === "number" && typeof to === "number" && to <= from)
    faults.push({ field: "to", why: "The end must be later than the beginning." });
  if (faults.length > 0) return { ok: false, faults };
  if (kind !== "upload" || file === null) return { ok: true, order: { as: "fields", fields } };
  const { kind: _, ...rest } = fields;
  return { ok: true, order: { as: "file", file, fields: rest } };
}

type Fields = Readonly<Record<string, string | number | boolean>>;
const none: Read<Fields> = { ok: true, value: {} };
const lacks = (why: string): Read<Fields> => ({ ok: false, why });

function readField(
  kind: AdjustmentKind,
  field: FieldName,
  draft: Draft,
  file: ReadFile | null,
  zone: string,
): Read<Fields> {
  const text = (draft[field] ?? "").trim();
  if (text === "" && isOptional(kind, field)) return none;
  switch (field) {
    case "from":
    case "to":
    case "at":
    case "until":
      return as(field, parseLocal({ text, fold: draft[`${field}-fold`] === "1" ? 1 : 0 }, zone));
    case "kwh": {
      const read = parseKwh(text, kind === "lift");
      if (read.ok && read.value === 0) return lacks("This would change nothing: write how much it is.");
      return as("wh", read);
    }
    case "registerKwh":
      return as("registerWh", parseKwh(text));
    case "displayKwh":
      return as("displayWh", parseKwh(text));
    case "shape":
      return none;
    case "likeDays":
      return draft.shape === "like" ? as("likeDays", days(text)) : none;
    case "mode":
      return { ok: true, value: { mode: text === "fill" ? "fill" : "replace" } };
    case "file":
      return file === null ? lacks("Choose a file, or drop one here.") : none;
    case "source":
      return text === "" ? lacks("Choose the node that was replaced.") : { ok: true, value: { source: text } };
    case "name":
      return words("name", text, LONGEST_NAME, "Write the new name.");
    case "lift":
      return { ok: true, value: { lift: true } };
    case "why":
      return words("why", text, LONGEST_WHY, "Say why: the reason stands in the list for ever.");
    default:
      return field satisfies never;
  }
}

function as(name: string, read: Read<number>): Read<Fields> {
  return read.ok ? { ok: true, value: { [name]: read.value } } : read;
}

function words(name: string, text: string, longest: number, missing: string): Read<Fields> {
  if (text === "") return lacks(missing);
  return text.length > longest ? lacks(`At most ${longest} characters.`) : { ok: true, value: { [name]: text } };
}

function days(text: string): Read<number> {
  const value = Number(text);
  const isGood = /^\d{1,3}$/.test(text) && value >= 1 && value <= 366;
  return isGood ? { ok: true, value } : { ok: false, why: "Days before: a whole number from 1 to 366." };
}
