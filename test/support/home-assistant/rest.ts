import type { IncomingMessage, ServerResponse } from "node:http";
import { full } from "./session.ts";
import type { States } from "./states.ts";

const ENTITY = /^(?!.+__)(?!_)[\da-z_]+(?<!_)\.(?!_)[\da-z_]+(?<!_)$/;
type Dict = Readonly<Record<string, unknown>>;
const isDict = (value: unknown): value is Dict => typeof value === "object" && value !== null && !Array.isArray(value);

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function body(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `/api/` and `/api/states`, with Home Assistant's answers. */
export async function rest(
  request: IncomingMessage,
  response: ServerResponse,
  states: States,
  config: () => object,
): Promise<void> {
  const path = new URL(request.url ?? "/", "http://ha").pathname;
  const entity = /^\/api\/states\/(.+)$/.exec(path)?.[1];
  if (path === "/api/") answer(response, 200, { message: "API running." });
  else if (path === "/api/config") answer(response, 200, config());
  else if (path === "/api/states") answer(response, 200, states.all().map(full));
  else if (entity === undefined) response.writeHead(404).end("404: Not Found");
  else if (request.method === "GET") {
    const state = states.get(entity);
    if (state === undefined) answer(response, 404, { message: "Entity not found." });
    else answer(response, 200, full(state));
  } else if (request.method === "DELETE") {
    if (states.remove(entity)) answer(response, 200, { message: "Entity removed." });
    else answer(response, 404, { message: "Entity not found." });
  } else {
    const data = await body(request);
    if (!isDict(data)) answer(response, 400, { message: "Invalid JSON specified." });
    else if (typeof data.state !== "string") answer(response, 400, { message: "No state specified." });
    else if (!ENTITY.test(entity)) answer(response, 400, { message: "Invalid entity ID specified." });
    else {
      const status = states.get(entity) === undefined ? 201 : 200;
      states.set(entity, data.state, isDict(data.attributes) ? data.attributes : {});
      const state = states.get(entity);
      answer(response, status, state === undefined ? {} : full(state));
    }
  }
}
