import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { Link } from "../../nodes/runtime/meterman-home-assistant/link.ts";
import { Rest } from "../../nodes/runtime/meterman-home-assistant/rest.ts";
import { connectedService, Traffic, unconfiguredService } from "../../nodes/runtime/meterman-home-assistant/service.ts";
import type { Target } from "../../nodes/runtime/meterman-home-assistant/target.ts";
import type { EntityState, HomeAssistantService, HomeAssistantStatus } from "../../nodes/runtime/services.ts";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { pause, until } from "../support/product.ts";

type Told = { readonly id: number; readonly type: string };

/** What lets everybody in, runs, and answers everything else as the test says. @returns its address */
async function peer(answer: (told: Told, socket: WebSocket, say: (message: object) => void) => void): Promise<string> {
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => sockets.once("listening", resolve));
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });
  sockets.on("connection", (socket) => {
    const say = (message: object) => socket.send(JSON.stringify(message));
    say({ type: "auth_required" });
    socket.on("message", (data) => {
      const told = JSON.parse(String(data));
      const result = { id: told.id, type: "result", success: true };
      if (told.type === "auth") say({ type: "auth_ok", ha_version: "2026.11.0" });
      else if (told.type === "ping") say({ id: told.id, type: "pong" });
      else if (told.type === "get_config")
        say({ ...result, result: { version: "2026.11.0", state: "RUNNING", components: [] } });
      else answer(told, socket, say);
    });
  });
  const address = sockets.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

