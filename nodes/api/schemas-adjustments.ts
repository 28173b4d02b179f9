import { ADJUSTMENT_KINDS, type AdjustmentKind, METER_ID_SCHEMA, TIME_WORDS, WH_SCHEMA } from "../model/index.ts";
import type { JsonSchema } from "./parameters.ts";
import { nullable, object, ref, TIME } from "./shapes.ts";

/** Corrections: what is asked for, the record of it, and what it does or would do. */

/** One line that can be shown anywhere: no control characters, and not only spaces. In a notation that every tool reads. */
const line = (most: number) => `^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f]{1,${most}}$`;
export const WHY_WORDS = "why it is done, in 1 to 500 characters on one line; kept for ever";
export const WHY = { type: "string", pattern: line(500) } as const;

const instant: JsonSchema = {
  description: TIME_WORDS,
  anyOf: [
    { type: "integer", minimum: 0 },
    { type: "string", maxLength: 40, pattern: "^\\d{4}" },
  ],
};
const energy = { ...WH_SCHEMA, description: "a whole number of watt-hours, not below 0" };
const lift = {
  type: "boolean",
  description: "true or false: whether later registers move along, so that no rebase shows at the end of the change",
};
const meter = { ...METER_ID_SCHEMA, description: "a meter id of 1 to 64 letters, digits, '.', '-' or '_'" };

const ROWS: JsonSchema = {
  type: "array",
  minItems: 1,
  description:
    "a list of readings, at least one: {start, end, wh, registerWh?, amps?, source?, quality?} with end exclusive, or " +
    "{when_start, entry_interval_length, entry_value, meter_value?}",
  items: { type: "object", description: "an object" },
};

interface Fields {
  readonly title: string;
  readonly fields: Readonly<Record<string, JsonSchema>>;
  readonly optional?: readonly string[];
}

/** Every kind of the model: one that is missing here does not compile. */
const REQUESTS: Readonly<Record<AdjustmentKind, Fields>> = {
  delete: {
    title: "Takes the energy of a span away",
    fields: { from: instant, to: instant, lift },
    optional: ["lift"],
  },
  upload: {
    title: "Brings readings",
    fields: {
      rows: ROWS,
      mode: {
        enum: ["replace", "fill"],
        description: "replace (what lies under them goes) or fill (only those that meet no reading count)",
      },
      lift,
    },
    optional: ["mode", "lift"],
  },
  generate: {
    title: "Puts an amount of energy in place of what a span has",
    fields: {
      from: instant,
      to: instant,
      wh: energy,
      stepS: { type: "integer", minimum: 1, maximum: 86_400, description: "a whole number of seconds, 1 to 86400" },
      likeDays: {
        type: "integer",
        minimum: 0,
        maximum: 366,
        description: "a whole number of days, 0 to 366, before the span: its shape is taken from there; 0 is evenly",
      },
      lift,
    },
    optional: ["stepS", "likeDays", "lift"],
  },
  rebase: {
    title: "Says where the register stood at an instant: later ones follow from it",
    fields: { at: instant, registerWh: energy },
  },
  lift: {
    title: "Moves the registers from an instant on",
    fields: {
      from: instant,
      to: instant,
      wh: { type: "integer", minimum: -1e13, maximum: 1e13, description: "a whole number of watt-hours, also below 0" },
    },
    optional: ["to"],
  },
  merge: {
    title: "Counts the readings of a replaced node as this meter's",
    fields: { source: meter, until: instant },
    optional: ["until"],
  },
  rename: {
    title: "Gives the meter another name",
    fields: { name: { type: "string", pattern: line(100), description: "1 to 100 characters on one line" } },
  },
  check: {
    title: "Notes what the meter's display showed; changes no reading",
    fields: { at: instant, displayWh: energy },
  },
};

function branch([kind, { title, fields, optional = [] }]: readonly [string, Fields]): JsonSchema {
  const always = {
    kind: { const: kind },
    why: { ...WHY, description: WHY_WORDS },
    dryRun: { type: "boolean", description: "true or false: whether only to tell what would change" },
  };
  return { title, ...object({ ...always, ...fields }, ["dryRun", ...optional]), additionalProperties: false };
}

const count = { type: "integer", minimum: 0 };
const text = { type: "string" };
const signed = { type: "number" };

export const ADJUSTMENT_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  AdjustmentRequest: {
    type: "object",
    discriminator: { propertyName: "kind" },
    oneOf: Object.entries(REQUESTS).map(branch),
  },
  Adjustment: object({
    n: { type: "integer", minimum: 1, description: "Counts the corrections of a meter" },
    meter: METER_ID_SCHEMA,
    kind: { enum: ADJUSTMENT_KINDS },
    who: { ...text, description: "Name of the token, or this machine" },
    why: text,
    at: { ...TIME, description: "When it was made" },
    from: nullable(TIME),
    to: { ...nullable(TIME), description: "Exclusive; null where it has no end" },
    changeWh: { ...signed, description: "What it did to the energy of the span; below 0 where energy went" },
    readings: { ...count, description: "Readings that it brought" },
    details: {
      type: "object",
      description: "What was asked for, without its rows",
      additionalProperties: { type: ["string", "number", "boolean"] },
    },
    undone: nullable(object({ who: text, why: text, at: TIME })),
  }),
  AdjustmentPreview: object({
    kind: { enum: ADJUSTMENT_KINDS },
    from: nullable(TIME),
    to: nullable(TIME),
    beforeWh: signed,
    afterWh: signed,
    readingsBefore: count,
    readingsAfter: count,
    leftOut: {
      type: "array",
      description: "Some of the rows that were brought and do not count",
      items: object({ row: count, why: text }),
    },
  }),
  AdjustmentOutcome: object({
    adjustment: { ...nullable(ref("Adjustment")), description: "null for a dry run" },
    preview: ref("AdjustmentPreview"),
  }),
  AdjustmentUndone: object({ adjustment: ref("Adjustment") }),
};
