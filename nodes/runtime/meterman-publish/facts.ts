import type { Heard } from "../../home-assistant/index.ts";
import {
  FACT_SCHEMAS,
  type Fact,
  type GatewayFact,
  METER_ID_SCHEMA,
  ok,
  parseMeterId,
  type Result,
  type SnapshotFact,
} from "../../model/index.ts";
import { parser } from "../shell/index.ts";

const gateway = parser<GatewayFact>(FACT_SCHEMAS.gateway, "METERMAN_BAD_MESSAGE");
const snapshot = parser<SnapshotFact>(FACT_SCHEMAS.snapshot, "METERMAN_BAD_MESSAGE");
const kindOf = parser<{ readonly kind: string; readonly meter?: string }>(
  {
    type: "object",
    required: ["kind"],
    properties: { kind: { enum: Object.keys(FACT_SCHEMAS) }, meter: METER_ID_SCHEMA },
  },
  "METERMAN_BAD_MESSAGE",
);

/** 2020-01-01: a device whose clock was never set says earlier times. */
const CLOCK_SET = 1_577_836_800;

/**
 * A fact of meterman-gateway: what the gateway says of itself and of its nodes.
 * @returns null for the other kinds: a meter node makes readings of them
 */
export function fromFact(payload: unknown): Result<Heard | null> {
  const parsed = kindOf(payload);
  if (!parsed.ok) return parsed;
  const kind = parsed.value.kind as Fact["kind"];
  if (kind === "gateway") return fromGateway(payload);
  return kind === "snapshot" ? fromSnapshot(payload) : ok(null);
}

function fromGateway(payload: unknown): Result<Heard> {
  const parsed = gateway(payload);
  if (!parsed.ok) return parsed;
  const { network, gateway: number, bootedAt, freeRamBytes, receivedAt } = parsed.value;
  const device = parseMeterId(`${network}.${number}`);
  if (!device.ok) return device;
  const values = {
    ...{ free_memory: freeRamBytes, last_seen: Math.floor(receivedAt) },
    ...(bootedAt < CLOCK_SET ? {} : { started: bootedAt }),
  };
  return ok({ kind: "heard", as: "gateway", device: device.value, name: `Gateway ${network}`, values, online: true });
}

/** It comes from the gateway's memory, so it is no sign of life. */
function fromSnapshot(payload: unknown): Result<Heard> {
  const parsed = snapshot(payload);
  if (!parsed.ok) return parsed;
  const { meter, battery, clockDrift, lastSeen, rssi, freeRamBytes } = parsed.value;
  const device = parseMeterId(meter);
  if (!device.ok) return device;
  const values = {
    signal: rssi,
    ...(battery === undefined ? {} : { battery }),
    ...(clockDrift === undefined ? {} : { clock_drift: clockDrift }),
    ...(freeRamBytes === undefined ? {} : { free_memory: freeRamBytes }),
    ...(lastSeen === undefined || lastSeen < CLOCK_SET ? {} : { last_seen: lastSeen }),
  };
  return ok({ kind: "heard", device: device.value, values, remembered: true });
}
