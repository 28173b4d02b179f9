import type { MeterId } from "./identity.ts";
import type { Page } from "./ports.ts";
import type { Quality, Source } from "./reading.ts";
import type { Result } from "./result.ts";
import type { EpochSeconds, Wh } from "./units.ts";

/**
 * Corrections of what was measured. They are laid over the readings and never destroy any: a record says what, who,
 * when and why, and undoing it leaves the readings byte for byte as they were.
 */
export const ADJUSTMENT_KINDS = ["delete", "upload", "generate", "rebase", "lift", "merge", "rename", "check"] as const;
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number];

/** A reading that somebody brings. Without `registerWh` the register goes on from the reading before it. */
export interface UploadRow {
  readonly start: EpochSeconds;
  /** Exclusive. */
  readonly end: EpochSeconds;
  readonly wh: Wh;
  readonly registerWh?: Wh;
  readonly amps?: number;
  readonly source?: Source;
  readonly quality?: readonly Quality[];
}

/**
 * What is asked for. `lift`: the registers behind the change move by as much as the energy in it changed, so that no
 * rebase shows at its end; up to the next rebase.
 */
export type AdjustmentRequest =
  /** The energy of [from, to) goes. A reading that reaches over an edge keeps its part outside. */
  | { readonly kind: "delete"; readonly from: EpochSeconds; readonly to: EpochSeconds; readonly lift?: boolean }
  /** `replace`: what lies under an uploaded reading goes. `fill`: only rows that meet no reading count. Default replace. */
  | {
      readonly kind: "upload";
      readonly rows: readonly UploadRow[];
      readonly mode?: "replace" | "fill";
      readonly lift?: boolean;
    }
  /** `wh` over [from, to) in steps of `stepS` (default 900), evenly or like the hours of `like` days before. Replaces. */
  | {
      readonly kind: "generate";
      readonly from: EpochSeconds;
      readonly to: EpochSeconds;
      readonly wh: Wh;
      readonly stepS?: number;
      /** Take the shape of the day from so many days before the span; 0 or absent: even. */
      readonly likeDays?: number;
      readonly lift?: boolean;
    }
  /** The register stood at `registerWh` at the instant `at`: later registers follow from it, up to the next rebase. */
  | { readonly kind: "rebase"; readonly at: EpochSeconds; readonly registerWh: Wh }
  /** Adds `wh` (below zero: takes off) to every register from `from` on, up to `to` or the next rebase. */
  | { readonly kind: "lift"; readonly from: EpochSeconds; readonly to?: EpochSeconds; readonly wh: number }
  /**
   * A replaced node: the readings of `source` before `until` (default: this meter's first reading) count as this meter's,
   * in place of its own from the first of them on.
   */
  | { readonly kind: "merge"; readonly source: MeterId; readonly until?: EpochSeconds }
  | { readonly kind: "rename"; readonly name: string }
  /** The owner read `displayWh` off the meter's display at `at`. Changes no reading; see `displayDrift`. */
  | { readonly kind: "check"; readonly at: EpochSeconds; readonly displayWh: Wh };

/** Who wants it and why: kept for ever. */
export interface Author {
  readonly who: string;
  readonly why: string;
}

export interface Undone extends Author {
  readonly at: EpochSeconds;
}

/** One record of the audit trail. */
export interface Adjustment extends Author {
  /** 1, 2, 3… per meter. */
  readonly n: number;
  readonly meter: MeterId;
  readonly kind: AdjustmentKind;
  /** When it was made. */
  readonly at: EpochSeconds;
  /** The span that it touches; `to` is null where it has no end. Both null for a new name. */
  readonly from: EpochSeconds | null;
  readonly to: EpochSeconds | null;
  /** What it did to the energy of the span when it was made; below zero where energy went. */
  readonly changeWh: number;
  /** Readings that it brought. */
  readonly readings: number;
  /** The request without its rows. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly undone: Undone | null;
}

/** What an adjustment does, or would do. */
export interface AdjustmentPreview {
  readonly kind: AdjustmentKind;
  readonly from: EpochSeconds | null;
  readonly to: EpochSeconds | null;
  readonly beforeWh: number;
  readonly afterWh: number;
  readonly readingsBefore: number;
  readonly readingsAfter: number;
  /** Rows that were brought and do not count, and why; at most some, with the number of the row. */
  readonly leftOut: readonly { readonly row: number; readonly why: string }[];
}

export interface AdjustmentOutcome {
  /** null for a dry run. */
  readonly adjustment: Adjustment | null;
  readonly preview: AdjustmentPreview;
}

/** The correcting side of the store. */
export interface Adjustments {
  /**
   * METERMAN_BAD_QUERY for what makes no sense, METERMAN_ADJUSTMENT_REFUSED for what contradicts the readings there,
   * METERMAN_UNKNOWN_METER (an upload makes a meter known), METERMAN_TOO_LARGE, METERMAN_STORE_WRITE (nothing of it
   * counts then), METERMAN_NO_STORE. Durable once it resolves. Rows of an upload that cannot count are left out and told.
   * @param dryRun nothing is written; the preview tells what would happen
   */
  adjust(
    meter: MeterId,
    request: AdjustmentRequest,
    author: Author,
    options?: { readonly dryRun?: boolean },
  ): Promise<Result<AdjustmentOutcome>>;
  /** The trail of a meter, the oldest first. */
  adjustments(meter: MeterId, options?: { limit?: number; cursor?: string }): Promise<Result<Page<Adjustment>>>;
  /** METERMAN_NOT_FOUND for a number that is none; undoing twice is refused with METERMAN_BAD_QUERY. */
  undo(meter: MeterId, n: number, author: Author): Promise<Result<Adjustment>>;
  /** The name that the trail gives the meter, if any. */
  nameOf(meter: MeterId): string | undefined;
  /** The meter that this one was merged into, if any. */
  mergedInto(meter: MeterId): MeterId | undefined;
  /** A register as heard now, with what the trail does to it. */
  registerOf(meter: MeterId, registerWh: Wh): Wh;
}
