import { failed, ok, type Result } from "../../model/index.ts";

/** The part of Node-RED's own `mqtt-broker` configuration node that is used here (its 10-mqtt.js). */
interface BrokerNode {
  readonly connected: boolean;
  register(user: User): void;
  deregister(user: User, done: () => void, autoDisconnect?: boolean): void;
  publish(message: object, done: (error?: unknown) => void): void;
  subscribe(topic: string, options: object, hear: (topic: string, payload: unknown) => void, user: string): void;
  unsubscribe(topic: string, user: string, removed?: boolean): void;
}
/** What the broker takes for a node: it shows its state as that node's status. */
interface User {
  readonly id: string;
  status(shown: object): void;
}

const METHODS = ["register", "deregister", "publish", "subscribe", "unsubscribe"] as const;
function isBroker(value: unknown): value is BrokerNode {
  return (
    typeof value === "object" &&
    value !== null &&
    METHODS.every((name) => typeof Reflect.get(value, name) === "function")
  );
}

const AWAY = failed("METERMAN_HA_UNREACHABLE", "the MQTT broker is not connected");
/** A broker that goes away in the middle answers when it is back, if ever. */
const ANSWER_MS = 5000;

/** The user's own MQTT broker. */
export interface Broker {
  /** Node-RED's node: the same for everybody who uses it. */
  readonly node: object;
  connected(): boolean;
  /** Resolves when the broker has the message. */
  publish(data: { topic: string; payload: string; qos: 0 | 1; retain: boolean }): Promise<Result<void>>;
  /** Calls `hear` with each message of `topic`, until it is closed. */
  listen(topic: string, hear: (payload: string) => void): void;
  close(): Promise<void>;
}

/**
 * @param found what Node-RED has under the id that the user chose
 * @param id of the publish node
 * @param changed is called when the connection came or went
 * @returns undefined when that is no broker
 */
export function openBroker(found: unknown, id: string, changed: () => void): Broker | undefined {
  if (!isBroker(found)) return undefined;
  const topics: string[] = [];
  // It tells its users before it has noted the change.
  const user: User = { id, status: () => setImmediate(changed) };
  found.register(user);
  return {
    node: found,
    connected: () => found.connected,
    publish(data) {
      if (!found.connected) return Promise.resolve(AWAY);
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(AWAY), ANSWER_MS);
        found.publish({ ...data }, (error) => {
          clearTimeout(timer);
          const why = error instanceof Error ? error.message : String(error);
          resolve(error ? failed("METERMAN_HA_CALL", `the MQTT broker refused: ${why}`) : ok(undefined));
        });
      });
    },
    listen(topic, hear) {
      topics.push(topic);
      found.subscribe(topic, { qos: 0 }, (_topic, payload) => hear(String(payload)), id);
    },
    close() {
      for (const topic of topics) found.unsubscribe(topic, id, true);
      return new Promise((resolve) => found.deregister(user, resolve, true));
    },
  };
}
