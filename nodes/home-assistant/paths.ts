import type { ConfigEntry, HomeAssistantConfig } from "./answers.ts";
import { companionRequests } from "./companion.ts";
import { PATHS, type Path, type WantedPath } from "./kinds.ts";
import { mqttRequests } from "./mqtt.ts";
import { restRequests } from "./rest.ts";
import type { Request, Say } from "./say.ts";

/** What there is to publish through. */
export interface Offers {
  /** The user chose a broker in the node, and it is connected. null: none is chosen. */
  readonly broker: { readonly connected: boolean } | null;
  /** null: there is no connection to Home Assistant. */
  readonly config: HomeAssistantConfig | null;
  /** Whether the token's user is an administrator; null: not known. */
  readonly admin: boolean | null;
  /** Its entries of the MQTT integration; null: it could not list them. */
  readonly mqtt: readonly ConfigEntry[] | null;
  /** The companion's answer to `nodered/version`; null when it is not there. */
  readonly companion: string | null;
}

interface Strategy {
  readonly label: string;
  /** True when what it offers is less than Home Assistant's registry and restarts deserve. */
  readonly degraded: boolean;
  available(offers: Offers): boolean;
  /** Why an automatic choice falls on it. */
  readonly why: string;
  /** What to do when it is wanted and not there. */
  readonly missing: string;
  /** What it leaves in Home Assistant has to go before another path makes entities of the same device. */
  readonly leaves: boolean;
  requests(say: Say, version: string | null): readonly Request[];
}

/** The ways in: a new one is a new row. */
export const STRATEGIES: Readonly<Record<Path, Strategy>> = {
  broker: {
    ...{ label: "own MQTT broker", degraded: false, leaves: false },
    why: "a broker is chosen in the node",
    missing:
      "the MQTT broker is not connected: choose one in this node, look at its settings, or set the path to automatic",
    available: ({ broker }) => broker?.connected === true,
    requests: mqttRequests,
  },
  mqtt: {
    ...{ label: "MQTT discovery", degraded: false, leaves: false },
    why: "MQTT is set up in Home Assistant",
    missing: "MQTT is not set up in Home Assistant: add its MQTT integration, or set the path to automatic",
    // A part that was once loaded stays in the list. One that waits for its broker is there: it will be back.
    available: ({ config, mqtt }) =>
      config?.components.includes("mqtt") === true &&
      (mqtt === null || mqtt.some(({ state }) => state !== "not_loaded")),
    requests: mqttRequests,
  },
  companion: {
    ...{ label: "Node-RED companion", degraded: false, leaves: true },
    why: "the Node-RED companion is installed in Home Assistant",
    missing: "the Node-RED companion is not set up in Home Assistant: add it, or set the path to automatic",
    available: ({ companion }) => companion !== null,
    requests: companionRequests,
  },
  rest: {
    ...{ label: "REST states (degraded)", degraded: true, leaves: true },
    why: "neither MQTT nor the Node-RED companion is set up in Home Assistant: add its MQTT integration",
    missing: "Home Assistant runs without its API: add `api:` to its configuration",
    available: ({ config }) => config?.components.includes("api") === true,
    requests: restRequests,
  },
};

export type Choice =
  | { readonly path: Path; readonly why: string }
  /** Nothing can be published; `why` says what to do. */
  | { readonly path: null; readonly why: string };

const NO_ADMIN = "only an administrator may publish: make a long-lived token in the profile of one";

/**
 * The path to publish on: the wanted one or the best there is, and why. Who chose a broker means that one: while it is
 * away nothing else takes its place.
 */
export function choosePath(wanted: WantedPath, offers: Offers): Choice {
  const { broker, admin } = offers;
  const fixed = wanted === "auto" ? (broker === null ? undefined : "broker") : wanted;
  if (fixed !== "broker" && admin === false) return { path: null, why: NO_ADMIN };
  if (fixed === undefined) {
    const best = PATHS.find((path) => STRATEGIES[path].available(offers));
    return best === undefined
      ? { path: null, why: STRATEGIES.rest.missing }
      : { path: best, why: STRATEGIES[best].why };
  }
  const { available, why, missing } = STRATEGIES[fixed];
  if (!available(offers)) return { path: null, why: missing };
  return { path: fixed, why: wanted === "auto" ? why : "chosen in the node" };
}
