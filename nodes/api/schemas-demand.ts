import { METER_ID_SCHEMA } from "../model/index.ts";
import type { JsonSchema } from "./parameters.ts";
import { array, nullable, object, ref, TIME } from "./shapes.ts";
import { SCOPES } from "./tokens.ts";

/** The shapes of GET demand: what demand and shed nodes report. */
const number = { type: "number" };
const count = { type: "number", minimum: 0 };
const text = { type: "string" };
const flag = { type: "boolean" };

const window: Record<string, JsonSchema> = {
  at: TIME,
  windowStart: TIME,
  windowEnd: { ...TIME, description: "Exclusive" },
  remainingS: count,
  usedWh: { ...number, description: "As read. Negative when a surplus node saw more fed in than drawn" },
  bridgedWh: { ...nullable(number), description: "Estimated for holes of the readings, on top of usedWh" },
  coverage: { type: "number", minimum: 0, maximum: 1 },
  powerWatts: nullable(number),
  projectedWatts: { ...nullable(number), description: "Mean of the window if things stay as they are" },
  limitWatts: nullable(number),
  allowedWatts: { ...nullable(number), description: "What may be drawn from now to the end of the window" },
  certainBreak: flag,
  isFixed: flag,
  stale: flag,
  ageS: nullable(number),
  counts: flag,
  onPeak: flag,
  price: nullable(object({ perKwh: number, currency: text })),
  adds: nullable(object({ watts: number, charge: nullable(ref("Money")) })),
};

const tariff: Record<string, JsonSchema> = {
  tariff: text,
  rules: { ...array(text, 100), description: "The tariff in words, a line each" },
  zone: text,
  windowS: count,
  stepS: count,
  target: { enum: ["limit", "surplus"] },
  phase: nullable(text),
  meters: { type: "array", items: METER_ID_SCHEMA },
};

const load: Record<string, JsonSchema> = {
  name: text,
  kind: { enum: ["switch", "modulating"] },
  levels: { type: "array", items: number },
  level: nullable(number),
  watts: nullable(number),
  powerW: { ...nullable(number), description: "What it draws, or would if it were given back: best guess" },
  priority: number,
  critical: flag,
  phases: { type: "array", items: text },
  surplus: flag,
  held: nullable(object({ fromLevel: number, level: number, since: TIME, rule: text, dryRun: flag })),
  override: nullable(object({ mode: { enum: ["on", "off", "leave"] }, until: nullable(TIME) })),
  trouble: nullable(text),
  why: { ...text, description: "Why it is on or off, in one sentence" },
};

export const DEMAND_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Money: object({ amount: number, currency: { ...text, description: "ISO 4217" } }),
  DemandMonth: object({
    period: { type: "string", pattern: "^\\d{4}-\\d{2}$" },
    final: flag,
    figureWatts: number,
    billedWatts: number,
    candidates: { type: "array", items: object({ start: TIME, watts: number }) },
    charge: nullable(ref("Money")),
    energyWh: nullable(number),
    energyCharge: nullable(ref("Money")),
  }),
  DemandWindow: object({
    start: TIME,
    end: TIME,
    wh: number,
    watts: number,
    coverage: { type: "number", minimum: 0, maximum: 1 },
    counts: flag,
    candidate: flag,
  }),
  DemandNode: object({
    id: text,
    name: text,
    ...tariff,
    ...window,
    months: array(ref("DemandMonth"), 13),
    windows: { ...array(ref("DemandWindow"), 288), description: "Closed ones of the last 24 h, oldest first" },
  }),
  Load: object(load),
  Decision: object({
    time: TIME,
    load: text,
    action: { enum: ["off", "on", "set"] },
    level: number,
    rule: text,
    limit: { ...nullable(text), description: "Which limit asked for it" },
    reason: text,
    formula: text,
    inputs: { type: "object", additionalProperties: nullable(number) },
    dryRun: flag,
  }),
  Shed: object({
    id: text,
    name: text,
    at: TIME,
    dryRun: flag,
    demands: { type: "array", items: text, description: "Ids of the demand nodes that it hears" },
    refused: { ...nullable(text), description: "Why it decides nothing: another node has this house" },
    staleSince: nullable(TIME),
    stoppedUntil: nullable(TIME),
    loads: { type: "array", items: ref("Load") },
    decisions: { ...array(ref("Decision"), 100), description: "Newest first" },
    alarms: { type: "array", items: object({ load: nullable(text), code: text, message: text, since: TIME }) },
  }),
  Demand: object({
    demand: { type: "array", items: ref("DemandNode") },
    shed: { type: "array", items: ref("Shed") },
    scopes: { type: "array", items: { enum: SCOPES }, description: "What the caller may do" },
  }),
};
