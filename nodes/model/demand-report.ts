import type { MeterId } from "./identity.ts";
import type { EpochSeconds } from "./units.ts";

/**
 * What the demand and shed nodes tell whoever asks: the page, the REST API. Plain figures with the unit in the name,
 * so that they are JSON as they are. Unknown is null, never 0.
 */
export interface MoneyReport {
  readonly amount: number;
  /** ISO 4217: EUR, NOK. */
  readonly currency: string;
}

/** Whether a tariff's limit must not be passed, or what the house feeds in is to be used. */
export type DemandTarget = "limit" | "surplus";

/** One demand node now, with its months and the windows of the last day. */
export interface DemandReport {
  readonly id: string;
  readonly name: string;
  readonly tariff: string;
  /** The tariff in words, a line each. */
  readonly rules: readonly string[];
  /** IANA zone of the tariff's days. */
  readonly zone: string;
  readonly windowS: number;
  readonly stepS: number;
  readonly target: DemandTarget;
  /** "L1" when only one phase is watched. */
  readonly phase: string | null;
  readonly meters: readonly MeterId[];
  readonly at: EpochSeconds;
  readonly windowStart: EpochSeconds;
  /** Exclusive. */
  readonly windowEnd: EpochSeconds;
  readonly remainingS: number;
  /** As read; what is estimated for holes of the readings comes on top. */
  readonly usedWh: number;
  readonly bridgedWh: number | null;
  /** Share of the window so far with readings, 0…1. */
  readonly coverage: number;
  /** Negative while a surplus node sees the house feed in. */
  readonly powerWatts: number | null;
  /** Mean of the window if things stay as they are. */
  readonly projectedWatts: number | null;
  readonly limitWatts: number | null;
  /** The limit is one of the wiring, not of the bill. */
  readonly isFixed: boolean;
  /** What may be drawn from now to the end of the window. */
  readonly allowedWatts: number | null;
  readonly certainBreak: boolean;
  readonly stale: boolean;
  /** Age of the newest reading. */
  readonly ageS: number | null;
  readonly counts: boolean;
  readonly onPeak: boolean;
  /** Of energy, now. */
  readonly price: { readonly perKwh: number; readonly currency: string } | null;
  /** By how much the month's figure would rise if this window ends as projected. */
  readonly adds: { readonly watts: number; readonly charge: MoneyReport | null } | null;
  /** Newest first, the running one included, at most 13. */
  readonly months: readonly MonthReport[];
  /** Closed ones of the last 24 h, oldest first, at most 288. */
  readonly windows: readonly WindowReport[];
}

export interface MonthReport {
  /** "2026-11", in the zone of the tariff. */
  readonly period: string;
  /** Nothing that comes late changes it any more. */
  readonly final: boolean;
  readonly figureWatts: number;
  /** figureWatts after what the tariff makes of it: least billed demand, rounding. */
  readonly billedWatts: number;
  /** The windows that make the figure. */
  readonly candidates: readonly { readonly start: EpochSeconds; readonly watts: number }[];
  readonly charge: MoneyReport | null;
  readonly energyWh: number | null;
  readonly energyCharge: MoneyReport | null;
}

export interface WindowReport {
  readonly start: EpochSeconds;
  /** Exclusive. */
  readonly end: EpochSeconds;
  readonly wh: number;
  readonly watts: number;
  readonly coverage: number;
  readonly counts: boolean;
  readonly candidate: boolean;
}

/** One shed node now, with its loads and its last decisions. */
export interface ShedReport {
  readonly id: string;
  readonly name: string;
  readonly at: EpochSeconds;
  readonly dryRun: boolean;
  /** Ids of the demand nodes that it hears. */
  readonly demands: readonly string[];
  /** Why this node decides nothing: another one has this house. */
  readonly refused: string | null;
  readonly staleSince: EpochSeconds | null;
  /** Nothing is switched before then: too many commands in a row. */
  readonly stoppedUntil: EpochSeconds | null;
  readonly loads: readonly LoadReport[];
  /** Newest first, at most 100. */
  readonly decisions: readonly DecisionReport[];
  readonly alarms: readonly AlarmReport[];
}

export interface LoadReport {
  readonly name: string;
  readonly kind: "switch" | "modulating";
  readonly levels: readonly number[];
  readonly level: number | null;
  /** As the load says itself. */
  readonly watts: number | null;
  /** What it draws, or would if it were given back: best guess. */
  readonly powerW: number | null;
  readonly priority: number;
  readonly critical: boolean;
  readonly phases: readonly string[];
  /** It runs on solar surplus only. */
  readonly surplus: boolean;
  readonly held: HeldReport | null;
  readonly override: { readonly mode: "on" | "off" | "leave"; readonly until: EpochSeconds | null } | null;
  readonly trouble: string | null;
  /** Why it is on or off, one plain sentence with figures. */
  readonly why: string;
}

export interface HeldReport {
  readonly fromLevel: number;
  readonly level: number;
  readonly since: EpochSeconds;
  readonly rule: string;
  readonly dryRun: boolean;
}

export interface DecisionReport {
  readonly time: EpochSeconds;
  readonly load: string;
  readonly action: "off" | "on" | "set";
  readonly level: number;
  readonly rule: string;
  /** Which limit asked for it, in words. */
  readonly limit: string | null;
  readonly reason: string;
  /** The sum behind it: names of `inputs` and signs. */
  readonly formula: string;
  readonly inputs: Readonly<Record<string, number | null>>;
  readonly dryRun: boolean;
}

export interface AlarmReport {
  /** null when it is about the whole house. */
  readonly load: string | null;
  readonly code: string;
  readonly message: string;
  readonly since: EpochSeconds;
}

/** What a person wants of a load: as the rules say, on, or off. */
export const LOAD_WISHES = ["auto", "on", "off"] as const;
export type LoadWish = (typeof LOAD_WISHES)[number];
