import type { WebSocket } from "ws";
import type { Change, State } from "./states.ts";

/** What one websocket session needs from the server behind it. */
export interface House {
  readonly version: string;
  accepts(token: string): boolean;
  silent(): boolean;
  config(): object;
  /** The integrations that are set up; undefined: they cannot be listed. */
  entries(): readonly { readonly domain: string; readonly state: string }[] | undefined;
  states(): readonly State[];
  onChange(listener: (change: Change) => void): () => void;
  onEvent(type: string | undefined, listener: (type: string, data: object) => void): () => void;
  onTopic(filter: string, listener: (message: object) => void): (() => void) | undefined;
  call(domain: string, service: string, data: Dict, entities: readonly string[]): Promise<HaError | undefined>;
}
export interface HaError {
  readonly code: string;
  readonly message: string;
}
export type Dict = Readonly<Record<string, unknown>>;

const isDict = (value: unknown): value is Dict => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === "string");

/** The auth phase and the command phase of `/api/websocket`, as Home Assistant speaks them. */
export class Session {
  readonly #socket: WebSocket;
  readonly #house: House;
  readonly #subscriptions = new Map<number, () => void>();
  #authenticated = false;
  #lastId = 0;
  #coalesce = false;
  #outbox: object[] = [];

  constructor(socket: WebSocket, house: House) {
    this.#socket = socket;
    this.#house = house;
    socket.on("message", (data) => {
      if (!house.silent()) this.#receive(String(data));
    });
    socket.on("close", () => {
      for (const stop of this.#subscriptions.values()) stop();
    });
    socket.on("error", () => undefined);
    if (!house.silent()) this.#send({ type: "auth_required", ha_version: house.version });
  }

  #send(message: object): void {
    if (this.#house.silent()) return;
    if (!this.#coalesce) {
      this.#socket.send(JSON.stringify(message));
      return;
    }
    this.#outbox.push(message);
    if (this.#outbox.length > 1) return;
    // With coalescing on, what is sent in one turn of the loop travels as one array.
    setImmediate(() => {
      const [first, ...more] = this.#outbox;
      this.#outbox = [];
      this.#socket.send(JSON.stringify(more.length === 0 ? first : [first, ...more]));
    });
  }

  #result(id: number, result: unknown): void {
    this.#send({ id, type: "result", success: true, result });
  }

  #fail(id: number, code: string, message: string): void {
    this.#send({ id, type: "result", success: false, error: { code, message } });
  }

