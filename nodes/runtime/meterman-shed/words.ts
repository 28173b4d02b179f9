import { effectiveDryRun, isUnheard, type ShedConfig, type Shedding } from "../../demand/index.ts";
import type { LoadTrouble } from "../../home-assistant/index.ts";
import { words as connectionWords } from "../meterman-home-assistant/words.ts";
import type { HomeAssistantStatus } from "../services.ts";
import type { StatusKind } from "../shell/index.ts";
import { TROUBLES } from "./troubles.ts";

type Words = readonly [StatusKind, string];

const loads = (count: number) => `${count} ${count === 1 ? "load" : "loads"}`;

/** Names for a status line, which is short. */
function named(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown}, …` : shown;
}

/** What is the matter with the entity of a load; null for one that says how it is, or that has none. */
export type TroubleOf = (load: string) => LoadTrouble | null;

/** `unavailable: boiler, pool; state unknown: car` */
function unknown(names: readonly string[], troubleOf: TroubleOf): string {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const { label } = TROUBLES[troubleOf(name)?.kind ?? "unknown"];
    groups.set(label, [...(groups.get(label) ?? []), name]);
  }
  return [...groups].map(([label, group]) => `${label}: ${named(group)}`).join("; ");
}

/** Why no entity can be heard or driven, where some load has one; null while the connection works. */
export function awayWords(status: HomeAssistantStatus): Words | null {
  if (status.kind === "ready") return null;
  return status.kind === "unconfigured" ? ["error", "no Home Assistant for the entities"] : connectionWords(status);
}

/** What the status tells beside the state of the engine. */
export interface Surroundings {
  /** What is the matter with the connection, if some load needs one. */
  readonly away: Words | null;
  readonly troubleOf: TroubleOf;
  /** The other shed node that has this house; null: none does. */
  readonly rival: string | null;
}

/** Power of the house, else of the first limit that is heard: ` · 1.8 kW`. */
function power({ demands }: Shedding): string {
  const states = [...demands.values()].map(({ state }) => state);
  const house = states.find(({ target, phase }) => target === "limit" && phase === null) ?? states[0];
  const watts = house?.powerWatts ?? null;
  return watts === null ? "" : ` · ${(watts / 1000).toFixed(1)} kW`;
}

/** Status below the node: `holding 2 loads (boiler, pool) · 1.8 kW`. */
export function words(state: Shedding, config: ShedConfig, { away, troubleOf, rival }: Surroundings): Words {
  if (config.loads.length === 0) return ["idle", "no loads yet: add them to the table"];
  if (rival !== null) return ["error", `${rival} has this house: nothing is decided here`];
  // Red is what does not mend itself.
  if (away?.[0] === "error") return away;
  const held = [...state.held].filter(([, one]) => !one.dryRun).map(([load]) => load);
  const names = config.loads.map((load) => load.name);
  const faulty = names.filter((load) => TROUBLES[troubleOf(load)?.kind ?? "unknown"].isFault);
  const holding = held.length > 0 ? `holding ${named(held)} · ` : "";
  if (faulty.length > 0) return ["error", `${holding}${unknown(faulty, troubleOf)}`];
  if (state.stale.size > 0) return ["error", stale(state, held)];
  if (away !== null) return held.length === 0 ? away : ["warn", `${holding}${away[1]}`];
  if (isUnheard(state)) return ["idle", "waiting for demand"];
  const resting = [...state.resting].filter(([, until]) => until > state.heardAt).map(([load]) => load);
  if (resting.length > 0) return ["error", `not responding: ${named(resting)}`];
  return acting(state, config, held, troubleOf);
}

/** One limit of several that is not heard is named. */
function stale(state: Shedding, held: readonly string[]): string {
  const which = [...state.stale.values()].map(({ name }) => name).filter((name) => name !== "");
  const some = state.demands.size > 1 && which.length > 0 ? ` (${named(which)})` : "";
  return held.length > 0 ? `stale${some}: holding ${named(held)}` : `stale${some}: holding`;
}

/** While all is well. */
function acting(state: Shedding, config: ShedConfig, held: readonly string[], troubleOf: TroubleOf): Words {
  const isDry = effectiveDryRun(state, config);
  // The editor says dry run, and it was ended by message or page: that must not be overlooked.
  const kw = `${power(state)}${config.dryRun && !isDry ? " · live" : ""}`;
  const waits = (load: string) => state.held.get(load)?.rule === "surplus";
  if (isDry && held.length === 0) {
    const would = [...state.held.keys()].filter((load) => !waits(load));
    return ["busy", would.length > 0 ? `dry run · would shed ${named(would)}${kw}` : `dry run · nothing to shed${kw}`];
  }
  const isSilent = (load: string) => (state.seen.get(load)?.level ?? null) === null;
  // What is off and says nothing is never given back: somebody has to look.
  const mute = held.filter(isSilent);
  if (mute.length > 0) return ["warn", `holding · ${unknown(mute, troubleOf)}${kw}`];
  // That is what it is for: blue, not yellow.
  const dry = isDry ? "dry run · " : "";
  const down = held.filter((load) => !waits(load));
  if (down.length > 0) return ["busy", `${dry}holding ${loads(down.length)} (${named(down)})${kw}`];
  const silent = config.loads.map((load) => load.name).filter(isSilent);
  if (silent.length > 0) return ["warn", `${unknown(silent, troubleOf)}${kw}`];
  return ["ok", held.length > 0 ? `${dry}waiting for sun: ${named(held)}${kw}` : `nothing shed${kw}`];
}
