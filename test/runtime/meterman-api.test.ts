import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochSeconds } from "../../nodes/model/index.ts";
import { openStore } from "../../nodes/store/index.ts";
import { documented } from "../api/document.ts";
import { meter, written } from "../api/meters.ts";
import { expectedEnergy } from "../support/capture.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

const tab: FlowNode = { id: "tab", type: "tab", label: "test" };
const api: FlowNode = { id: "api", type: "meterman-api", z: "tab", name: "", store: "store", wires: [] };
const lost: FlowNode = { ...api, store: "gone" };
const store: FlowNode = { id: "store", type: "meterman-store", name: "", folder: "", zone: "UTC", flushS: 60 };
const second: FlowNode = { ...api, id: "second" };

let base: string;
let nodeRed: NodeRed;

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${nodeRed.url}/meterman/api/v1${path}`, { headers });

/** Like get, for headers that fetch does not let one set. */
function raw(path: string, headers: Record<string, string>, method = "GET"): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${nodeRed.url}/meterman/api/v1${path}`, { method, headers }, (response) => {
      let text = "";
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Sends bytes as they are and gives the status line of the answer. */
function bytes(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(nodeRed.url).port), "127.0.0.1", () => socket.write(text, "latin1"));
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString("latin1").split("\r\n")[0] ?? "");
    });
    socket.once("error", reject);
  });
}

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "meterman-api-"));
  nodeRed = await startNodeRed({ flow: [tab, lost] });
});

afterAll(async () => {
  await nodeRed.stop();
  await rm(base, { recursive: true, force: true });
});

