import type { Heard } from "../../home-assistant/index.ts";
import type { MeterSummary } from "../../model/index.ts";

/** A line of the store's list of meters, as the planner sees it: also of meters that nobody heard since the start. */
export function fromDirectory({ id, name, lifetimeWh, registerWh, power, health }: MeterSummary): Heard {
  const { batteryMv, battery, rssiDbm, clockDriftS, freeRamBytes, link, lastHeard, firmware, dark, warnings } = health;
  const values = {
    // Before the first reading nothing is known, and nothing is not zero.
    ...(registerWh === null && lifetimeWh === 0 ? {} : { energy: lifetimeWh }),
    ...(lastHeard === null ? {} : { power: power.known ? power.watts : null, last_seen: lastHeard }),
    ...(batteryMv === undefined ? {} : { battery: batteryMv }),
    ...(rssiDbm === undefined ? {} : { signal: rssiDbm }),
    ...(clockDriftS === undefined ? {} : { clock_drift: clockDriftS }),
    ...(freeRamBytes === undefined ? {} : { free_memory: freeRamBytes }),
    // Nobody knows how long a new one lasts: what was said of the old one must not stay.
    ...(batteryMv === undefined ? {} : { battery_days: battery?.daysLeft ?? null }),
    ...(link === undefined ? {} : { missed_intervals: link.missedPercent }),
    // Before a meter was heard nothing is known to be right, either.
    ...(lastHeard === null && warnings.length === 0 ? {} : { problem: warnings.length > 0 ? 1 : 0 }),
  };
  const more = { ...(name === "" ? {} : { name }), ...(firmware === undefined ? {} : { firmware }) };
  return { kind: "heard", device: id, ...more, values, online: !dark, remembered: true };
}
