import type { Heard } from "../../home-assistant/index.ts";
import type { MeterSummary } from "../../model/index.ts";

/** A line of the store's list of meters, as the planner sees it: also of meters that nobody heard since the start. */
export function fromDirectory({ id, name, lifetimeWh, registerWh, power, health }: MeterSummary): Heard {
  const { batteryMv, rssiDbm, clockDriftS, lastHeard, firmware, dark } = health;
  const values = {
    // Before the first reading nothing is known, and nothing is not zero.
    ...(registerWh === null && lifetimeWh === 0 ? {} : { energy: lifetimeWh }),
    ...(lastHeard === null ? {} : { power: power.known ? power.watts : null, last_seen: lastHeard }),
    ...(batteryMv === undefined ? {} : { battery: batteryMv }),
    ...(rssiDbm === undefined ? {} : { signal: rssiDbm }),
    ...(clockDriftS === undefined ? {} : { clock_drift: clockDriftS }),
  };
  const more = { ...(name === "" ? {} : { name }), ...(firmware === undefined ? {} : { firmware }) };
  return { kind: "heard", device: id, ...more, values, online: !dark, remembered: true };
}
