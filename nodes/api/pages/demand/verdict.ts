import type { DemandReport } from "../../../model/index.ts";
import { ago, energy, power, thisWindow } from "../parts/format.ts";
import { usedWhOf } from "./state.ts";

export type Tone = "good" | "near" | "bad" | "sun" | "unknown";

export interface Verdict {
  readonly tone: Tone;
  /** One or two plain sentences with figures. */
  readonly text: string;
}

/** So near to the limit is worth a colour. */
const NEAR = 0.9;

/** How a window stands, for people. */
export function verdict(report: DemandReport): Verdict {
  const { stale, ageS, projectedWatts, powerWatts } = report;
  if (stale) {
    const since = ageS === null ? "No reading has come yet" : `No fresh reading for ${ago(ageS)}`;
    return { tone: "unknown", text: `${since}: what is drawn now is not known, and nothing is given back.` };
  }
  if (projectedWatts === null || powerWatts === null) return { tone: "unknown", text: "Waiting for readings." };
  return report.target === "surplus" ? ofSurplus(report, powerWatts) : ofLimit(report, projectedWatts, powerWatts);
}

function ofSurplus({ limitWatts }: DemandReport, powerWatts: number): Verdict {
  if (powerWatts < 0) {
    return { tone: "sun", text: `Feeding in ${power(-powerWatts)}: loads that wait for surplus may use it.` };
  }
  if (powerWatts <= (limitWatts ?? 0)) return { tone: "good", text: "What the house makes, it uses itself." };
  return { tone: "near", text: `Drawing ${power(powerWatts)} from the grid: nothing is left over.` };
}

function ofLimit(report: DemandReport, projectedWatts: number, powerWatts: number): Verdict {
  const { limitWatts, allowedWatts, counts, certainBreak, windowS } = report;
  const name = thisWindow(windowS);
  if (!counts) return { tone: "good", text: `The tariff does not count ${name}.` };
  if (limitWatts === null) return { tone: "good", text: `There is no limit yet: ${name} sets the first peak.` };
  if (certainBreak) {
    const most = energy((limitWatts * windowS) / 3600);
    return {
      tone: "bad",
      text: `${capital(name)} is over its limit, whatever happens: ${energy(usedWhOf(report))} of ${most}.`,
    };
  }
  const over = projectedWatts - limitWatts;
  if (over > 0) {
    const must = allowedWatts === null ? "" : `${power(Math.max(0, powerWatts - allowedWatts))} must go, or `;
    return { tone: "bad", text: `Too much: ${must}${name} ends ${power(over)} over its limit.` };
  }
  const room = allowedWatts === null ? 0 : allowedWatts - powerWatts;
  const more = room >= 1 ? ` There is room for ${power(room)} more.` : "";
  const tone = projectedWatts > NEAR * limitWatts ? "near" : "good";
  return { tone, text: `On course: ${name} ends ${power(-over)} under its limit.${more}` };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
