import { type EpochSeconds, epochSeconds, type MeterId, never } from "../model/index.ts";
import { SENSOR_KEYS, type SensorKey, sensor } from "./components.ts";
import { announcement, REPEAT_S } from "./due.ts";
import {
  type DevicePlan,
  type Heard,
  type Known,
  METER_LIMIT,
  newDevice,
  type Plan,
  type PlanEvent,
  type Told,
  UNTOLD,
  type Values,
} from "./plan.ts";
import type { Say } from "./say.ts";

/** The plan after `event`. */
export const evolve = (plan: Plan, event: PlanEvent): Plan => evolveAll(plan, [event]);

/** The plan after `events`. A pass says thousands of things of many meters: the map of these is copied once. */
export function evolveAll(plan: Plan, events: readonly PlanEvent[]): Plan {
  if (events.length === 0) return plan;
  const draft: Draft = { ...plan, devices: new Map(plan.devices) };
  for (const event of events) apply(draft, event);
  return draft;
}

/** A plan that nobody else has yet. What is in its devices stays as it is. */
type Draft = { -readonly [K in keyof Plan]: Plan[K] } & { readonly devices: Map<MeterId, DevicePlan> };

function apply(draft: Draft, event: PlanEvent): void {
  switch (event.kind) {
    case "known":
      known(draft, event.heard, event.at);
      break;
    case "leaving":
      change(draft, event.device, { leaving: true });
      break;
    case "removed":
      removed(draft, event.device);
      break;
    case "path-changed":
      draft.path = event.path;
      forget(draft);
      break;
    case "forgotten":
      forget(draft);
      break;
    case "said":
      said(draft, event.say, event.at);
      break;
    case "repeated":
      tell(draft, event.device, { repeatAt: null });
      change(draft, event.device, { settled: true });
      break;
    case "failed":
      failed(draft, event.say, event.holdUntil);
      break;
    case "succeeded":
      change(draft, event.device, { failures: 0, holdUntil: null });
      break;
    case "refused":
      break;
    default:
      never(event);
  }
}

function known(draft: Draft, heard: Heard, at: EpochSeconds): void {
  const { device: id } = heard;
  const before = draft.devices.get(id) ?? newDevice(draft, id, heard.as);
  const values = new Map(before.values);
  for (const key of SENSOR_KEYS) {
    const value = heard.values[key];
    if (value !== undefined) values.set(key, { value, at });
  }
  const { name = before.name, firmware = before.firmware, online = before.online } = heard;
  if (draft.removed.has(id)) draft.removed = new Set([...draft.removed].filter((one) => one !== id));
  change(draft, id, { kind: heard.as ?? before.kind, name, firmware, online, values, leaving: false });
}

function change(draft: Draft, id: MeterId, changes: Partial<DevicePlan>): void {
  draft.devices.set(id, { ...(draft.devices.get(id) ?? newDevice(draft, id)), ...changes });
}

function tell(draft: Draft, id: MeterId, changes: Partial<Told>): void {
  change(draft, id, { told: { ...(draft.devices.get(id)?.told ?? UNTOLD), ...changes } });
}

function tellValue(draft: Draft, id: MeterId, key: SensorKey, value: Known | undefined): void {
  const values = new Map(toldOf(draft, id));
  if (value === undefined) values.delete(key);
  else values.set(key, value);
  tell(draft, id, { values });
}

/** The newest of them are remembered: a flow that invents ids must not fill the memory. */
function removed(draft: Draft, id: MeterId): void {
  draft.devices.delete(id);
  draft.removed = new Set([...draft.removed, id].slice(-METER_LIMIT));
}

function forget({ devices }: Draft): void {
  const fresh = { told: UNTOLD, failures: 0, holdUntil: null };
  for (const [id, device] of devices) devices.set(id, { ...device, ...fresh });
}

function said(draft: Draft, say: Say, at: EpochSeconds): void {
  const { id } = say.about;
  switch (say.kind) {
    case "announce": {
      const announced = announcement(say.about, say.keys);
      tell(draft, id, { announced, repeatAt: epochSeconds(at + REPEAT_S) });
      change(draft, id, { placed: say.path });
      break;
    }
    case "withdraw":
      // A sign of life in the middle of it begins anew.
      change(draft, id, { placed: null, settled: false, told: UNTOLD });
      break;
    case "availability": {
      const values = toldOf(draft, id);
      tell(draft, id, { online: say.online, values: say.online ? values : lasting(values) });
      break;
    }
    case "value":
      tellValue(draft, id, say.key, { value: say.value, at });
      break;
    default:
      never(say);
  }
}

const toldOf = ({ devices }: Draft, id: MeterId): Values => devices.get(id)?.told.values ?? new Map();

/** An absent device's states say "unavailable" in place of their values on some paths: these are said anew on return. */
const lasting = (values: Values): Values => new Map([...values].filter(([key]) => sensor(key).lasting));

/** What failed counts as never said. */
function failed(draft: Draft, say: Say, holdUntil: EpochSeconds): void {
  const { id } = say.about;
  const before = draft.devices.get(id) ?? newDevice(draft, id);
  const failures = before.holdUntil === holdUntil ? before.failures : before.failures + 1;
  change(draft, id, { failures, holdUntil });
  switch (say.kind) {
    case "announce":
      tell(draft, id, { announced: null, repeatAt: null });
      break;
    case "withdraw":
      change(draft, id, { placed: say.path });
      break;
    case "availability":
      tell(draft, id, { online: null });
      break;
    case "value":
      tellValue(draft, id, say.key, undefined);
      break;
    default:
      never(say);
  }
}
