import type { DemandInput } from "../../demand/index.ts";
import {
  EPOCH_SCHEMA,
  failed,
  METER_ID_SCHEMA,
  ok,
  type Power,
  parseMeterId,
  READING_SCHEMA,
  type Reading,
  type Result,
} from "../../model/index.ts";
import { type Message, parser } from "../shell/index.ts";

/** The inputs that come from messages. */
export type MeterInput = Exclude<DemandInput, { readonly kind: "tick" }>;

const reading = parser<Reading>(READING_SCHEMA, "METERMAN_BAD_MESSAGE");
const power = parser<{ meter: string; power: Power }>(
  {
    type: "object",
    required: ["meter", "power"],
    properties: {
      meter: METER_ID_SCHEMA,
      power: {
        type: "object",
        oneOf: [
          {
            required: ["known", "watts", "at"],
            properties: {
              known: { const: true },
              // Below zero where a meter tells what is fed in.
              watts: { type: "number", minimum: -1e9, maximum: 1e9 },
              at: EPOCH_SCHEMA,
            },
          },
          { required: ["known"], properties: { known: { const: false } } },
        ],
      },
    },
  },
  "METERMAN_BAD_MESSAGE",
);

/** A message of a meterman-meter node: a reading (output 1) or live power (output 2). */
export function parseInput(message: Message): Result<MeterInput> {
  if (message.power !== undefined) {
    const parsed = power(message);
    if (!parsed.ok) return parsed;
    const meter = parseMeterId(parsed.value.meter);
    return meter.ok ? ok({ kind: "power", meter: meter.value, power: parsed.value.power }) : meter;
  }
  const parsed = reading(message.payload);
  if (!parsed.ok) return parsed;
  const meter = parseMeterId(parsed.value.meter);
  if (!meter.ok) return meter;
  if (parsed.value.end < parsed.value.start) {
    return failed("METERMAN_BAD_MESSAGE", "the reading ends before it starts", "end");
  }
  return ok({ kind: "reading", reading: parsed.value });
}
