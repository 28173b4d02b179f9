import { COMMAND_STATES, ERRORS, GATEWAY_GRANTS, METER_ID_SCHEMA, NETWORK_PATTERN } from "../model/index.ts";
import type { JsonSchema } from "./parameters.ts";
import { nullable, object, ref, TIME } from "./shapes.ts";

/** The shapes of gateways, their commands, what devices said of themselves, and what their displays say. */
const number = { type: "number" };
const count = { type: "integer", minimum: 0 };
const text = { type: "string" };

const snapshot: Record<string, JsonSchema> = {
  device: { ...METER_ID_SCHEMA, description: "A meter, or a gateway" },
  at: TIME,
  batteryMv: number,
  rssiDbm: number,
  clockDriftS: number,
  uptimeS: number,
  freeRamBytes: number,
  intervalS: number,
  impulsesPerKwh: number,
  registerWh: number,
  firmware: text,
  bootedAt: TIME,
  txPowerDbm: number,
  logLevel: text,
};

function whole(minimum: number, maximum: number, what: string): JsonSchema {
  return { type: "integer", minimum, maximum, description: `a whole number from ${minimum} to ${maximum}: ${what}` };
}
const soon = {
  type: "boolean",
  description: "true or false: whether the node is asked to poll faster, so that it happens sooner",
};

/** Commands by name. What would harm a deployed device is out of range. */
const REQUESTS: Readonly<Record<string, { readonly title: string; readonly fields: Record<string, JsonSchema> }>> = {
  register: {
    title: "Sets the register of the meter's node",
    fields: { registerWh: whole(0, 2_999_999_999, "watt-hours"), soon },
  },
  interval: {
    title: "Sets how often the node reports",
    fields: { intervalS: whole(1, 254, "seconds of each reading"), soon },
  },
  led: {
    title: "Sets how the node's light blinks",
    fields: { rate: whole(0, 254, "every how many impulses"), ms: whole(0, 3000, "milliseconds"), soon },
  },
  poll: {
    title: "Has the node ask for commands more often, for a while",
    fields: { pollS: whole(10, 600, "every so many seconds"), forS: whole(10, 3000, "for so many seconds") },
  },
};

const compared: Record<string, JsonSchema> = {
  from: TIME,
  to: TIME,
  displayedWh: number,
  countedWh: number,
  ppm: {
    ...nullable(number),
    description: "Counted minus displayed, in millionths; below zero: too little was counted",
  },
  uncertaintyPpm: nullable(number),
};

export const GATEWAY_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Gateway: object({
    id: METER_ID_SCHEMA,
    node: { ...text, description: "Id of the gateway node" },
    name: text,
    network: { type: "string", pattern: NETWORK_PATTERN },
    lastHeard: nullable(TIME),
    silent: { type: "boolean" },
    bootedAt: nullable(TIME),
    uptimeS: nullable(number),
    freeRamBytes: nullable(number),
    clockDriftS: { ...nullable(number), description: "Above zero: its clock is ahead" },
    txPowerDbm: nullable(number),
    logLevel: nullable(text),
    firmware: { ...nullable(text), description: "Version, like v11" },
    granted: {
      type: ["array", "null"],
      items: { enum: GATEWAY_GRANTS },
      description: "What it does beyond firmware v10; null before it was asked",
    },
    lines: count,
    rejected: { ...count, description: "Lines that fit no frame" },
    rejectedPercent: { type: "number", minimum: 0, maximum: 100 },
    queuedCommands: count,
    meters: { type: "array", items: METER_ID_SCHEMA },
    troubles: { type: "array", items: text, description: "What is wrong, in words" },
  }),
  Gateways: object({ items: { type: "array", items: ref("Gateway") }, next: { type: "null" } }),
  CommandRequest: {
    type: "object",
    discriminator: { propertyName: "command" },
    oneOf: Object.entries(REQUESTS).map(([name, { title, fields }]) => ({
      title,
      ...object({ command: { const: name }, ...fields }, ["soon"]),
      additionalProperties: false,
    })),
  },
  Command: object({
    id: text,
    command: text,
    meter: nullable(METER_ID_SCHEMA),
    state: {
      enum: COMMAND_STATES,
      description: "taken: the gateway has it; confirmed: its effect was seen. poll ends with taken",
    },
    at: TIME,
    changedAt: TIME,
    error: nullable(object({ code: { enum: Object.keys(ERRORS) }, detail: text })),
  }),
  DisplayDrift: object({
    ...compared,
    offsetWh: number,
    steps: { type: "array", items: object(compared), description: "From each check to the next" },
    isOff: { type: "boolean" },
    words: text,
    implausible: { type: "array", items: object({ at: TIME, words: text }) },
  }),
  Snapshot: object(snapshot, Object.keys(snapshot).slice(2)),
  Snapshots: object({
    ...{ from: TIME, to: TIME, fromIso: text, toIso: text },
    items: { type: "array", items: ref("Snapshot") },
    next: { type: ["string", "null"], description: "Cursor of the next page; null at the end" },
  }),
};
