import { keysFor, platformOf, type SensorKey, sensor, stateText } from "./components.ts";
import { MODELS } from "./mqtt.ts";
import { deviceSlug, identityOf, SERVER_ID, uniqueId } from "./naming.ts";
import type { Request, Say } from "./say.ts";

/**
 * The commands of the Node-RED companion (hass-node-red 4). It has no availability and forgets every entity when Home
 * Assistant restarts; a value before its discovery is answered with success and dropped.
 * https://github.com/zachowj/hass-node-red
 */
export function companionRequests(say: Say): readonly Request[] {
  const { id, kind, name, firmware } = say.about;
  const slug = deviceSlug(id);
  const about = (key: SensorKey) => ({ server_id: SERVER_ID, node_id: uniqueId(id, key) });
  const discover = (key: SensorKey, rest: object): Request => ({
    kind: "command",
    command: { type: "nodered/discovery", component: platformOf(key), ...about(key), ...rest },
  });
  const tell = (key: SensorKey, state: string | null): Request => ({
    kind: "command",
    command: { type: "nodered/entity", ...about(key), state },
  });
  switch (say.kind) {
    case "announce": {
      const device_info = {
        ...{ id: slug, name, manufacturer: "meterman", model: MODELS[kind] },
        ...(firmware === undefined ? {} : { sw_version: firmware }),
      };
      return say.keys.map((key) => {
        const { label, attributes, diagnostic } = sensor(key);
        const category = diagnostic ? { entity_category: "diagnostic" } : {};
        return discover(key, { config: { name: `${name} ${label}`, ...attributes, ...category }, device_info });
      });
    }
    case "withdraw":
      return [
        // Its own removal fails in 4.2.3. It goes on taking the entity for known until it is loaded anew.
        { kind: "unregister", identities: keysFor(kind).map((key) => identityOf("companion", id, key)) },
        { kind: "command", command: { type: "nodered/device/remove", node_id: slug } },
      ];
    case "availability":
      if (say.online) return [];
      return say.keys.filter((key) => !sensor(key).lasting).map((key) => tell(key, null));
    case "value":
      return [tell(say.key, say.value === null ? null : stateText(say.key, say.value, ""))];
  }
}
