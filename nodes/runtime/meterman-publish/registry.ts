import { entityIn, type Identity, REGISTRY_SCHEMA, type RegistryEntry } from "../../home-assistant/index.ts";
import { ok, type Result } from "../../model/index.ts";
import type { HomeAssistantService } from "../services.ts";
import { parser } from "../shell/index.ts";

export const entriesOf = parser<readonly RegistryEntry[]>(REGISTRY_SCHEMA, "METERMAN_HA_CALL");

/** The list is some megabytes in a large house, and hundreds of meters may be missing in it. */
const AGAIN_MS = 10_000;

/** Home Assistant's registry of entities, asked for when it is needed and again after each change of it. */
export class Registry {
  readonly #service: HomeAssistantService;
  readonly #stops: readonly (() => void)[];
  #entries: Promise<Result<readonly RegistryEntry[]>> | undefined;
  #listed = 0;

  constructor(service: HomeAssistantService) {
    this.#service = service;
    const forget = () => {
      this.#entries = undefined;
    };
    const updates = { type: "subscribe_events", event_type: "entity_registry_updated" };
    this.#stops = [service.onStatus(forget), service.subscribe(updates, forget)];
  }

  /** Entity id of a sensor now. METERMAN_HA_ENTITY when Home Assistant has none, METERMAN_HA_UNREACHABLE, METERMAN_HA_CALL. */
  async find(identity: Identity): Promise<Result<string>> {
    if ("entityId" in identity) return ok(identity.entityId);
    this.#entries ??= this.#list();
    const entries = await this.#entries;
    const found = entries.ok ? entityIn(entries.value, identity) : entries;
    // What is missing may have come before the subscription was heard of: look again, but not for each one.
    if (!entries.ok || (!found.ok && performance.now() - this.#listed > AGAIN_MS)) this.#entries = undefined;
    return found;
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  async #list(): Promise<Result<readonly RegistryEntry[]>> {
    this.#listed = performance.now();
    const answer = await this.#service.request({ type: "config/entity_registry/list" });
    return answer.ok ? entriesOf(answer.value) : answer;
  }
}
