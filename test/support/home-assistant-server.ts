import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { type LoadBehaviour, Loads } from "./home-assistant/loads.ts";
import { Broker, MqttIntegration } from "./home-assistant/mqtt.ts";
import { rest } from "./home-assistant/rest.ts";
import { type Dict, type HaError, type House, Session } from "./home-assistant/session.ts";
import { States } from "./home-assistant/states.ts";

export interface HomeAssistantOptions {
  readonly token?: string;
  readonly version?: string;
  /** Whether the MQTT integration is set up. Default true. */
  readonly mqtt?: boolean;
  /** How late a newly discovered entity subscribes to its topics. Default 50. */
  readonly debounceMs?: number;
  /** Time spent in state STARTING after a start. Default 0. */
  readonly startingMs?: number;
}

/**
 * A Home Assistant for tests: the real websocket and REST protocol over a real socket, an MQTT broker with the
 * discovery integration, loads that obey or do not, and every way in which it can let its clients down.
 * Start with `await HomeAssistantServer.start()`, end with `await server.stop()`.
 */
export class HomeAssistantServer {
  readonly token: string;
  readonly states = new States();
  readonly broker = new Broker();
  readonly loads = new Loads(this.states);
  /** How many websocket sessions were opened in all. */
  sessions = 0;
  /** Answers nothing while true; the connections stay open, as with a hung host. */
  silent = false;
  /** Refuses every token while true. */
  refuses = false;
  /** The integrations cannot be listed while true. */
  unlisted = false;
  /** Calls of `mqtt.publish` that are still to fail with this error. */
  failing: { count: number; error: HaError } = { count: 0, error: { code: "home_assistant_error", message: "" } };
  readonly #options: Required<HomeAssistantOptions>;
  readonly #sockets = new Set<Socket>();
  readonly #events = new Set<{ type: string | undefined; hear: (type: string, data: object) => void }>();
  #http: Server | undefined;
  #port = 0;
  #mqtt: MqttIntegration | undefined;
  #hasMqtt: boolean;
  #state: "NOT_RUNNING" | "STARTING" | "RUNNING" = "NOT_RUNNING";
  #starting: NodeJS.Timeout | undefined;

  static async start(options: HomeAssistantOptions = {}): Promise<HomeAssistantServer> {
    const server = new HomeAssistantServer(options);
    await server.listen();
    return server;
  }

