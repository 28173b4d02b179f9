import type { Heard, PlanInput } from "../../home-assistant/index.ts";
import {
  type EpochSeconds,
  failed,
  METER_ID_SCHEMA,
  ok,
  parseMeterId,
  READING_SCHEMA,
  type Reading,
  type Result,
} from "../../model/index.ts";
import { type Message, type Parser, parser } from "../shell/index.ts";
import { fromDemand } from "./demand.ts";
import { fromFact } from "./facts.ts";

/** The inputs of the planner that come from messages. */
export type DeviceInput = Extract<PlanInput, { readonly device: unknown }>;

const meter = { meter: METER_ID_SCHEMA };
type PowerMessage = {
  readonly meter: string;
  readonly topic?: string;
  readonly power: { readonly known: true; readonly watts: number } | { readonly known: false };
};
const POWER_SCHEMA = {
  type: "object",
  required: ["meter", "power"],
  properties: {
    ...meter,
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
const EVENT_SCHEMA = {
  type: "object",
  required: ["meter", "kind"],
  properties: { ...meter, kind: { type: "string" } },
};
const REMOVE_SCHEMA = { type: "object", required: ["meter"], properties: meter };

const reading = parser<Reading>(READING_SCHEMA, "METERMAN_BAD_MESSAGE");
const power = parser<PowerMessage>(POWER_SCHEMA, "METERMAN_BAD_MESSAGE");
const event = parser<{ readonly meter: string; readonly kind: string }>(EVENT_SCHEMA, "METERMAN_BAD_MESSAGE");
const removal = parser<{ readonly meter: string }>(REMOVE_SCHEMA, "METERMAN_BAD_MESSAGE");

/**
 * A message of a meterman-meter, -gateway (its output 1) or -demand node (its output 1), or the wish to take a meter
 * out, as the planner sees it.
 * @returns null for what changes nothing in Home Assistant
 */
export function parseInput(message: Message, now: EpochSeconds): Result<DeviceInput | null> {
  const { payload } = message;
  if (message.power !== undefined) return fromPower(message);
  if (typeof payload === "object" && payload !== null) {
    if (message.topic === "remove") return fromRemoval(payload);
    if ("lifetimeWh" in payload) return fromReading(payload, now);
    if ("windowStart" in payload) return fromDemand(payload, message.node);
    if ("kind" in payload) return "receivedAt" in payload ? fromFact(payload) : fromEvent(payload);
  }
  const senders = "send the messages of meterman-meter, -gateway or -demand nodes";
  return failed("METERMAN_BAD_MESSAGE", `${senders}, or one with the topic remove, history, repair or energy`);
}

/** Schemas let some ids through that are no folder names: the model has the last word. */
function named<T extends { readonly meter: string }, R>(
  parse: Parser<T>,
  input: unknown,
  then: (value: T, device: Heard["device"]) => R,
): Result<R> {
  const parsed = parse(input);
  if (!parsed.ok) return parsed;
  const device = parseMeterId(parsed.value.meter);
  return device.ok ? ok(then(parsed.value, device.value)) : device;
}

function fromReading(payload: unknown, now: EpochSeconds): Result<DeviceInput> {
  return named(reading, payload, ({ lifetimeWh }, device) => {
    return { kind: "heard", device, values: { energy: lifetimeWh, last_seen: now }, online: true };
  });
}

function fromPower(message: Message): Result<DeviceInput> {
  return named(power, message, ({ topic, power: { known, ...rest } }, device) => {
    const name = topic?.trim() ?? "";
    const watts = "watts" in rest && known ? rest.watts : null;
    return {
      ...{ kind: "heard", device, values: { power: watts } },
      ...(name === "" ? {} : { name }),
      ...(watts === null ? {} : { online: true }),
    };
  });
}

function fromEvent(payload: unknown): Result<DeviceInput | null> {
  return named(event, payload, ({ kind }, device) =>
    kind === "dark" || kind === "back" ? { kind: "heard", device, values: {}, online: kind === "back" } : null,
  );
}

function fromRemoval(payload: unknown): Result<DeviceInput> {
  return named(removal, payload, (_removal, device) => ({ kind: "remove", device }));
}
