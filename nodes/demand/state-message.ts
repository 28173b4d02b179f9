import { EPOCH_SCHEMA, METER_ID_SCHEMA } from "../model/index.ts";
import type { DemandState } from "./state.ts";

type Later = "fixedWatts" | "target" | "phase" | "ahead" | "period" | "charge" | "adds" | "price";
/** A state as it may stand in a message: what was added later may be absent, in flows that write their own. */
export type DemandMessage = Omit<DemandState, Later> & Partial<Pick<DemandState, Later>>;

/** A state with every field, from a message that fits DEMAND_STATE_SCHEMA. */
export function demandFromMessage(said: DemandMessage): DemandState {
  const { powerWatts, remainingS, usedWh, bridgedWh } = said;
  const open = powerWatts === null ? [] : [{ remainingS, usedWh: usedWh + (bridgedWh ?? 0) }];
  const later = {
    fixedWatts: null,
    target: "limit",
    phase: null,
    ahead: open,
    period: "",
    charge: null,
    adds: null,
    price: null,
  } as const;
  return { ...later, ...said };
}

const nullable = (schema: object) => ({ ...schema, nullable: true });
const power = { type: "number", minimum: -1e9, maximum: 1e9 } as const;
const AMOUNT_SCHEMA = {
  type: "object",
  required: ["amount", "currency"],
  properties: { amount: power, currency: { type: "string", maxLength: 8 } },
} as const;

export const DEMAND_STATE_SCHEMA = {
  type: "object",
  required: [
    "at",
    "meters",
    "windowStart",
    "windowEnd",
    "remainingS",
    "usedWh",
    "bridgedWh",
    "coveredUntil",
    "coverage",
    "powerWatts",
    "projectedWatts",
    "limitWatts",
    "allowedWatts",
    "certainBreak",
    "stale",
    "ageS",
    "counts",
    "onPeak",
    "peakWatts",
  ],
  properties: {
    at: EPOCH_SCHEMA,
    meters: { type: "array", items: METER_ID_SCHEMA, maxItems: 1000 },
    windowStart: EPOCH_SCHEMA,
    windowEnd: EPOCH_SCHEMA,
    remainingS: { type: "number", minimum: 0, maximum: 3600 },
    usedWh: { type: "integer", minimum: -1e9, maximum: 1e9 },
    bridgedWh: nullable({ type: "number", minimum: -1e9, maximum: 1e9 }),
    coveredUntil: nullable(EPOCH_SCHEMA),
    coverage: { type: "number", minimum: 0, maximum: 1 },
    powerWatts: nullable(power),
    projectedWatts: nullable(power),
    limitWatts: nullable(power),
    allowedWatts: nullable(power),
    certainBreak: { type: "boolean" },
    stale: { type: "boolean" },
    ageS: nullable({ type: "number", minimum: 0 }),
    counts: { type: "boolean" },
    onPeak: { type: "boolean" },
    peakWatts: nullable(power),
    // Later fields: states that were written by hand before them are still welcome.
    fixedWatts: nullable(power),
    target: { enum: ["limit", "surplus"] },
    phase: nullable({ type: "string", minLength: 1, maxLength: 16 }),
    ahead: {
      type: "array",
      maxItems: 60,
      items: {
        type: "object",
        required: ["remainingS", "usedWh"],
        properties: {
          remainingS: { type: "number", minimum: 0, maximum: 3600 },
          usedWh: { type: "number", minimum: -1e9, maximum: 1e9 },
        },
      },
    },
    period: { type: "string", maxLength: 7 },
    charge: nullable(AMOUNT_SCHEMA),
    adds: nullable({
      type: "object",
      required: ["watts", "charge"],
      properties: { watts: power, charge: nullable(AMOUNT_SCHEMA) },
    }),
    price: nullable({
      type: "object",
      required: ["perKwh", "currency"],
      properties: { perKwh: power, currency: { type: "string", maxLength: 8 } },
    }),
  },
} as const;
