import { type EpochSeconds, epochSeconds, type MeterId, never } from "../model/index.ts";
import type { Path, Say } from "./paths.ts";
import { type MeterPlan, newMeter, type Plan, type PlanEvent, type PlanInput } from "./plan.ts";

/** Changes of power are said at most this often. */
export const POWER_EVERY_S = 5;
/** Power is said again this often while it is known, well within its expiry. */
export const KEEP_ALIVE_S = 30;
/** Power that was not confirmed for this long is unknown: whoever measured it has gone. */
export const STALE_S = 900;
/** How long after a new config the state is said again; a clock of whole seconds makes it up to one second less. */
export const REPEAT_S = 3;
/** More meters than four full radio networks: a flow that invents ids must not fill the memory or the registry. */
export const METER_LIMIT = 1000;
const LONGEST_HOLD_S = 60;

/**
 * What follows from `input`. The `said` events are to be carried out in their order, each answered with an `outcome`,
 * before the next `tick`.
 */
export function decide(plan: Plan, input: PlanInput, now: EpochSeconds): readonly PlanEvent[] {
  switch (input.kind) {
    case "reading":
      return known(plan, input.meter, (meter) =>
        // Late and repeated readings carry an older total: it must not fall.
        meter.lifetimeWh !== null && input.lifetimeWh <= meter.lifetimeWh
          ? []
          : [{ kind: "energy-known", meter: input.meter, lifetimeWh: input.lifetimeWh }, ...back(input.meter, meter)],
      );
    case "power":
      return known(plan, input.meter, (meter) => [
        ...(input.name === undefined || input.name === meter.name
          ? []
          : [{ kind: "named" as const, meter: input.meter, name: input.name }]),
        { kind: "power-known", meter: input.meter, watts: input.watts, at: now },
        ...(input.watts === null ? [] : back(input.meter, meter)),
      ]);
    case "presence":
      return known(plan, input.meter, (meter) =>
        meter.online === input.online ? [] : [{ kind: "presence-known", meter: input.meter, online: input.online }],
      );
    case "path":
      return [{ kind: "path-changed", path: input.path }];
    case "birth":
      return [{ kind: "forgotten" }];
    case "tick":
      return plan.path === null ? [] : [...plan.meters].flatMap(([id, meter]) => due(plan.path, id, meter, now));
    case "outcome":
      return outcome(plan, input.say, input.ok, now);
    case "close":
      return farewell(plan, now);
    default:
      return never(input);
  }
}

function known(plan: Plan, meter: MeterId, then: (meter: MeterPlan) => readonly PlanEvent[]): readonly PlanEvent[] {
  const found = plan.meters.get(meter);
  if (found === undefined && plan.meters.size >= METER_LIMIT) return [{ kind: "refused", meter }];
  return then(found ?? newMeter(meter));
}

const back = (meter: MeterId, { online }: MeterPlan): readonly PlanEvent[] =>
  online ? [] : [{ kind: "presence-known", meter, online: true }];

/** Nothing is said of a meter that only announced its absence: an entity without any value helps nobody. */
function due(path: Path | null, id: MeterId, meter: MeterPlan, now: EpochSeconds): readonly PlanEvent[] {
  const { told } = meter;
  if (path === null || (meter.holdUntil !== null && now < meter.holdUntil)) return [];
  if (meter.lifetimeWh === null && meter.power === null) return [];
  const events: PlanEvent[] = [];
  const about = { meter: id, name: meter.name };
  const say = (say: Say) => events.push({ kind: "said", say, at: now });
  const repeat = told.repeatAt !== null && now >= told.repeatAt;

  if (meter.placed === "rest" && path !== "rest") say({ ...about, path: "rest", kind: "withdraw" });
  if (told.name !== meter.name) say({ ...about, path, kind: "announce" });
  if (told.online !== meter.online) say({ ...about, path, kind: "availability", online: meter.online });
  if (repeat) events.push({ kind: "repeated", meter: id });
  if (!meter.online) return events;

  if (meter.lifetimeWh !== null && (repeat || told.lifetimeWh !== meter.lifetimeWh)) {
    say({ ...about, path, kind: "energy", lifetimeWh: meter.lifetimeWh });
  }
  const watts = powerNow(meter, now);
  if (watts !== undefined && (repeat || powerDue(meter, watts, now))) say({ ...about, path, kind: "power", watts });
  return events;
}

/** undefined: never heard of. */
function powerNow({ power }: MeterPlan, now: EpochSeconds): number | null | undefined {
  if (power === null) return undefined;
  return power.watts === null || now - power.at > STALE_S ? null : Math.round(power.watts);
}

function powerDue({ told }: MeterPlan, watts: number | null, now: EpochSeconds): boolean {
  if (told.power === null) return true;
  // A clock that was set back must not silence power for as long as it was set back.
  const since = Math.abs(now - told.power.at);
  if (watts === told.power.watts) return watts !== null && since >= KEEP_ALIVE_S;
  return watts === null || since >= POWER_EVERY_S;
}

function outcome(plan: Plan, say: Say, ok: boolean, now: EpochSeconds): readonly PlanEvent[] {
  const meter = plan.meters.get(say.meter);
  if (meter === undefined) return [];
  if (ok) return meter.failures === 0 ? [] : [{ kind: "succeeded", meter: say.meter }];
  // What was left out because of an earlier failure belongs to that failure, and waits no longer.
  if (meter.holdUntil !== null && now < meter.holdUntil) return [{ kind: "failed", say, holdUntil: meter.holdUntil }];
  const wait = Math.min(LONGEST_HOLD_S, 2 ** Math.min(meter.failures, 10));
  return [{ kind: "failed", say, holdUntil: epochSeconds(now + wait) }];
}

/** There is no last will over the websocket: whoever leaves in good order says so himself. */
function farewell(plan: Plan, now: EpochSeconds): readonly PlanEvent[] {
  const { path } = plan;
  if (path === null) return [];
  return [...plan.meters]
    .filter(([, meter]) => meter.told.online === true)
    .map(([id, { name }]) => ({
      kind: "said",
      say: { meter: id, name, path, kind: "availability", online: false },
      at: now,
    }));
}
