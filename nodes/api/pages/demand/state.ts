import type { DemandReport, ShedReport } from "../../../model/index.ts";
import type { Trouble } from "../parts/client.ts";

/** What GET demand answers. */
export interface Answer {
  readonly demand: readonly DemandReport[];
  readonly shed: readonly ShedReport[];
  /** What we may do. */
  readonly scopes: readonly string[];
}

export interface PageState {
  /** The last good one, however old. */
  readonly answer: Answer | null;
  /** When it came, by the browser's steady clock in ms. */
  readonly cameMs: number;
  readonly nowMs: number;
  readonly trouble: Trouble | null;
  readonly hasToken: boolean;
  /** `shed/load`, or `shed/` for its dry run → what became of the last wish, while it is worth reading. */
  readonly told: ReadonlyMap<string, Told>;
  /** Demand node → the window that is looked at. */
  readonly looked: ReadonlyMap<string, number>;
  /** Inner width of a chart in CSS pixels. */
  readonly chartWidth: number;
}

export interface Told {
  readonly kind: "busy" | "done" | "failed";
  readonly text: string;
}

export const BEGIN: PageState = {
  answer: null,
  cameMs: 0,
  nowMs: 0,
  trouble: null,
  hasToken: false,
  told: new Map(),
  looked: new Map(),
  chartWidth: 640,
};

/** Wh of the open window so far, with what is estimated for holes of the readings. */
export function usedWhOf({ usedWh, bridgedWh }: DemandReport): number {
  return usedWh + (bridgedWh ?? 0);
}

/** Seconds since the answer came. Clocks of browsers are often wrong: time goes on from what the server said. */
export function sinceAnswer({ cameMs, nowMs }: PageState): number {
  return Math.max(0, (nowMs - cameMs) / 1000);
}

export function maySwitch({ answer }: PageState): boolean {
  return answer?.scopes.includes("control") ?? false;
}
