import {
  ENERGY_ROLES,
  EPOCH_SCHEMA,
  METER_ID_SCHEMA,
  type MeterEventKind,
  QUALITIES,
  RESOLUTIONS,
  SOURCES,
  WARNINGS,
  WH_SCHEMA,
} from "../model/index.ts";
import type { JsonSchema } from "./parameters.ts";
import { PROBLEM_SCHEMA } from "./problem.ts";
import { ADJUSTMENT_SCHEMAS } from "./schemas-adjustments.ts";
import { DEMAND_SCHEMAS } from "./schemas-demand.ts";
import { GATEWAY_SCHEMAS } from "./schemas-gateways.ts";
import { nullable, object, ref, TIME } from "./shapes.ts";
import { SCOPES } from "./tokens.ts";

/** The shapes of all answers, by the name that they have in the OpenAPI document. */
const ISO = { type: "string", format: "date-time" };
const SOURCE = { enum: [...SOURCES, "mixed"] };
const NEXT = { type: ["string", "null"], description: "Cursor of the next page; null at the end" };

const span = { from: TIME, to: TIME, fromIso: ISO, toIso: ISO };

function list(name: string, more: Record<string, JsonSchema> = {}): JsonSchema {
  return object({ ...more, items: { type: "array", items: ref(name) }, next: NEXT });
}

/** Every kind of event: one that the model gains and this list lacks does not compile. */
const EVENT_KINDS = Object.keys({
  rebase: true,
  gap: true,
  "gap-refined": true,
  refused: true,
  dark: true,
  back: true,
  "low-battery": true,
  "weak-signal": true,
  clock: true,
  "no-pulses": true,
  "battery-ending": true,
  "missed-intervals": true,
  reboots: true,
  "low-memory": true,
  boot: true,
  text: true,
} satisfies Record<MeterEventKind, true>);

const count = { type: "number" };
const health: Record<string, JsonSchema> = {
  lastHeard: nullable(TIME),
  dark: { type: "boolean" },
  batteryMv: count,
  battery: ref("BatteryTrend"),
  rssiDbm: count,
  clockDriftS: count,
  clockPpm: count,
  uptimeS: count,
  freeRamBytes: count,
  intervalS: count,
  impulsesPerKwh: count,
  reboots: { type: "integer", minimum: 0 },
  lastReboot: TIME,
  firmware: { type: "string" },
  link: ref("LinkHealth"),
  warnings: { type: "array", items: { enum: WARNINGS } },
  troubles: { type: "array", items: { type: "string" }, description: "Every warning in words that say what to do" },
};
const healthAlways = ["lastHeard", "dark", "reboots", "warnings", "troubles"];

/** Which of the fields after `kind` are there is decided by the kind. */
const event: Record<string, JsonSchema> = {
  meter: METER_ID_SCHEMA,
  at: TIME,
  kind: { enum: EVENT_KINDS },
  implied: { type: "boolean" },
  fromWh: nullable(WH_SCHEMA),
  toWh: WH_SCHEMA,
  countedWh: WH_SCHEMA,
  start: TIME,
  end: TIME,
  wh: WH_SCHEMA,
  reason: { type: "string" },
  lastSeen: nullable(TIME),
  millivolts: count,
  dbm: count,
  driftS: count,
  since: TIME,
  daysLeft: nullable(count),
  percent: count,
  count,
  bytes: count,
  cleared: { type: "boolean" },
  version: count,
  flags: count,
  text: { type: "string" },
};