describe("the connection", () => {
  let server: HomeAssistantServer;
  let link: Link;
  let rest: Rest;
  let service: HomeAssistantService;
  let status: HomeAssistantStatus;
  const logs: string[] = [];
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);

  function connect(target: Partial<Target> = {}): void {
    const full = { url: server.url, token: server.token, selfSigned: false, timeoutS: 0.3, remedy: "do", ...target };
    link = new Link(full, (text) => logs.push(text), 20);
    rest = new Rest(full);
    service = connectedService(link, rest, new Traffic());
    service.onStatus((now) => {
      status = now;
    });
    link.start();
  }
  const ready = () => until("ready", () => status.kind === "ready");

  beforeEach(async () => {
    process.on("unhandledRejection", note);
    server = await HomeAssistantServer.start();
  });
  afterEach(async () => {
    await link.stop();
    rest.close();
    await server.stop();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("follows an entity through its states, a drop and a restart", async () => {
    server.addLoad("switch.pump", "on");
    connect();
    const seen: EntityState[] = [];
    let read = 0;
    service.watch("switch.pump", (state) => seen.push(state));
    /** Waits for the next time that it was in `state`. */
    const sees = async (state: string | null) => {
      const at = await until(`${state}`, () => seen.findIndex((one, i) => i >= read && one.state === state) + 1);
      read = at;
    };
    await sees(null);
    await sees("on");
    server.setState("switch.pump", "off");
    await sees("off");
    server.setState("switch.pump", "unavailable");
    await sees(null);
    server.setState("switch.pump", "on");
    await sees("on");
    server.dropConnections();
    await sees(null);
    await sees("on");
    await server.restart();
    await sees(null);
    server.addLoad("switch.pump", "off");
    await sees("off");
  });

  it("calls services, and learns that success proves nothing", async () => {
    server.addLoad("switch.pump", "on");
    server.addLoad("switch.stuck", "on", { disobeys: true });
    connect();
    await ready();
    expect(await service.call("switch", "turn_off", {}, "switch.pump")).toEqual({ ok: true, value: undefined });
    expect(server.state("switch.pump")).toBe("off");
    expect((await service.call("switch", "turn_off", {}, "switch.stuck")).ok).toBe(true);
    expect(server.state("switch.stuck")).toBe("on");
    expect((await service.call("switch", "turn_off", {}, "switch.missing")).ok).toBe(true);
    const failed = await service.call("switch", "explode", {});
    expect(failed).toMatchObject({
      error: { code: "METERMAN_NOT_FOUND", message: expect.stringMatching(/switch.explode not found/) },
    });
  });

  it("answers every request, whatever happens to the line", async () => {
    connect();
    await ready();
    const dropped = service.request({ type: "get_config" });
    server.dropConnections();
    const outcome = await dropped;
    if (!outcome.ok) expect(outcome.error.code).toBe("METERMAN_HA_UNREACHABLE");
    await until("gone", () => status.kind !== "ready");
    expect(await service.request({ type: "get_config" })).toMatchObject({ error: { code: "METERMAN_HA_UNREACHABLE" } });
    await ready();
    server.silent = true;
    expect(await service.request({ type: "get_config" })).toMatchObject({ error: { code: "METERMAN_HA_CALL" } });
    expect(await service.rest("GET", "/api/")).toMatchObject({ error: { code: "METERMAN_HA_UNREACHABLE" } });
  });

  it("notices a host that went silent, and comes back by itself", async () => {
    connect();
    await ready();
    server.silent = true;
    await until("noticed", () => status.kind === "connecting" && status.why === "it stopped answering");
    server.silent = false;
    await ready();
  });

  it("stops for good when the token is refused, also in the middle", async () => {
    connect();
    await ready();
    server.refuses = true;
    server.dropConnections();
    await until("refused", () => status.kind === "refused");
    const { sessions } = server;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.sessions).toBe(sessions);
    expect(logs.join()).not.toContain(server.token);
  });

  it("makes a subscription anew on every connection, and once on each", async () => {
    connect();
    let fired = 0;
    const heard: unknown[] = [];
    const stop = service.subscribe({ type: "subscribe_events", event_type: "count" }, (event) => heard.push(event));
    for (let round = 1; round <= 3; round += 1) {
      await ready();
      const before = heard.length;
      await until("an event", () => {
        fired += 1;
        server.fire("count", { fired });
        return heard.length > before;
      });
      await service.request({ type: "get_config" });
      expect(new Set(heard.map((event) => JSON.stringify(event))).size).toBe(heard.length);
      const { sessions } = server;
      server.dropConnections();
      await until("a new session", () => server.sessions > sessions);
    }
    stop();
  });

  it("is never ready on a line that was lost while it asked who it is", async () => {
    let asked = 0;
    const url = await peer(({ type }, socket) => {
      if (type === "auth/current_user") asked += 1;
      socket.terminate();
    });
    const kinds = new Set<string>();
    connect({ url });
    service.onStatus(({ kind }) => kinds.add(kind));
    await until("some attempts", () => asked > 2);
    expect([...kinds]).toEqual(["connecting"]);
  });

  it("keeps a subscription that a busy Home Assistant makes later than it may answer", async () => {
    const ended: number[] = [];
    const url = await peer((told, _socket, say) => {
      const result = { id: told.id, type: "result", success: true, result: {} };
      if (told.type !== "subscribe_events") {
        if (told.type === "unsubscribe_events") ended.push(told.id);
        say(result);
        return;
      }
      setTimeout(() => {
        say(result);
        say({ id: told.id, type: "event", event: "late" });
      }, 600);
    });
    connect({ url });
    await ready();
    const heard: unknown[] = [];
    const stop = service.subscribe({ type: "subscribe_events" }, (event) => heard.push(event));
    await until("the event", () => heard.length === 1);
    expect(logs.filter((line) => line.includes("subscribe_events"))).toEqual([]);
    await pause(10);
    stop();
    await until("its end", () => ended.length === 1);
  });

  it("quotes no part of the token out of a refusal", async () => {
    const url = await peer(({ id }, _socket, say) => {
      const message = `${"x".repeat(190)}${server.token}`;
      say({ id, type: "result", success: false, error: { code: "invalid_format", message } });
    });
    connect({ url });
    await ready();
    const answer = await service.request({ type: "something" });
    expect(answer.ok ? "" : answer.error.message).toMatch(/^Home Assistant: x{190}…$/);
  });

  it("neither works nor tells anything once it is stopped", async () => {
    connect();
    await ready();
    const kinds: string[] = [];
    service.onStatus(({ kind }) => kinds.push(kind));
    await link.stop();
    expect(await service.rest("GET", "/api/config")).toMatchObject({ error: { code: "METERMAN_HA_UNREACHABLE" } });
    expect(await service.request({ type: "get_config" })).toMatchObject({ ok: false });
    expect(kinds).toEqual(["ready"]);
  });

  it("says of a release that is too old what to do, and keeps trying", async () => {
    await server.stop();
    server = await HomeAssistantServer.start({ version: "2024.12.5" });
    connect();
    const why = "Home Assistant 2024.12.5 is too old: update it to 2025.1 or newer";
    await until("the words", () => status.kind === "connecting" && status.why === why);
    const { sessions } = server;
    await until("another attempt", () => server.sessions > sessions);
    expect(await service.rest("GET", "/api/config")).toMatchObject({ error: { code: "METERMAN_HA_UNREACHABLE" } });
  });

  it("waits while Home Assistant starts, without a word to it", async () => {
    await server.stop();
    server = await HomeAssistantServer.start({ startingMs: 700 });
    connect();
    await until("starting", () => status.kind === "starting");
    expect(await service.call("switch", "turn_off", {}, "switch.pump")).toMatchObject({ ok: false });
    await ready();
  });

  it("survives what is not Home Assistant at all", async () => {
    const { createServer } = await import("node:http");
    const { WebSocketServer } = await import("ws");
    const http = createServer((_request, response) => response.end("<html>"));
    const ws = new WebSocketServer({ server: http });
    let hello = "not json";
    ws.on("connection", (socket) => socket.send(hello));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    connect({ url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}` });
    await until("a verdict", () => status.kind === "connecting" && status.why === "it is not Home Assistant");
    hello = JSON.stringify({ type: "auth_ok", ha_version: 5 });
    await until("another", () => status.kind === "connecting" && /did not answer/.test(status.why ?? ""));
    expect((await service.rest("GET", "/api/")).ok).toBe(false);
    expect(await rest.request("GET", "/api/")).toMatchObject({
      error: { code: "METERMAN_HA_CALL", message: expect.stringMatching(/JSON/) },
    });
    await link.stop();
    for (const client of ws.clients) client.terminate();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  });

  it("does not let a listener that throws take the line down", async () => {
    server.addLoad("switch.pump", "on");
    connect();
    service.watch("switch.pump", ({ state }) => {
      if (state !== null) throw new Error("a fault in a node");
    });
    await until("the log", () => logs.some((line) => line.includes("a fault in a node")));
    expect(status.kind).toBe("ready");
  });
});

it("is calm when nothing is configured", async () => {
  const service = unconfiguredService();
  const statuses: string[] = [];
  service.onStatus(({ kind }) => statuses.push(kind));
  service.watch("switch.pump", ({ state }) => statuses.push(String(state)));
  expect(statuses).toEqual(["unconfigured", "null"]);
  expect(await service.call("switch", "turn_on", {}, "switch.pump")).toMatchObject({ ok: false });
});
