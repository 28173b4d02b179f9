import { type EpochSeconds, epochSeconds, type MeterId, never } from "../model/index.ts";
import { SENSOR_KEYS, type SensorKey, sensor } from "./components.ts";
import { announcement, REPEAT_S } from "./due.ts";
import {
  type DevicePlan,
  type Heard,
  type Known,
  newDevice,
  type Plan,
  type PlanEvent,
  type Told,
  UNTOLD,
  type Values,
} from "./plan.ts";
import type { Say } from "./say.ts";

/** The plan after `event`. */
export function evolve(plan: Plan, event: PlanEvent): Plan {
  switch (event.kind) {
    case "known":
      return known(plan, event.heard, event.at);
    case "leaving":
      return change(plan, event.device, { leaving: true });
    case "removed":
      return removed(plan, event.device);
    case "path-changed":
      return { ...forget(plan), path: event.path };
    case "forgotten":
      return forget(plan);
    case "said":
      return said(plan, event.say, event.at);
    case "repeated":
      return change(tell(plan, event.device, { repeatAt: null }), event.device, { settled: true });
    case "failed":
      return failed(plan, event.say, event.holdUntil);
    case "succeeded":
      return change(plan, event.device, { failures: 0, holdUntil: null });
    case "refused":
      return plan;
    default:
      return never(event);
  }
}

function known(plan: Plan, heard: Heard, at: EpochSeconds): Plan {
  const before = plan.devices.get(heard.device) ?? newDevice(heard.device, heard.as);
  const values = new Map(before.values);
  for (const key of SENSOR_KEYS) {
    const value = heard.values[key];
    if (value !== undefined) values.set(key, { value, at });
  }
  const { name = before.name, firmware = before.firmware, online = before.online } = heard;
  const still = new Set([...plan.removed].filter((id) => id !== heard.device));
  const changes = { kind: heard.as ?? before.kind, name, firmware, online, values, leaving: false };
  return change({ ...plan, removed: still }, heard.device, changes);
}

function change(plan: Plan, id: MeterId, changes: Partial<DevicePlan>): Plan {
  const device = plan.devices.get(id) ?? newDevice(id);
  return { ...plan, devices: new Map(plan.devices).set(id, { ...device, ...changes }) };
}

function tell(plan: Plan, id: MeterId, changes: Partial<Told>): Plan {
  return change(plan, id, { told: { ...(plan.devices.get(id)?.told ?? UNTOLD), ...changes } });
}

function tellValue(plan: Plan, id: MeterId, key: SensorKey, value: Known | undefined): Plan {
  const values = new Map(plan.devices.get(id)?.told.values);
  if (value === undefined) values.delete(key);
  else values.set(key, value);
  return tell(plan, id, { values });
}

function removed(plan: Plan, id: MeterId): Plan {
  const devices = new Map(plan.devices);
  devices.delete(id);
  return { ...plan, devices, removed: new Set(plan.removed).add(id) };
}

function forget(plan: Plan): Plan {
  const fresh = { told: UNTOLD, failures: 0, holdUntil: null };
  return { ...plan, devices: new Map([...plan.devices].map(([id, device]) => [id, { ...device, ...fresh }])) };
}

function said(plan: Plan, say: Say, at: EpochSeconds): Plan {
  const { id } = say.about;
  switch (say.kind) {
    case "announce": {
      const announced = announcement(say.about, say.keys);
      return change(tell(plan, id, { announced, repeatAt: epochSeconds(at + REPEAT_S) }), id, { placed: say.path });
    }
    case "withdraw":
      // A sign of life in the middle of it begins anew.
      return change(plan, id, { placed: null, settled: false, told: UNTOLD });
    case "availability":
      return tell(plan, id, { online: say.online, values: say.online ? toldOf(plan, id) : lasting(toldOf(plan, id)) });
    case "value":
      return tellValue(plan, id, say.key, { value: say.value, at });
    default:
      return never(say);
  }
}

const toldOf = (plan: Plan, id: MeterId): Values => plan.devices.get(id)?.told.values ?? new Map();

/** An absent device's states say "unavailable" in place of their values on some paths: these are said anew on return. */
const lasting = (values: Values): Values => new Map([...values].filter(([key]) => sensor(key).lasting));

/** What failed counts as never said. */
function failed(plan: Plan, say: Say, holdUntil: EpochSeconds): Plan {
  const { id } = say.about;
  const before = plan.devices.get(id) ?? newDevice(id);
  const failures = before.holdUntil === holdUntil ? before.failures : before.failures + 1;
  const held = change(plan, id, { failures, holdUntil });
  switch (say.kind) {
    case "announce":
      return tell(held, id, { announced: null, repeatAt: null });
    case "withdraw":
      return change(held, id, { placed: say.path });
    case "availability":
      return tell(held, id, { online: null });
    case "value":
      return tellValue(held, id, say.key, undefined);
    default:
      return never(say);
  }
}
