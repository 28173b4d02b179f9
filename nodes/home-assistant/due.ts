import type { EpochSeconds, MeterId } from "../model/index.ts";
import { SENSOR_KEYS, type SensorKey, sensor } from "./components.ts";
import type { Path } from "./kinds.ts";
import { STRATEGIES } from "./paths.ts";
import type { DevicePlan, Known, Plan, PlanEvent } from "./plan.ts";
import type { About, Say, Value } from "./say.ts";

/** How long after a new config the state is said again; a clock of whole seconds makes it up to one second less. */
export const REPEAT_S = 3;

/** Everything there is to say at `now`, gateways first: their meters name them. */
export function due(plan: Plan, now: EpochSeconds): readonly PlanEvent[] {
  const devices = [...plan.devices];
  const gateways = gatewaysOf(plan);
  const ordered = [...devices.filter(isGateway), ...devices.filter((entry) => !isGateway(entry))];
  return ordered.flatMap(([id, device]) => dueOf(plan.path, aboutOf(id, device, gateways), device, now));
}
const isGateway = ([, { kind }]: readonly [MeterId, DevicePlan]) => kind === "gateway";

/** Nothing is said of a device without any value: it would help nobody. */
function dueOf(path: Path | null, about: About, device: DevicePlan, now: EpochSeconds): readonly PlanEvent[] {
  const { told, placed } = device;
  if (path === null || (device.holdUntil !== null && now < device.holdUntil)) return [];
  if (device.values.size === 0 && !device.leaving) return [];
  const events: PlanEvent[] = [];
  const keys = keysOf(device);
  const say = (one: Say) => events.push({ kind: "said", say: one, at: now });
  const left = placed !== null && placed !== path && STRATEGIES[placed].leaves ? placed : null;
  if (device.leaving || left !== null) say({ path: left ?? path, about, kind: "withdraw", keys });
  if (device.leaving) return events;
  if (told.announced !== announcement(about, keys)) say({ path, about, kind: "announce", keys });
  if (told.online !== device.online) say({ path, about, kind: "availability", online: device.online, keys });
  const repeat = told.repeatAt !== null && now >= told.repeatAt;
  if (repeat) events.push({ kind: "repeated", device: about.id });
  for (const key of keys) {
    if (!device.online && !sensor(key).lasting) continue;
    const value = valueNow(device, key, now);
    if (repeat || isDue(key, value, told.values.get(key), now)) say({ path, about, kind: "value", key, value });
  }
  return events;
}

/** What the announcement of a device depends on. */
export function announcement(about: About, keys: readonly SensorKey[]): string {
  return JSON.stringify([about.name, about.firmware ?? null, about.via ?? null, keys]);
}

export const keysOf = ({ values }: DevicePlan): readonly SensorKey[] => SENSOR_KEYS.filter((key) => values.has(key));

/** @param gateways see `gatewaysOf` */
export function aboutOf(id: MeterId, { kind, name, firmware }: DevicePlan, gateways: Gateways): About {
  const via = kind === "meter" ? gateways.get(networkOf(id)) : undefined;
  return { id, kind, name, ...(firmware === null ? {} : { firmware }), ...(via === undefined ? {} : { via }) };
}

const networkOf = (id: MeterId) => id.slice(0, id.lastIndexOf("."));

/** The gateway of each network, once Home Assistant has had the time to make a device of it. */
export type Gateways = ReadonlyMap<string, MeterId>;
export function gatewaysOf({ devices }: Plan): Gateways {
  const settled = [...devices].filter(([, { kind, settled }]) => kind === "gateway" && settled);
  return new Map(settled.map(([id]) => [networkOf(id), id]));
}

function valueNow({ values }: DevicePlan, key: SensorKey, now: EpochSeconds): Value {
  const { staleS } = sensor(key);
  const known = values.get(key);
  if (known === undefined || known.value === null) return null;
  return staleS !== undefined && now - known.at > staleS ? null : known.value;
}

function isDue(key: SensorKey, value: Value, told: Known | undefined, now: EpochSeconds): boolean {
  if (told === undefined) return true;
  const { text, everyS, keepAliveS } = sensor(key);
  // A clock that was set back must not silence a value for as long as it was set back.
  const since = Math.abs(now - told.at);
  if (value === null) return told.value !== null;
  if (told.value === null || text(value) !== text(told.value)) return since >= everyS;
  return keepAliveS !== undefined && since >= keepAliveS;
}
