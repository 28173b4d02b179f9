import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { NodeAPI } from "node-red";
import type { Api } from "../../api/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import { hasBody, readBody } from "./body.ts";

export const PREFIX = "/meterman/api/v1";

/** What is served below a path. */
export interface Part {
  readonly api: Api;
  /** Paths below it that are its own; all others are left to whoever comes next. Without it all are. */
  readonly only?: readonly string[];
}

/** Express applications that are served. One bundle has all nodes of this type, so a variable is enough. */
const served = new WeakSet<object>();

/**
 * Serves each of `parts` below its path of Node-RED's root for HTTP nodes, whatever that root is.
 * @returns what undoes it; fails when another node is there already or Node-RED serves no HTTP nodes
 */
export function mount(RED: NodeAPI, parts: Readonly<Record<string, Part>>): Result<() => void> {
  if (RED.settings.httpNodeRoot === false) {
    return failed("METERMAN_BAD_CONFIG", "httpNodeRoot is false in Node-RED's settings: no HTTP node can be reached");
  }
  const app = RED.httpNode;
  if (served.has(app)) {
    return failed("METERMAN_BAD_CONFIG", `another node already serves ${PREFIX}: delete one of the two`);
  }
  served.add(app);
  const handlers = Object.entries(parts).map(([path, { api, only }]) => {
    const handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => {
      if (only !== undefined && !only.includes(bare(request).split("?")[0] ?? "")) return next();
      // A rejection that nobody catches would end Node-RED.
      serve(api, request, response).catch(() => response.destroy());
    };
    app.use(path, handler);
    return handler;
  });
  return ok(() => {
    served.delete(app);
    for (const handler of handlers) removeLayer(app, handler);
  });
}

/** Express has no way to take a handler back but its stack: `_router` in Express 4, `router` in 5. */
function removeLayer(app: object, handler: unknown): void {
  const router: unknown = Reflect.get(app, "_router") ?? Reflect.get(app, "router");
  const stack: unknown = Reflect.get(Object(router), "stack");
  if (!Array.isArray(stack)) return;
  const at = stack.findIndex((layer: unknown) => Reflect.get(Object(layer), "handle") === handler);
  if (at >= 0) stack.splice(at, 1);
}

/** The URL below the path; empty where Express puts a slash that was not sent. */
function bare(request: IncomingMessage): string {
  const { url = "/" } = request;
  const sent: unknown = Reflect.get(request, "originalUrl");
  const [path = ""] = String(sent ?? url).split("?");
  return url.startsWith("/") && (url.length === 1 || url[1] === "?") && !path.endsWith("/") ? url.slice(1) : url;
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = bare(request);
  const mark = url.indexOf("?");
  const answer = await api({
    method: request.method ?? "",
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    headers: request.headers,
    // Not request.ip: with "trust proxy" that is what a header says.
    remote: request.socket.remoteAddress,
    httpVersion: request.httpVersion,
    body: (limitBytes) => readBody(request, limitBytes),
  });
  // Nobody waits for the rest of a body that was refused.
  if (hasBody(request) && !request.complete) response.setHeader("connection", "close");
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  if (typeof answer.body === "string") return void response.end(answer.body);
  // A stream may have nothing to say for a while.
  response.flushHeaders();
  // A caller who hangs up ends the reading of further pages; a page that fails breaks the connection.
  await pipeline(Readable.from(answer.body), response);
}
