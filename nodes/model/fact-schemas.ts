import type { Fact } from "./facts.ts";
import { NETWORK_PATTERN } from "./identity.ts";
import { METER_ID_SCHEMA, WH_SCHEMA } from "./schemas.ts";

/** JSON Schemas of every fact, for whoever receives one as a message. Compiled with ajv by the receiver. */

/** 1970 … 2100: a device whose clock was never set says anything, and its energy counts all the same. */
const DEVICE_TIME = { type: "integer", minimum: 0, maximum: 4_102_444_800 } as const;
/** The server's clock may carry a fraction of a second. */
const SERVER_TIME = { type: "number", minimum: 946_684_800, maximum: 4_102_444_800 } as const;
const COUNT = { type: "integer", minimum: 0, maximum: 4_294_967_295 } as const;
const AMPS = { type: "number", minimum: 0, maximum: 100_000 } as const;
const DBM = { type: "number", minimum: -200, maximum: 100 } as const;
const SHORT_TEXT = { type: "string", maxLength: 200 } as const;
const SIGNED = { type: "integer", minimum: -4_294_967_296, maximum: 4_294_967_296 } as const;

function fact<K extends Fact["kind"], P extends object>(
  kind: K,
  required: readonly (keyof P & string)[],
  properties: P,
) {
  return {
    type: "object",
    required: ["kind", "receivedAt", ...required],
    properties: { kind: { const: kind }, receivedAt: SERVER_TIME, ...properties },
  } as const;
}

const ENTRY = {
  type: "object",
  required: ["duration", "energy"],
  properties: {
    duration: { type: "integer", minimum: 0, maximum: 31_622_400 },
    energy: WH_SCHEMA,
    amps: AMPS,
    impulses: COUNT,
    lastImpulseS: { type: "number", minimum: 0, maximum: 31_622_400 },
  },
} as const;

const BOOT = { type: "object", required: ["version", "flags"], properties: { version: COUNT, flags: COUNT } } as const;

/** One schema per kind of fact: a new kind without a schema does not compile. */
export const FACT_SCHEMAS: { readonly [K in Fact["kind"]]: object } = {
  update: fact("update", ["meter", "baseTime", "baseRegister", "entries"], {
    meter: METER_ID_SCHEMA,
    baseTime: DEVICE_TIME,
    baseRegister: WH_SCHEMA,
    impulsesPerKwh: { ...COUNT, minimum: 1 },
    entries: { type: "array", items: ENTRY, maxItems: 1000 },
  }),
  rebase: fact("rebase", ["meter", "time", "register"], {
    meter: METER_ID_SCHEMA,
    time: DEVICE_TIME,
    register: WH_SCHEMA,
  }),
  snapshot: fact("snapshot", ["meter", "lastEntryFinish", "lastRegister", "rssi"], {
    meter: METER_ID_SCHEMA,
    battery: COUNT,
    uptime: COUNT,
    slept: COUNT,
    freeRamBytes: COUNT,
    lastSeen: COUNT,
    clockDrift: SIGNED,
    interval: COUNT,
    impulsesPerKwh: COUNT,
    lastEntryFinish: COUNT,
    lastRegister: WH_SCHEMA,
    lastAmps: AMPS,
    ledRate: COUNT,
    ledMs: COUNT,
    rssi: DBM,
  }),
  dark: fact("dark", ["meter"], { meter: METER_ID_SCHEMA, lastSeen: COUNT }),
  text: fact("text", ["meter", "text"], { meter: METER_ID_SCHEMA, text: SHORT_TEXT, boot: BOOT }),
  gateway: fact("gateway", ["network", "gateway", "bootedAt", "freeRamBytes", "clock", "logLevel", "txPower"], {
    network: { type: "string", pattern: NETWORK_PATTERN },
    gateway: COUNT,
    bootedAt: COUNT,
    freeRamBytes: COUNT,
    clock: COUNT,
    logLevel: SHORT_TEXT,
    txPower: DBM,
  }),
  pulses: fact("pulses", ["meter", "pulses", "duration"], {
    meter: METER_ID_SCHEMA,
    pulses: { type: "integer", minimum: 0, maximum: 1e9 },
    duration: { type: "number", exclusiveMinimum: 0, maximum: 31_622_400 },
  }),
  register: fact("register", ["meter", "registerWh"], {
    meter: METER_ID_SCHEMA,
    registerWh: { type: "number", minimum: 0, maximum: 1e13 },
    at: DEVICE_TIME,
  }),
};

export const FACT_SCHEMA = {
  type: "object",
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: Object.values(FACT_SCHEMAS),
} as const;
