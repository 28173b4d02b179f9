import {
  type DemandConfig,
  isTariffKey,
  plainTariff,
  TARIFF_SCHEMA,
  TARIFFS,
  type Tariff,
} from "../../demand/index.ts";
import { failed, isZone, type MeterId, ok, parseMeterId, type Result } from "../../model/index.ts";
import { type Parser, parser } from "../shell/index.ts";

/** The settings as they are saved. */
interface Saved {
  readonly meters: string;
  readonly windowMinutes: 15 | 30 | 60;
  readonly limitW: number | null;
  readonly followPeak: boolean;
  readonly tariff: string;
  readonly tariffJson: string;
  readonly zone: string;
  readonly staleAfterS: number;
  readonly store: string;
}

export interface DemandSettings extends DemandConfig {
  /** Id of the store, empty without one. */
  readonly store: string;
}

const saved = parser<Saved>(
  {
    type: "object",
    properties: {
      meters: { type: "string", maxLength: 2000, default: "" },
      windowMinutes: { type: "integer", enum: [15, 30, 60], default: 15 },
      limitW: { type: ["number", "null"], minimum: 1, maximum: 1e6, default: null },
      followPeak: { type: "boolean", default: true },
      tariff: { type: "string", default: "none" },
      tariffJson: { type: "string", maxLength: 20_000, default: "" },
      zone: { type: "string", maxLength: 64, default: "" },
      staleAfterS: { type: "integer", minimum: 30, maximum: 3600, default: 300 },
      store: { type: "string", default: "" },
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);
const tariffShape = parser<Tariff>(TARIFF_SCHEMA, "METERMAN_BAD_CONFIG");

function ownTariff(text: string): Result<Tariff> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return failed(
      "METERMAN_BAD_CONFIG",
      "the tariff is not valid JSON: look for a missing comma or quote",
      "tariffJson",
    );
  }
  const parsed = tariffShape(given);
  return parsed.ok ? parsed : failed("METERMAN_BAD_CONFIG", `tariff: ${parsed.error.message}`, "tariffJson");
}

function tariffOf({ tariff, tariffJson, windowMinutes, zone }: Saved): Result<Tariff> {
  if (tariff === "none") {
    return ok(plainTariff(windowMinutes, zone === "" ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone));
  }
  const found = tariff === "own" ? ownTariff(tariffJson) : undefined;
  if (found !== undefined && !found.ok) return found;
  if (found === undefined && !isTariffKey(tariff)) {
    return failed("METERMAN_BAD_CONFIG", "choose a tariff from the list", "tariff");
  }
  const base = found?.value ?? (isTariffKey(tariff) ? TARIFFS[tariff] : plainTariff(windowMinutes, zone));
  return ok(zone === "" ? base : { ...base, zone });
}

function meterIds(text: string): Result<readonly MeterId[]> {
  const ids: MeterId[] = [];
  for (const part of text.split(/[\s,;]+/).filter((one) => one !== "")) {
    const id = parseMeterId(part);
    if (!id.ok) return failed("METERMAN_BAD_CONFIG", id.error.message, "meters");
    if (!ids.includes(id.value)) ids.push(id.value);
  }
  return ok(ids);
}

/** Settings from the editor: limits may be empty, meters are separated by commas, the tariff is one of ours or JSON. */
export const config: Parser<DemandSettings> = (input) => {
  const parsed = saved(input);
  if (!parsed.ok) return parsed;
  const meters = meterIds(parsed.value.meters);
  if (!meters.ok) return meters;
  const tariff = tariffOf(parsed.value);
  if (!tariff.ok) return tariff;
  if (!isZone(tariff.value.zone)) {
    return failed("METERMAN_BAD_CONFIG", "the time zone is unknown: use a name like Europe/Brussels", "zone");
  }
  const { limitW, staleAfterS, store } = parsed.value;
  // Without a tariff nothing is paid for by the peak: a limit is a limit.
  const followPeak = parsed.value.followPeak && parsed.value.tariff !== "none";
  const whole = { exportMeters: [], phase: null, target: "limit" } as const;
  return ok({ meters: meters.value, ...whole, tariff: tariff.value, limitW, followPeak, staleAfterS, store });
};
