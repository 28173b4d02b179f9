import type { EpochSeconds } from "../../model/index.ts";
import { highest, isOff } from "../load.ts";
import type { ShedEvent } from "./events.ts";
import { limitsOf } from "./limits.ts";
import { effectiveDryRun, type ShedConfig, type Shedding } from "./shedding.ts";

/** Looks after the loads that run on solar surplus only: while it is measured, those that are off wait for it. */
export function adopt(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  const loads = config.loads.filter((load) => load.surplus && !load.critical);
  if (loads.length === 0) return [];
  const sources = limitsOf(state, config, now).filter(({ target }) => target === "surplus");
  const isKnown = sources.some(({ knowledge }) => knowledge === "known");
  return loads.flatMap((load): ShedEvent[] => {
    const held = state.held.get(load.name);
    if (held !== undefined) {
      if (held.rule !== "surplus") return [];
      const reason = "no solar surplus is measured any more";
      if (sources.length === 0) return [{ kind: "released", load: load.name, reason }];
      if (held.fromLevel >= highest(load)) return [];
    }
    const level = state.seen.get(load.name)?.level ?? null;
    const isBusy = state.overrides.has(load.name) || state.pending.has(load.name);
    const isFree = level !== null && (isOff(level) || held !== undefined) && !isBusy;
    if (!isKnown || !isFree || (state.resting.get(load.name) ?? 0) > now) return [];
    const dryRun = effectiveDryRun(state, config);
    return [{ kind: "adopted", load: load.name, fromLevel: highest(load), level, dryRun, at: now }];
  });
}