  #receive(frame: string): void {
    const message: unknown = JSON.parse(frame);
    if (!isDict(message)) return;
    if (!this.#authenticated) {
      this.#authenticate(message);
      return;
    }
    const id = message.id;
    if (typeof id !== "number") {
      this.#fail(0, "invalid_format", "Message incorrectly formatted.");
    } else if (id <= this.#lastId) {
      this.#fail(id, "id_reuse", "Identifier values have to increase.");
    } else {
      this.#lastId = id;
      void this.#command(id, text(message.type), message);
    }
  }

  #authenticate(message: Dict): void {
    if (message.type === "auth" && this.#house.accepts(text(message.access_token))) {
      this.#authenticated = true;
      this.#send({ type: "auth_ok", ha_version: this.#house.version });
      return;
    }
    this.#send({ type: "auth_invalid", message: "Invalid access token or password" });
    this.#socket.close();
  }

  async #command(id: number, type: string, message: Dict): Promise<void> {
    switch (type) {
      case "supported_features":
        this.#coalesce = isDict(message.features) && message.features.coalesce_messages === 1;
        this.#result(id, null);
        return;
      case "ping":
        this.#send({ id, type: "pong" });
        return;
      case "get_config":
        this.#result(id, this.#house.config());
        return;
      case "config_entries/get":
        this.#entries(id, text(message.domain));
        return;
      case "config_entries/subscribe":
        this.#subscribeEntries(id);
        return;
      case "get_states":
        this.#result(id, this.#house.states().map(full));
        return;
      case "subscribe_events":
        this.#subscribeEvents(id, text(message.event_type) || undefined);
        return;
      case "subscribe_entities":
        this.#subscribeEntities(id, message.entity_ids);
        return;
      case "mqtt/subscribe":
        this.#subscribeTopic(id, text(message.topic));
        return;
      case "unsubscribe_events":
        this.#unsubscribe(id, message.subscription);
        return;
      case "call_service":
        await this.#call(id, message);
        return;
      default:
        this.#fail(id, "unknown_command", "Unknown command.");
    }
  }

  #entries(id: number, domain: string): void {
    const entries = this.#house.entries();
    if (entries === undefined) this.#fail(id, "unknown_error", "Unknown error");
    else
      this.#result(
        id,
        entries.filter((entry) => entry.domain === domain),
      );
  }

  #subscribeEntries(id: number): void {
    const event = (changes: object) => this.#send({ id, type: "event", event: changes });
    const stop = this.#house.onEvent("config_entry", (_type, change) => event([change]));
    this.#subscriptions.set(id, stop);
    this.#result(id, null);
    event((this.#house.entries() ?? []).map((entry) => ({ type: null, entry })));
  }

  #subscribeEvents(id: number, wanted: string | undefined): void {
    const stop = this.#house.onEvent(wanted, (event_type, data) =>
      this.#send({ id, type: "event", event: { event_type, data, origin: "LOCAL", time_fired: time(Date.now()) } }),
    );
    this.#subscriptions.set(id, stop);
    this.#result(id, null);
  }

  #subscribeTopic(id: number, filter: string): void {
    const stop = this.#house.onTopic(filter, (event) => this.#send({ id, type: "event", event }));
    if (stop === undefined) {
      this.#fail(id, "unknown_command", "Unknown command.");
      return;
    }
    this.#subscriptions.set(id, stop);
    this.#result(id, null);
  }

  #subscribeEntities(id: number, wanted: unknown): void {
    const only = wanted === undefined ? undefined : new Set(list(wanted));
    const shown = (entity: string) => only === undefined || only.has(entity);
    const event = (data: object) => this.#send({ id, type: "event", event: data });
    const stop = this.#house.onChange(({ entity, before, after }) => {
      if (!shown(entity)) return;
      if (after === undefined) event({ r: [entity] });
      else if (before === undefined) event({ a: { [entity]: compressed(after) } });
      else event({ c: { [entity]: difference(before, after) } });
    });
    this.#subscriptions.set(id, stop);
    this.#result(id, null);
    const present = this.#house.states().filter((state) => shown(state.entity_id));
    event({ a: Object.fromEntries(present.map((state) => [state.entity_id, compressed(state)])) });
  }

  #unsubscribe(id: number, subscription: unknown): void {
    const stop = typeof subscription === "number" ? this.#subscriptions.get(subscription) : undefined;
    if (stop === undefined || typeof subscription !== "number") {
      this.#fail(id, "not_found", "Subscription not found.");
      return;
    }
    stop();
    this.#subscriptions.delete(subscription);
    this.#result(id, null);
  }

  async #call(id: number, message: Dict): Promise<void> {
    const data = isDict(message.service_data) ? message.service_data : {};
    const target = isDict(message.target) ? message.target : {};
    const entities = [...list(target.entity_id), ...list(data.entity_id)];
    const error = await this.#house.call(text(message.domain), text(message.service), data, entities);
    if (error !== undefined) this.#fail(id, error.code, error.message);
    else this.#result(id, { context: { id: "01J", parent_id: null, user_id: "u" }, response: null });
  }
}

const time = (ms: number) => new Date(ms).toISOString();

/** A state as REST and `get_states` show it. */
export function full({ changedS, ...state }: State): object {
  const at = time(changedS * 1000);
  return { ...state, last_changed: at, last_updated: at, context: { id: "01J", parent_id: null, user_id: null } };
}

function compressed(state: State): object {
  return { s: state.state, a: state.attributes, c: "01J", lc: state.changedS };
}

function difference(before: State, after: State): object {
  const changed = Object.entries(after.attributes).filter(([name, value]) => before.attributes[name] !== value);
  const gone = Object.keys(before.attributes).filter((name) => !(name in after.attributes));
  const plus = {
    ...(after.state === before.state ? {} : { s: after.state }),
    ...(changed.length === 0 ? {} : { a: Object.fromEntries(changed) }),
    lc: after.changedS,
    c: "01J",
  };
  return { "+": plus, ...(gone.length === 0 ? {} : { "-": { a: gone } }) };
}
