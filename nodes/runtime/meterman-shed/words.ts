import { isUnheard, type ShedConfig, type Shedding } from "../../demand/index.ts";
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

/**
 * Status below the node: `holding 2 loads (boiler, pool) · 1.8 kW`.
 * @param away what is the matter with the connection, if some load needs one
 */
export function words(state: Shedding, config: ShedConfig, away: Words | null, troubleOf: TroubleOf): Words {
  const held = [...state.held].filter(([, one]) => !one.dryRun).map(([load]) => load);
  const would = [...state.held].filter(([, one]) => one.dryRun).map(([load]) => load);
  const power = state.demand?.powerWatts ?? null;
  const kw = power === null ? "" : ` · ${(power / 1000).toFixed(1)} kW`;
  if (config.loads.length === 0) return ["idle", "no loads yet: add them to the table"];
  // Red is what does not mend itself.
  if (away?.[0] === "error") return away;
  const names = config.loads.map((load) => load.name);
  const faulty = names.filter((load) => TROUBLES[troubleOf(load)?.kind ?? "unknown"].isFault);
  const holding = held.length > 0 ? `holding ${named(held)} · ` : "";
  if (faulty.length > 0) return ["error", `${holding}${unknown(faulty, troubleOf)}`];
  if (state.staleSince !== null) return ["error", held.length > 0 ? `stale: holding ${named(held)}` : "stale: holding"];
  if (away !== null) return held.length === 0 ? away : ["warn", `${holding}${away[1]}`];
  if (isUnheard(state)) return ["idle", "waiting for demand"];
  const resting = [...state.resting].filter(([, until]) => until > state.heardAt).map(([load]) => load);
  if (resting.length > 0) return ["error", `not responding: ${named(resting)}`];
  if (config.dryRun && held.length === 0) {
    return ["busy", would.length > 0 ? `dry run · would shed ${named(would)}${kw}` : `dry run · nothing to shed${kw}`];
  }
  const isSilent = (load: string) => (state.seen.get(load)?.level ?? null) === null;
  // What is off and says nothing is never given back: somebody has to look.
  const mute = held.filter(isSilent);
  if (mute.length > 0) return ["warn", `holding · ${unknown(mute, troubleOf)}${kw}`];
  // That is what it is for: blue, not yellow.
  if (held.length > 0) return ["busy", `holding ${loads(held.length)} (${named(held)})${kw}`];
  const silent = names.filter(isSilent);
  if (silent.length > 0) return ["warn", `${unknown(silent, troubleOf)}${kw}`];
  return ["ok", `nothing shed${kw}`];
}
