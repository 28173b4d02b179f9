import type { Json, Warning } from "../model/index.ts";
import type { Health } from "./health.ts";

const FIGURES = [
  "batteryMv",
  "rssiDbm",
  "clockDriftS",
  "uptimeS",
  "freeRamBytes",
  "intervalS",
  "impulsesPerKwh",
  "darkSince",
] as const;
const WARNINGS: readonly Warning[] = ["dark", "low-battery", "weak-signal", "clock"];

function isRecord(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Reads the health of a meter back. @returns undefined if anything does not fit */
export function parseHealth(json: Json | undefined): Health | undefined {
  if (!isRecord(json)) return undefined;
  const { reboots, warnings, firmware } = json;
  if (typeof reboots !== "number" || !Array.isArray(warnings)) return undefined;
  const figures: Partial<Record<(typeof FIGURES)[number], number>> = {};
  for (const name of FIGURES) {
    const value = json[name];
    if (value === undefined) continue;
    if (typeof value !== "number") return undefined;
    figures[name] = value;
  }
  const known = WARNINGS.filter((warning) => warnings.includes(warning));
  if (known.length < warnings.length || (firmware !== undefined && typeof firmware !== "string")) return undefined;
  return { reboots, warnings: known, ...figures, ...(firmware !== undefined && { firmware }) };
}
