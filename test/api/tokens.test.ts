import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createApi, newToken, type Scope, type Token } from "../../nodes/api/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { DemandWorld } from "./demand.ts";
import { type Asked, ask, body, NOW, ports } from "./world.ts";

function made(name: string, ...scopes: Scope[]): { secret: string; token: Token } {
  const { secret, ...rest } = newToken(randomBytes(32), epochSeconds(NOW));
  return { secret, token: { ...rest, name, scopes } };
}
const reader = made("reader", "read");
const keeper = made("keeper", "adjust");
const driver = made("driver", "read", "control");
const lever = made("lever", "control");
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const house = (tokens: readonly { token: Token }[], now = () => NOW) =>
  createApi(ports({ now, demand: new DemandWorld() }), { tokens: tokens.map(({ token }) => token) });
const DRY_RUN = {
  method: "POST",
  body: '{"on":true}',
};
const JSON_BODY = { "content-type": "application/json" };

async function outcome(api: ReturnType<typeof house>, url: string, asked: Asked = {}) {
  const response = await ask(api, url, asked);
  return response.status < 400 ? response.status : [response.status, body(response).code];
}
const control = (api: ReturnType<typeof house>, asked: Asked = {}) =>
  outcome(api, "/demand/shed/dry-run", { ...DRY_RUN, ...asked, headers: { ...JSON_BODY, ...asked.headers } });

const UNAUTHORIZED = [401, "METERMAN_UNAUTHORIZED"];
const FORBIDDEN = [403, "METERMAN_FORBIDDEN"];

describe("a new token", () => {
  it("has a secret of 256 random bits, and keeps only its hash", () => {
    const one = newToken(new Uint8Array(32).fill(7), epochSeconds(NOW));
    expect(one.secret).toBe(`mm_${Buffer.alloc(32, 7).toString("base64url")}`);
    expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(reader.secret).not.toBe(driver.secret);
    expect(JSON.stringify(reader.token)).not.toContain(reader.secret);
  });
});

describe("a token with the scope read", () => {
  const api = house([reader]);

  it("lets its bearer read from anywhere, through a proxy and under any name of the host", async () => {
    for (const asked of [
      { remote: "192.168.1.20" },
      { headers: { "x-forwarded-for": "10.0.0.1" } },
      { headers: { host: "home.example" } },
      { remote: undefined },
    ]) {
      const headers = { ...asked.headers, ...bearer(reader.secret) };
      expect(await outcome(api, "/meters", { ...asked, headers })).toBe(200);
      expect(await outcome(api, "/demand", { ...asked, headers })).toBe(200);
    }
  });

  it("is needed from then on, by this machine, too", async () => {
    expect(await outcome(api, "/meters")).toEqual(UNAUTHORIZED);
    expect(await outcome(api, "/meters", { remote: "10.0.0.1" })).toEqual(UNAUTHORIZED);
    expect(await outcome(house([]), "/meters")).toBe(200);
    expect(await outcome(house([lever]), "/meters")).toBe(200);
  });

  it("switches nothing", async () => {
    const response = await ask(api, "/demand/shed/dry-run", {
      ...DRY_RUN,
      headers: { ...JSON_BODY, ...bearer(reader.secret) },
    });
    expect([response.status, body(response).code]).toEqual(FORBIDDEN);
    expect(response.headers["www-authenticate"]).toBe(
      'Bearer realm="meterman", error="insufficient_scope", scope="control"',
    );
  });

  it("is found whatever the case of the scheme, and not in other schemes or an address", async () => {
    expect(await outcome(api, "/meters", { headers: { authorization: `bearer  ${reader.secret}` } })).toBe(200);
    expect(await outcome(api, "/meters", { headers: { authorization: `Basic ${reader.secret}` } })).toEqual(
      UNAUTHORIZED,
    );
    expect(await outcome(api, `/meters?access_token=${reader.secret}`)).toEqual(UNAUTHORIZED);
  });
});

describe("switching", () => {
  it("takes a token with the scope control, also on this machine and while there is none", async () => {
    expect(await control(house([]))).toEqual(UNAUTHORIZED);
    expect(await control(house([reader]))).toEqual(UNAUTHORIZED);
    expect(await control(house([driver]), { headers: bearer(driver.secret) })).toBe(200);
    expect(await control(house([lever]), { headers: bearer(lever.secret), remote: "10.0.0.1" })).toBe(200);
    expect(await control(house([]), { remote: "10.0.0.1" })).toEqual(FORBIDDEN);
  });

  it("is told how, in words and in the header", async () => {
    const refused = await ask(house([]), "/demand/shed/dry-run", { ...DRY_RUN, headers: JSON_BODY });
    expect(body(refused).detail).toContain("made in the api node's dialog");
    expect(refused.headers["www-authenticate"]).toBe('Bearer realm="meterman", scope="control"');
  });

  it("does not come with the scope adjust, nor adjusting with control", async () => {
    const api = house([keeper, lever]);
    const adjust = (secret: string) =>
      outcome(api, "/meters/0.0.1.1.2/energy-dashboard", {
        method: "POST",
        body: '{"as":"grid"}',
        headers: { ...JSON_BODY, ...bearer(secret) },
      });
    expect(await control(api, { headers: bearer(keeper.secret) })).toEqual(FORBIDDEN);
    expect(await adjust(lever.secret)).toEqual(FORBIDDEN);
    expect(await adjust(keeper.secret)).toEqual([404, "METERMAN_UNKNOWN_METER"]);
  });
});

describe("a token that is not known", () => {
  it("is refused from everywhere, though this machine could read without", async () => {
    for (const secret of ["x", reader.secret.slice(0, -1), `${reader.secret}x`, reader.token.hash, "a".repeat(5000)]) {
      const response = await ask(house([driver]), "/meters", { headers: bearer(secret) });
      expect([response.status, body(response).code]).toEqual(UNAUTHORIZED);
      expect(response.headers["www-authenticate"]).toBe('Bearer realm="meterman", error="invalid_token"');
      expect(response.text).not.toContain(secret);
    }
    expect(await outcome(house([]), "/meters", { headers: bearer(reader.secret) })).toEqual(UNAUTHORIZED);
  });

  it("is answered less often the more are tried, and the right one meanwhile", async () => {
    let now = NOW;
    const api = house([reader], () => now);
    const wrong = () => outcome(api, "/meters", { headers: bearer("mm_guess") });
    const answers = [];
    for (let at = 0; at < 30; at += 1) answers.push(await wrong());
    expect(answers[19]).toEqual(UNAUTHORIZED);
    expect(answers.slice(20)).toEqual(new Array(10).fill([429, "METERMAN_TOO_MANY"]));
    expect(await outcome(api, "/meters", { headers: bearer(reader.secret) })).toBe(200);
    now += 2;
    expect([await wrong(), await wrong(), await wrong()]).toEqual([
      UNAUTHORIZED,
      UNAUTHORIZED,
      [429, "METERMAN_TOO_MANY"],
    ]);
  });
});

describe("tokens", () => {
  it("are in no answer, neither secret nor hash", async () => {
    const api = house([reader, driver]);
    for (const url of ["/openapi.json", "/health", "/demand", "/meters", "/nothing"]) {
      const { text, headers } = await ask(api, url, { headers: bearer(driver.secret) });
      for (const { secret, token } of [reader, driver]) {
        expect(text + JSON.stringify(headers)).not.toContain(secret);
        expect(text + JSON.stringify(headers)).not.toContain(token.hash);
      }
    }
  });
});