  private constructor(options: HomeAssistantOptions) {
    const defaults = { token: "a-long-lived-token", version: "2026.11.0", mqtt: true, debounceMs: 50, startingMs: 0 };
    this.#options = { ...defaults, ...options };
    this.token = this.#options.token;
    this.#hasMqtt = this.#options.mqtt;
    this.states.listen(({ entity, before, after }) =>
      this.fire("state_changed", { entity_id: entity, old_state: before ?? null, new_state: after ?? null }),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get mqttErrors(): readonly string[] {
    return this.#mqtt?.errors ?? [];
  }

  /** Starts, on the port it had before if it had one. */
  async listen(): Promise<void> {
    const http = createServer((request, response) => void this.#request(request, response));
    const ws = new WebSocketServer({ server: http, path: "/api/websocket" });
    http.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    ws.on("connection", (socket: WebSocket) => {
      this.sessions += 1;
      new Session(socket, this.#house());
    });
    ws.on("error", () => undefined);
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (http.address() as AddressInfo).port;
    this.#http = http;
    this.#state = "STARTING";
    if (this.#hasMqtt) this.#setUpMqtt();
    if (this.#options.startingMs === 0) this.#run();
    else this.#starting = setTimeout(() => this.#run(), this.#options.startingMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#starting);
    this.#state = "NOT_RUNNING";
    this.#mqtt?.stop();
    this.#mqtt = undefined;
    this.loads.stop();
    this.dropConnections();
    await new Promise<void>((resolve) => (this.#http === undefined ? resolve() : this.#http.close(() => resolve())));
    this.#http = undefined;
  }

  /** Goes away for `downMs` and comes back without states; the registry and the broker remember what they do. */
  async restart(downMs = 0): Promise<void> {
    await this.stop();
    this.states.forget();
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await this.listen();
  }

  /** Cuts every TCP connection, as a router that restarts does. */
  dropConnections(): void {
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  addMqtt(): void {
    this.#hasMqtt = true;
    this.#setUpMqtt();
    this.fire("config_entry", { type: "added", entry: { domain: "mqtt", state: "loaded" } });
  }

  removeMqtt(): void {
    this.#hasMqtt = false;
    this.#mqtt?.stop();
    this.#mqtt = undefined;
    this.fire("config_entry", { type: "removed", entry: { domain: "mqtt", state: "not_loaded" } });
  }

  /** A switch, input_boolean, light, number or input_number that obeys its services as `behaviour` says. */
  addLoad(entity: string, state: string, behaviour: LoadBehaviour = {}): void {
    this.loads.add(entity, state, behaviour);
  }

  setState(entity: string, state: string): void {
    this.states.set(entity, state, this.states.get(entity)?.attributes ?? {});
  }

  state(entity: string): string | undefined {
    return this.states.get(entity)?.state;
  }

  fire(type: string, data: object): void {
    for (const entry of [...this.#events]) if (entry.type === undefined || entry.type === type) entry.hear(type, data);
  }

  #run(): void {
    this.#state = "RUNNING";
    this.fire("homeassistant_started", {});
  }

  #setUpMqtt(): void {
    this.#mqtt = new MqttIntegration(this.states, this.broker, this.#options.debounceMs);
  }

  #config(): object {
    const components = ["api", "http", "recorder", "sensor", "switch", ...(this.#hasMqtt ? ["mqtt"] : [])];
    return { version: this.#options.version, state: this.#state, components, time_zone: "Europe/Oslo", country: "NO" };
  }

  #services(): Record<string, readonly string[]> {
    return { ...this.loads.services(), ...(this.#hasMqtt ? { mqtt: ["publish", "dump", "reload"] } : {}) };
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.silent) return;
    if (request.headers.authorization !== `Bearer ${this.token}` || this.refuses) {
      response.writeHead(401, { "content-type": "text/plain" }).end("401: Unauthorized");
      return;
    }
    await rest(request, response, this.states, () => this.#config());
  }

  #house(): House {
    return {
      version: this.#options.version,
      accepts: (token) => token === this.token && !this.refuses,
      silent: () => this.silent,
      config: () => this.#config(),
      entries: () => {
        if (this.unlisted) return undefined;
        return this.#hasMqtt ? [{ domain: "mqtt", state: "loaded" }] : [];
      },
      states: () => this.states.all(),
      onChange: (listener) => this.states.listen(listener),
      onEvent: (type, hear) => {
        const entry = { type, hear };
        this.#events.add(entry);
        return () => void this.#events.delete(entry);
      },
      onTopic: (filter, hear) => (this.#hasMqtt ? this.broker.subscribe(filter, hear) : undefined),
      call: async (domain, service, data, entities) => this.#call(domain, service, data, entities),
    };
  }

  #call(domain: string, service: string, data: Dict, entities: readonly string[]): HaError | undefined {
    if (!(this.#services()[domain] ?? []).includes(service)) {
      return { code: "not_found", message: `Service ${domain}.${service} not found.` };
    }
    if (domain !== "mqtt") {
      this.loads.call({ domain, service, data, entities });
      return undefined;
    }
    if (this.failing.count > 0) {
      this.failing = { ...this.failing, count: this.failing.count - 1 };
      return this.failing.error;
    }
    const { topic, payload = "", retain = false, qos = 0 } = data;
    if (
      typeof topic !== "string" ||
      typeof payload !== "string" ||
      typeof retain !== "boolean" ||
      typeof qos !== "number"
    )
      return { code: "invalid_format", message: "expected topic, payload, qos and retain" };
    this.broker.publish({ topic, payload, retain, qos });
    return undefined;
  }
}
