import type { DemandState } from "../../demand/index.ts";
import type { StatusKind } from "../shell/index.ts";

const kw = (watts: number) => (watts / 1000).toFixed(1);

function span(seconds: number): string {
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** Status below the node: `2.1 of 2.5 kW projected · 7 min left`. */
export function words(state: DemandState): readonly [StatusKind, string] {
  const { projectedWatts, limitWatts, remainingS, ageS } = state;
  if (ageS === null) return ["idle", "waiting for readings"];
  if (projectedWatts === null) return ["warn", `demand unknown · last heard ${span(ageS)} ago`];
  const left = `${span(remainingS)} left`;
  if (limitWatts === null) return ["ok", `${kw(projectedWatts)} kW projected · ${left}`];
  const text = `${kw(projectedWatts)} of ${kw(limitWatts)} kW projected · ${left}`;
  // Yellow and red are for what does not work; a window above its limit is news, not a fault.
  return [projectedWatts > limitWatts ? "busy" : "ok", text];
}
