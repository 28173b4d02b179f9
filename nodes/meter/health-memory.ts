import { type Json, WARNINGS, type Warning } from "../model/index.ts";
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
/** Those that every version knows: it refuses an account with others, so they have a place of their own. */
const FIRST: readonly Warning[] = ["dark", "low-battery", "weak-signal", "clock"];

export function packHealth(health: Health): Json {
  return { ...health, warnings: health.warnings.filter((warning) => FIRST.includes(warning)) };
}

/** The warnings that came with later versions. */
export function packLater({ warnings }: Health): Json {
  return warnings.filter((warning) => !FIRST.includes(warning));
}

/** What is not known there is left out: it is judged anew. */
export function parseLater(health: Health | undefined, json: Json | undefined): Health | undefined {
  if (health === undefined || !Array.isArray(json)) return health;
  const known = WARNINGS.filter((warning) => !FIRST.includes(warning));
  const later = json.flatMap((kept: Json) => known.filter((warning) => warning === kept));
  return { ...health, warnings: [...health.warnings, ...later] };
}

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
  const known = FIRST.filter((warning) => warnings.includes(warning));
  if (known.length < warnings.length || (firmware !== undefined && typeof firmware !== "string")) return undefined;
  return { reboots, warnings: known, ...figures, ...(firmware !== undefined && { firmware }) };
}
