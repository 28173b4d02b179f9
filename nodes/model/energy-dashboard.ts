import type { MeterId } from "./identity.ts";

/** What a meter is to Home Assistant's Energy dashboard: what comes from the grid, or one device behind it. */
export const ENERGY_ROLES = ["grid", "device"] as const;
export type EnergyRole = (typeof ENERGY_ROLES)[number];

/** The wish to see a meter in Home Assistant's Energy dashboard. */
export interface EnergyRequest {
  readonly meter: MeterId;
  readonly as: EnergyRole;
}

/** What Home Assistant's own check found about an entity. */
export interface EnergyIssue {
  /** Home Assistant's word: `statistics_not_defined`. */
  readonly type: string;
  readonly entity: string;
  /** What is wrong with it, and what to do. */
  readonly text: string;
  /** It goes away by itself, as the first statistics come. */
  readonly passing: boolean;
}

/** What became of the wish, read back from Home Assistant. */
export interface EnergyAnswer extends EnergyRequest {
  /** `completed`: the meter was there, and got the power or the name that it lacked. */
  readonly change: "added" | "completed" | "none";
  readonly energyEntity: string;
  /** null while Home Assistant knows no power of the meter. */
  readonly powerEntity: string | null;
  readonly issues: readonly EnergyIssue[];
  /** All of it in a sentence for the person who asked. */
  readonly text: string;
}
