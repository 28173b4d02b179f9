import type { Load, ShedConfig } from "../../demand/index.ts";
import { loadEntityFault, powerEntityFault } from "../../home-assistant/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import { type Parser, parser } from "../shell/index.ts";
import type { DrivenLoad } from "./driver.ts";
import { NO_STEPS, stepsOf } from "./table/steps.ts";

/** One row of the table of loads, as it is saved. */
interface Row {
  readonly name: string;
  readonly kind: "switch" | "modulating";
  readonly levels: string;
  readonly ratedW: number | null;
  readonly priority: number;
  readonly critical: boolean;
  readonly minOnS: number;
  readonly minOffS: number;
  readonly offPeakOnly: boolean;
  readonly whenStale: Load["whenStale"] | "auto";
  readonly entity: string;
  readonly powerEntity: string;
}

interface Saved extends Omit<ShedConfig, "loads"> {
  readonly loads: readonly Row[];
  readonly homeAssistant: string;
}

export interface ShedSettings extends ShedConfig {
  /** The loads that are driven through Home Assistant, by name. */
  readonly driven: ReadonlyMap<string, DrivenLoad>;
  readonly homeAssistant: string;
}

const seconds = (standard: number, minimum = 0) =>
  ({ type: "integer", minimum, maximum: 86_400, default: standard }) as const;
const flag = { type: "boolean", default: false } as const;
const entityId = { type: "string", maxLength: 255, default: "" } as const;

const saved = parser<Saved>(
  {
    type: "object",
    properties: {
      loads: {
        type: "array",
        maxItems: 100,
        default: [],
        items: {
          type: "object",
          required: ["name"],
          properties: {
            name: { type: "string", minLength: 1, maxLength: 64 },
            kind: { enum: ["switch", "modulating"], default: "switch" },
            levels: { type: "string", maxLength: 200, default: "" },
            ratedW: { type: ["number", "null"], minimum: 1, maximum: 1e6, default: null },
            priority: { type: "integer", minimum: 0, maximum: 1000, default: 1 },
            critical: flag,
            minOnS: seconds(0),
            minOffS: seconds(0),
            offPeakOnly: flag,
            whenStale: { enum: ["auto", "hold", "minimum", "restore"], default: "auto" },
            entity: entityId,
            powerEntity: entityId,
          },
        },
      },
      marginW: { type: "number", minimum: 0, maximum: 1e6, default: 100 },
      hysteresisW: { type: "number", minimum: 0, maximum: 1e6, default: 200 },
      holdS: seconds(120),
      staggerS: seconds(120),
      confirmS: seconds(30),
      responseS: seconds(60, 1),
      maxPerPass: { type: "integer", minimum: 1, maximum: 100, default: 2 },
      demandTimeoutS: seconds(120, 10),
      dryRun: flag,
      homeAssistant: { type: "string", default: "" },
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);

const bad = (row: Row, words: string): Result<never> =>
  failed("METERMAN_BAD_CONFIG", `load ${row.name}: ${words}`, "loads");

function levelsOf(row: Row): Result<readonly number[]> {
  const levels = row.kind === "switch" ? [0, 1] : stepsOf(row.levels);
  return levels === null ? bad(row, NO_STEPS) : ok(levels);
}

function entityFault(row: Row): string | null {
  const fault = row.entity === "" ? null : loadEntityFault(row.entity, row.kind);
  return fault ?? (row.powerEntity === "" ? null : powerEntityFault(row.powerEntity));
}

/** Without knowing demand a car charges at its minimum, and other loads stay as they are. */
const staleOf = (row: Row): Load["whenStale"] =>
  row.whenStale !== "auto" ? row.whenStale : row.kind === "modulating" ? "minimum" : "hold";

export const config: Parser<ShedSettings> = (input) => {
  const parsed = saved(input);
  if (!parsed.ok) return parsed;
  const { loads: rows, homeAssistant, ...rest } = parsed.value;
  const loads: Load[] = [];
  const driven = new Map<string, DrivenLoad>();
  for (const row of rows) {
    if (loads.some((load) => load.name === row.name)) return bad(row, "another load has the same name");
    const levels = levelsOf(row);
    if (!levels.ok) return levels;
    const fault = entityFault(row);
    if (fault !== null) return bad(row, fault);
    // Two loads that are one would be given opposite orders.
    const isTaken = [...driven.values()].some((one) => one.entity === row.entity);
    if (isTaken) return bad(row, "another load has the same entity");
    const { name, kind, ratedW, priority, critical, minOnS, minOffS, offPeakOnly, entity, powerEntity } = row;
    const whenStale = staleOf(row);
    loads.push({
      name,
      kind,
      levels: levels.value,
      ratedW,
      priority,
      critical,
      minOnS,
      minOffS,
      offPeakOnly,
      whenStale,
    });
    if (entity !== "") driven.set(name, { entity, powerEntity, levels: levels.value });
  }
  return ok({ ...rest, loads, driven, homeAssistant });
};
