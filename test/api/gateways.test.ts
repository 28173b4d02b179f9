import { describe, expect, it } from "vitest";
import { createApi, newToken, type Token } from "../../nodes/api/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { GatewayWorld, gatewayReport } from "./gateways.ts";
import { ask, body, expectAnswer, expectShape, HOUSE, ports } from "./world.ts";

const { secret, ...rest } = newToken(new Uint8Array(32).fill(7), epochSeconds(1_783_000_000));
const token = (...scopes: Token["scopes"]): Token => ({ ...rest, name: "phone", scopes });
const headers = { "content-type": "application/json", authorization: `Bearer ${secret}` };

function world() {
  const gateways = new GatewayWorld();
  const api = createApi(ports({ gateways }), { tokens: [token("read", "control")] });
  const post = (fields: object, meter: string = HOUSE) =>
    ask(api, `/meters/${meter}/commands`, { method: "POST", headers, body: JSON.stringify(fields) });
  return { gateways, api, post };
}

describe("gateways", () => {
  it("are told with all that their nodes know, one or all, as JSON and CSV", async () => {
    const { api, gateways } = world();
    gateways.reports.unshift(
      gatewayReport({ node: "other", silent: true, lastHeard: null, troubles: ["Nothing, yet."] }),
    );
    const all = body(await ask(api, "/gateways", { headers }));
    expectAnswer("/gateways", all);
    expect(all).toEqual({ items: gateways.reports, next: null });
    const one = body(await ask(api, "/gateways/0.0.1.1.1", { headers }));
    expectAnswer("/gateways/{gateway}", one);
    // Two nodes of one network: the one that hears it tells.
    expect(one).toEqual(gateways.reports[1]);
    expect((await ask(api, "/gateways/0.0.1.1.9", { headers })).status).toBe(404);
    const csv = await ask(api, "/gateways", { headers: { ...headers, accept: "text/csv" } });
    expect(csv.text.split("\r\n")).toHaveLength(4);
    expect(csv.text).toContain('"Nothing, yet."');
  });
});

describe("a command", () => {
  it("goes to the gateway as a message would, and its outcome can be asked for", async () => {
    const { api, post, gateways } = world();
    const taken = await post({ command: "register", registerWh: 812_400, soon: true });
    expect(taken.status).toBe(202);
    const report = body(taken);
    expectShape("Command", report);
    expect(gateways.taken).toEqual([
      { meter: HOUSE, topic: "set-register", fields: { registerWh: 812_400, soon: true } },
    ]);
    const outcome = body(await ask(api, `/commands/${String(report.id)}`, { headers }));
    expectAnswer("/commands/{id}", outcome);
    expect(outcome).toMatchObject({ id: report.id, state: "queued", meter: HOUSE });
    expect((await ask(api, "/commands/none", { headers })).status).toBe(404);
  });

  it.each([
    [{ command: "interval", intervalS: 30 }, "set-interval"],
    [{ command: "led", rate: 10, ms: 20 }, "set-led"],
    [{ command: "poll", pollS: 10, forS: 60 }, "poll-faster"],
  ])("%j is %s", async (fields, topic) => {
    const { post, gateways } = world();
    expect((await post(fields)).status).toBe(202);
    expect(gateways.taken.map((one) => one.topic)).toEqual([topic]);
  });

  it.each([
    [{ command: "reboot" }, 400],
    [{ command: "interval", intervalS: 255 }, 400],
    [{ command: "interval", registerWh: 5 }, 400],
    [{ command: "led", rate: 255, ms: 5 }, 400],
    [{ command: "poll", pollS: 10, forS: 60, soon: true }, 400],
    [{ command: "register", registerWh: 1, id: "mine" }, 400],
    [{}, 400],
  ])("%j is refused with %i, and nothing is sent", async (fields, status) => {
    const { post, gateways } = world();
    expect((await post(fields)).status).toBe(status);
    expect(gateways.taken).toEqual([]);
  });

  it("is refused in words when no gateway hears the meter, when too many wait, and for a meter that is none", async () => {
    const { post, gateways } = world();
    gateways.room = 0;
    expect((await post({ command: "register", registerWh: 1 })).status).toBe(429);
    gateways.reports.length = 0;
    const silent = await post({ command: "register", registerWh: 1 });
    expect([silent.status, body(silent).code]).toEqual([503, "METERMAN_GATEWAY_SILENT"]);
    expect((await post({ command: "register", registerWh: 1 }, "0.0.1.1.77")).status).toBe(404);
  });

  it("takes a token with the scope control, also on this machine", async () => {
    const gateways = new GatewayWorld();
    const sent = { method: "POST", body: '{"command":"register","registerWh":1}' };
    const json = { "content-type": "application/json" };
    const open = createApi(ports({ gateways }));
    expect((await ask(open, `/meters/${HOUSE}/commands`, { ...sent, headers: json })).status).toBe(401);
    const reading = createApi(ports({ gateways }), { tokens: [token("read", "adjust")] });
    expect((await ask(reading, `/meters/${HOUSE}/commands`, { ...sent, headers })).status).toBe(403);
    expect(gateways.taken).toEqual([]);
  });
});
