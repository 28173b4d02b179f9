import type { Json } from "../model/index.ts";

/** A source or a device as the user has it. Keys that meterman does not know are kept as they are. */
export type EnergyEntry = Readonly<Record<string, Json>>;

/** `energy/get_prefs`; homeassistant/components/energy/data.py. Lists that meterman never writes are left out. */
export interface EnergyPrefs {
  readonly energy_sources: readonly EnergyEntry[];
  readonly device_consumption: readonly EnergyEntry[];
}
export const NO_ENERGY_PREFS: EnergyPrefs = { energy_sources: [], device_consumption: [] };

const entries = { type: "array", items: { type: "object" } } as const;
export const ENERGY_PREFS_SCHEMA = {
  type: "object",
  required: ["energy_sources", "device_consumption"],
  properties: {
    energy_sources: {
      type: "array",
      items: {
        type: "object",
        required: ["type"],
        properties: { type: { type: "string" }, flow_from: entries, flow_to: entries, power: entries },
      },
    },
    device_consumption: entries,
  },
} as const;

/** The lists to save: `energy/save_prefs` replaces each list that it is given, and leaves the others. */
export type EnergyUpdate = { readonly [List in keyof EnergyPrefs]?: readonly EnergyEntry[] };

/** The entries of a list inside an entry; none where there is no list. */
export function listOf(entry: EnergyEntry, key: string): readonly EnergyEntry[] {
  const list = entry[key];
  return Array.isArray(list) ? list.filter(isEntry) : [];
}

function isEntry(value: Json): value is EnergyEntry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where a statistic stands in the preferences. */
export type EnergyPlace =
  | { readonly kind: "grid" | "device"; readonly entry: EnergyEntry }
  /** Somewhere that meterman never puts a meter: solar production, energy returned to the grid, … */
  | { readonly kind: "other"; readonly what: string };

/** Where the energy statistic `id` is already; undefined when it is nowhere. */
export function placeOf(prefs: EnergyPrefs, id: string): EnergyPlace | undefined {
  for (const source of prefs.energy_sources) {
    const what = String(source.type);
    for (const entry of [source, ...listOf(source, "flow_from"), ...listOf(source, "flow_to")]) {
      if (what === "grid" && entry.stat_energy_from === id) return { kind: "grid", entry };
      if (entry.stat_energy_to === id) return { kind: "other", what: what === "grid" ? "return to the grid" : what };
      if (entry.stat_energy_from === id) return { kind: "other", what };
    }
  }
  const device = prefs.device_consumption.find((entry) => entry.stat_consumption === id);
  return device === undefined ? undefined : { kind: "device", entry: device };
}
