import { METER_ID_SCHEMA } from "../model/index.ts";

const time = { type: "number", minimum: 0, maximum: 4_102_444_800 } as const;
// As far as sums are exact: one absurd reading must not make a ledger that cannot be read again.
const energy = { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const;
const power = { type: "number", minimum: -1e19, maximum: 1e19 } as const;
const period = { type: "string", pattern: "^\\d{4}-\\d{2}$" } as const;

const pair = <A extends object, B extends object>(first: A, second: B) =>
  ({ type: "array", items: [first, second], minItems: 2, maxItems: 2 }) as const;
const list = <A extends object>(items: A) => ({ type: "array", items }) as const;
// The first number is a time: the start of the run.
const runs = list({ type: "array", items: energy, minItems: 2 });

const highest = list(pair(time, power));

function object<P extends Record<string, object>>(properties: P) {
  return { type: "object", additionalProperties: false, required: Object.keys(properties), properties } as const;
}

/** The shape of `DemandLedger`. */
export const DEMAND_LEDGER_SCHEMA = object({
  basis: { type: "string" },
  rules: { type: "string" },
  settledUntil: time,
  newest: time,
  touched: list(time),
  meters: list(
    object({
      id: METER_ID_SCHEMA,
      spans: list(pair(time, time)),
      vague: list(object({ start: time, end: time, wh: energy })),
      recent: list({ type: "string", maxLength: 100 }),
      samples: list(pair(time, power)),
      lost: { type: "boolean" },
      arrivedAt: { ...time, nullable: true },
      totals: { ...object({ registerWh: energy, lifetimeWh: energy }), nullable: true },
      resumed: { type: "boolean" },
      rebuiltWh: energy,
    }),
  ),
  slots: runs,
  windows: runs,
  days: list(object({ day: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" }, highest })),
  months: list(object({ period, highest })),
  energy: list(object({ period, wh: list(pair({ ...power, nullable: true }, energy)) })),
  told: list(object({ period, at: time, said: { type: "string" }, final: { type: "boolean" } })),
});
