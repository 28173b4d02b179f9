import { METER_ID_PATTERN } from "./identity.ts";
import { QUALITIES, SOURCES } from "./reading.ts";

/** JSON Schemas of the shapes that cross a boundary: messages between nodes, HTTP, disk. Compiled with ajv by whoever parses. */
export const METER_ID_SCHEMA = { type: "string", pattern: METER_ID_PATTERN, maxLength: 64 } as const;
/** 2000-01-01 … 2100-01-01. Impossible device times are the ledger's business, nonsense is refused here. */
export const EPOCH_SCHEMA = { type: "integer", minimum: 946_684_800, maximum: 4_102_444_800 } as const;
/** Far above any register; keeps sums exact in a double. */
export const WH_SCHEMA = { type: "integer", minimum: 0, maximum: 1e13 } as const;

export const READING_SCHEMA = {
  type: "object",
  required: ["meter", "start", "end", "wh", "watts", "registerWh", "lifetimeWh", "source", "quality"],
  properties: {
    meter: METER_ID_SCHEMA,
    start: EPOCH_SCHEMA,
    end: EPOCH_SCHEMA,
    wh: WH_SCHEMA,
    watts: { type: "number", minimum: 0 },
    registerWh: WH_SCHEMA,
    lifetimeWh: WH_SCHEMA,
    amps: { type: "number", minimum: 0 },
    source: { enum: SOURCES },
    quality: { type: "array", items: { enum: QUALITIES }, maxItems: 8 },
  },
} as const;

/** Generic pulses: `{meter, pulses, seconds}`. */
export const PULSES_SCHEMA = {
  type: "object",
  required: ["meter", "pulses", "seconds"],
  properties: {
    meter: METER_ID_SCHEMA,
    pulses: { type: "integer", minimum: 0, maximum: 1e9 },
    seconds: { type: "number", exclusiveMinimum: 0, maximum: 31_622_400 },
  },
} as const;

/** Generic register: `{meter, registerWh, at?}`. */
export const REGISTER_SCHEMA = {
  type: "object",
  required: ["meter", "registerWh"],
  properties: {
    meter: METER_ID_SCHEMA,
    registerWh: { type: "number", minimum: 0, maximum: 1e13 },
    at: EPOCH_SCHEMA,
  },
} as const;
