import type { Adjustment, AdjustmentKind, AdjustmentPreview } from "../../../../model/index.ts";
import type { Draft, FieldFault, Order, ReadFile } from "./draft.ts";

export interface KnownMeter {
  readonly id: string;
  readonly name: string;
  /** The meter that this one was joined with: its readings are corrected there. */
  readonly mergedInto?: string;
  /** null until a first reading. */
  readonly registerWh: number | null;
}

/** Where the form stands. A preview belongs to the order it was made of, so each change of the form ends it. */
export type Step =
  | { readonly at: "form" }
  | { readonly at: "busy"; readonly text: string }
  | { readonly at: "preview"; readonly order: Order; readonly preview: AdjustmentPreview }
  | { readonly at: "done"; readonly adjustment: Adjustment };

export interface CorrectionsState {
  readonly meters: readonly KnownMeter[];
  /** Empty while none is known. */
  readonly meter: string;
  readonly zone: string;
  readonly kind: AdjustmentKind;
  readonly draft: Draft;
  readonly file: ReadFile | null;
  readonly faults: readonly FieldFault[];
  /** What the server refused, in its words. */
  readonly refusal: string | null;
  readonly step: Step;
  /** The newest first; null until it came. */
  readonly trail: readonly Adjustment[] | null;
  readonly trailTrouble: string | null;
  /** How many of the trail are shown. */
  readonly shown: number;
  readonly undo: UndoState | null;
}

/** The one whose undoing is being given a reason. */
export interface UndoState {
  readonly n: number;
  readonly isBusy: boolean;
  readonly fault: string | null;
}

export const PAGE_OF_TRAIL = 20;
export const NEW_DRAFT: Draft = { shape: "even", likeDays: "7", mode: "replace", lift: "" };

export const BEGIN: CorrectionsState = {
  meters: [],
  meter: "",
  zone: "UTC",
  kind: "delete",
  draft: NEW_DRAFT,
  file: null,
  faults: [],
  refusal: null,
  step: { at: "form" },
  trail: null,
  trailTrouble: null,
  shown: PAGE_OF_TRAIL,
  undo: null,
};

/** Those that can be corrected, or joined with another. */
export function ownMeters(meters: readonly KnownMeter[]): readonly KnownMeter[] {
  return meters.filter(({ mergedInto }) => mergedInto === undefined);
}

export function meterName(meters: readonly KnownMeter[], id: string): string {
  return meters.find((one) => one.id === id)?.name ?? id;
}
