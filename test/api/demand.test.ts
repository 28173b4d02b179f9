import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createApi, newToken } from "../../nodes/api/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { DemandWorld, demandReport, shedReport } from "./demand.ts";
import { ask, body, DOCUMENT, expectAnswer, NOW, ports } from "./world.ts";

const { secret, ...rest } = newToken(randomBytes(32), epochSeconds(NOW));
const token = { ...rest, name: "page", scopes: ["read", "control"] as const };

function served(demand = new DemandWorld()) {
  const api = createApi(ports({ demand }), { tokens: [token] });
  const get = () => ask(api, "/demand", { headers: { authorization: `Bearer ${secret}` } });
  const post = (path: string, fields: unknown) =>
    ask(api, `/demand/${path}`, {
      method: "POST",
      body: JSON.stringify(fields),
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    });
  return { demand, get, post };
}

describe("GET demand", () => {
  it("gives what every demand and shed node reports, and what the caller may do", async () => {
    const { get } = served();
    const answer = body(await get());
    expectAnswer("/demand", answer);
    expect(answer).toEqual({ demand: [demandReport()], shed: [shedReport()], scopes: ["read", "control"] });
  });

  it("has no items where there are no such nodes, and needs no store", async () => {
    const demand = new DemandWorld();
    demand.demands = [];
    demand.sheds = [];
    const api = createApi(ports({ demand, store: { code: "METERMAN_NO_STORE", message: "none" } }));
    const answer = body(await ask(api, "/demand"));
    expectAnswer("/demand", answer);
    expect(answer).toEqual({ demand: [], shed: [], scopes: ["read", "adjust"] });
  });

  it("keeps its shape when everything is unknown", async () => {
    const demand = new DemandWorld();
    const unknown = { powerWatts: null, projectedWatts: null, allowedWatts: null, ageS: null, bridgedWh: null };
    demand.demands = [demandReport({ ...unknown, limitWatts: null, price: null, adds: null, months: [], windows: [] })];
    demand.sheds = [shedReport({ loads: [], decisions: [], staleSince: epochSeconds(NOW), refused: "another has it" })];
    expectAnswer("/demand", body(await served(demand).get()));
  });
});

describe("POST overrides", () => {
  it("tells the shed node, and answers with what it reports then", async () => {
    const { demand, post } = served();
    const answer = await post("shed/overrides", { load: "boiler", mode: "on", forS: 3600 });
    expectAnswer("/demand/{shed}/overrides", body(answer), "post");
    await post("shed/overrides", { load: "boiler", mode: "auto" });
    expect(demand.told).toEqual([
      { shed: "shed", load: "boiler", wish: "on", forS: 3600 },
      { shed: "shed", load: "boiler", wish: "auto", forS: null },
    ]);
  });

  it("refuses what is unknown, missing or out of range, and tells nobody", async () => {
    const { demand, post } = served();
    const boiler = { load: "boiler", mode: "on" };
    const cases: [string, object, number, string | undefined][] = [
      ["nobody/overrides", boiler, 404, "shed"],
      ["__proto__/overrides", boiler, 404, "shed"],
      ["shed/overrides", { ...boiler, load: "sauna" }, 404, "load"],
      ["shed/overrides", { load: "boiler" }, 400, "mode"],
      ["shed/overrides", { ...boiler, mode: "leave" }, 400, "mode"],
      ["shed/overrides", { ...boiler, mode: true }, 400, "mode"],
      ["shed/overrides", { ...boiler, forS: 0 }, 400, "forS"],
      ["shed/overrides", { ...boiler, forS: "3600" }, 400, "forS"],
      ["shed/overrides", { ...boiler, forS: 1e9 }, 400, "forS"],
      ["shed/overrides", { ...boiler, force: 1 }, 400, undefined],
    ];
    for (const [path, fields, status, field] of cases) {
      const answer = await post(path, fields);
      expect([fields, answer.status, body(answer).field]).toEqual([fields, status, field]);
    }
    expect(demand.told).toEqual([]);
  });
});

describe("POST dry-run", () => {
  it("begins and ends a dry run", async () => {
    const { post } = served();
    const on = body(await post("shed/dry-run", { on: true }));
    expectAnswer("/demand/{shed}/dry-run", on, "post");
    expect(on.dryRun).toBe(true);
    expect(body(await post("shed/dry-run", { on: false })).dryRun).toBe(false);
  });

  it("takes true and false, and nothing that looks like them", async () => {
    const { demand, post } = served();
    for (const on of ["true", 1, null, [true], undefined]) {
      expect((await post("shed/dry-run", { on })).status).toBe(400);
    }
    expect((await post("nobody/dry-run", { on: true })).status).toBe(404);
    expect(demand.told).toEqual([]);
  });
});

describe("the document", () => {
  it("says which scope each operation needs, and that switching takes a token", () => {
    const paths = Object(DOCUMENT.paths);
    expect(paths["/demand"].get.security).toEqual([{ token: ["read"] }, {}]);
    for (const path of ["/demand/{shed}/overrides", "/demand/{shed}/dry-run"]) {
      expect(paths[path].post.security).toEqual([{ token: ["control"] }]);
    }
    expect(Object(DOCUMENT.components).securitySchemes.token).toMatchObject({ type: "http", scheme: "bearer" });
  });
});
