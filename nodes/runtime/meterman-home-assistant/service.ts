import {
  ENTITIES_EVENT_SCHEMA,
  type EntitiesEvent,
  evolveEntity,
  explain,
  UNSEEN,
} from "../../home-assistant/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import type { HomeAssistantService } from "../services.ts";
import { parser } from "../shell/index.ts";
import type { Link } from "./link.ts";
import type { Rest } from "./rest.ts";
import { DOWN } from "./session.ts";

const entities = parser<EntitiesEvent>(ENTITIES_EVENT_SCHEMA, "METERMAN_HA_CALL");

/** Counts what is under way, so that a closing connection lets the last words of others through. */
export class Traffic {
  #pending = 0;
  #last = performance.now();

  async count<T>(job: Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      return await job;
    } finally {
      this.#pending -= 1;
      this.#last = performance.now();
    }
  }

  /** No request under way, and none for `quietMs`. */
  quiet(quietMs: number): boolean {
    return this.#pending === 0 && performance.now() - this.#last >= quietMs;
  }
}

/** What other nodes may ask of the connection. */
export function connectedService(link: Link, rest: Rest, traffic: Traffic): HomeAssistantService {
  const subscribe: HomeAssistantService["subscribe"] = (message, listener) => link.subscribe(message, listener);
  const request: HomeAssistantService["request"] = (message) => traffic.count(link.request(message));
  return {
    kind: "home-assistant",
    onStatus: (listener) => link.onStatus(listener),
    request,
    subscribe,
    rest: async (method, path, body) => {
      const { status } = link;
      if (status.kind !== "ready") return DOWN;
      if (method !== "GET" && status.admin === false)
        return failed("METERMAN_HA_AUTH", explain({ code: "unauthorized", message: "" }));
      return traffic.count(rest.request(method, path, body));
    },
    watch(entity, listener) {
      let view = UNSEEN;
      let told = false;
      const stopEvents = subscribe({ type: "subscribe_entities", entity_ids: [entity] }, (event) => {
        const parsed = entities(event);
        if (!parsed.ok) return;
        view = evolveEntity(view, entity, parsed.value);
        listener({ entity, ...view });
      });
      const stopStatus = link.onStatus((status) => {
        // Each attempt of an outage is a status; that nothing is known is news only once.
        if (status.kind === "ready" || (told && view === UNSEEN)) return;
        told = true;
        view = UNSEEN;
        listener({ entity, ...view });
      });
      return () => {
        stopEvents();
        stopStatus();
      };
    },
    async call(domain, service, data, entity): Promise<Result<void>> {
      const target = entity === undefined ? {} : { target: { entity_id: entity } };
      const answer = await request({ type: "call_service", domain, service, service_data: data, ...target });
      return answer.ok ? ok(undefined) : answer;
    },
  };
}

/** Without an address: everything answers that, and nothing is a fault. */
export function unconfiguredService(): HomeAssistantService {
  const none = failed("METERMAN_HA_UNREACHABLE", "Home Assistant is not configured: enter its URL and a token");
  const nothing = () => undefined;
  return {
    kind: "home-assistant",
    onStatus(listener) {
      listener({ kind: "unconfigured" });
      return nothing;
    },
    request: async () => none,
    subscribe: () => nothing,
    rest: async () => none,
    watch(entity, listener) {
      listener({ entity, ...UNSEEN });
      return nothing;
    },
    call: async () => none,
  };
}
