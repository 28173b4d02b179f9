import { type EnergyRole, failed, ok, type Result } from "../model/index.ts";
import { atLeast } from "./answers.ts";
import {
  type EnergyEntry,
  type EnergyPrefs,
  type EnergyUpdate,
  listOf,
  NO_ENERGY_PREFS,
  placeOf,
} from "./energy-prefs.ts";

/** A meter as the Energy dashboard is to show it: entity ids of its sensors. */
export interface EnergyMeter {
  readonly as: EnergyRole;
  readonly energy: string;
  readonly power?: string;
  /** Of a device; what comes from the grid has no name of its own in the releases before 2026.11. */
  readonly name?: string;
}

/**
 * What to save so that the Energy dashboard shows `meter`, with everything else as the user has it: same entries, same
 * order, same costs. Nothing to save is `{}`: asked twice, it is there once.
 * @param prefs null: none were ever saved
 * @param version release of Home Assistant: the grid is a list of connections from 2026.3 on, one source before
 * @returns METERMAN_HA_ENERGY when the meter stands in another place: its energy would count twice
 */
export function mergePrefs(prefs: EnergyPrefs | null, meter: EnergyMeter, version: string): Result<EnergyUpdate> {
  const present = prefs ?? NO_ENERGY_PREFS;
  const place = placeOf(present, meter.energy);
  if (place !== undefined && place.kind !== meter.as) {
    const what = place.kind === "other" ? place.what : ROLE_WORDS[place.kind];
    return failed(
      "METERMAN_HA_ENERGY",
      `the Energy dashboard has this meter as ${what} already: remove it there first, in Home Assistant's settings for dashboards, Energy`,
      "as",
    );
  }
  // Power came to the dashboard with 2025.12; before, the key is refused.
  const { power, ...rest } = meter;
  const known: EnergyMeter = power !== undefined && atLeast(version, 2025, 12) ? { ...rest, power } : rest;
  if (meter.as === "device") return ok(changed("device_consumption", present, devices(present, known)));
  const sources = atLeast(version, 2026, 3) ? connections(present, known) : oneGrid(present, known);
  return ok(changed("energy_sources", present, sources));
}

export const ROLE_WORDS: Readonly<Record<EnergyRole, string>> = {
  grid: "grid consumption",
  device: "an individual device",
};

function changed(list: keyof EnergyPrefs, present: EnergyPrefs, wanted: readonly EnergyEntry[]): EnergyUpdate {
  return wanted === present[list] ? {} : { [list]: wanted };
}

/** `list` itself when no entry is different. */
function replace(
  list: readonly EnergyEntry[],
  is: (entry: EnergyEntry) => boolean,
  by: (entry: EnergyEntry) => EnergyEntry,
): readonly EnergyEntry[] {
  const next = list.map((entry) => (is(entry) ? by(entry) : entry));
  return next.every((entry, index) => entry === list[index]) ? list : next;
}

/** Adds what is absent; what the user has set stays. The same object when nothing is absent. */
function complete(entry: EnergyEntry, wanted: EnergyEntry): EnergyEntry {
  const absent = Object.entries(wanted).filter(([key]) => entry[key] === undefined || entry[key] === null);
  return absent.length === 0 ? entry : { ...entry, ...Object.fromEntries(absent) };
}

function devices({ device_consumption: list }: EnergyPrefs, { energy, power, name }: EnergyMeter) {
  const details = { ...(power === undefined ? {} : { stat_rate: power }), ...(name === undefined ? {} : { name }) };
  const is = (entry: EnergyEntry) => entry.stat_consumption === energy;
  if (list.some(is)) return replace(list, is, (entry) => complete(entry, details));
  return [...list, { stat_consumption: energy, ...details }];
}

/** Home Assistant 2025.2 fails on a flow without the two prices. */
const NO_COST = { stat_cost: null, entity_energy_price: null, number_energy_price: null };
const NO_RETURN = {
  stat_energy_to: null,
  stat_compensation: null,
  entity_energy_price_export: null,
  number_energy_price_export: null,
};

/** From 2026.3 on each connection to the grid is a source. A power may be that of one connection only. */
function connections({ energy_sources: list }: EnergyPrefs, { energy, power }: EnergyMeter): readonly EnergyEntry[] {
  const free = power !== undefined && !list.some((entry) => entry.type === "grid" && entry.stat_rate === power);
  const rate: EnergyEntry = free ? { stat_rate: power } : {};
  const is = (entry: EnergyEntry) => entry.type === "grid" && entry.stat_energy_from === energy;
  if (list.some(is)) {
    // Where the user built the power of several sensors, Home Assistant makes the rate of them.
    return replace(list, is, (entry) => (entry.power_config === undefined ? complete(entry, rate) : entry));
  }
  const grid = { type: "grid", stat_energy_from: energy, ...NO_COST, ...NO_RETURN, cost_adjustment_day: 0, ...rate };
  return [...list, grid];
}

/** Before 2026.3 there is at most one source of type grid, with a list of flows; powers stand beside them. */
function oneGrid({ energy_sources: list }: EnergyPrefs, { energy, power }: EnergyMeter): readonly EnergyEntry[] {
  const is = (entry: EnergyEntry) => entry.type === "grid";
  const flow = { stat_energy_from: energy, ...NO_COST };
  const rate = power === undefined ? [] : [{ stat_rate: power }];
  if (list.some(is)) {
    return replace(list, is, (grid) => {
      const flows = listOf(grid, "flow_from");
      const powers = listOf(grid, "power");
      const hasFlow = flows.some((entry) => entry.stat_energy_from === energy);
      const hasPower = rate.length === 0 || powers.some((entry) => entry.stat_rate === power);
      if (hasFlow && hasPower) return grid;
      return {
        ...grid,
        ...(hasFlow ? {} : { flow_from: [...flows, flow] }),
        ...(hasPower ? {} : { power: [...powers, ...rate] }),
      };
    });
  }
  const powers: EnergyEntry = rate.length === 0 ? {} : { power: rate };
  return [...list, { type: "grid", flow_from: [flow], flow_to: [], cost_adjustment_day: 0, ...powers }];
}
