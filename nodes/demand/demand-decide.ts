import { type EpochSeconds, never, type Reading } from "../model/index.ts";
import { isDuplicate, missedBefore, refinedBy } from "./account.ts";
import {
  AHEAD_S,
  accountOf,
  type Demand,
  type DemandConfig,
  type DemandEvent,
  type DemandInput,
  KEPT_S,
  signOf,
} from "./demand.ts";
import { evolveDemand } from "./demand-evolve.ts";
import { settle } from "./settle.ts";

function decideReading(demand: Demand, reading: Reading, config: DemandConfig, at: EpochSeconds): DemandEvent[] {
  const { meter, wh } = reading;
  if (signOf(config, meter) === 0) return [{ kind: "ignored", why: "other-meter", wh }];
  if (reading.end > at + AHEAD_S) return [{ kind: "ignored", why: "future", wh }];
  if (reading.end <= Math.min(demand.newest, at + AHEAD_S) - KEPT_S) return [{ kind: "ignored", why: "too-late", wh }];
  const account = accountOf(demand, meter);
  const replaced = refinedBy(account, reading);
  if (replaced.length === 0 && isDuplicate(account, reading)) return [{ kind: "ignored", why: "duplicate", wh }];
  const missed = missedBefore(account, reading);
  return [
    ...replaced.map((gap): DemandEvent => ({ kind: "withdrawn", meter, gap })),
    ...(missed === null ? [] : [{ kind: "counted", reading: missed, at } as const]),
    { kind: "counted", reading, at },
  ];
}

export interface Stepped {
  readonly demand: Demand;
  readonly events: readonly DemandEvent[];
}

/**
 * What an input means, and what it makes of the state. Windows close as soon as every meter has reported beyond their
 * end, so a past that is played back closes them at its own pace; a tick also closes those whose data does not come any
 * more.
 */
export function stepDemand(demand: Demand, input: DemandInput, config: DemandConfig, now: EpochSeconds): Stepped {
  switch (input.kind) {
    case "reading": {
      const events = decideReading(demand, input.reading, config, now);
      const after = events.reduce((state, event) => evolveDemand(state, event, config), demand);
      const settled = settle(after, config, now, false);
      return { demand: settled.demand, events: [...events, ...settled.events] };
    }
    case "power": {
      if (signOf(config, input.meter) === 0) return { demand, events: [] };
      const event = { kind: "heard", meter: input.meter, power: input.power, at: now } as const;
      return { demand: evolveDemand(demand, event, config), events: [event] };
    }
    case "tick":
      return settle(demand, config, now, true);
    default:
      return never(input);
  }
}

/** The events alone; `evolveDemand` makes the same state of them. */
export function decideDemand(
  demand: Demand,
  input: DemandInput,
  config: DemandConfig,
  now: EpochSeconds,
): readonly DemandEvent[] {
  return stepDemand(demand, input, config, now).events;
}
