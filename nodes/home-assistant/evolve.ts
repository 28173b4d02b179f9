import { type EpochSeconds, epochSeconds, type MeterId, never } from "../model/index.ts";
import { REPEAT_S } from "./decide.ts";
import type { Say } from "./paths.ts";
import { type MeterPlan, newMeter, type Plan, type PlanEvent, type Told, UNTOLD } from "./plan.ts";

/** The plan after `event`. */
export function evolve(plan: Plan, event: PlanEvent): Plan {
  switch (event.kind) {
    case "energy-known":
      return change(plan, event.meter, { lifetimeWh: event.lifetimeWh });
    case "power-known":
      return change(plan, event.meter, { power: { watts: event.watts, at: event.at } });
    case "named":
      return change(plan, event.meter, { name: event.name });
    case "presence-known":
      return change(plan, event.meter, { online: event.online });
    case "path-changed":
      return { ...forget(plan), path: event.path };
    case "forgotten":
      return forget(plan);
    case "said":
      return said(plan, event.say, event.at);
    case "repeated":
      return tell(plan, event.meter, { repeatAt: null });
    case "failed":
      return failed(plan, event.say, event.holdUntil);
    case "succeeded":
      return change(plan, event.meter, { failures: 0, holdUntil: null });
    case "refused":
      return plan;
    default:
      return never(event);
  }
}

function change(plan: Plan, id: MeterId, changes: Partial<MeterPlan>): Plan {
  const meter = plan.meters.get(id) ?? newMeter(id);
  return { ...plan, meters: new Map(plan.meters).set(id, { ...meter, ...changes }) };
}

function tell(plan: Plan, id: MeterId, changes: Partial<Told>): Plan {
  return change(plan, id, { told: { ...(plan.meters.get(id)?.told ?? UNTOLD), ...changes } });
}

function forget(plan: Plan): Plan {
  const fresh = { told: UNTOLD, failures: 0, holdUntil: null };
  return { ...plan, meters: new Map([...plan.meters].map(([id, meter]) => [id, { ...meter, ...fresh }])) };
}

function said(plan: Plan, say: Say, at: EpochSeconds): Plan {
  switch (say.kind) {
    case "announce":
      return change(tell(plan, say.meter, { name: say.name, repeatAt: epochSeconds(at + REPEAT_S) }), say.meter, {
        placed: say.path,
      });
    case "withdraw":
      return change(plan, say.meter, { placed: null });
    case "availability":
      // An absent meter's REST states say "unavailable" in place of their values: these are said anew on return.
      return tell(plan, say.meter, say.online ? { online: true } : { online: false, lifetimeWh: null, power: null });
    case "energy":
      return tell(plan, say.meter, { lifetimeWh: say.lifetimeWh });
    case "power":
      return tell(plan, say.meter, { power: { watts: say.watts, at } });
    default:
      return never(say);
  }
}

/** What failed counts as never said. */
function failed(plan: Plan, say: Say, holdUntil: EpochSeconds): Plan {
  const before = plan.meters.get(say.meter) ?? newMeter(say.meter);
  const failures = before.holdUntil === holdUntil ? before.failures : before.failures + 1;
  const held = change(plan, say.meter, { failures, holdUntil });
  switch (say.kind) {
    case "announce":
      return tell(held, say.meter, { name: null, repeatAt: null });
    case "withdraw":
      return change(held, say.meter, { placed: say.path });
    case "availability":
      return tell(held, say.meter, { online: null });
    case "energy":
      return tell(held, say.meter, { lifetimeWh: null });
    case "power":
      return tell(held, say.meter, { power: null });
    default:
      return never(say);
  }
}
