import { type EpochSeconds, epochSeconds, type MeterId, never } from "../model/index.ts";
import { SENSOR_KEYS, type SensorKey, sensor } from "./components.ts";
import { aboutOf, due, gatewaysOf, keysOf } from "./due.ts";
import {
  type DevicePlan,
  type Heard,
  METER_LIMIT,
  newDevice,
  type Plan,
  type PlanEvent,
  type PlanInput,
} from "./plan.ts";
import type { Say, Value } from "./say.ts";

const LONGEST_HOLD_S = 60;

/**
 * What follows from `input`. The `said` events are to be carried out in their order, each answered with an `outcome`,
 * before the next `tick`.
 */
export function decide(plan: Plan, input: PlanInput, now: EpochSeconds): readonly PlanEvent[] {
  switch (input.kind) {
    case "heard":
      return heard(plan, input, now);
    case "remove":
      return [{ kind: isFull(plan, input.device) ? "refused" : "leaving", device: input.device }];
    case "path":
      return [{ kind: "path-changed", path: input.path }];
    case "birth":
      return [{ kind: "forgotten" }];
    case "tick":
      return due(plan, now);
    case "outcome":
      return outcome(plan, input.say, input.ok, now);
    case "close":
      return farewell(plan, now);
    default:
      return never(input);
  }
}

const isFull = ({ devices }: Plan, id: MeterId) => !devices.has(id) && devices.size >= METER_LIMIT;

function heard(plan: Plan, input: Heard, now: EpochSeconds): readonly PlanEvent[] {
  const { device: id } = input;
  const device = plan.devices.get(id);
  // What the store remembers, and that nothing is known, is no sign of life.
  const alive = input.remembered !== true && Object.values(input.values).some((value) => value !== null);
  if ((plan.removed.has(id) || device?.leaving) && !alive) return [];
  if (isFull(plan, id)) return [{ kind: "refused", device: id }];
  const present = device ?? newDevice(plan, id, input.as);
  const entries = SENSOR_KEYS.filter((key) => isNews(present, key, input.values[key]));
  const values = Object.fromEntries(entries.map((key) => [key, input.values[key] ?? null]));
  return [{ kind: "known", heard: { ...input, values }, at: now }];
}

/** Late and repeated readings carry an older total: it must not fall. */
function isNews({ values }: DevicePlan, key: SensorKey, value: Value | undefined): boolean {
  if (value === undefined) return false;
  // A diagnosis that there has never been is nothing to show; one that ended is.
  if (value === null && sensor(key).diagnostic && !values.has(key)) return false;
  if (!sensor(key).rising) return true;
  return value !== null && value > (values.get(key)?.value ?? -1);
}

function outcome(plan: Plan, say: Say, ok: boolean, now: EpochSeconds): readonly PlanEvent[] {
  const { id } = say.about;
  const device = plan.devices.get(id);
  if (device === undefined) return [];
  if (ok) {
    const succeeded: PlanEvent[] = device.failures === 0 ? [] : [{ kind: "succeeded", device: id }];
    const isGone = say.kind === "withdraw" && device.leaving && say.path === plan.path;
    return isGone ? [...succeeded, { kind: "removed", device: id }] : succeeded;
  }
  // What was left out because of an earlier failure belongs to that failure, and waits no longer.
  if (device.holdUntil !== null && now < device.holdUntil)
    return [{ kind: "failed", say, holdUntil: device.holdUntil }];
  const wait = Math.min(LONGEST_HOLD_S, 2 ** Math.min(device.failures, 10));
  return [{ kind: "failed", say, holdUntil: epochSeconds(now + wait) }];
}

/** There is no last will over the websocket: whoever leaves in good order says so himself. */
function farewell(plan: Plan, now: EpochSeconds): readonly PlanEvent[] {
  const { path } = plan;
  if (path === null) return [];
  const gateways = gatewaysOf(plan);
  const says = ([id, device]: [MeterId, DevicePlan]): Say[] =>
    device.told.online === true
      ? [{ path, about: aboutOf(id, device, gateways), kind: "availability", online: false, keys: keysOf(device) }]
      : [];
  return [...plan.devices].flatMap(says).map((say) => ({ kind: "said", say, at: now }));
}
