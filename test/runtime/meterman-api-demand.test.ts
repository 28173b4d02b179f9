import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NewToken, Scope } from "../../nodes/api/index.ts";
import { documented } from "../api/document.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

const tab: FlowNode = { id: "tab", type: "tab", label: "test" };
const store: FlowNode = { id: "store", type: "meterman-store", name: "", folder: "", zone: "UTC", flushS: 60 };
const demand: FlowNode = {
  ...{ id: "demand", type: "meterman-demand", z: "tab", name: "House", tariff: "belgium", limitW: "3000" },
  ...{ zone: "UTC", meters: "", store: "", wires: [["shed"], []] },
};
const shed: FlowNode = {
  ...{ id: "shed", type: "meterman-shed", z: "tab", name: "Loads", dryRun: true, homeAssistant: "" },
  ...{ marginW: 100, hysteresisW: 200, confirmS: 30, holdS: 120, staggerS: 120, responseS: 60, maxPerPass: 2 },
  loads: [{ name: "boiler", kind: "switch", levels: "", ratedW: "2000", priority: "1", minOnS: "0", minOffS: "0" }],
  wires: [[], []],
};
const api = (tokens: readonly object[]): FlowNode => {
  return { id: "api", type: "meterman-api", z: "tab", name: "", store: "store", tokens, wires: [] };
};

let nodeRed: NodeRed;
beforeAll(async () => {
  nodeRed = await startNodeRed({ flow: [tab, store, demand, shed, api([])], editor: true });
});
afterAll(() => nodeRed.stop());

/** A token as the dialog gets it from the server and leaves it in the node's settings. */
async function make(...scopes: Scope[]): Promise<{ secret: string; token: object }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${nodeRed.url}/meterman-api/tokens`, { method: "POST", headers, body: "{}" });
  expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
  const { secret, ...token }: NewToken = await response.json();
  return { secret, token: { ...token, name: scopes.join(" "), scopes } };
}

function ask(path: string, secret?: string, fields?: object): Promise<Response> {
  const headers = {
    ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
    ...(fields === undefined ? {} : { "content-type": "application/json" }),
  };
  const init = fields === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(fields) };
  return fetch(`${nodeRed.url}/meterman/api/v1${path}`, init);
}

describe("the dialog's address for new tokens", () => {
  it("makes a different one each time, and takes nothing but JSON", async () => {
    const [one, other] = [await make("read"), await make("read")];
    expect(one.secret).toMatch(/^mm_[A-Za-z0-9_-]{43}$/);
    expect(one.secret).not.toBe(other.secret);
    const form = await fetch(`${nodeRed.url}/meterman-api/tokens`, {
      method: "POST",
      body: new URLSearchParams("a=1"),
    });
    expect(form.status).toBe(415);
  });

  it("allows nothing until the token is deployed", async () => {
    const { secret } = await make("read");
    expect((await ask("/meters", secret)).status).toBe(401);
  });
});

describe("tokens of the API node", () => {
  it("open what their scopes say, until the next deploy takes them away", async () => {
    const [reader, driver] = [await make("read"), await make("control")];
    await nodeRed.deploy([tab, store, demand, shed, api([reader.token, driver.token])]);
    expect((await ask("/demand")).status).toBe(401);
    expect((await ask("/demand", reader.secret)).status).toBe(200);
    expect((await ask("/demand/shed/dry-run", reader.secret, { on: true })).status).toBe(403);
    expect((await ask("/demand/shed/dry-run", driver.secret, { on: true })).status).toBe(200);
    await nodeRed.deploy([tab, store, demand, shed, api([driver.token])]);
    expect((await ask("/demand", reader.secret)).status).toBe(401);
    expect((await ask("/demand")).status).toBe(200);
  });

  it("are in no log line and no figure of health", async () => {
    const { secret, token } = await make("read");
    await nodeRed.deploy([tab, store, demand, shed, api([token])]);
    await ask("/demand", secret);
    const health = await (await ask("/health", secret)).text();
    const { hash } = token as { hash: string };
    for (const text of [health, ...nodeRed.logs.map((line) => line.text)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(hash);
    }
  });

  it("that are damaged stop the node with words, rather than open it", async () => {
    await nodeRed.deploy([
      tab,
      store,
      demand,
      shed,
      api([{ id: "x", name: "", scopes: ["read"], hash: "", created: 0 }]),
    ]);
    expect(nodeRed.status("api")).toMatchObject({ fill: "red", text: expect.stringContaining("tokens.0.hash") });
    expect((await ask("/demand")).status).toBe(404);
  });
});

describe("GET demand of a flow", () => {
  it("has every demand and shed node, in the shapes of the document", async () => {
    await nodeRed.deploy([tab, store, demand, shed, api([])]);
    const { expectAnswer } = documented(await (await ask("/openapi.json")).json());
    const answer = await (await ask("/demand")).json();
    expectAnswer("/demand", answer);
    expect(answer).toMatchObject({
      demand: [
        {
          id: "demand",
          name: "House",
          tariff: expect.stringContaining("Belgium"),
          powerWatts: null,
          projectedWatts: null,
        },
      ],
      shed: [{ id: "shed", name: "Loads", dryRun: true, loads: [{ name: "boiler", level: null }] }],
      scopes: ["read", "adjust"],
    });
  });

  it("shows what a person asked a load for, and that the dry run ended", async () => {
    const { secret, token } = await make("control");
    await nodeRed.deploy([tab, store, demand, shed, api([token])]);
    const { expectAnswer } = documented(await (await ask("/openapi.json")).json());
    const wished = await (
      await ask("/demand/shed/overrides", secret, { load: "boiler", mode: "off", forS: 60 })
    ).json();
    expectAnswer("/demand/{shed}/overrides", wished, "post");
    expect(wished.loads).toMatchObject([{ name: "boiler", override: { mode: "off", until: expect.any(Number) } }]);
    expect(await (await ask("/demand/shed/dry-run", secret, { on: false })).json()).toMatchObject({ dryRun: false });
    expect((await ask("/demand/shed/overrides", secret, { load: "sauna", mode: "off" })).status).toBe(404);
    expect((await ask("/demand/demand/dry-run", secret, { on: true })).status).toBe(404);
  });
});

describe("the page", () => {
  it("is served with its files, whatever stands after the path", async () => {
    const page = (path: string) => fetch(`${nodeRed.url}/meterman/demand${path}`, { redirect: "manual" });
    const html = await page("");
    expect([html.status, html.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const files = [...(await html.text()).matchAll(/(?:src|href)="(demand\/[^"]+)"/g)].map((match) => match[1] ?? "");
    expect(files.length).toBe(2);
    for (const file of files) {
      expect((await fetch(new URL(file, `${nodeRed.url}/meterman/demand`))).status).toBe(200);
    }
    expect((await page("?x=1")).status).toBe(200);
    expect([(await page("/")).status, (await page("/")).headers.get("location")]).toEqual([308, "../demand"]);
    expect((await page("/nothing")).status).toBe(404);
  });

  it("is small", async () => {
    const [script, style] = await Promise.all(
      ["page.js", "style.css"].map(async (name) => (await fetch(`${nodeRed.url}/meterman/demand/${name}`)).text()),
    );
    expect(`${script}${style}`.length).toBeLessThan(60_000);
  });
});
