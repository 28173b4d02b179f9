import type { Load, ShedConfig } from "../../demand/index.ts";
import { loadEntityFault, powerEntityFault } from "../../home-assistant/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import { type Parser, parser } from "../shell/index.ts";
import type { DrivenLoad } from "./driver.ts";
import { NO_PHASES, NO_STEPS, phasesOf, stepsOf, TOO_SHORT } from "./table/steps.ts";

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
  readonly maxOffS: number;
  readonly offPeakOnly: boolean;
  readonly surplus: boolean;
  readonly phases: string;
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
            maxOffS: seconds(0),
            offPeakOnly: flag,
            surplus: flag,
            phases: { type: "string", maxLength: 40, default: "" },
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

/** The load that a row describes. */
function loadOf(row: Row): Result<Load> {
  const { entity: _, powerEntity: __, ...rest } = row;
  const levels = row.kind === "switch" ? [0, 1] : stepsOf(row.levels);
  if (levels === null) return bad(row, NO_STEPS);
  const phases = phasesOf(row.phases);
  if (phases === null) return bad(row, NO_PHASES);
  if (row.maxOffS > 0 && row.maxOffS < row.minOffS) return bad(row, TOO_SHORT);
  return ok({ ...rest, levels, phases, whenStale: staleOf(row) });
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
    const load = loadOf(row);
    if (!load.ok) return load;
    const fault = entityFault(row);
    if (fault !== null) return bad(row, fault);
    const { entity, powerEntity } = row;
    // Two loads that are one would be given opposite orders.
    const isTaken = [...driven.values()].some((one) => one.entity === entity);
    if (isTaken) return bad(row, "another load has the same entity");
    loads.push(load.value);
    if (entity !== "") driven.set(row.name, { entity, powerEntity, levels: load.value.levels });
  }
  return ok({ ...rest, loads, driven, homeAssistant });
};
