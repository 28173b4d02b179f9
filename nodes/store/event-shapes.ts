import type { MeterEvent, MeterEventKind } from "../model/index.ts";
import type { Numbered, Series } from "./series.ts";
import { COUNT, INT, METER, shape } from "./shapes.ts";

const FLAG = { type: "boolean" } as const;
const TEXT = { type: "string" } as const;
const NUMBER = { type: "number" } as const;
const MAYBE = { anyOf: [COUNT, { type: "null" }] } as const;

/** The fields of every kind of event, beside `meter`, `at` and `kind`; a new kind does not compile until it is here. */
const FIELDS: Readonly<Record<MeterEventKind, Readonly<Record<string, object>>>> = {
  rebase: { implied: FLAG, fromWh: MAYBE, toWh: COUNT, countedWh: COUNT },
  gap: { start: COUNT, end: COUNT, wh: COUNT },
  "gap-refined": { start: COUNT, end: COUNT, wh: COUNT },
  refused: { reason: TEXT },
  dark: { lastSeen: MAYBE },
  back: {},
  "low-battery": { millivolts: NUMBER, cleared: FLAG },
  "weak-signal": { dbm: NUMBER, cleared: FLAG },
  clock: { driftS: NUMBER, cleared: FLAG },
  "no-pulses": { since: COUNT, cleared: FLAG },
  "battery-ending": { daysLeft: MAYBE, cleared: FLAG },
  "missed-intervals": { percent: NUMBER, cleared: FLAG },
  reboots: { count: COUNT, cleared: FLAG },
  "low-memory": { bytes: COUNT, cleared: FLAG },
  boot: { version: INT, flags: INT },
  text: { text: TEXT },
};

const EVENT = {
  anyOf: Object.entries(FIELDS).map(([kind, fields]) => ({
    type: "object",
    required: ["meter", "at", "kind", ...Object.keys(fields)],
    properties: { meter: METER, at: COUNT, kind: { const: kind }, ...fields },
  })),
};
export const eventShape = shape<MeterEvent>(EVENT);

const lineShape = shape<Numbered<MeterEvent>>({
  type: "array",
  minItems: 3,
  maxItems: 3,
  items: [COUNT, COUNT, EVENT],
});

export const EVENTS: Series<MeterEvent> = {
  name: "events",
  word: "An event",
  of: (layer) => layer.events,
  encode: (event) => JSON.stringify(event),
  parse: (body) => lineShape(body),
};
