import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";

/**
 * The part of Home Assistant's supervisor that add-ons see at http://supervisor/core: it lets the add-on's own token
 * in, speaks to Home Assistant with one of its own, and answers 502 while Home Assistant is away. As in its
 * api/proxy.py, it says auth_ok before it has tried Home Assistant.
 */
export class Supervisor {
  readonly token = "5up3rv1s0r";
  /** Whether the add-on's configuration has homeassistant_api. */
  permits = true;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #home: { readonly url: string; readonly token: string };

  static async start(home: { readonly url: string; readonly token: string }): Promise<Supervisor> {
    const supervisor = new Supervisor(home);
    await new Promise<void>((resolve) => supervisor.#server.listen(0, "127.0.0.1", resolve));
    return supervisor;
  }

  private constructor(home: { readonly url: string; readonly token: string }) {
    this.#home = home;
    this.#server = createServer((request, response) => {
      // Home Assistant may go away in the middle of an answer.
      this.#rest(request, response).catch(() => response.destroy());
    });
    this.#server.on("upgrade", async (request, socket, head) => {
      socket.on("error", () => undefined);
      const path = request.url ?? "";
      if (path !== "/core/websocket" && path !== "/core/api/websocket") socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
      else if (!(await this.#running())) socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      else this.#sockets.handleUpgrade(request, socket, head, (client) => this.#websocket(client));
    });
  }

  /** What stands for http://supervisor. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #running(): Promise<boolean> {
    try {
      const headers = { authorization: `Bearer ${this.#home.token}` };
      return (await fetch(`${this.#home.url}/api/config`, { headers })).ok;
    } catch {
      return false;
    }
  }

  async #rest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    if (request.headers.authorization !== `Bearer ${this.token}` || !this.permits) response.writeHead(401).end();
    else if (!path.startsWith("/core/api/")) response.writeHead(404).end();
    else if (!(await this.#running())) response.writeHead(502).end();
    else {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(`${this.#home.url}${path.slice("/core".length)}`, {
        method: request.method ?? "GET",
        headers: { authorization: `Bearer ${this.#home.token}`, "content-type": "application/json" },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
      response.end(await answer.text());
    }
  }

  #websocket(client: WebSocket): void {
    client.on("error", () => undefined);
    client.send(JSON.stringify({ type: "auth_required", ha_version: "of the supervisor" }));
    client.once("message", (first) => {
      if (JSON.parse(String(first)).access_token !== this.token || !this.permits) {
        client.send(JSON.stringify({ type: "auth_invalid", message: "Invalid access" }));
        client.close();
        return;
      }
      client.send(JSON.stringify({ type: "auth_ok", ha_version: "of the supervisor" }));
      this.#proxy(client);
    });
  }

  #proxy(client: WebSocket): void {
    const core = new WebSocket(`${this.#home.url.replace("http", "ws")}/api/websocket`);
    const early: RawData[] = [];
    let open = false;
    client.on("message", (data) => (open ? core.send(String(data)) : early.push(data)));
    client.on("close", () => core.terminate());
    core.on("error", () => undefined);
    core.on("close", () => client.terminate());
    core.on("message", (data) => {
      const text = String(data);
      if (open) client.send(text);
      else if (text.includes("auth_required")) {
        core.send(JSON.stringify({ type: "auth", access_token: this.#home.token }));
      } else {
        open = true;
        for (const one of early) core.send(String(one));
      }
    });
  }
}
