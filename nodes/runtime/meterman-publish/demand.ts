import { DEMAND_STATE_SCHEMA, type DemandState } from "../../demand/index.ts";
import type { Heard } from "../../home-assistant/index.ts";
import { ok, parseMeterId, type Result } from "../../model/index.ts";
import { parser } from "../shell/index.ts";

const state = parser<DemandState>(DEMAND_STATE_SCHEMA, "METERMAN_BAD_MESSAGE");
const nodeOf = parser<{ readonly id: string; readonly name: string }>(
  {
    type: "object",
    required: ["id", "name"],
    properties: {
      id: { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,55}$" },
      name: { type: "string", maxLength: 200 },
    },
  },
  "METERMAN_BAD_MESSAGE",
);

/**
 * The state of a demand window. That of one meter belongs to the meter's device; a sum has a device of its own, named by
 * the node that sums.
 * @param node `{id, name}` of the demand node, as it stands in the message
 * @returns null while no meter is summed
 */
export function fromDemand(payload: unknown, node: unknown): Result<Heard | null> {
  const parsed = state(payload);
  if (!parsed.ok) return parsed;
  const { meters, projectedWatts } = parsed.value;
  const [only] = meters;
  if (only === undefined) return ok(null);
  const values = { demand: meanOf(parsed.value), projected_demand: projectedWatts };
  if (meters.length === 1) {
    const device = parseMeterId(only);
    return device.ok ? ok({ kind: "heard", device: device.value, values }) : device;
  }
  const from = nodeOf(node);
  const device = from.ok ? parseMeterId(`demand.${from.value.id}`) : from;
  if (!device.ok) return device;
  const given = from.ok ? from.value.name.trim() : "";
  const name = given === "" ? `Demand of ${meters.length} meters` : given;
  return ok({ kind: "heard", as: "demand", device: device.value, name, values });
}

/** Mean power of the window so far, bridged where readings are still on their way; null when that cannot be judged. */
function meanOf({ at, windowStart, usedWh, bridgedWh, powerWatts }: DemandState): number | null {
  if (bridgedWh === null) return null;
  const passedS = at - windowStart;
  return passedS > 0 ? ((usedWh + bridgedWh) * 3600) / passedS : powerWatts;
}
