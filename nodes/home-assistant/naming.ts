import type { MeterId } from "../model/index.ts";
import { platformOf, type SensorKey } from "./components.ts";
import type { Path } from "./kinds.ts";

const PLAIN = /^[a-z0-9]+(\.[a-z0-9]+)*$/;

/** FNV-1a, 32 bits: tells apart ids that look the same once Home Assistant's alphabet is all that is left of them. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/**
 * The meter's name on every path: unique ids, topics and entity ids are made of it, so it depends on the meter's id
 * alone and renaming a meter changes none of them. `0.0.1.1.2` → `meterman_0_0_1_1_2`. Home Assistant allows `a-z`,
 * digits and single underscores.
 */
export function deviceSlug(meter: MeterId): string {
  if (PLAIN.test(meter)) return `meterman_${meter.replaceAll(".", "_")}`;
  const legible = meter
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return `meterman_${legible}_${fingerprint(meter)}`;
}

export function entityId(meter: MeterId, key: SensorKey): string {
  return `${platformOf(key)}.${deviceSlug(meter)}_${key}`;
}

export function uniqueId(meter: MeterId, component: string): string {
  return `${deviceSlug(meter)}_${component}`;
}

/** What the companion's entities belong to: its own name for this Node-RED, the same whatever is installed where. */
export const SERVER_ID = "meterman";

/** How an entity is found in Home Assistant: by its entry in the registry, which survives a rename, or by its plain id. */
export type Identity =
  | { readonly platform: "mqtt" | "nodered"; readonly uniqueId: string }
  | { readonly entityId: string };

/** States over REST have no entry in the registry. The companion makes its unique ids of a server's and a node's id. */
export function identityOf(path: Path, device: MeterId, key: SensorKey): Identity {
  if (path === "rest") return { entityId: entityId(device, key) };
  if (path === "companion") {
    return { platform: "nodered", uniqueId: `nodered-${SERVER_ID}-${uniqueId(device, key)}` };
  }
  return { platform: "mqtt", uniqueId: uniqueId(device, key) };
}

/** Where the entities of a device listen over MQTT. */
export function topics(device: MeterId): {
  readonly config: string;
  readonly availability: string;
  state(key: string): string;
} {
  const slug = deviceSlug(device);
  const base = `meterman/${slug}`;
  return {
    config: `homeassistant/device/${slug}/config`,
    availability: `${base}/availability`,
    state: (key) => `${base}/${key}`,
  };
}
