import { DEFAULT_SETTINGS, type MeterSettings } from "../../meter/index.ts";
import { failed, parseMeterId, type Result } from "../../model/index.ts";
import { type Parser, parser } from "../shell/index.ts";

/** One row of the table of meters; 0 means: as for all. */
export interface MeterRow {
  readonly id: string;
  readonly name: string;
  readonly impPerKwh: number;
  readonly maxPowerW: number;
}

export interface MeterConfig {
  readonly name: string;
  readonly store: string;
  readonly meters: readonly MeterRow[];
  /** Also keep the account of meters that are not in the table. */
  readonly others: boolean;
  readonly maxPowerW: number;
  readonly lowBatteryMv: number;
  readonly weakSignalDbm: number;
  readonly clockDriftS: number;
  readonly darkAfterS: number;
  /** 0: from how often the meter reports. */
  readonly staleAfterS: number;
  /** 0: learned from what is usual for each meter. */
  readonly noPulsesAfterS: number;
  readonly batteryDays: number;
  readonly missedPercent: number;
}

const POWER = { type: "integer", minimum: 0, maximum: 10_000_000 } as const;

const shape = parser<MeterConfig>(
  {
    type: "object",
    properties: {
      name: { type: "string", default: "" },
      store: { type: "string", default: "" },
      meters: {
        type: "array",
        maxItems: 256,
        default: [],
        items: {
          type: "object",
          required: ["id"],
          properties: {
            id: { type: "string" },
            name: { type: "string", maxLength: 100, default: "" },
            impPerKwh: { type: "integer", minimum: 0, maximum: 100_000, default: 0 },
            maxPowerW: { ...POWER, default: 0 },
          },
        },
      },
      others: { type: "boolean", default: true },
      maxPowerW: { ...POWER, minimum: 1, default: DEFAULT_SETTINGS.maxPowerW },
      lowBatteryMv: { type: "integer", minimum: 0, maximum: 20_000, default: DEFAULT_SETTINGS.lowBatteryMv },
      weakSignalDbm: { type: "integer", minimum: -150, maximum: 0, default: DEFAULT_SETTINGS.weakSignalDbm },
      clockDriftS: { type: "integer", minimum: 1, maximum: 3600, default: DEFAULT_SETTINGS.clockDriftS },
      darkAfterS: { type: "integer", minimum: 60, maximum: 604_800, default: DEFAULT_SETTINGS.darkAfterS },
      staleAfterS: { type: "integer", minimum: 0, maximum: 86_400, default: 0 },
      noPulsesAfterS: { type: "integer", minimum: 0, maximum: 2_592_000, default: 0 },
      batteryDays: { type: "integer", minimum: 0, maximum: 1000, default: DEFAULT_SETTINGS.batteryDays },
      missedPercent: { type: "integer", minimum: 1, maximum: 100, default: DEFAULT_SETTINGS.missedPercent },
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);

/** Settings with a table whose ids are valid and differ. */
export const config: Parser<MeterConfig> = (input): Result<MeterConfig> => {
  const parsed = shape(input);
  if (!parsed.ok) return parsed;
  const ids = new Set<string>();
  for (const { id } of parsed.value.meters) {
    const meter = parseMeterId(id);
    if (!meter.ok) return failed("METERMAN_BAD_CONFIG", `in the table of meters: ${meter.error.message}`, "meters");
    if (ids.has(id)) return failed("METERMAN_BAD_CONFIG", `${id} is in the table of meters twice`, "meters");
    ids.add(id);
  }
  return parsed;
};

/** What the ledger of this meter goes by. */
export function settingsOf(settings: MeterConfig, id: string): MeterSettings {
  const { lowBatteryMv, weakSignalDbm, clockDriftS, darkAfterS, staleAfterS } = settings;
  const { noPulsesAfterS, batteryDays, missedPercent } = settings;
  const row = settings.meters.find((one) => one.id === id);
  const impPerKwh = row?.impPerKwh ?? 0;
  return {
    ...{ lowBatteryMv, weakSignalDbm, clockDriftS, darkAfterS, batteryDays, missedPercent },
    lowRamBytes: DEFAULT_SETTINGS.lowRamBytes,
    maxPowerW: row?.maxPowerW || settings.maxPowerW,
    ...(staleAfterS > 0 && { staleAfterS }),
    ...(noPulsesAfterS > 0 && { noPulsesAfterS }),
    ...(impPerKwh > 0 && { impPerKwh }),
  };
}

export function nameOf(settings: MeterConfig, id: string): string {
  return settings.meters.find((one) => one.id === id)?.name || id;
}

export function isListed(settings: MeterConfig, id: string): boolean {
  return settings.meters.some((one) => one.id === id);
}
