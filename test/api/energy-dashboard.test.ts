import { describe, expect, it } from "vitest";
import { createApi } from "../../nodes/api/index.ts";
import { type EnergyAnswer, type EnergyRequest, failed, ok } from "../../nodes/model/index.ts";
import { type Asked, ask, body, expectAnswer, HOUSE, ports } from "./world.ts";

const path = `/meters/${HOUSE}/energy-dashboard`;
const energyEntity = "sensor.house_energy";
const issue = { type: "statistics_not_defined", entity: energyEntity, text: "has no statistics yet", passing: true };
const answer = (request: EnergyRequest): EnergyAnswer => ({
  ...request,
  ...{ change: "added", energyEntity, powerEntity: null, issues: [issue], text: "House is there now." },
});

const asked: EnergyRequest[] = [];
const api = createApi(
  ports({
    addToEnergyDashboard: async (request) => {
      asked.push(request);
      return ok(answer(request));
    },
  }),
);
const json = (value: unknown): Asked => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: typeof value === "string" ? value : JSON.stringify(value),
});
async function refusal(url: string, sent: Asked): Promise<unknown[]> {
  const response = await ask(api, url, sent);
  return [response.status, body(response).code, body(response).field];
}

describe("a meter for the Energy dashboard", () => {
  it("is handed to the publish node, and the answer is as the document says", async () => {
    for (const as of ["grid", "device"] as const) {
      const response = await ask(api, path, json({ as }));
      expect([response.status, asked.at(-1)]).toEqual([200, { meter: HOUSE, as }]);
      expectAnswer("/meters/{meter}/energy-dashboard", body(response), "post");
      expect(response.headers["cache-control"]).toBe("no-store");
    }
  });

  it("may be sent with a charset, and is never sent by a form of another page", async () => {
    const sent = (type: string | undefined) => ({ ...json({ as: "grid" }), headers: { "content-type": type } });
    expect((await ask(api, path, sent("Application/JSON; charset=utf-8"))).status).toBe(200);
    for (const type of [undefined, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json"]) {
      expect(await refusal(path, sent(type))).toEqual([415, "METERMAN_UNSUPPORTED", "Content-Type"]);
    }
    const foreign = { "content-type": "application/json", origin: "http://evil.example" };
    expect(await refusal(path, { ...json({ as: "grid" }), headers: foreign })).toEqual([
      403,
      "METERMAN_FORBIDDEN",
      undefined,
    ]);
  });

  it("needs a role that exists, and nothing else", async () => {
    const bodies: [unknown, unknown][] = [
      [{}, "as"],
      [{ as: "solar" }, "as"],
      [{ as: 1 }, "as"],
      [{ as: ["grid"] }, "as"],
      [{ as: null }, "as"],
      [{ as: "grid", price: 1 }, undefined],
    ];
    for (const [sent, field] of bodies) {
      expect([sent, ...(await refusal(path, json(sent)))]).toEqual([sent, 400, "METERMAN_BAD_QUERY", field]);
    }
    for (const text of ["", "{", "[]", "null", '"grid"', '[{"as":"grid"}]']) {
      expect(await refusal(path, json(text))).toEqual([400, "METERMAN_BAD_MESSAGE", undefined]);
    }
    expect(await refusal(`${path}?as=grid`, json({ as: "grid" }))).toEqual([400, "METERMAN_BAD_QUERY", undefined]);
    expect(await refusal("/meters/a%2Fb/energy-dashboard", json({ as: "grid" }))).toEqual([
      400,
      "METERMAN_BAD_QUERY",
      "meter",
    ]);
  });

  it("is posted only", async () => {
    for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
      const response = await ask(api, path, { ...json({ as: "grid" }), method });
      expect([response.status, response.headers.allow]).toEqual([405, "POST, OPTIONS"]);
    }
  });

  it("has a status for each way in which it cannot be", async () => {
    const cases = [
      ["METERMAN_UNKNOWN_METER", 404],
      ["METERMAN_HA_ENTITY", 409],
      ["METERMAN_HA_ENERGY", 409],
      ["METERMAN_HA_AUTH", 502],
      ["METERMAN_HA_CALL", 502],
      ["METERMAN_HA_UNREACHABLE", 503],
    ] as const;
    for (const [code, status] of cases) {
      const refusing = createApi(ports({ addToEnergyDashboard: async () => failed(code, "what to do") }));
      const response = await ask(refusing, path, json({ as: "grid" }));
      expect([response.status, body(response).detail]).toEqual([status, "what to do"]);
    }
  });
});
