import type { States } from "./states.ts";

/** A broker outside Home Assistant: it keeps what is retained whatever happens to Home Assistant. */
export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: number;
}
type Receiver = (message: Publication) => void;

function fits(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const parts = topic.split("/");
  for (const [i, part] of wanted.entries()) {
    if (part === "#") return true;
    if (i >= parts.length || (part !== "+" && part !== parts[i])) return false;
  }
  return wanted.length === parts.length;
}

export class Broker {
  readonly retained = new Map<string, string>();
  readonly published: Publication[] = [];
  readonly #subscribers = new Set<{ filter: string; receive: Receiver }>();

  publish(message: Publication): void {
    this.published.push(message);
    if (message.retain && message.payload === "") this.retained.delete(message.topic);
    else if (message.retain) this.retained.set(message.topic, message.payload);
    // A live message reaches its subscribers with retain off.
    for (const s of [...this.#subscribers]) if (fits(s.filter, message.topic)) s.receive({ ...message, retain: false });
  }

  subscribe(filter: string, receive: Receiver): () => void {
    const entry = { filter, receive };
    this.#subscribers.add(entry);
    for (const [topic, payload] of [...this.retained]) {
      if (fits(filter, topic)) receive({ topic, payload, retain: true, qos: 0 });
    }
    return () => void this.#subscribers.delete(entry);
  }
}

/** Names that Home Assistant takes from the device class of an entity without one. */
const classNames: Readonly<Record<string, string>> = {
  energy: "Energy",
  power: "Power",
  signal_strength: "Signal strength",
  problem: "Problem",
};

interface Sensor {
  readonly entity: string;
  readonly topic: string;
  attributes: Readonly<Record<string, unknown>>;
  /** What a binary sensor understands as on and off. */
  readonly words: readonly unknown[] | undefined;
  available: boolean;
  value: string | undefined;
  expired: boolean;
  expiry: NodeJS.Timeout | undefined;
  readonly stops: (() => void)[];
}
const PLATFORMS = new Set(["sensor", "binary_sensor"]);
type Dict = Readonly<Record<string, unknown>>;
const isDict = (value: unknown): value is Dict => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const slug = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

/** Home Assistant's MQTT integration: device discovery and sensors, with its habit of subscribing a moment late. */
export class MqttIntegration {
  readonly errors: string[] = [];
  readonly #sensors = new Map<string, Sensor>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #stop: () => void;
  readonly #states: States;
  readonly #broker: Broker;
  readonly #debounceMs: number;

  constructor(states: States, broker: Broker, debounceMs: number) {
    this.#states = states;
    this.#broker = broker;
    this.#debounceMs = debounceMs;
    this.#stop = broker.subscribe("homeassistant/device/+/config", (message) => this.#discover(message));
    broker.publish({ topic: "homeassistant/status", payload: "online", retain: false, qos: 0 });
  }

  stop(): void {
    this.#stop();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const sensor of this.#sensors.values()) this.#end(sensor);
  }

  #discover({ topic, payload }: Publication): void {
    const id = topic.split("/")[2] ?? "";
    if (payload === "") {
      for (const key of [...this.#sensors.keys()]) if (key.startsWith(`${id} `)) this.#remove(key);
      return;
    }
    let config: unknown;
    try {
      config = JSON.parse(payload);
    } catch {
      config = undefined;
    }
    const device = isDict(config) ? config.device : undefined;
    const origin = isDict(config) ? config.origin : undefined;
    const components = isDict(config) ? config.components : undefined;
    if (!isDict(config) || !isDict(device) || !isDict(origin) || !text(origin.name) || !isDict(components)) {
      this.errors.push(`Invalid MQTT device discovery payload for ${id}`);
      return;
    }
    if (!Array.isArray(device.identifiers)) this.errors.push(`${id}: a device must have an identifier`);
    for (const [name, component] of Object.entries(components)) this.#component(id, name, config, device, component);
  }

  #component(id: string, name: string, config: Dict, device: Dict, component: unknown): void {
    const topic = isDict(component) ? text(component.state_topic) : undefined;
    const unique = isDict(component) ? text(component.unique_id) : undefined;
    if (
      !isDict(component) ||
      !PLATFORMS.has(String(component.platform)) ||
      topic === undefined ||
      unique === undefined
    ) {
      this.errors.push(`Error 'required key not provided' when processing ${id} ${name}`);
      return;
    }
    const title = `${text(device.name) ?? "MQTT"} ${text(component.name) ?? classNames[String(component.device_class)] ?? "Sensor"}`;
    const { payload_on, payload_off } = component;
    const attributes = {
      friendly_name: title,
      device_class: component.device_class,
      state_class: component.state_class,
      unit_of_measurement: component.unit_of_measurement,
    };
    const key = `${id} ${name}`;
    const known = this.#sensors.get(key);
    if (known !== undefined) {
      known.attributes = attributes;
      this.#write(known);
      return;
    }
    const wanted = text(component.default_entity_id) ?? `sensor.${slug(title)}`;
    const entity = this.#states.register(unique, wanted, id);
    const availability = text(component.availability_topic) ?? text(config.availability_topic);
    const available = availability === undefined;
    const sensor: Sensor = {
      ...{ entity, topic, attributes, available },
      words: component.platform === "binary_sensor" ? [payload_on ?? "ON", payload_off ?? "OFF"] : undefined,
      ...{ value: undefined, expired: false, expiry: undefined, stops: [] },
    };
    this.#sensors.set(key, sensor);
    this.#write(sensor);
    const expireS = typeof component.expire_after === "number" ? component.expire_after : 0;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#sensors.get(key) !== sensor) return;
      if (availability !== undefined) {
        const hear = (m: Publication) => this.#availability(sensor, m.payload);
        sensor.stops.push(this.#broker.subscribe(availability, hear));
      }
      sensor.stops.push(this.#broker.subscribe(topic, (m) => this.#value(sensor, m.payload, expireS)));
    }, this.#debounceMs);
    this.#timers.add(timer);
  }

  #availability(sensor: Sensor, payload: string): void {
    if (payload === "online" || payload === "offline") sensor.available = payload === "online";
    this.#write(sensor);
  }

  #value(sensor: Sensor, payload: string, expireS: number): void {
    if (payload === "") return;
    const isInstant = sensor.attributes.device_class === "timestamp";
    const { words } = sensor;
    const fits =
      words !== undefined
        ? words.includes(payload)
        : isInstant
          ? !Number.isNaN(Date.parse(payload))
          : /^-?\d+(\.\d+)?$/.test(payload);
    if (payload !== "None" && !fits) {
      this.errors.push(`ValueError: ${sensor.entity} cannot show the value '${payload}'`);
      return;
    }
    const shown = words === undefined ? payload : payload === words[0] ? "on" : "off";
    sensor.value = payload === "None" ? undefined : shown;
    sensor.expired = false;
    clearTimeout(sensor.expiry);
    if (expireS > 0) {
      sensor.expiry = setTimeout(() => {
        sensor.expired = true;
        this.#write(sensor);
      }, expireS * 1000);
    }
    this.#write(sensor);
  }

  #write(sensor: Sensor): void {
    const there = sensor.available && !sensor.expired;
    this.#states.set(sensor.entity, there ? (sensor.value ?? "unknown") : "unavailable", sensor.attributes);
  }

  #remove(key: string): void {
    const sensor = this.#sensors.get(key);
    if (sensor === undefined) return;
    this.#end(sensor);
    this.#sensors.delete(key);
    this.#states.remove(sensor.entity);
    for (const entry of [...this.#states.registry.values()]) {
      if (entry.entity_id === sensor.entity) this.#states.registry.delete(entry.unique_id);
    }
  }

  #end(sensor: Sensor): void {
    clearTimeout(sensor.expiry);
    for (const stop of sensor.stops) stop();
  }
}
