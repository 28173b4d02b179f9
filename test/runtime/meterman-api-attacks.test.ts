import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochSeconds } from "../../nodes/model/index.ts";
import { openStore } from "../../nodes/store/index.ts";
import { meter, written } from "../api/meters.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** Node-RED as it is by default: the editor on the same root reads every JSON body before the API sees it. */
const HOUSE = meter("0.0.1.1.2");
const START = 1_783_000_005;
const tab: FlowNode = { id: "tab", type: "tab", label: "test" };
const api: FlowNode = { id: "api", type: "meterman-api", z: "tab", name: "", store: "store", wires: [] };
const store: FlowNode = { id: "store", type: "meterman-store", name: "", zone: "UTC", flushS: 600 };
const PATH = `/meters/${HOUSE}/adjustments`;
const RENAME = '{"kind":"rename","name":"x","why":"y"}';

let folder: string;
let nodeRed: NodeRed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-attacks-"));
  const opened = await openStore({ folder, zone: "UTC", now: () => epochSeconds(START + 400_000) });
  if (!opened.ok) throw new Error(opened.error.message);
  const durable = opened.value.append(written(HOUSE, START, 2000));
  await opened.value.flush();
  await durable;
  await opened.value.close();
  nodeRed = await startNodeRed({ flow: [tab, { ...store, folder }, api], editor: true });
  await nodeRed.until("the store", () => nodeRed.status("api")?.fill === "green");
});
afterAll(async () => {
  await nodeRed.stop();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

function send(path: string, body: string | Buffer, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = `${nodeRed.url}/meterman/api/v1${path}`;
    const sent = request(url, { method: "POST", headers: { "content-length": Buffer.byteLength(body), ...headers } });
    sent.on("response", (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("close", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    // Whoever sends more than is read may find the connection closed.
    sent.on("error", (error) => (Reflect.get(error, "code") === "EPIPE" ? undefined : reject(error)));
    sent.end(body);
  });
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    hash.update(name).update(await readFile(join(folder, name)).catch(() => ""));
  }
  return hash.digest("hex");
}

const json = { "content-type": "application/json" };

describe("hostile requests to a real Node-RED", () => {
  it("are refused without a fault, and nothing is written", async () => {
    const before = await fingerprint();
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const zipped = { ...json, "content-encoding": "gzip" };
    const cases: [string, string | Buffer, Record<string, string>, number][] = [
      [PATH, deep, json, 400],
      [PATH, `{"kind":"upload","why":"x","rows":${deep}}`, json, 400],
      [PATH, `{"kind":"rename","name":"x","why":"y","__proto__":{"dryRun":true}}`, json, 400],
      [PATH, "{", json, 400],

      [PATH, "x".repeat(8_388_609), { "content-type": "text/csv" }, 413],
      [PATH, gzipSync(RENAME), zipped, 415],
      [PATH, RENAME, { "content-type": "text/plain" }, 415],
      [PATH, RENAME, { "content-type": "application/x-www-form-urlencoded" }, 415],
      [PATH, RENAME, { ...json, origin: "https://evil.example" }, 403],
      [PATH, RENAME, { ...json, "sec-fetch-site": "cross-site" }, 403],
      [PATH, RENAME, { ...json, host: "rebound.example" }, 403],
      [PATH, RENAME, { ...json, authorization: "Bearer mm_guess" }, 401],
      ["/meters/..%2f..%2fx/adjustments", RENAME, json, 400],
      ["/meters/%00/adjustments", RENAME, json, 400],
      [`${PATH}/1/undo`, '{"why":"x"}', json, 404],
      [`${PATH}?why=a&why=b`, "start,end,wh\n1,2,3\n", { "content-type": "text/csv" }, 400],
    ];
    for (const [path, body, headers, status] of cases) {
      const answer = await send(path, body, headers);
      expect([path, body.slice(0, 40), headers, answer.status]).toEqual([path, body.slice(0, 40), headers, status]);
      expect(answer.text).not.toContain(folder);
    }
    expect(await fingerprint()).toBe(before);
    const faults = nodeRed.logs.filter(({ text }) => text.includes("METERMAN_INTERNAL"));
    expect(faults).toEqual([]);
  });
});

describe("a correction over a real Node-RED", () => {
  it("is made, seen at once, listed, and undone", async () => {
    const base = `${nodeRed.url}/meterman/api/v1/meters/${HOUSE}`;
    const used = async () => (await (await fetch(`${base}/consumption?from=${START}&to=${START + 3600}`)).json()).wh;
    const before = await used();
    const gone = { kind: "delete", from: START, to: START + 600, why: "the meter was on the bench" };
    const made = await send(PATH, JSON.stringify(gone), json);
    expect([made.status, JSON.parse(made.text).adjustment]).toMatchObject([
      201,
      { n: 1, changeWh: -200, who: "this machine" },
    ]);
    expect(await used()).toBe(before - 200);
    expect(await (await fetch(`${base}/adjustments`)).json()).toMatchObject({ items: [{ n: 1, kind: "delete" }] });
    expect((await send(`${PATH}/1/undo`, '{"why":"it was not"}', json)).status).toBe(200);
    expect(await used()).toBe(before);
  });
});
