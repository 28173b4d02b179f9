import type { Decision } from "../../demand/index.ts";
import type { Result } from "../../model/index.ts";
import type { EntityState, HomeAssistantService } from "../services.ts";
import type { ShedSettings } from "./config.ts";

/** Above every step that a load may have: what is kept on disk is bounded. */
const MOST = 1000;

/** Level of an entity; null while it is unavailable, unknown or does not exist: that is not off. */
function levelOf(state: string | null): number | null {
  if (state === "on") return 1;
  if (state === "off") return 0;
  const number = state === null || state.trim() === "" ? Number.NaN : Number(state);
  return Number.isFinite(number) ? Math.min(MOST, Math.max(0, number)) : null;
}

function wattsOf({ state, attributes }: EntityState): number | null {
  const number = state === null || state.trim() === "" ? Number.NaN : Number(state);
  if (!Number.isFinite(number)) return null;
  return Math.max(0, attributes.unit_of_measurement === "kW" ? number * 1000 : number);
}

/** Drives loads that are entities of Home Assistant and hears how they are. */
export class Driver {
  readonly #stops: (() => void)[] = [];
  readonly #service: HomeAssistantService;
  readonly #entities: ShedSettings["entities"];

  /** @param heard level and own power of a load, on every change and when the connection comes or goes */
  constructor(
    service: HomeAssistantService,
    entities: ShedSettings["entities"],
    heard: (load: string, level: number | null, watts: number | null) => void,
  ) {
    this.#service = service;
    this.#entities = entities;
    for (const [load, { entity, powerEntity }] of entities) {
      let level: number | null = null;
      let watts: number | null = null;
      const watch = (id: string, take: (state: EntityState) => void) =>
        this.#stops.push(
          service.watch(id, (state) => {
            take(state);
            heard(load, level, watts);
          }),
        );
      watch(entity, (state) => {
        level = levelOf(state.state);
      });
      if (powerEntity === "") continue;
      watch(powerEntity, (state) => {
        watts = wattsOf(state);
      });
    }
  }

  has(load: string): boolean {
    return this.#entities.has(load);
  }

  /** Success means only that Home Assistant took the call: what happened is told by the load's state. */
  command({ load, action, level }: Decision): Promise<Result<void>> | undefined {
    const entity = this.#entities.get(load)?.entity;
    if (entity === undefined) return undefined;
    const domain = entity.slice(0, entity.indexOf("."));
    if (action === "set") return this.#service.call(domain, "set_value", { value: level }, entity);
    return this.#service.call(domain, action === "on" ? "turn_on" : "turn_off", {}, entity);
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }
}
