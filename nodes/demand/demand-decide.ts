import { type EpochSeconds, never, type Reading } from "../model/index.ts";
import { isDuplicate, refinedBy } from "./account.ts";
import {
  AHEAD_S,
  accountOf,
  type Demand,
  type DemandConfig,
  type DemandEvent,
  type DemandInput,
  KEPT_S,
} from "./demand.ts";
import { evolveDemand } from "./demand-evolve.ts";
import { settle } from "./settle.ts";

function decideReading(demand: Demand, reading: Reading, config: DemandConfig, at: EpochSeconds): DemandEvent[] {
  const { meter, wh } = reading;
  if (config.meters.length > 0 && !config.meters.includes(meter)) return [{ kind: "ignored", why: "other-meter", wh }];
  if (reading.end > at + AHEAD_S) return [{ kind: "ignored", why: "future", wh }];
  if (reading.end <= Math.min(demand.newest, at + AHEAD_S) - KEPT_S) return [{ kind: "ignored", why: "too-late", wh }];
  const account = accountOf(demand, meter);
  const replaced = refinedBy(account, reading);
  if (replaced.length === 0 && isDuplicate(account, reading)) return [{ kind: "ignored", why: "duplicate", wh }];
  return [...replaced.map((gap): DemandEvent => ({ kind: "withdrawn", meter, gap })), { kind: "counted", reading, at }];
}

/**
 * What an input means. Windows close as soon as every meter has reported beyond their end, so a past that is played
 * back closes them at its own pace; a tick also closes those whose data does not come any more.
 */
export function decideDemand(
  demand: Demand,
  input: DemandInput,
  config: DemandConfig,
  now: EpochSeconds,
): readonly DemandEvent[] {
  switch (input.kind) {
    case "reading": {
      const events = decideReading(demand, input.reading, config, now);
      const after = events.reduce((state, event) => evolveDemand(state, event, config), demand);
      return [...events, ...settle(after, config, now, false)];
    }
    case "power": {
      if (config.meters.length > 0 && !config.meters.includes(input.meter)) return [];
      return [{ kind: "heard", meter: input.meter, power: input.power, at: now }];
    }
    case "tick":
      return settle(demand, config, now, true);
    default:
      return never(input);
  }
}

/** Decides and evolves in one go. */
export function stepDemand(
  demand: Demand,
  input: DemandInput,
  config: DemandConfig,
  now: EpochSeconds,
): { readonly demand: Demand; readonly events: readonly DemandEvent[] } {
  const events = decideDemand(demand, input, config, now);
  return { demand: events.reduce((state, event) => evolveDemand(state, event, config), demand), events };
}
