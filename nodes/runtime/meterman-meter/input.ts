import { isMeterFact, type MeterFact } from "../../meter/index.ts";
import {
  type EpochSeconds,
  epochSeconds,
  FACT_SCHEMAS,
  type Fact,
  failed,
  ok,
  PULSES_SCHEMA,
  parseMeterId,
  REGISTER_SCHEMA,
  type Result,
  seconds,
} from "../../model/index.ts";
import { type Message, type Parser, parser } from "../shell/index.ts";

const FACTS = new Map<unknown, Parser<Fact>>(
  Object.entries(FACT_SCHEMAS).map(([kind, schema]) => [kind, parser<Fact>(schema, "METERMAN_BAD_MESSAGE")]),
);
const pulses = parser<{ meter: string; pulses: number; seconds: number }>(PULSES_SCHEMA, "METERMAN_BAD_MESSAGE");
const register = parser<{ meter: string; registerWh: number; at?: number }>(REGISTER_SCHEMA, "METERMAN_BAD_MESSAGE");

/** A fact of a gateway node, or `{meter, pulses, seconds}`, or `{meter, registerWh, at?}`. */
export function parseInput(message: Message, now: EpochSeconds): Result<Fact> {
  const { payload } = message;
  if (typeof payload !== "object" || payload === null) return unknown();
  if ("kind" in payload) {
    const parsed = FACTS.get(payload.kind)?.(payload);
    if (parsed === undefined) return unknown();
    if (!parsed.ok) return parsed;
    return isMeterFact(parsed.value) ? named(parsed.value) : parsed;
  }
  if ("pulses" in payload) {
    const parsed = pulses(payload);
    return parsed.ok ? fromPulses(parsed.value, now) : parsed;
  }
  if ("registerWh" in payload) {
    const parsed = register(payload);
    return parsed.ok ? fromRegister(parsed.value, now) : parsed;
  }
  return unknown();
}

function unknown(): Result<never> {
  const words = "send a fact of a gateway node, or {meter, pulses, seconds}, or {meter, registerWh}";
  return failed("METERMAN_BAD_MESSAGE", words, "payload");
}

function named(fact: MeterFact): Result<MeterFact> {
  const meter = parseMeterId(fact.meter);
  return meter.ok ? ok(fact) : meter;
}

function fromPulses(given: { meter: string; pulses: number; seconds: number }, now: EpochSeconds): Result<MeterFact> {
  const meter = parseMeterId(given.meter);
  if (!meter.ok) return meter;
  const duration = seconds(given.seconds);
  return ok({ kind: "pulses", meter: meter.value, pulses: given.pulses, duration, receivedAt: now });
}

function fromRegister(given: { meter: string; registerWh: number; at?: number }, now: EpochSeconds): Result<MeterFact> {
  const meter = parseMeterId(given.meter);
  if (!meter.ok) return meter;
  const { registerWh, at } = given;
  const fact = { kind: "register", meter: meter.value, registerWh, receivedAt: now } as const;
  return ok(at === undefined ? fact : { ...fact, at: epochSeconds(at) });
}
