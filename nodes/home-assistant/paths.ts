import type { Json, MeterId, Wh } from "../model/index.ts";
import { atLeast, type HomeAssistantConfig, type HomeAssistantServices } from "./answers.ts";
import { COMPONENTS, EXPIRE_S, kwh } from "./components.ts";
import { deviceSlug, entityId, topics, uniqueId } from "./naming.ts";

export const PATHS = ["mqtt", "rest"] as const;
export type Path = (typeof PATHS)[number];
export type WantedPath = "auto" | Path;

/** One thing to say to Home Assistant about a meter. `null` watts: nobody knows. */
export type Say = { readonly meter: MeterId; readonly name: string; readonly path: Path } & (
  | { readonly kind: "announce" }
  | { readonly kind: "withdraw" }
  | { readonly kind: "availability"; readonly online: boolean }
  | { readonly kind: "energy"; readonly lifetimeWh: Wh }
  | { readonly kind: "power"; readonly watts: number | null }
);

/** What goes over the wire for a `Say`. A REST DELETE of what is not there is as good as done. */
export type Request =
  | { readonly kind: "publish"; readonly data: { topic: string; payload: string; qos: number; retain: boolean } }
  | { readonly kind: "rest"; readonly method: "POST" | "DELETE"; readonly path: string; readonly body?: Json };

interface Strategy {
  readonly label: string;
  /** True when what it offers is less than Home Assistant's registry and restarts deserve. */
  readonly degraded: boolean;
  available(config: HomeAssistantConfig, services: HomeAssistantServices | null): boolean;
  requests(say: Say, version: string): readonly Request[];
}

/**
 * Discovery payload of a meter's device. No `via_device`: Home Assistant complains when that device is not announced.
 * The entity ids are asked for because ids made from a name change when the meter is announced anew under another one.
 */
export function discovery(meter: MeterId, name: string, version: string): Json {
  const slug = deviceSlug(meter);
  const topic = topics(meter);
  // 2025.10 brought default_entity_id; before, object_id does it, and is warned about after.
  const wanted = (key: "energy" | "power"): Readonly<Record<string, Json>> =>
    atLeast(version, 2025, 10) ? { default_entity_id: entityId(meter, key) } : { object_id: `${slug}_${key}` };
  const component = (key: "energy" | "power") => ({
    platform: "sensor",
    unique_id: uniqueId(meter, key),
    ...COMPONENTS[key],
    ...wanted(key),
    state_topic: topic[key],
  });
  return {
    device: { identifiers: [slug], name, manufacturer: "meterman", model: "Energy meter", serial_number: meter },
    origin: { name: "meterman", support_url: "https://github.com/meterman/meterman" },
    availability_topic: topic.availability,
    components: { energy: component("energy"), power: { ...component("power"), expire_after: EXPIRE_S } },
  };
}

/** Retained: what must survive a restart. Not power: a retained value restarts `expire_after`, and the dead look alive. */
function mqtt(say: Say, version: string): readonly Request[] {
  const topic = topics(say.meter);
  const publish = (to: string, payload: string, retain: boolean): readonly Request[] => [
    { kind: "publish", data: { topic: to, payload, qos: 1, retain } },
  ];
  switch (say.kind) {
    case "announce":
      return publish(topic.config, JSON.stringify(discovery(say.meter, say.name, version)), true);
    case "withdraw":
      return publish(topic.config, "", true);
    case "availability":
      return publish(topic.availability, say.online ? "online" : "offline", true);
    case "energy":
      return publish(topic.energy, kwh(say.lifetimeWh), true);
    case "power":
      // "None" is how an MQTT sensor is told that its value is unknown.
      return publish(topic.power, say.watts === null ? "None" : String(say.watts), false);
  }
}

/** A state over REST carries its attributes each time; there is nothing to announce. */
function rest(say: Say): readonly Request[] {
  const path = (key: "energy" | "power") => `/api/states/${entityId(say.meter, key)}`;
  const post = (key: "energy" | "power", state: string): Request => {
    const { name, ...attributes } = COMPONENTS[key];
    const body = { state, attributes: { ...attributes, friendly_name: `${say.name} ${name}` } };
    return { kind: "rest", method: "POST", path: path(key), body };
  };
  switch (say.kind) {
    case "announce":
      return [];
    case "withdraw":
      return (["energy", "power"] as const).map((key) => ({ kind: "rest", method: "DELETE", path: path(key) }));
    case "availability":
      return say.online ? [] : [post("energy", "unavailable"), post("power", "unavailable")];
    case "energy":
      return [post("energy", kwh(say.lifetimeWh))];
    case "power":
      return [post("power", say.watts === null ? "unknown" : String(say.watts))];
  }
}

/** The ways in, best first: a new one is a new row. */
export const STRATEGIES: Readonly<Record<Path, Strategy>> = {
  mqtt: {
    label: "MQTT discovery",
    degraded: false,
    // One integration with a broken description makes Home Assistant refuse the whole list: then its parts must do.
    available: (config, services) =>
      config.components.includes("mqtt") && (services === null || services.mqtt?.publish !== undefined),
    requests: mqtt,
  },
  rest: {
    label: "REST states (degraded)",
    degraded: true,
    available: (config) => config.components.includes("api"),
    requests: rest,
  },
};

export type Choice =
  | { readonly path: Path; readonly why: string }
  /** Nothing can be published; `why` says what to do. */
  | { readonly path: null; readonly why: string };

const MISSING: Readonly<Record<Path, string>> = {
  mqtt: "MQTT is not set up in Home Assistant: add its MQTT integration, or set the path to automatic",
  rest: "Home Assistant runs without its API: add `api:` to its configuration",
};

/**
 * The path to publish on: the wanted one or the best there is, and why.
 * @param services null when Home Assistant could not list them
 */
export function choosePath(
  wanted: WantedPath,
  config: HomeAssistantConfig,
  services: HomeAssistantServices | null,
): Choice {
  const possible = PATHS.filter((path) => STRATEGIES[path].available(config, services));
  if (wanted !== "auto") {
    return possible.includes(wanted)
      ? { path: wanted, why: "chosen in the node" }
      : { path: null, why: MISSING[wanted] };
  }
  const [best] = possible;
  if (best === undefined) return { path: null, why: MISSING.rest };
  return { path: best, why: best === "mqtt" ? "MQTT is set up in Home Assistant" : MISSING.mqtt };
}
