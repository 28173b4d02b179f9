import { type EpochSeconds, epochSeconds } from "../../model/index.ts";
import { highest, isOff, type Load, lowest, powerAt, sameLevel } from "../load.ts";
import { type Back, backFor, barOf, levelsUp, offForS } from "./back.ts";
import type { ShedEvent } from "./events.ts";
import { type Limit, limitOf, limitsFor, limitsOf, roomFor, wiringOf } from "./limits.ts";
import { effectiveDryRun, type Held, type Rule, type ShedConfig, type Shedding } from "./shedding.ts";
import { decision, kw, roomFormula, span } from "./words.ts";

/** A load that came back for comfort runs for at least this long. */
const comfortS = (load: Load): number => Math.max(load.minOnS, 900);

const orders = new WeakMap<readonly Load[], readonly Load[]>();

/** The most important first. Sorted once, for the table of loads does not change. */
function givingOrder(loads: readonly Load[]): readonly Load[] {
  const known = orders.get(loads) ?? [...loads].sort((a, b) => b.priority - a.priority);
  orders.set(loads, known);
  return known;
}

function reasonFor(rule: Rule, tightest: Limit | null, offS: number): string {
  if (rule === "stale") return "nothing is heard from the meter, and this load is to be on then";
  if (rule === "comfort") return `off for ${span(offS)}, which is as long as it may be`;
  const at = tightest?.situation ?? null;
  if (at === null) return "no limit is to be kept now";
  return tightest?.target === "surplus"
    ? `the sun gives ${kw(at.roomW)} more than is drawn`
    : `there is room again: ${kw(at.roomW)} under the limit`;
}

/**
 * Gives back what was shed: one load at a time, each after its room has lasted for the hold time, and with the
 * projection looked at again before the next. Comfort waits for no room but that of the wiring, and loads whose owner
 * prefers them on when nothing is known of demand for none at all.
 */
export function restore(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  if (state.held.size === 0) return [];
  const limits = limitsOf(state, config, now);
  const wired = limits.filter(({ demand }) => demand !== null && demand.fixedWatts !== null);
  const events: ShedEvent[] = [];
  let isFree = state.pending.size === 0 && now - state.restoredAt >= config.staggerS;

  function giveBack(load: Load, held: Held, back: Back, rule: Rule): void {
    const { tightest } = roomFor(load, limits, config.hysteresisW);
    const reason = reasonFor(rule, tightest, offForS(state, load, held, now));
    const at = rule === "restore" || rule === "surplus" ? (tightest?.situation ?? null) : null;
    const formula = at === null ? "" : roomFormula(at, back.riseW, config.hysteresisW);
    events.push(decision(load, back.level, rule, reason, { ...facts(held, back, tightest), formula }));
    isFree = false;
  }
  const facts = (held: Held, back: Back, limit: Limit | null) => ({
    ...{ now, dryRun: held.dryRun, dropW: -back.riseW, limit },
  });

  for (const load of givingOrder(config.loads)) {
    const held = state.held.get(load.name);
    if (held === undefined) continue;
    const bar = barOf(state, load, held, limits, now);
    const isBlind = bar === "unknown" && load.whenStale === "restore";
    const back = bar === null || isBlind ? backFor(state, config, load, held, limits) : undefined;
    const offS = offForS(state, load, held, now);
    const mayComfort =
      load.maxOffS > 0 &&
      offS >= load.maxOffS &&
      (bar === null || bar === "dear" || (bar === "between" && limitsFor(load, wired).length === 0));
    if (mayComfort && isFree) {
      // Comfort costs money at most: for all the time that it is left on, the wiring must carry it.
      const { roomW } = roomFor({ ...load, minOnS: comfortS(load) }, wiringOf(limits), config.hysteresisW);
      const ups = levelsUp(state, load, held).filter(({ riseW }) => riseW < roomW);
      const least = back ?? ups.find(({ level }) => !isOff(level));
      if (least !== undefined) {
        giveBack(load, held, least, "comfort");
        const until = epochSeconds(now + comfortS(load));
        events.push({ kind: "spared", load: load.name, until });
        continue;
      }
    }
    // Between two windows nothing is known of the new one: what was seen of room is neither lost nor used.
    if (bar === "between") continue;
    if (back === undefined) {
      if (held.fitsSince !== null) events.push({ kind: "fits", load: load.name, since: null });
      continue;
    }
    if (held.fitsSince === null && !isBlind) events.push({ kind: "fits", load: load.name, since: now });
    const hasLasted = isBlind || now - (held.fitsSince ?? now) >= config.holdS;
    if (isFree && hasLasted) giveBack(load, held, back, isBlind ? "stale" : load.surplus ? "surplus" : "restore");
  }
  return events;
}

/** Follows what a person asked for, once. */
export function overrule(state: Shedding, config: ShedConfig, now: EpochSeconds): readonly ShedEvent[] {
  if (state.overrides.size === 0) return [];
  return config.loads.flatMap((load): ShedEvent[] => {
    const override = state.overrides.get(load.name);
    if (override === undefined) return [];
    // It may have become critical since it was asked to be off.
    const isOver = override.until !== null && now >= override.until;
    if (isOver || (load.critical && override.mode === "off")) {
      return [{ kind: "overridden", load: load.name, override: null }];
    }
    const seen = state.seen.get(load.name);
    const level = seen?.level ?? null;
    if (override.mode === "leave" || override.sent || level === null) return [];
    const wanted = override.mode === "off" ? lowest(load) : (state.held.get(load.name)?.fromLevel ?? highest(load));
    const pending = state.pending.get(load.name);
    const isThere = sameLevel(level, wanted) || (override.mode === "off" ? level < wanted : level > wanted);
    // A person does not wait until a command of a rule is looked after, unless the load is there or on its way there.
    if (pending !== undefined && (isThere || sameLevel(pending.level, wanted))) return [];
    if (isThere) {
      return [{ kind: "overridden", load: load.name, override: { ...override, sent: true } }];
    }
    const power = (to: number) => powerAt(load, to, seen, state.learned.get(load.name));
    const [from, to] = [power(level), power(wanted)];
    const dropW = from === null || to === null ? null : from - to;
    const facts = { now, dryRun: effectiveDryRun(state, config), dropW, limit: limitOf(state, config, load, now) };
    return [decision(load, wanted, "override", `asked to be ${override.mode}`, facts)];
  });
}
