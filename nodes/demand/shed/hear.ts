import { type EpochSeconds, epochSeconds } from "../../model/index.ts";
import { sameLevel, see } from "../load.ts";
import type { ShedEvent, ShedInput } from "./events.ts";
import type { ShedConfig, Shedding } from "./shedding.ts";

/** How long a load that somebody switched by hand is left alone when no window says it. */
const LEFT_S = 900;

const unknownLoad = (load: string): ShedEvent => ({
  ...{ kind: "refused", code: "METERMAN_NOT_FOUND" },
  message: `no load of this node has the name ${load}: add it to the table, or stop telling of it`,
});

/** To the end of the window; of the longest one when there are several. */
function leftUntil(state: Shedding, now: EpochSeconds): EpochSeconds {
  const ends = [...state.demands.values()].map((one) => one.state.windowEnd).filter((end) => end > now);
  return ends.length === 0 ? epochSeconds(now + LEFT_S) : epochSeconds(Math.max(...ends));
}

/** What follows from a load that moved although nothing was asked of it: two engines that fight help nobody. */
function byHand(state: Shedding, load: string, before: number, level: number, now: EpochSeconds): ShedEvent[] {
  const held = state.held.get(load);
  if (held === undefined || state.pending.has(load) || sameLevel(level, before)) return [];
  const released: ShedEvent = { kind: "released", load, reason: "it was switched by somebody else" };
  if (held.dryRun) return [released];
  if (!sameLevel(before, held.level)) return [];
  // Who turns it down further does not want it back by itself; but one that did not respond may only be late.
  if (level < held.level) return (state.resting.get(load) ?? 0) > now ? [] : [released];
  const override = state.overrides.get(load) ?? { mode: "leave", until: leftUntil(state, now), sent: true };
  return [{ kind: "overridden", load, override }];
}

/** What follows from what a load said of itself. */
export function hearLoad(
  state: Shedding,
  input: ShedInput & { kind: "load" },
  config: ShedConfig,
  now: EpochSeconds,
): readonly ShedEvent[] {
  const { load } = input;
  if (!config.loads.some(({ name }) => name === load)) return [unknownLoad(load)];
  const before = state.seen.get(load);
  const seen = see(before, input, now);
  const { level } = seen;
  const events: ShedEvent[] = [{ kind: "seen", load, seen }];
  const pending = state.pending.get(load);
  if (pending !== undefined && level !== null && sameLevel(level, pending.level)) {
    events.push({ kind: "confirmed", load });
  }
  const was = before?.level ?? null;
  return was === null || level === null ? events : [...events, ...byHand(state, load, was, level, now)];
}

/** What follows from what a person asked for. */
export function hearOverride(
  input: ShedInput & { kind: "override" },
  config: ShedConfig,
  now: EpochSeconds,
): readonly ShedEvent[] {
  const load = config.loads.find((one) => one.name === input.load);
  if (load === undefined) return [unknownLoad(input.load)];
  if (load.critical && input.mode === "off") {
    const message = `${load.name} is marked critical and is never switched off here`;
    return [{ kind: "refused", code: "METERMAN_FORBIDDEN", message }];
  }
  if (input.mode === "auto") return [{ kind: "overridden", load: load.name, override: null }];
  const until = input.forS === null ? null : epochSeconds(now + Math.ceil(input.forS));
  return [{ kind: "overridden", load: load.name, override: { mode: input.mode, until, sent: false } }];
}
