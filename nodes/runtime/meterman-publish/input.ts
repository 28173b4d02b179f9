import type { PlanInput } from "../../home-assistant/index.ts";
import {
  failed,
  type MeterId,
  ok,
  parseMeterId,
  READING_SCHEMA,
  type Reading,
  type Result,
} from "../../model/index.ts";
import { type Message, parser } from "../shell/index.ts";

/** The inputs of the planner that come from messages. */
export type MeterInput = Extract<PlanInput, { readonly meter: MeterId }>;

type PowerMessage = {
  readonly meter: string;
  readonly topic?: string;
  readonly power: { readonly known: true; readonly watts: number } | { readonly known: false };
};
const POWER_SCHEMA = {
  type: "object",
  required: ["meter", "power"],
  properties: {
    meter: { type: "string" },
    topic: { type: "string", maxLength: 200 },
    power: {
      type: "object",
      required: ["known"],
      properties: { known: { type: "boolean" }, watts: { type: "number", minimum: 0, maximum: 1e9 } },
      if: { properties: { known: { const: true } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's word
      then: { required: ["watts"] },
    },
  },
} as const;
type EventMessage = { readonly meter: string; readonly kind: string };
const EVENT_SCHEMA = {
  type: "object",
  required: ["meter", "kind"],
  properties: { meter: { type: "string" }, kind: { type: "string" } },
} as const;

const reading = parser<Reading>(READING_SCHEMA, "METERMAN_BAD_MESSAGE");
const power = parser<PowerMessage>(POWER_SCHEMA, "METERMAN_BAD_MESSAGE");
const event = parser<EventMessage>(EVENT_SCHEMA, "METERMAN_BAD_MESSAGE");

/**
 * A message of a meterman-meter node (its outputs 1, 2 or 3) as the planner sees it.
 * @returns null for an event that changes nothing in Home Assistant
 */
export function parseInput(message: Message): Result<MeterInput | null> {
  const { payload } = message;
  if (message.power !== undefined) return fromPower(message);
  if (typeof payload === "object" && payload !== null && "lifetimeWh" in payload) return fromReading(payload);
  if (typeof payload === "object" && payload !== null && "kind" in payload) return fromEvent(payload);
  return failed("METERMAN_BAD_MESSAGE", "send the readings, power or events of a meterman-meter node");
}

function fromReading(payload: unknown): Result<MeterInput> {
  const parsed = reading(payload);
  if (!parsed.ok) return parsed;
  const meter = parseMeterId(parsed.value.meter);
  return meter.ok ? ok({ kind: "reading", meter: meter.value, lifetimeWh: parsed.value.lifetimeWh }) : meter;
}

function fromPower(message: Message): Result<MeterInput> {
  const parsed = power(message);
  if (!parsed.ok) return parsed;
  const meter = parseMeterId(parsed.value.meter);
  if (!meter.ok) return meter;
  const name = parsed.value.topic?.trim() ?? "";
  const watts = parsed.value.power.known ? parsed.value.power.watts : null;
  return ok({ kind: "power", meter: meter.value, watts, ...(name === "" ? {} : { name }) });
}

function fromEvent(payload: unknown): Result<MeterInput | null> {
  const parsed = event(payload);
  if (!parsed.ok) return parsed;
  const meter = parseMeterId(parsed.value.meter);
  if (!meter.ok) return meter;
  const { kind } = parsed.value;
  if (kind !== "dark" && kind !== "back") return ok(null);
  return ok({ kind: "presence", meter: meter.value, online: kind === "back" });
}
