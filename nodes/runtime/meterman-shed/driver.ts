import type { Decision } from "../../demand/index.ts";
import {
  type LoadTrouble,
  loadCall,
  powerTrouble,
  REGISTRY_EVENT_SCHEMA,
  type RegistryEvent,
  readLoad,
  readWatts,
  UNSEEN,
} from "../../home-assistant/index.ts";
import { failed, type Result } from "../../model/index.ts";
import type { HomeAssistantService, HomeAssistantStatus } from "../services.ts";
import { parser } from "../shell/index.ts";
import { Followed } from "./followed.ts";

const registryEvent = parser<RegistryEvent>(REGISTRY_EVENT_SCHEMA, "METERMAN_HA_CALL");

/** A load of the table that has an entity. */
export interface DrivenLoad {
  readonly entity: string;
  /** Empty: it has none. */
  readonly powerEntity: string;
  readonly levels: readonly number[];
}

export interface DriverEvents {
  /** How the connection stands: at the start, and whenever that changes. */
  connection(status: HomeAssistantStatus): void;
  /** Level and own power of a load: on every change, and when the connection comes or goes. */
  heard(load: string, level: number | null, watts: number | null): void;
  /** The user gave an entity another id while it was followed. */
  renamed(load: string, from: string, to: string): void;
}

interface Driven {
  readonly levels: readonly number[];
  readonly entity: Followed;
  readonly power: Followed | undefined;
}

const read = ({ entity, levels, power }: Driven) =>
  readLoad({ entity: entity.id, levels, isMeasured: power !== undefined }, entity.view);

/** Drives loads that are entities of Home Assistant and hears how they are. */
export class Driver {
  readonly #service: HomeAssistantService;
  readonly #events: DriverEvents;
  readonly #driven: ReadonlyMap<string, Driven>;
  readonly #modes: Map<string, string>;
  readonly #stops: (() => void)[] = [];

  /** @param modes what loads were last on with, by load: from before a restart */
  constructor(
    service: HomeAssistantService,
    loads: ReadonlyMap<string, DrivenLoad>,
    modes: ReadonlyMap<string, string>,
    events: DriverEvents,
  ) {
    this.#service = service;
    this.#events = events;
    this.#modes = new Map([...modes].filter(([load]) => loads.has(load)));
    this.#driven = new Map(
      [...loads].map(([load, { entity, powerEntity, levels }]): [string, Driven] => {
        const follow = (id: string) => new Followed(service, id, () => this.#hear(load));
        return [load, { levels, entity: follow(entity), power: powerEntity === "" ? undefined : follow(powerEntity) }];
      }),
    );
  }

  start(): void {
    // A state that is gone because its entity has another id now must not be taken for a load that is lost.
    const renames = { type: "subscribe_events", event_type: "entity_registry_updated" };
    this.#stops.push(
      this.#service.onStatus((status) => this.#events.connection(status)),
      this.#service.subscribe(renames, (event) => this.#rename(event)),
    );
    for (const { entity, power } of this.#driven.values()) {
      entity.start();
      power?.start();
    }
  }

  has(load: string): boolean {
    return this.#driven.has(load);
  }

  /** What climate and water heaters were last on with, by load: to be kept on disk. */
  get modes(): ReadonlyMap<string, string> {
    return this.#modes;
  }

  /** Why the level of a load is not known, or only assumed, or its power never will be; null when all is well. */
  trouble(load: string): LoadTrouble | null {
    const driven = this.#driven.get(load);
    if (driven === undefined) return null;
    const { power } = driven;
    return read(driven).trouble ?? (power === undefined ? null : powerTrouble(power.id, power.view));
  }

  /** Success means only that Home Assistant took the call: what happened is told by the load's state. */
  async command({ load, level }: Decision): Promise<Result<void>> {
    const driven = this.#driven.get(load);
    if (driven === undefined) return failed("METERMAN_NOT_FOUND", `${load} has no entity`, "entity");
    const { id, view } = driven.entity;
    const call = loadCall(id, level, view, this.#modes.get(load) ?? null);
    if (call === undefined) return failed("METERMAN_BAD_CONFIG", `${id} is no load`, "entity");
    return this.#service.call(call.domain, call.service, call.data, id);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const { entity, power } of this.#driven.values()) {
      entity.stop();
      power?.stop();
    }
  }

  #hear(load: string): void {
    const driven = this.#driven.get(load);
    if (driven === undefined) return;
    const { level, mode } = read(driven);
    if (mode !== null) this.#modes.set(load, mode);
    this.#events.heard(load, level, readWatts(driven.power?.view ?? UNSEEN));
  }

  #rename(event: unknown): void {
    const parsed = registryEvent(event);
    if (!parsed.ok) return;
    const { entity_id: to, old_entity_id: from } = parsed.value.data;
    if (from === undefined || from === to) return;
    for (const [load, { entity, power }] of this.#driven) {
      for (const one of [entity, power]) {
        if (one?.id !== from) continue;
        this.#events.renamed(load, from, to);
        one.rename(to);
      }
    }
  }
}