export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Problem: PROBLEM_SCHEMA,
  Power: {
    oneOf: [
      object({ known: { const: true }, watts: { type: "number" }, at: TIME }),
      object({ known: { const: false }, since: nullable(TIME) }),
    ],
    description: "Power now. Unknown is not zero.",
  },
  MeterHealth: object(
    health,
    Object.keys(health).filter((name) => !healthAlways.includes(name)),
  ),
  BatteryTrend: object({ days: count, mvPerDay: count, daysLeft: count, lowMv: count, assumes: { type: "string" } }, [
    "daysLeft",
  ]),
  LinkHealth: object({
    days: count,
    expected: count,
    missed: count,
    missedPercent: count,
    recoveredWh: WH_SCHEMA,
    recoveredPercent: count,
    unknownS: count,
  }),
  Meter: object(
    {
      id: METER_ID_SCHEMA,
      name: { type: "string" },
      lifetimeWh: { ...WH_SCHEMA, description: "All energy counted and on disk: never falls" },
      registerWh: nullable(WH_SCHEMA),
      power: ref("Power"),
      lastHeard: nullable(TIME),
      health: ref("MeterHealth"),
      mergedInto: { ...METER_ID_SCHEMA, description: "The meter as which its readings go on" },
    },
    ["mergedInto"],
  ),
  Meters: list("Meter", {
    zone: { type: "string", description: "IANA zone in which the store's local days and months begin" },
    now: TIME,
    scopes: { type: "array", items: { enum: SCOPES }, description: "What the caller may do" },
  }),
  Reading: object(
    {
      start: EPOCH_SCHEMA,
      end: { ...EPOCH_SCHEMA, description: "Exclusive" },
      wh: WH_SCHEMA,
      watts: { type: "number" },
      registerWh: { ...nullable(WH_SCHEMA), description: "At end; null across a rebase" },
      amps: { type: "number" },
      source: SOURCE,
      quality: { type: "array", items: { enum: QUALITIES } },
      coveredS: { type: "number", minimum: 0, description: "Seconds of the span with data" },
    },
    ["amps"],
  ),
  Readings: list("Reading", { ...span, resolution: { enum: RESOLUTIONS } }),
  ConsumptionPart: object({ start: TIME, end: TIME, wh: WH_SCHEMA, source: SOURCE }),
  Consumption: object({
    ...span,
    wh: WH_SCHEMA,
    parts: { type: "array", items: ref("ConsumptionPart"), maxItems: 1000 },
  }),
  Event: object(event, Object.keys(event).slice(3)),
  Events: list("Event", span),
  Adjustments: list("Adjustment"),
  EnergyDashboard: object({
    meter: METER_ID_SCHEMA,
    as: { enum: ENERGY_ROLES },
    change: {
      enum: ["added", "completed", "none"],
      description: "completed: it was there, and lacked its power or name",
    },
    energyEntity: { type: "string" },
    powerEntity: nullable({ type: "string" }),
    issues: {
      type: "array",
      description: "What Home Assistant's own check says of its sensors; what is passing ends by itself",
      items: object({
        type: { type: "string" },
        entity: { type: "string" },
        text: { type: "string" },
        passing: { type: "boolean" },
      }),
    },
    text: { type: "string" },
  }),
  ...ADJUSTMENT_SCHEMAS,
  ...DEMAND_SCHEMAS,
  ...GATEWAY_SCHEMAS,
  Health: object({
    status: { enum: ["ok", "degraded", "down"] },
    time: TIME,
    timeIso: ISO,
    store: { type: "object", required: ["open"], properties: { open: { type: "boolean" } } },
    nodes: {
      type: "array",
      items: object({
        id: { type: "string" },
        type: { type: "string" },
        name: { type: "string" },
        status: object({ kind: { enum: ["ok", "busy", "warn", "error", "idle"] }, text: { type: "string" } }),
        health: {},
      }),
    },
    meters: {
      type: "array",
      items: object({
        id: METER_ID_SCHEMA,
        name: { type: "string" },
        health: ref("MeterHealth"),
        display: nullable(ref("DisplayDrift")),
      }),
    },
    gateways: { type: "array", items: ref("Gateway") },
    scopes: { type: "array", items: { enum: SCOPES }, description: "What the caller may do" },
  }),
};
