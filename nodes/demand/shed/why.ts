import { type EpochSeconds, never } from "../../model/index.ts";
import { isOff, type Load } from "../load.ts";
import { type Bar, barOf, misfit, offForS } from "./back.ts";
import { type Limit, limitsFor, limitsOf, roomFor } from "./limits.ts";
import type { Held, ShedConfig, Shedding } from "./shedding.ts";
import { kw, span } from "./words.ts";

/** Why a load that is held is not given back. */
export interface Obstacle {
  readonly cause: Bar | "never" | "room" | "sun" | "soon";
  /** In words, without a capital letter. */
  readonly words: string;
}

/** What has not fitted for so long, and is larger than the limit, is said never to fit. */
const LONG_S = 3600;

const left = (until: number | null, now: number) => (until === null ? "" : `, for another ${span(until - now)}`);

function barWords(bar: Bar, state: Shedding, load: Load, limits: readonly Limit[], now: EpochSeconds): string {
  const name = (knowledge: Limit["knowledge"]) =>
    limitsFor(load, limits).find((limit) => limit.knowledge === knowledge)?.name ?? "demand";
  switch (bar) {
    case "asked": {
      const override = state.overrides.get(load.name);
      const who = override?.mode === "leave" ? "somebody else switched it" : `it was asked to be ${override?.mode}`;
      return `${who}${left(override?.until ?? null, now)}`;
    }
    case "resting":
      return `it does not follow commands and is tried again in ${span((state.resting.get(load.name) ?? now) - now)}`;
    case "silent":
      return "it does not say whether it is on or off";
    case "pending":
      return "a command is on its way";
    case "min-off":
      return `once off it stays off for ${span(load.minOffS)}`;
    case "unknown":
      return `nothing fresh is heard of ${name("unknown")}`;
    case "waiting":
      return `nothing has been heard of ${name("waiting")} yet`;
    case "between":
      return "a new window begins";
    case "dear":
      return "energy is dear now";
    case "not-down":
      return "it is on";
    default:
      return never(bar);
  }
}

/** What keeps a held load from coming back at this moment. */
export function obstacle(
  state: Shedding,
  config: ShedConfig,
  load: Load,
  held: Held,
  limits: readonly Limit[],
  now: EpochSeconds,
): Obstacle {
  const bar = barOf(state, load, held, limits, now);
  if (bar !== null) return { cause: bar, words: barWords(bar, state, load, limits, now) };
  const lack = misfit(state, config, load, held, limits);
  if (lack !== null) {
    const { riseW, leftW, limit } = lack;
    const targetW = limit.situation?.targetW ?? 0;
    if (lack.isNever && now - held.since >= LONG_S)
      return { cause: "never", words: `its ${kw(riseW)} never fit under ${kw(targetW)}, as ${limit.name} asks` };
    if (limit.target === "surplus") {
      return { cause: "sun", words: `it needs ${kw(riseW)} of sun, and ${kw(leftW)} are left over` };
    }
    const needs = `it needs ${kw(riseW)} and ${kw(config.hysteresisW)} to spare`;
    return { cause: "room", words: `${needs}, and ${limit.name} leaves ${kw(leftW)}` };
  }
  const holdS = config.holdS - (held.fitsSince === null ? 0 : now - held.fitsSince);
  const waitS = Math.max(holdS, config.staggerS - (now - state.restoredAt), 1);
  return { cause: "soon", words: `there is room, and it comes back in about ${span(waitS)} if that lasts` };
}

const HELD_FOR = {
  limit: "to keep the limit",
  "on-peak": "while energy is dear",
  restore: "to keep the limit",
  retry: "to keep the limit",
  stale: "because nothing was heard from the meter",
  override: "because a person asked for it",
  surplus: "until the sun gives enough",
  comfort: "to keep the limit",
} as const;

function whyHeld(state: Shedding, config: ShedConfig, load: Load, held: Held, now: EpochSeconds): string {
  const what = isOff(held.level) ? "off" : `turned down from ${held.fromLevel} to ${held.level}`;
  const sinceS = isOff(held.level) ? offForS(state, load, held, now) : now - held.since;
  const since = sinceS > 0 ? ` for ${span(sinceS)}` : "";
  const { cause, words } = obstacle(state, config, load, held, limitsOf(state, config, now), now);
  // A person's wish is said once.
  const purpose = cause === "asked" ? "" : ` ${HELD_FOR[held.rule]}`;
  const isReturning = held.level >= held.fromLevel;
  const wish = state.overrides.get(load.name)?.mode ?? "leave";
  // In a dry run the hold stays what it was: only the wish says what would be.
  if (held.dryRun && wish !== "leave") {
    return `Would be ${wish}: ${barWords("asked", state, load, [], now)}, but this is a dry run.`;
  }
  if (held.dryRun && isReturning) return "Would be on, but this is a dry run.";
  if (isReturning) return `Being given back: ${words}.`;
  if (held.dryRun) return `Would be ${what} ${HELD_FOR[held.rule]}, but this is a dry run.`;
  return `${isOff(held.level) ? "Off" : "Turned down"}${since}${purpose}: ${words}.`;
}

function whyOn(state: Shedding, config: ShedConfig, load: Load, now: EpochSeconds): string {
  const seen = state.seen.get(load.name);
  if (load.critical) return "On: it is critical and is never switched off here.";
  if ((state.resting.get(load.name) ?? 0) > now) {
    return `On: ${barWords("resting", state, load, [], now)}.`;
  }
  const spared = state.spared.get(load.name) ?? 0;
  if (spared > now) return `On: it was off for as long as it may be, and is left on for ${span(spared - now)}.`;
  const onS = seen === undefined ? 0 : now - seen.since;
  const limits = limitsOf(state, config, now);
  const own = limitsFor(load, limits);
  const lost = own.find(({ knowledge }) => knowledge === "unknown" || knowledge === "waiting");
  if (lost !== undefined)
    return `On: ${barWords(lost.knowledge === "waiting" ? "waiting" : "unknown", state, load, limits, now)}.`;
  const { tightest } = roomFor(load, limits, 0);
  if (tightest?.situation == null) return "On: no limit is to be kept now.";
  const { netW, roomW, needW } = tightest.situation;
  const most = netW + roomW > 0 ? kw(netW + roomW) : "nothing";
  const figures = `${kw(netW)} are drawn, and ${tightest.name} allows ${most}`;
  if (needW > 0 && onS < load.minOnS) return `On: ${figures}, but once on it stays on for ${span(load.minOnS)}.`;
  return needW > 0 ? `On for now: ${figures}.` : `On: ${figures}.`;
}

/** Why a load is on or off, in one plain sentence with figures. */
export function why(state: Shedding, config: ShedConfig, load: Load, now: EpochSeconds): string {
  const level = state.seen.get(load.name)?.level ?? null;
  const held = state.held.get(load.name);
  if (held !== undefined) return whyHeld(state, config, load, held, now);
  if (level === null) return "It does not say whether it is on or off, so nothing is done with it.";
  const override = state.overrides.get(load.name);
  if (override !== undefined) {
    const words = barWords("asked", state, load, [], now);
    return `${isOff(level) ? "Off" : "On"}: ${words}.`;
  }
  if (isOff(level)) return "Off: not because of this node, so it is not switched on by it.";
  return whyOn(state, config, load, now);
}
