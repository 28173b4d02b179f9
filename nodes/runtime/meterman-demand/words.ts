import type { DemandState } from "../../demand/index.ts";
import type { StatusKind } from "../shell/index.ts";

const kw = (watts: number) => (watts / 1000).toFixed(1);
/** As much as a flow shows below a node without running into the next one. */
const SHORT = 64;

function span(seconds: number): string {
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** What the open window adds to the month, ` · +0.4 kW = +21.68 EUR`; empty when that is nothing, or has no price. */
function addition({ adds }: DemandState): string {
  if (adds === null || adds.charge === null || adds.charge.amount < 0.005) return "";
  return ` · +${kw(adds.watts)} kW = +${adds.charge.amount.toFixed(2)} ${adds.charge.currency}`;
}

/** Status below the node: `2.1 of 2.5 kW projected · 7 min left`. */
export function words(state: DemandState): readonly [StatusKind, string] {
  const { projectedWatts, limitWatts, remainingS, ageS, target } = state;
  if (ageS === null) return ["idle", "waiting for readings"];
  if (projectedWatts === null) return ["warn", `demand unknown · last heard ${span(ageS)} ago`];
  const left = `${span(remainingS)} left`;
  if (target === "surplus") {
    const what = projectedWatts < 0 ? "fed in" : "drawn";
    return ["ok", `${kw(Math.abs(projectedWatts))} kW ${what}, projected · ${left}`];
  }
  if (limitWatts === null) return ["ok", `${kw(projectedWatts)} kW projected · ${left}`];
  const text = `${kw(projectedWatts)} of ${kw(limitWatts)} kW projected · ${left}`;
  const more = text + addition(state);
  // Yellow and red are for what does not work; a window above its limit is news, not a fault.
  return [projectedWatts > limitWatts ? "busy" : "ok", more.length <= SHORT ? more : text];
}
