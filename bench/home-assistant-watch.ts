import WebSocket from "ws";

/** After so long a state counts as lost. */
const LOST_MS = 30_000;

/** A plain client that notes when states change, by this process's `performance.now()`. It asks for nothing but events. */
export class Watch {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (atMs: number) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static open(url: string, token: string): Promise<Watch> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/websocket`);
    const watch = new Watch(socket);
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.on("message", (data) => {
        const atMs = performance.now();
        const message = JSON.parse(String(data));
        if (message.type === "auth_required") socket.send(JSON.stringify({ type: "auth", access_token: token }));
        else if (message.type === "auth_ok")
          socket.send(JSON.stringify({ id: 1, type: "subscribe_events", event_type: "state_changed" }));
        else if (message.type === "auth_invalid") reject(new Error(message.message));
        else if (message.type === "result" && message.id === 1) resolve(watch);
        else if (message.type === "event") watch.#changed(message.event.data, atMs);
      });
    });
  }

  /** When `entity` changes to the number `value`; undefined when it did not. */
  sees(entity: string, value: number): Promise<number | undefined> {
    const key = `${entity}=${value}`;
    return new Promise((resolve) => {
      const given = setTimeout(() => {
        this.#waiting.delete(key);
        resolve(undefined);
      }, LOST_MS);
      this.#waiting.set(key, (atMs) => {
        clearTimeout(given);
        this.#waiting.delete(key);
        resolve(atMs);
      });
    });
  }

  close(): void {
    this.#socket.close();
  }

  #changed({ entity_id, new_state }: { entity_id: string; new_state: { state: string } | null }, atMs: number): void {
    if (new_state !== null) this.#waiting.get(`${entity_id}=${Number(new_state.state)}`)?.(atMs);
  }
}
