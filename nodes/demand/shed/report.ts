import {
  type DecisionReport,
  type EpochSeconds,
  epochSeconds,
  type LoadReport,
  type ShedReport,
} from "../../model/index.ts";
import { highest, isOff, type Load, powerAt } from "../load.ts";
import { effectiveDryRun, type ShedConfig, type Shedding, staleSince } from "./shedding.ts";
import { REST_S } from "./verify.ts";
import { why } from "./why.ts";

/** What a report needs that the decisions do not know. */
export interface ReportFrame {
  readonly id: string;
  readonly name: string;
  /** Why this engine decides nothing; null: it does. */
  readonly refused: string | null;
  /** Newest first. */
  readonly decisions: readonly DecisionReport[];
  /** What is the matter with the way to a load; null: nothing. */
  readonly troubleOf: (load: string) => string | null;
}

function loadReport(
  state: Shedding,
  config: ShedConfig,
  load: Load,
  frame: ReportFrame,
  now: EpochSeconds,
): LoadReport {
  const { name, kind, levels, priority, critical, phases, surplus } = load;
  const seen = state.seen.get(name);
  const level = seen?.level ?? null;
  const held = state.held.get(name);
  const override = state.overrides.get(name);
  const wanted = level === null || isOff(level) ? (held?.fromLevel ?? highest(load)) : level;
  return {
    ...{ name, kind, levels, level, watts: seen?.watts ?? null, priority, critical, phases, surplus },
    powerW: powerAt(load, wanted, seen, state.learned.get(name)),
    held:
      held === undefined
        ? null
        : { fromLevel: held.fromLevel, level: held.level, since: held.since, rule: held.rule, dryRun: held.dryRun },
    override: override === undefined ? null : { mode: override.mode, until: override.until },
    trouble: frame.troubleOf(name),
    why: why(state, config, load, now),
  };
}

/** What somebody has to look after. */
export function alarmsOf(state: Shedding, now: EpochSeconds): ShedReport["alarms"] {
  const alarms: { load: string | null; code: string; message: string; since: EpochSeconds }[] = [];
  for (const { name, since } of state.stale.values()) {
    const message = `nothing fresh is heard of ${name}: what is shed stays shed until it is`;
    alarms.push({ load: null, code: "METERMAN_DEMAND_STALE", message, since });
  }
  for (const [load, until] of state.resting) {
    if (until <= now) continue;
    const message = `${load} was asked twice and did not follow: look at its plug or relay`;
    alarms.push({ load, code: "METERMAN_LOAD_UNRESPONSIVE", message, since: epochSeconds(until - REST_S) });
  }
  if (state.stoppedUntil > now) {
    const message = "what was shed saved nothing: no more is shed until the next window";
    alarms.push({ load: null, code: "METERMAN_LOAD_UNRESPONSIVE", message, since: state.stoppedAt });
  }
  for (const [load, { reason, since }] of state.stuck) {
    alarms.push({ load, code: "METERMAN_LOAD_HELD", message: `${load} is still held: ${reason}`, since });
  }
  return alarms;
}

/** How everything stands, for whoever asks: the page, the REST API. */
export function shedReport(state: Shedding, config: ShedConfig, frame: ReportFrame, now: EpochSeconds): ShedReport {
  return {
    id: frame.id,
    name: frame.name,
    at: now,
    dryRun: effectiveDryRun(state, config),
    demands: [...state.demands.keys()].filter((id) => id !== ""),
    refused: frame.refused,
    staleSince: staleSince(state),
    stoppedUntil: state.stoppedUntil > now ? state.stoppedUntil : null,
    loads: config.loads.map((load) => loadReport(state, config, load, frame, now)),
    decisions: frame.decisions,
    alarms: alarmsOf(state, now),
  };
}
