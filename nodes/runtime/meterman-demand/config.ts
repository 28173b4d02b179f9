import { type DemandConfig, isTariffKey, plainTariff, TARIFFS, type Tariff, tariffFault } from "../../demand/index.ts";
import { type DemandTarget, failed, isZone, type MeterId, ok, parseMeterId, type Result } from "../../model/index.ts";
import { type Parser, parser } from "../shell/index.ts";
import { onClock, ownTariff } from "./own-tariff.ts";

/** The settings as they are saved. */
interface Saved {
  readonly target: DemandTarget;
  readonly meters: string;
  readonly exportMeters: string;
  readonly phase: string;
  readonly windowMinutes: Tariff["windowMinutes"];
  /** null: blocks of the clock. */
  readonly stepMinutes: number | null;
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

const METERS = { type: "string", maxLength: 2000, default: "" } as const;
const saved = parser<Saved>(
  {
    type: "object",
    properties: {
      target: { enum: ["limit", "surplus"], default: "limit" },
      meters: METERS,
      exportMeters: METERS,
      phase: { type: "string", maxLength: 16, default: "" },
      windowMinutes: { type: "integer", enum: [5, 6, 10, 12, 15, 20, 30, 60], default: 15 },
      stepMinutes: { type: ["integer", "null"], minimum: 1, maximum: 30, default: null },
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

const wrong = (words: string, field: string) => failed("METERMAN_BAD_CONFIG", words, field);

/** Windows without a tariff, on the owner's clock or this machine's. */
function plain({ windowMinutes, stepMinutes, zone }: Saved): Result<Tariff> {
  const here = zone === "" ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
  const tariff = plainTariff(windowMinutes, here, stepMinutes ?? undefined);
  const fault = isZone(here) ? tariffFault(tariff) : null;
  return fault === null ? ok(tariff) : wrong(fault, "stepMinutes");
}

function tariffOf(settings: Saved): Result<Tariff> {
  const { target, tariff, tariffJson, zone } = settings;
  // What is fed in has no peak that is billed: only the windows matter.
  if (tariff === "none" || target === "surplus") return plain(settings);
  if (isTariffKey(tariff)) return onClock(TARIFFS[tariff], zone);
  if (tariff !== "own") return wrong("choose a tariff from the list", "tariff");
  const own = ownTariff(tariffJson);
  return own.ok ? onClock(own.value, zone) : own;
}

function meterIds(text: string, field: string): Result<readonly MeterId[]> {
  const ids: MeterId[] = [];
  for (const part of text.split(/[\s,;]+/).filter((one) => one !== "")) {
    const id = parseMeterId(part);
    if (!id.ok) return wrong(id.error.message, field);
    if (!ids.includes(id.value)) ids.push(id.value);
  }
  return ok(ids);
}

/** The meters that count and those that are taken off. */
function metersOf({ target, ...settings }: Saved): Result<Pick<DemandConfig, "meters" | "exportMeters">> {
  const meters = meterIds(settings.meters, "meters");
  if (!meters.ok) return meters;
  if (target === "limit") return ok({ meters: meters.value, exportMeters: [] });
  const exportMeters = meterIds(settings.exportMeters, "exportMeters");
  if (!exportMeters.ok) return exportMeters;
  // Of all the meters that are wired none would be taken off. One that is named may tell signed power.
  if (exportMeters.value.length === 0 && meters.value.length === 0) {
    return wrong("solar surplus needs the meter of what is fed into the grid: enter it under Export", "exportMeters");
  }
  const both = exportMeters.value.find((meter) => meters.value.includes(meter));
  if (both !== undefined) return wrong(`${both} cannot be under Meters and under Export`, "exportMeters");
  return ok({ meters: meters.value, exportMeters: exportMeters.value });
}

/** Settings from the editor: limits may be empty, meters are separated by commas, the tariff is one of ours or JSON. */
export const config: Parser<DemandSettings> = (input) => {
  const parsed = saved(input);
  if (!parsed.ok) return parsed;
  const meters = metersOf(parsed.value);
  if (!meters.ok) return meters;
  const tariff = tariffOf(parsed.value);
  if (!tariff.ok) return tariff;
  if (!isZone(tariff.value.zone)) {
    return wrong("the time zone is unknown: use a name like Europe/Brussels", "zone");
  }
  const { target, phase, limitW, staleAfterS, store } = parsed.value;
  // Without a tariff nothing is paid for by the peak: a limit is a limit.
  const followPeak = parsed.value.followPeak && target === "limit" && parsed.value.tariff !== "none";
  return ok({
    ...{ ...meters.value, target, phase: phase === "" ? null : phase },
    ...{ tariff: tariff.value, limitW, followPeak, staleAfterS, store },
  });
};
