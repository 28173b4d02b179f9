import type { Json } from "../model/index.ts";
import { atLeast } from "./answers.ts";
import { keysFor, ON_OFF, platformOf, type SensorKey, sensor, stateText } from "./components.ts";
import type { DeviceKind } from "./kinds.ts";
import { deviceSlug, entityId, topics, uniqueId } from "./naming.ts";
import type { About, Request, Say } from "./say.ts";

export const MODELS: Readonly<Record<DeviceKind, string>> = {
  meter: "Energy meter",
  gateway: "Radio gateway",
  demand: "Demand window",
};

/**
 * Discovery payload of a device with the sensors `keys`. The entity ids are asked for because ids made from a name
 * change when the device is announced anew under another one.
 * @param version of Home Assistant; null when nobody knows it, as at a broker
 */
export function discovery(about: About, keys: readonly SensorKey[], version: string | null): Json {
  const { id, name, kind, firmware, via } = about;
  const model = { manufacturer: "meterman", model: MODELS[kind], serial_number: id };
  return {
    device: {
      ...{ identifiers: [deviceSlug(id)], name, ...model },
      ...(firmware === undefined ? {} : { sw_version: firmware }),
      ...(via === undefined ? {} : { via_device: deviceSlug(via) }),
    },
    origin: { name: "meterman", support_url: "https://github.com/meterman/meterman" },
    components: Object.fromEntries(keys.map((key) => [key, component(about, key, version)])),
  };
}

function component({ id }: About, key: SensorKey, version: string | null): Json {
  const { label, translated, attributes, decimals, diagnostic, lasting, expireS } = sensor(key);
  const { availability, state } = topics(id);
  return {
    ...{ platform: platformOf(key), unique_id: uniqueId(id, key), ...attributes, state_topic: state(key) },
    ...(platformOf(key) === "binary_sensor" ? ON_OFF : {}),
    ...(translated ? {} : { name: label }),
    ...(decimals === undefined ? {} : { suggested_display_precision: decimals }),
    ...(diagnostic ? { entity_category: "diagnostic" } : {}),
    ...(lasting ? {} : { availability_topic: availability }),
    ...(expireS === undefined ? {} : { expire_after: expireS }),
    // 2025.10 brought default_entity_id; before, object_id does it, and is warned about after. Both ignore the other.
    ...(version === null || atLeast(version, 2025, 10) ? { default_entity_id: entityId(id, key) } : {}),
    ...(version === null || !atLeast(version, 2025, 10) ? { object_id: uniqueId(id, key) } : {}),
  };
}

const publish = (topic: string, payload: string, retain: boolean): Request => ({
  kind: "publish",
  data: { topic, payload, qos: 1, retain },
});

/** The same for the user's own broker and for Home Assistant's. */
export function mqttRequests(say: Say, version: string | null): readonly Request[] {
  const topic = topics(say.about.id);
  switch (say.kind) {
    case "announce":
      return [publish(topic.config, JSON.stringify(discovery(say.about, say.keys, version)), true)];
    case "withdraw": {
      // What an earlier run announced is in the registry and at the broker too. Home Assistant takes out of its registry
      // only what it has just been told of.
      const keys = keysFor(say.about.kind);
      // ⚠ A kind of entity that it never had from us is set up first, and then comes behind its own removal.
      const told = keys.filter((key) => platformOf(key) === "sensor" || say.keys.includes(key));
      const whole = publish(topic.config, JSON.stringify(discovery(say.about, told, version)), false);
      const retained = keys.filter((key) => sensor(key).retain).map((key) => topic.state(key));
      return [whole, ...[topic.config, topic.availability, ...retained].map((to) => publish(to, "", true))];
    }
    case "availability":
      return [publish(topic.availability, say.online ? "online" : "offline", true)];
    case "value":
      // "None" is how an MQTT sensor is told that its value is unknown.
      return [publish(topic.state(say.key), stateText(say.key, say.value, "None"), sensor(say.key).retain === true)];
  }
}
