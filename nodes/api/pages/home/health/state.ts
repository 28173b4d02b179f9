import type {
  DeviceSnapshot,
  DisplayDrift,
  EpochSeconds,
  GatewayReport,
  MeterEvent,
  MeterHealth,
  MeterId,
} from "../../../../model/index.ts";

export interface MeterRow {
  readonly id: MeterId;
  readonly name: string;
  readonly health: MeterHealth;
  /** How the count compares with the meter's display; null until there is something to compare. */
  readonly display: DisplayDrift | null;
}

export interface NodeRow {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly status: { readonly kind: string; readonly text: string };
}

/** What GET health answers, as far as it is shown. */
export interface HealthAnswer {
  readonly time: EpochSeconds;
  readonly store: { readonly open: boolean; readonly detail?: string };
  readonly nodes: readonly NodeRow[];
  readonly meters: readonly MeterRow[];
  readonly gateways: readonly GatewayReport[];
}

export interface Told {
  readonly kind: "busy" | "done" | "failed";
  readonly text: string;
}

export interface HealthState {
  readonly answer: HealthAnswer | null;
  readonly trouble: string | null;
  readonly zone: string;
  /** By the server's clock. */
  readonly now: number;
  /** What devices said of themselves in the last days, the oldest first. */
  readonly said: ReadonlyMap<string, readonly DeviceSnapshot[]>;
  /** The newest first, of meters whose events were unfolded. */
  readonly events: ReadonlyMap<string, readonly MeterEvent[] | "wait" | "away">;
  /** What became of a reading of the display that was typed in. */
  readonly told: ReadonlyMap<string, Told>;
  /** What stands in the field of a meter. */
  readonly typed: ReadonlyMap<string, string>;
}

/** How far back the small curves go. */
export const CURVE_DAYS = 30;
/** How far back events are listed. */
export const EVENT_DAYS = 14;

export const BEGIN: HealthState = {
  answer: null,
  trouble: null,
  zone: "UTC",
  now: 0,
  said: new Map(),
  events: new Map(),
  told: new Map(),
  typed: new Map(),
};
