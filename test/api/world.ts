import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import {
  type Api,
  type ApiPorts,
  type ApiResponse,
  createApi,
  type NodeHealth,
  type OpenArchive,
} from "../../nodes/api/index.ts";
import { epochSeconds, type Failure, failed, ok } from "../../nodes/model/index.ts";
import { openStore, type Store } from "../../nodes/store/index.ts";
import { DemandWorld } from "./demand.ts";
import { documented } from "./document.ts";
import { GatewayWorld, liveHub } from "./gateways.ts";
import { directory, meter, summary, written } from "./meters.ts";

export const HOUSE = meter("0.0.1.1.2");
/** 2026-07-02T13:46:45Z, the first reading; NOW is on the third day after. */
export const START = 1_783_000_005;
export const NOW = 1_783_230_000;
export const FAULTS: Error[] = [];

export interface World {
  store?: OpenArchive | Failure;
  nodes?: readonly NodeHealth[];
  now?: () => number;
  addToEnergyDashboard?: ApiPorts["addToEnergyDashboard"];
  demand?: DemandWorld;
  gateways?: GatewayWorld;
}

const folder = await mkdtemp(join(tmpdir(), "meterman-api-"));
const opened = await openStore({ folder, zone: "Europe/Oslo", now: () => epochSeconds(NOW) });
if (!opened.ok) throw new Error(opened.error.message);
/** The real store with 12 000 readings and an event of HOUSE. */
export const STORE: Store = opened.value;
const happened = [{ meter: HOUSE, at: epochSeconds(START + 60), kind: "text" as const, text: "=1+1" }];
const durable = STORE.append(written(HOUSE, START, 12_000, 0, happened));
await STORE.flush();
await durable;

afterAll(async () => {
  await STORE.close();
  await rm(folder, { recursive: true });
});

export function house(): OpenArchive {
  return {
    archive: STORE,
    adjustments: STORE,
    directory: directory(summary(HOUSE, "House")),
    live: liveHub(),
    knows: (id) => STORE.meters().includes(id),
    zone: "Europe/Oslo",
    health: () => ({ ...STORE.health(), pending: 3 }),
  };
}

export function ports(world: World = {}): ApiPorts {
  const store = world.store ?? house();
  return {
    now: () => epochSeconds(world.now?.() ?? NOW),
    store: () => ("archive" in store ? ok(store) : { ok: false, error: store }),
    nodes: () => world.nodes ?? [],
    addToEnergyDashboard: world.addToEnergyDashboard ?? (async () => failed("METERMAN_UNKNOWN_METER", "none")),
    ...(world.demand ?? new DemandWorld()).ports(),
    ...(world.gateways ?? new GatewayWorld()).ports(),
    fault: (error) => FAULTS.push(error),
  };
}

export interface Asked {
  method?: string;
  headers?: Record<string, string | undefined>;
  remote?: string | undefined;
  httpVersion?: string;
  body?: string;
}

/** Asks as curl on the same machine would, and checks what every answer must keep. */
export async function ask(api: Api, url: string, asked: Asked = {}): Promise<ApiResponse & { text: string }> {
  const [path = "", ...query] = url.split("?");
  const response = await api({
    method: asked.method ?? "GET",
    path,
    query: query.join("?"),
    headers: { host: "localhost:1880", ...asked.headers },
    remote: "remote" in asked ? asked.remote : "127.0.0.1",
    httpVersion: asked.httpVersion ?? "1.1",
    body: async () => ok(asked.body ?? ""),
  });
  const text = await whole(response.body);
  expect(response.headers["x-content-type-options"]).toBe("nosniff");
  expect(response.headers["access-control-allow-origin"]).toBeUndefined();
  if (response.status >= 400 && (asked.method ?? "GET") !== "HEAD") {
    expect(response.headers["content-type"]).toBe("application/problem+json");
    const problem: unknown = JSON.parse(text);
    expectShape("Problem", problem);
    expect(problem).toMatchObject({ status: response.status });
  }
  return { ...response, text };
}

export function body(response: { text: string }): Record<string, unknown> {
  const parsed: unknown = JSON.parse(response.text);
  if (typeof parsed !== "object" || parsed === null) throw new Error("not an object");
  return { ...parsed };
}

async function whole(parts: ApiResponse["body"]): Promise<string> {
  if (typeof parts === "string") return parts;
  let text = "";
  for await (const part of parts) text += part;
  return text;
}

const openapi = await createApi(ports())({
  method: "GET",
  path: "/openapi.json",
  query: "",
  headers: { host: "localhost" },
  remote: "::1",
  body: async () => ok(""),
});
export const DOCUMENT = body({ text: await whole(openapi.body) });
export const { expectShape, expectAnswer } = documented(DOCUMENT);
