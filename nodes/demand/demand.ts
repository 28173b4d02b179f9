import {
  type DemandTarget,
  type EpochSeconds,
  epochSeconds,
  type MeterId,
  type Power,
  type Reading,
  type Wh,
} from "../model/index.ts";
import { coveredUntil, type MeterAccount, newAccount, type Vague } from "./account.ts";
import { type EnergyBook, noEnergy } from "./energy.ts";
import type { PeriodPeak } from "./month.ts";
import { emptyBook, type PeakBook } from "./peaks.ts";
import { noSlots, type Slots } from "./slots.ts";
import type { Tariff } from "./tariff.ts";
import type { Window } from "./window.ts";

export interface DemandConfig {
  /** Whose energy is summed. Empty: every meter that is heard. */
  readonly meters: readonly MeterId[];
  /** Meters of what the house feeds in: their energy is taken off. Only with the target "surplus". */
  readonly exportMeters: readonly MeterId[];
  /** The phase that the meters measure, "L1". null: the whole connection. */
  readonly phase: string | null;
  /** Keep the mean power of a window under a limit, or use up what the sun gives: net energy may then be negative. */
  readonly target: DemandTarget;
  readonly tariff: Tariff;
  /** The owner's own limit for the mean power of a window. null: none. */
  readonly limitW: number | null;
  /** Allow what this month has reached already: it is paid for. Otherwise the limit stays as it is. */
  readonly followPeak: boolean;
  /** Without a sign of life for this long demand is unknown, and windows close without waiting for more. */
  readonly staleAfterS: number;
}

/** How far back windows can be settled again. */
export const KEPT_S = 4 * 86_400;
/** A reading may end so much after the server's clock: no device is right by more. */
export const AHEAD_S = 300;

export interface Demand {
  readonly meters: ReadonlyMap<MeterId, MeterAccount>;
  readonly slots: Slots;
  /** Windows that ended up to here are closed; 0 before the first. */
  readonly settledUntil: EpochSeconds;
  /** Steps that end a closed window which late data has changed. */
  readonly touched: readonly EpochSeconds[];
  /** End of the newest reading. */
  readonly newest: EpochSeconds;
  readonly book: PeakBook;
  readonly energy: EnergyBook;
  /** What was last said of each month, by the start of one of its windows. */
  readonly told: ReadonlyMap<string, { readonly at: EpochSeconds; readonly said: string; readonly final: boolean }>;
}

export const noDemand: Demand = {
  meters: new Map(),
  slots: noSlots,
  settledUntil: epochSeconds(0),
  touched: [],
  newest: epochSeconds(0),
  book: emptyBook,
  energy: noEnergy,
  told: new Map(),
};

export type DemandInput =
  | { readonly kind: "reading"; readonly reading: Reading }
  | { readonly kind: "power"; readonly meter: MeterId; readonly power: Power }
  | { readonly kind: "tick" };

/** Why a reading is not counted: another meter's, counted before, too old to settle its window again, or not of now. */
export const IGNORED = ["other-meter", "duplicate", "too-late", "future"] as const;
export type Ignored = (typeof IGNORED)[number];

export type DemandEvent =
  | { readonly kind: "counted"; readonly reading: Reading; readonly at: EpochSeconds }
  /** A bridged hole whose detail has come after all. */
  | { readonly kind: "withdrawn"; readonly meter: MeterId; readonly gap: Vague }
  | { readonly kind: "heard"; readonly meter: MeterId; readonly power: Power; readonly at: EpochSeconds }
  | { readonly kind: "ignored"; readonly why: Ignored; readonly wh: Wh }
  | { readonly kind: "window"; readonly window: Window }
  | { readonly kind: "peak"; readonly peak: PeriodPeak };

/** How a meter's energy counts: added, taken off, or not at all. */
export function signOf({ meters, exportMeters, target }: DemandConfig, meter: MeterId): 1 | -1 | 0 {
  if (exportMeters.includes(meter)) return target === "surplus" ? -1 : 0;
  return meters.length === 0 || meters.includes(meter) ? 1 : 0;
}

/** The meters that are summed. */
export function metersOf(demand: Demand, config: DemandConfig): readonly MeterId[] {
  const { meters, exportMeters, target } = config;
  const exporting = target === "surplus" ? exportMeters : [];
  if (meters.length > 0) return exporting.length === 0 ? meters : [...new Set([...meters, ...exporting])];
  return [...new Set([...demand.meters.keys(), ...exporting])];
}

export function accountOf(demand: Demand, meter: MeterId): MeterAccount {
  return demand.meters.get(meter) ?? newAccount;
}

/** The instant up to which every one of `meters` has reported; 0 when one has not. */
export function reportedUntil(demand: Demand, meters: readonly MeterId[]): EpochSeconds {
  if (meters.length === 0) return epochSeconds(0);
  let until = Number.POSITIVE_INFINITY;
  for (const meter of meters) until = Math.min(until, coveredUntil(accountOf(demand, meter)));
  return epochSeconds(until);
}
