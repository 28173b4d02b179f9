import WebSocket from "ws";

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
export type Answer = any;
export interface State {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, Answer>>;
  readonly last_changed: string;
  readonly last_updated: string;
}

/** What Home Assistant answered instead of a result. */
export class HassError extends Error {
  readonly code: string;

  constructor(type: string, error: { code: string; message: string }) {
    super(`${type}: ${error.code} ${error.message}`);
    this.code = error.code;
  }
}

interface Waiting {
  readonly type: string;
  /** Where it was asked: what another one loses does not concern it. */
  readonly socket: WebSocket;
  resolve(value: Answer): void;
  reject(error: Error): void;
}

/** A plain client of the tests, for looking and arranging: it shares nothing with the code that is tested. */
export class HassClient {
  readonly url: string;
  readonly token: string;
  #socket: Promise<WebSocket> | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(url: string, token: string) {
    this.url = url.replace(/\/$/, "");
    this.token = token;
  }

  async rest(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.url}/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /api/${path}: ${answer.status} ${text}`);
    return answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text;
  }

  /** A websocket request, e.g. `{type: "energy/get_prefs"}`; rejects with a `HassError`. */
  async request(message: { type: string; [key: string]: unknown }): Promise<Answer> {
    this.#socket ??= this.#open();
    const socket = await this.#socket;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { type: message.type, socket, resolve, reject });
      socket.send(JSON.stringify({ id, ...message }));
    });
  }

  call(domain: string, service: string, data: object = {}): Promise<Answer> {
    return this.request({ type: "call_service", domain, service, service_data: data });
  }

  /** Undefined when Home Assistant has no state for the entity. */
  async state(entity: string): Promise<State | undefined> {
    const headers = { authorization: `Bearer ${this.token}` };
    const answer = await fetch(`${this.url}/api/states/${entity}`, { headers });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`GET /api/states/${entity}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  states(): Promise<State[]> {
    return this.rest("GET", "states");
  }

  render(template: string): Promise<Answer> {
    return this.rest("POST", "template", { template });
  }

  /** Home Assistant's own time, in ms since 1970. */
  async now(): Promise<number> {
    return Number(await this.render("{{ now().timestamp() }}")) * 1000;
  }

  close(): void {
    const open = this.#socket;
    this.#socket = undefined;
    void open?.then((socket) => socket.close()).catch(() => undefined);
  }

  #open(): Promise<WebSocket> {
    const socket = new WebSocket(`${this.url.replace(/^http/, "ws")}/api/websocket`);
    const open = new Promise<WebSocket>((resolve, reject) => {
      socket.on("message", (data) => {
        const message = JSON.parse(String(data));
        if (message.type === "auth_required") socket.send(JSON.stringify({ type: "auth", access_token: this.token }));
        else if (message.type === "auth_ok") resolve(socket);
        else if (message.type === "auth_invalid") reject(new Error(message.message));
        else if (message.type === "result") this.#settle(message);
      });
      const lost = (error: Error) => {
        // After `close` a new one may be there already.
        if (this.#socket === open) this.#socket = undefined;
        reject(error);
        for (const [id, one] of this.#waiting) {
          if (one.socket !== socket) continue;
          this.#waiting.delete(id);
          one.reject(error);
        }
      };
      socket.on("error", lost);
      socket.once("close", () => lost(new Error("Home Assistant closed the connection")));
    });
    return open;
  }

  #settle(message: { id: number; success: boolean; result: Answer; error: { code: string; message: string } }): void {
    const one = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.success) one?.resolve(message.result);
    else one?.reject(new HassError(one.type, message.error));
  }
}
