import { Ajv, type JSONSchemaType, type Schema, type ValidateFunction } from "ajv";
import type { Json, MeterEvent } from "../model/index.ts";
import { HALVES } from "./day.ts";
import { MAX_FLAGS } from "./flags.ts";

/**
 * Shapes of everything on disk, as ajv checks them on the way in. Arrays instead of names: these bytes are what wears
 * the card.
 */
const ajv = new Ajv({ strict: true, strictTuples: false, strictTypes: false, allowUnionTypes: true });

/** @returns a check whose successes have the type T, which must describe the same shape as the schema */
export function shape<T>(schema: Schema | JSONSchemaType<T>): (input: unknown) => T | undefined {
  let validate: ValidateFunction<T> | undefined;
  return (input) => {
    // At the first use: compiling takes longer than most of what the command line does.
    validate ??= ajv.compile<T>(schema);
    return validate(input) ? input : undefined;
  };
}

export const INT = { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const;
export const COUNT = { ...INT, minimum: 0 } as const;
export const METER = { type: "string", minLength: 1, maxLength: 64 } as const;

/** `[t0, register0, lifetime0, duration, [energies], [amps] | 0, flags]`, the last two left out when nothing is in them. */
export type PackedRun = readonly [number, number, number, number, number[], (number[] | 0)?, number?];
const RUN = {
  type: "array",
  minItems: 5,
  maxItems: 7,
  items: [
    INT,
    INT,
    INT,
    COUNT,
    { type: "array", minItems: 1, items: COUNT },
    { anyOf: [{ const: 0 }, { type: "array", items: { type: "number" } }] },
    { ...COUNT, maximum: MAX_FLAGS },
  ],
} as const;
const RUNS = { type: "array", items: RUN } as const;

export type PackedSpan = readonly [start: number, end: number, until?: number];
const SPANS = { type: "array", items: { type: "array", minItems: 2, maxItems: 3, items: INT } } as const;

/** First the spans whose readings go, then the readings that come. */
export type PackedStep = readonly [PackedSpan[], PackedRun[]];
const STEP = { type: "array", minItems: 2, maxItems: 2, items: [SPANS, RUNS] } as const;

/**
 * In the journal an event is checked loosely: a strange one must not take the readings of its batch with it. Snapshots
 * travel among the events: a version that does not know them passes over them.
 */
const LOOSE_EVENT = { type: "object" } as const;
export type PackedItem = MeterEvent | { readonly snapshot: Json };

export type PackedGroup = readonly [string, PackedStep[], PackedItem[]?, Record<string, Json>?];
const GROUP = {
  type: "array",
  minItems: 2,
  maxItems: 4,
  items: [METER, { type: "array", items: STEP }, { type: "array", items: LOOSE_EVENT }, { type: "object" }],
} as const;

const GROUPS = { type: "array", items: GROUP } as const;
export const groupsShape = shape<PackedGroup[]>(GROUPS);

/** One line of the journal: what one flush made durable. Groups are deflated, in base64, where that is shorter. */
export type PackedBatch = readonly [segment: number, seq: number, groups: PackedGroup[] | string];
export const journalLine = shape<PackedBatch>({
  type: "array",
  minItems: 3,
  maxItems: 3,
  items: [COUNT, COUNT, { anyOf: [{ type: "string" }, GROUPS] }],
});

/** One line of `m/<meter>/<year-month>.ndj`: a whole day; the last line of a day wins. */
export type PackedDay = readonly [day: number, runs: PackedRun[]];
export const dayLine = shape<PackedDay>({ type: "array", minItems: 2, maxItems: 2, items: [COUNT, RUNS] });

const HALF_HOURS = { type: "array", minItems: HALVES, maxItems: HALVES, items: COUNT } as const;
/** One number stands for 48 equal ones. */
const COLUMN = { anyOf: [COUNT, HALF_HOURS] } as const;
export interface PackedRoll {
  readonly d: number;
  readonly at: readonly [offset: number, length: number];
  readonly n: number;
  readonly h: number[];
  readonly c: number | number[];
  readonly s: number | number[];
  readonly q: number | number[];
  readonly r: number | (number | null)[];
  readonly e: number;
  readonly x: PackedRun[];
  readonly p: (readonly [number, number, number, number, number, number, number])[];
}
export const rollLine = shape<PackedRoll>({
  type: "object",
  required: ["d", "at", "n", "h", "c", "s", "q", "r", "e", "x", "p"],
  properties: {
    d: COUNT,
    at: { type: "array", minItems: 2, maxItems: 2, items: COUNT },
    n: COUNT,
    h: HALF_HOURS,
    c: COLUMN,
    s: COLUMN,
    q: COLUMN,
    r: { anyOf: [INT, { ...HALF_HOURS, items: { type: ["integer", "null"] } }] },
    e: COUNT,
    x: RUNS,
    p: { type: "array", items: { type: "array", minItems: 7, maxItems: 7, items: INT } },
  },
});

/** `memory.json`: the ledgers' memories as of batch `seq`. */
export interface Checkpoint {
  readonly seq: number;
  readonly segment: number;
  readonly meters: { readonly [meter: string]: Readonly<Record<string, Json>> };
}
export const checkpointShape = shape<Checkpoint>({
  type: "object",
  required: ["seq", "segment", "meters"],
  properties: { seq: COUNT, segment: COUNT, meters: { type: "object", additionalProperties: { type: "object" } } },
});
