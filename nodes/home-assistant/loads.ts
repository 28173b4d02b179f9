import type { Absence, EntityView } from "./entities.ts";
import { LOAD_DOMAINS, type LoadCall, type LoadDomain, type LoadKind } from "./loads-domains.ts";

/**
 * Why a load's level is not known, or worth little (`assumed`), or why its power sensor is of no use (`unmeasured`);
 * `words` name the entity and say what to do.
 */
export interface LoadTrouble {
  readonly kind: Absence | "unknown" | "unfit" | "assumed" | "unmeasured";
  readonly words: string;
}

/** A load of the table as far as its entity is concerned. */
export interface EntityLoad {
  readonly entity: string;
  readonly levels: readonly number[];
  /** It has a power sensor of its own. */
  readonly isMeasured: boolean;
}

/** What an entity says of the load that it is. Without a level there is a trouble. */
export interface LoadView {
  readonly level: number | null;
  /** While it is on: what it is to be given back with. */
  readonly mode: string | null;
  readonly trouble: LoadTrouble | null;
}

const NAME = /^[a-z0-9_]+\.[a-z0-9_]+$/;
const domainName = (entity: string) => entity.slice(0, entity.indexOf("."));
const domainOf = (entity: string): LoadDomain | undefined => LOAD_DOMAINS.get(domainName(entity));

function domainsFor(kind: LoadKind): string {
  const names = [...LOAD_DOMAINS].filter(([, domain]) => domain.kind === kind).map(([name]) => name);
  return `${names.slice(0, -1).join(", ")} or ${names.slice(-1)}`;
}

/** What is wrong with an entity id as a load of `kind`, in words; null when nothing is. */
export function loadEntityFault(entity: string, kind: LoadKind): string | null {
  if (!NAME.test(entity)) return "its entity must look like switch.boiler";
  const domain = domainOf(entity);
  if (domain === undefined) return `its entity must be a ${domainsFor(kind)}, not a ${domainName(entity)}`;
  if (domain.kind === kind) return null;
  return kind === "switch"
    ? `a ${domainName(entity)} is no switch: set the load to “in steps”, or give it a ${domainsFor(kind)}`
    : `a ${domainName(entity)} has no steps: set the load to “on/off”, or give it a ${domainsFor(kind)}`;
}

/** The same for the sensor of its power. */
export function powerEntityFault(entity: string): string | null {
  return /^sensor\.[a-z0-9_]+$/.test(entity) ? null : "its power entity must look like sensor.boiler_power";
}

const ABSENT: Readonly<Record<Absence, string>> = {
  unheard: "has not been heard since the connection to Home Assistant was lost",
  missing:
    "does not exist in Home Assistant: if it was renamed, write the new name in the table; if it is disabled, enable it",
  unavailable: "is unavailable in Home Assistant: look at its device and at its integration",
};

const trouble = (kind: LoadTrouble["kind"], words: string): LoadView => ({
  level: null,
  mode: null,
  trouble: { kind, words },
});

/**
 * What the state and the attributes of a load's entity mean. Unknown is never off: what does not say how it is has no
 * level, and neither has one that could not be brought to the steps of the table.
 */
export function readLoad({ entity, levels, isMeasured }: EntityLoad, view: EntityView): LoadView {
  const domain = domainOf(entity);
  if (domain === undefined) return trouble("unfit", `${entity} is no load`);
  if (view.absent !== null) return trouble(view.absent, `${entity} ${ABSENT[view.absent]}`);
  const level = domain.level(view);
  if (level === null) return trouble("unknown", `${entity} does not say how it is: its state is unknown`);
  const unfit = domain.unfit(view, levels);
  if (unfit !== null) return trouble("unfit", `${entity} ${unfit}: correct the table`);
  const mode = domain.hasModes && level > 0 ? view.state : null;
  // Home Assistant marks devices that cannot say what they do: such a state is a command that was sent, not one obeyed.
  const isAssumed = view.attributes.assumed_state === true && !isMeasured;
  const words = `${entity} repeats what it was told, whether or not the device obeys: give the load a power sensor`;
  return { level, mode, trouble: isAssumed ? { kind: "assumed", words } : null };
}

/**
 * The service that brings a load to `level`. Its success proves nothing: the level is what the state says.
 * @param mode that the load was last on with
 */
export function loadCall(
  entity: string,
  level: number,
  view: EntityView,
  mode: string | null,
): (LoadCall & { readonly domain: string }) | undefined {
  const call = domainOf(entity)?.call(level, view, mode);
  return call === undefined ? undefined : { domain: domainName(entity), ...call };
}

const WATTS: ReadonlyMap<unknown, number> = new Map([
  ["W", 1],
  ["kW", 1000],
  ["MW", 1e6],
  ["mW", 0.001],
]);

/** Power of a sensor, W; null while it says none, or when it measures something else. */
export function readWatts({ state, attributes }: EntityView): number | null {
  const value = state === null || state.trim() === "" ? Number.NaN : Number(state);
  const factor = WATTS.get(attributes.unit_of_measurement ?? "W");
  return Number.isFinite(value) && factor !== undefined ? Math.max(0, value * factor) : null;
}

/**
 * Why the sensor of a load's power tells nothing, where that does not end by itself; null otherwise. While a good one is
 * away, its load counts as learned or rated.
 */
export function powerTrouble(entity: string, view: EntityView): LoadTrouble | null {
  if (view.absent === "unheard") return { kind: view.absent, words: `${entity} ${ABSENT[view.absent]}` };
  if (view.absent === "missing") return { kind: "unmeasured", words: `${entity} ${ABSENT.missing}` };
  const unit = view.attributes.unit_of_measurement ?? "W";
  if (view.absent !== null || WATTS.has(unit)) return null;
  return {
    kind: "unmeasured",
    words: `${entity} measures ${String(unit).slice(0, 20)}, not W or kW: correct the table`,
  };
}

/** An `entity_registry_updated` event of `subscribe_events`. */
export interface RegistryEvent {
  readonly data: { readonly entity_id: string; readonly old_entity_id?: string };
}
const id = { type: "string", maxLength: 255 } as const;
export const REGISTRY_EVENT_SCHEMA = {
  type: "object",
  required: ["data"],
  properties: {
    data: { type: "object", required: ["entity_id"], properties: { entity_id: id, old_entity_id: id } },
  },
} as const;