describe("the API node without a store", () => {
  it("answers 503 with what to do, and health says down", async () => {
    const response = await get("/meters");
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      code: "METERMAN_NO_STORE",
      detail: expect.stringContaining("choose or add one"),
    });
    const health = await get("/health");
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: "down", nodes: [{ id: "api", type: "meterman-api" }] });
    expect(nodeRed.status("api")).toMatchObject({ fill: "red" });
  });

  it("serves its document, and problems for everything else, over real HTTP", async () => {
    const document = await get("/openapi.json");
    expect(await document.json()).toMatchObject({ openapi: "3.1.0", servers: [{ url: "." }] });
    expect((await get("")).status).toBe(404);
    expect((await get("/%zz")).status).toBe(400);
    expect((await get("/..%2f..%2fsettings.js")).status).toBe(404);
    const posted = await fetch(`${nodeRed.url}/meterman/api/v1/meters`, { method: "POST", body: "{}" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    const head = await fetch(`${nodeRed.url}/meterman/api/v1/openapi.json`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("turns away other host names, origins and proxies", async () => {
    for (const headers of [
      { host: "evil.example" },
      { origin: "https://evil.example" },
      { "x-forwarded-for": "10.0.0.1" },
    ]) {
      const refused = await raw("/openapi.json", headers);
      expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, "METERMAN_FORBIDDEN"]);
    }
    const old = await bytes("GET /meterman/api/v1/openapi.json HTTP/1.0\r\nHost: localhost\r\n\r\n");
    expect(old).toMatch(/^HTTP\/1\.1 403 /);
    const preflight = { origin: "https://evil.example", "access-control-request-method": "GET" };
    expect((await raw("/meters", preflight, "OPTIONS")).status).toBe(403);
  });
});

describe("hostile request lines", () => {
  it("get a refusal, and Node-RED lives on", async () => {
    const prefix = "/meterman/api/v1";
    for (const target of [
      `${prefix}/meters/\xff\xfe`,
      `${prefix}/meters/%c0%ae%c0%ae/readings`,
      `${prefix}/../../meters/x`,
      `${prefix}//meters`,
      `http://evil.example${prefix}/nothing`,
      `${prefix}/meters?__proto__[x]=1&from=1&from=2`,
      `${prefix}/meters/${"a".repeat(3000)}`,
    ]) {
      const line = await bytes(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      expect([target, line]).toEqual([target, expect.stringMatching(/^HTTP\/1\.1 (400|404|414|503) /)]);
    }
    expect((await get("/health")).status).toBe(200);
  });
});

describe("the API node with a store", () => {
  const id = meter("0.0.1.1.2");
  const start = 1_783_000_005;
  const folder = () => join(base, "store");
  const query = `from=${start}&to=${start + 15 * 20_000}`;

  beforeAll(async () => {
    const now = () => epochSeconds(start + 400_000);
    const opened = await openStore({ folder: folder(), zone: "UTC", now });
    if (!opened.ok) throw new Error(opened.error.message);
    const durable = opened.value.append(written(id, start, 20_000));
    await opened.value.flush();
    await durable;
    await opened.value.close();
    await nodeRed.deploy([tab, api, { ...store, folder: folder() }]);
    await nodeRed.until("the store", () => nodeRed.status("api")?.fill === "green");
  });

  it("lists no meter while no node speaks for one, and is well", async () => {
    expect(await (await get("/meters")).json()).toMatchObject({ items: [], next: null, zone: "UTC" });
    expect(await (await get("/health")).json()).toMatchObject({ status: "ok", store: { open: true } });
  });

  it("answers for what is on disk, in JSON and as one CSV stream", async () => {
    const used = await (await get(`/meters/${id}/consumption?from=1577836800&to=1900000000`)).json();
    expect(used).toMatchObject({ wh: 100_000, parts: [{ start, end: start + 300_000, wh: 100_000 }] });
    const response = await get(`/meters/${id}/readings?${query}`, { accept: "text/csv" });
    expect(response.headers.get("content-type")).toContain("text/csv");
    const lines = (await response.text()).trimEnd().split("\r\n");
    expect(lines).toHaveLength(20_001);
    expect(lines.at(-1)).toContain(`,5,1200,100000,,interval,,15`);
  });

  it("spares the body of a closed day that the caller has", async () => {
    const first = await get(`/meters/${id}/readings?from=${start}&to=${start + 60}`);
    const etag = first.headers.get("etag") ?? "";
    const again = await get(`/meters/${id}/readings?from=${start}&to=${start + 60}`, { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("survives a caller who hangs up in the middle", async () => {
    const line = await bytes(
      `GET /meterman/api/v1/meters/${id}/readings?${query} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n`,
    );
    expect(line).toBe("HTTP/1.1 200 OK");
    expect((await get("/health")).status).toBe(200);
  });
});

describe("the API node behind a gateway and a meter node", () => {
  it("says of every meter what its registers say, in the shapes of its document", async () => {
    const capture = await readFile(join(import.meta.dirname, "..", "data", "bench-run-1.uart.bin"));
    const gateway = { id: "gateway", type: "meterman-gateway", z: "tab", name: "", wires: [["meter"], [], []] };
    const meterNode = { id: "meter", type: "meterman-meter", z: "tab", name: "", store: "store", wires: [[], [], []] };
    await nodeRed.deploy([tab, gateway, meterNode, api, { ...store, folder: join(base, "gateway"), flushS: 1 }]);
    await nodeRed.until("the store", () => nodeRed.status("api")?.fill === "green");
    nodeRed.inject("gateway", { payload: capture });

    const { expectAnswer } = documented(await (await get("/openapi.json")).json());
    const wanted = expectedEnergy(capture);
    const sum = [...wanted.values()].reduce((total, { wh }) => total + wh, 0);
    const lifetimes = async () => {
      const { items } = await (await get("/meters")).json();
      return items.reduce((total: number, { lifetimeWh }: { lifetimeWh: number }) => total + lifetimeWh, 0);
    };
    await nodeRed.until("all energy to be on disk", async () => (await lifetimes()) === sum);

    expectAnswer("/meters", await (await get("/meters")).json());
    expectAnswer("/health", await (await get("/health")).json());
    for (const [node, { wh }] of wanted) {
      const path = `/meters/0.0.1.1.${node}`;
      expectAnswer("/meters/{meter}", await (await get(path)).json());
      const used = await (await get(`${path}/consumption?from=1577836800&to=1900000000`)).json();
      expectAnswer("/meters/{meter}/consumption", used);
      expect([node, used.wh]).toEqual([node, wh]);
      const { parts } = used;
      const span = `from=${parts[0].start}&to=${parts.at(-1).end}`;
      for (const resolution of ["raw", "1m", "15m", "30m", "hour", "day", "month"]) {
        const readings = await (await get(`${path}/readings?${span}&resolution=${resolution}&limit=10000`)).json();
        expectAnswer("/meters/{meter}/readings", readings);
        const total = readings.items.reduce((all: number, reading: { wh: number }) => all + reading.wh, 0);
        expect([node, resolution, total]).toEqual([node, resolution, wh]);
      }
      expectAnswer("/meters/{meter}/events", await (await get(`${path}/events?from=1577836800&to=1900000000`)).json());
    }
    expect((await get("/meters/0.0.1.1.99/readings")).status).toBe(404);
  });
});

describe("two API nodes", () => {
  it("are one too many: the second says so, and takes over when the first is deleted", async () => {
    await nodeRed.deploy([tab, lost, { ...second, store: "gone" }]);
    expect(nodeRed.status("second")).toMatchObject({ fill: "red", text: expect.stringContaining("another node") });
    const health = await (await get("/health")).json();
    expect(health).toMatchObject({
      nodes: [
        { id: "api", health: { serves: "/meterman/api/v1" } },
        { id: "second", health: { serves: null } },
      ],
    });
    await nodeRed.deploy([tab, { ...second, store: "gone" }], "nodes");
    await nodeRed.until("the second to serve", async () => (await get("/health")).status === 200);
  });
});

describe("a deleted API node", () => {
  it("leaves nothing behind", async () => {
    await nodeRed.deploy([tab]);
    const gone = await get("/meters");
    expect([gone.status, gone.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
  });
});
