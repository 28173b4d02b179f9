import { type EpochSeconds, epochSeconds, failed, type Json, ok, type Result } from "../model/index.ts";
import { atLeast } from "./answers.ts";
import type { Repair, StatisticsRow } from "./statistics.ts";

/**
 * The recorder's websocket commands.
 * https://github.com/home-assistant/core/blob/dev/homeassistant/components/recorder/websocket_api.py
 */
type Message = { readonly type: string; readonly [key: string]: Json };

/** `recorder/statistics_during_period`: rows by statistic. Times are ms; what a row lacks is null or absent. */
export type StatisticsAnswer = Readonly<Record<string, readonly WireRow[]>>;
interface WireRow {
  readonly start: number;
  readonly state?: number | null;
  readonly sum?: number | null;
}
export const STATISTICS_SCHEMA = {
  type: "object",
  additionalProperties: {
    type: "array",
    items: {
      type: "object",
      required: ["start"],
      properties: {
        start: { type: "number", minimum: 0 },
        state: { type: ["number", "null"] },
        sum: { type: ["number", "null"] },
      },
    },
  },
} as const;

/** `recorder/get_statistics_metadata`. */
export type MetadataAnswer = readonly {
  readonly statistic_id: string;
  readonly statistics_unit_of_measurement: string | null;
}[];
export const METADATA_SCHEMA = {
  type: "array",
  items: {
    type: "object",
    required: ["statistic_id", "statistics_unit_of_measurement"],
    properties: {
      statistic_id: { type: "string" },
      statistics_unit_of_measurement: { type: ["string", "null"] },
    },
  },
} as const;

/** `recorder/info`. */
export interface RecorderInfo {
  readonly recording: boolean;
  readonly migration_in_progress: boolean;
}
export const RECORDER_INFO_SCHEMA = {
  type: "object",
  required: ["recording", "migration_in_progress"],
  properties: { recording: { type: "boolean" }, migration_in_progress: { type: "boolean" } },
} as const;

/** Fired when the recorder has added its 5-minute rows, and at the full hour the hour's. */
export const BOOKED_EVENT = "recorder_5min_statistics_generated";
/** Body for `POST /api/template`: Home Assistant's own time. */
export const CLOCK = { template: "{{ now().timestamp() }}" } as const;

const KWH_WH = 1000;
/** Wh of the units that its user may have chosen for the statistics of an energy sensor. */
const UNITS: Readonly<Record<string, number>> = { Wh: 1, kWh: KWH_WH, MWh: 1_000_000, GWh: 1_000_000_000 };

const iso = (at: EpochSeconds) => new Date(at * 1000).toISOString();

/** Rows that begin in [from, to), in kWh whatever unit they are kept in. */
export function statisticsQuery(
  id: string,
  period: "hour" | "5minute",
  from: EpochSeconds,
  to?: EpochSeconds,
): Message {
  return {
    ...{ type: "recorder/statistics_during_period", statistic_ids: [id], period, start_time: iso(from) },
    ...(to === undefined ? {} : { end_time: iso(to) }),
    ...{ types: ["state", "sum"], units: { energy: "kWh" } },
  };
}

/** In the order of time; rows without a sum are nothing of ours. */
export function statisticsRows(answer: StatisticsAnswer, id: string): readonly StatisticsRow[] {
  return (answer[id] ?? []).flatMap(({ start, state, sum }) =>
    typeof sum !== "number"
      ? []
      : {
          start: epochSeconds(Math.round(start / 1000)),
          stateWh: typeof state === "number" ? state * KWH_WH : null,
          sumWh: sum * KWH_WH,
        },
  );
}

/** The unit in which Home Assistant keeps them. METERMAN_HA_STATISTICS when there are none, or it is none of energy. */
export function unitIn(answer: MetadataAnswer, id: string): Result<string> {
  const unit = answer.find(({ statistic_id }) => statistic_id === id)?.statistics_unit_of_measurement ?? "";
  if (UNITS[unit] !== undefined) return ok(unit);
  const what = unit === "" ? "have no unit" : `are in ${unit}`;
  return failed("METERMAN_HA_STATISTICS", `the statistics of ${id} ${what}: set the unit of that entity to kWh`);
}

/** @param unit from the metadata that is there: an import overwrites it @param version of Home Assistant */
export function repairMessage(
  id: string,
  unit: string,
  step: Extract<Repair, { readonly kind: "adjust" | "import" }>,
  version: string,
): Message {
  if (step.kind === "adjust") {
    const adjustment = { adjustment: step.wh / KWH_WH, adjustment_unit_of_measurement: "kWh" };
    return { type: "recorder/adjust_sum_statistics", statistic_id: id, start_time: iso(step.start), ...adjustment };
  }
  // 2025.11 brought these keys; before, they are refused, and the old one is asked for.
  const kind = atLeast(version, 2025, 11) ? { mean_type: 0, unit_class: "energy" } : { has_mean: false };
  const whOfUnit = UNITS[unit] ?? KWH_WH;
  return {
    type: "recorder/import_statistics",
    metadata: { source: "recorder", statistic_id: id, name: null, has_sum: true, unit_of_measurement: unit, ...kind },
    stats: step.rows.map(({ start, stateWh, sumWh }) => {
      return { start: iso(start), state: stateWh / whOfUnit, sum: sumWh / whOfUnit };
    }),
  };
}
