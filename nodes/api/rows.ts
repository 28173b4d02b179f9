import { MAX_LIMIT, METER_ID_SCHEMA, RESOLUTIONS, TIME_WORDS } from "../model/index.ts";
import { CURSOR_PATTERN } from "./cursor.ts";
import type { Parameter } from "./parameters.ts";
import { LEAST_POINTS, MOST_POINTS, POINTS } from "./resolution.ts";

/** Parameters that several routes share. They bound what gets in; `model` then gives the values their meaning. */
export const METER: Parameter = {
  name: "meter",
  in: "path",
  required: true,
  description: "a meter id of 1 to 64 letters, digits, '.', '-' or '_', like 0.0.1.1.2",
  schema: METER_ID_SCHEMA,
};
const TIME_SCHEMA = {
  anyOf: [
    { type: "integer", minimum: 0 },
    { type: "string", maxLength: 40, pattern: "^\\d{4}" },
  ],
};
export const FROM: Parameter = { name: "from", in: "query", description: TIME_WORDS, schema: TIME_SCHEMA };
export const TO: Parameter = { name: "to", in: "query", description: `${TIME_WORDS}; exclusive`, schema: TIME_SCHEMA };
export const LIMIT: Parameter = {
  name: "limit",
  in: "query",
  description: `a whole number from 1 to ${MAX_LIMIT}: how many items a page has at most`,
  schema: { type: "integer", minimum: 1, maximum: MAX_LIMIT },
};
export const CURSOR: Parameter = {
  name: "cursor",
  in: "query",
  description: "the value of next of the page before, unchanged, with the same other parameters",
  schema: { type: "string", pattern: CURSOR_PATTERN },
};
/** The resolution that the server chooses. */
export const AUTO = "auto";
export const RESOLUTION: Parameter = {
  name: "resolution",
  in: "query",
  description: `one of ${RESOLUTIONS.join(", ")}, or ${AUTO}: the finest that gives at most as many rows as points says`,
  schema: { enum: [...RESOLUTIONS, AUTO] },
};
export const POINTS_PARAMETER: Parameter = {
  name: "points",
  in: "query",
  description: `a whole number from ${LEAST_POINTS} to ${MOST_POINTS}: how many rows resolution=${AUTO} gives at most; ${POINTS} without it`,
  schema: { type: "integer", minimum: LEAST_POINTS, maximum: MOST_POINTS },
};
export const ZONE: Parameter = {
  name: "zone",
  in: "query",
  description: "an IANA time zone like Europe/Oslo: where local days and months begin, and times without offset are",
  schema: { type: "string", minLength: 1, maxLength: 64 },
};

/** Items of a page when the caller does not say. */
export const PAGE = 1000;
