import { ADJUSTMENT_KINDS, type AdjustmentKind } from "../../../../model/index.ts";

/** What the form asks for. `at`, `from`, `to`, `until` are times, `wh` an energy of either sign or not. */
export type FieldName =
  | "from"
  | "to"
  | "at"
  | "until"
  | "kwh"
  | "registerKwh"
  | "displayKwh"
  | "shape"
  | "likeDays"
  | "mode"
  | "file"
  | "source"
  | "name"
  | "lift"
  | "why";

export interface KindWords {
  readonly label: string;
  /** One sentence for somebody who never corrected anything. */
  readonly sentence: string;
  readonly fields: readonly FieldName[];
  /** What a good reason could be. */
  readonly example: string;
}

/** In the order in which they are offered: what is needed most comes first. */
export const KINDS: Readonly<Record<AdjustmentKind, KindWords>> = {
  delete: {
    label: "Delete a span",
    sentence: "Takes the energy of a span away, for readings that are wrong.",
    fields: ["from", "to", "lift"],
    example: "test with a torch in front of the sensor",
  },
  generate: {
    label: "Fill in energy",
    sentence: "Writes an amount of energy over a span, where you know how much it was and nothing measured it.",
    fields: ["from", "to", "kwh", "shape", "likeDays", "lift"],
    example: "the sensor had slipped off; energy from the bill",
  },
  upload: {
    label: "Bring a file",
    sentence: "Takes readings from a file: CSV, JSON or NDJSON of meterman, or rows of the original server.",
    fields: ["file", "mode", "lift"],
    example: "quarter hours of the grid operator",
  },
  rebase: {
    label: "Set the register",
    sentence:
      "Says what the meter's register stood at; every register after it follows from that, and no energy changes.",
    fields: ["at", "registerKwh"],
    example: "new meter, its display began at zero",
  },
  lift: {
    label: "Shift registers",
    sentence: "Adds an amount to every register of a span, or takes it off; the energy of the readings stays.",
    fields: ["from", "to", "kwh"],
    example: "register was 12 kWh behind the display",
  },
  merge: {
    label: "Join a replaced node",
    sentence: "Counts what another node measured before as this meter's, so that its history goes on.",
    fields: ["source", "until"],
    example: "the old node broke, this one took its place",
  },
  rename: {
    label: "Rename",
    sentence: "Gives the meter another name, here and in every answer.",
    fields: ["name"],
    example: "it measures the flat, not the house",
  },
  check: {
    label: "Compare with the display",
    sentence: "Keeps what the meter's own display reads now; it changes no reading, and shows whether we count right.",
    fields: ["at", "displayKwh"],
    example: "read from the display",
  },
};

export const KINDS_OFFERED = Object.keys(KINDS).filter(isKind);

export function isKind(text: string): text is AdjustmentKind {
  return (ADJUSTMENT_KINDS as readonly string[]).includes(text);
}

/** What is optional: left empty it means something. */
export function isOptional(kind: AdjustmentKind, field: FieldName): boolean {
  return field === "until" || field === "lift" || (kind === "lift" && field === "to");
}
