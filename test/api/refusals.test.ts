import { describe, expect, it } from "vitest";
import { createApi } from "../../nodes/api/index.ts";
import { ask, body, FAULTS, HOUSE, house, NOW, ports, START } from "./world.ts";

const api = createApi(ports());
const readings = `/meters/${HOUSE}/readings`;

async function refusal(url: string, asked = {}): Promise<unknown[]> {
  const response = await ask(api, url, asked);
  return [response.status, body(response).code];
}

describe("who may ask", () => {
  const forbidden = [403, "METERMAN_FORBIDDEN"];

  it("is this machine, by any of its names", async () => {
    for (const remote of ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"]) {
      for (const host of ["localhost", "LOCALHOST:1880", "127.0.0.1:1880", "[::1]:1880"]) {
        expect((await ask(api, "/meters", { remote, headers: { host } })).status).toBe(200);
      }
    }
  });

  it("is nobody from the network", async () => {
    for (const remote of ["192.168.1.20", "::ffff:10.0.0.1", "fe80::1", "", "127.0.0.1.evil", undefined]) {
      expect(await refusal("/meters", { remote })).toEqual(forbidden);
    }
  });

  it("is no page whose own host name points here", async () => {
    for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:1880", "", undefined]) {
      expect(await refusal("/meters", { headers: { host } })).toEqual(forbidden);
    }
  });

  it("is no page of another origin, and gets no CORS permission", async () => {
    for (const origin of [
      "https://evil.example",
      "null",
      "http://localhost:9999",
      "http://localhost:1880.evil.example",
    ]) {
      expect(await refusal("/meters", { headers: { origin } })).toEqual(forbidden);
      expect(await refusal("/meters", { method: "OPTIONS", headers: { origin } })).toEqual(forbidden);
    }
    expect((await ask(api, "/meters", { headers: { origin: "http://localhost:1880" } })).status).toBe(200);
  });

  it("is nobody behind a proxy on this machine", async () => {
    const forwarded = ["", "-for", "-host", "-proto", "-port", "-server", "-prefix"].map((end) => `x-forwarded${end}`);
    const others = ["forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"];
    for (const name of [...forwarded, ...others]) {
      expect(await refusal("/meters", { headers: { [name]: "127.0.0.1" } })).toEqual(forbidden);
    }
    // One that adds no header, and names this machine as the host.
    expect(await refusal("/meters", { httpVersion: "1.0" })).toEqual(forbidden);
  });

  it("is told where to ask instead", async () => {
    const answer = body(await ask(api, "/meters", { remote: "10.0.0.1" }));
    expect(answer.detail).toContain("http://localhost:");
  });
});

describe("what is refused", () => {
  const bad = [400, "METERMAN_BAD_QUERY"];

  it("is an address that does not exist", async () => {
    for (const path of [
      "",
      "/",
      "/meter",
      "/meters/",
      "/meters/a/b",
      "/METERS",
      "/meters/a/readings/",
      "/%2e%2e/meters",
    ]) {
      const [status, code] = await refusal(path);
      expect([path, status === 404 ? code : status]).toEqual([path, path === "/meters/" ? 400 : "METERMAN_NOT_FOUND"]);
    }
  });

  it("is an id that is none, whatever it would mean to a file system", async () => {
    for (const id of [
      "..",
      "%2e%2e",
      "a%2Fb",
      "..%2f..%2fetc%2fpasswd",
      "__proto__",
      "constructor",
      "a%00",
      "%20",
      "x..",
    ]) {
      expect([id, ...(await refusal(`/meters/${id}`))]).toEqual([id, ...bad]);
    }
  });

  it("is a parameter that is unknown, doubled or out of range, and the field is named", async () => {
    const cases: [string, string | undefined][] = [
      ["form=1", undefined],
      ["__proto__=1", undefined],
      ["from[]=1", undefined],
      ["from=1&from=2", undefined],
      ["from=%zz", undefined],
      ["from=%ff", undefined],
      ["from=", "from"],
      ["from=yesterday", "from"],
      ["from=-1", "from"],
      ["from=1e9", "from"],
      ["from=0x10", "from"],
      ["from=2026-13-01", "from"],
      ["from=2026-02-30T25:00:00Z", "from"],
      ["to=99999999999999999999", "to"],
      ["from=1783000006&to=1783000005", "from"],
      ["limit=0", "limit"],
      ["limit=10001", "limit"],
      ["limit=1.5", "limit"],
      ["limit=ten", "limit"],
      ["resolution=2m", "resolution"],
      ["zone=Mars/Olympus", "zone"],
      ["zone=../../etc", "zone"],
      ["cursor=nonsense", "cursor"],
      [`cursor=${START}~${NOW}~bm9uc2Vuc2U`, "cursor"],
      ["cursor=", "cursor"],
    ];
    for (const [query, field] of cases) {
      const response = await ask(api, `${readings}?${query}`);
      expect([query, response.status, body(response).code, body(response).field]).toEqual([query, ...bad, field]);
    }
  });

  it("is a parameter where none is taken", async () => {
    expect(await refusal("/meters?limit=3")).toEqual(bad);
    expect(await refusal("/openapi.json?x")).toEqual(bad);
  });

  it("is a consumption without a beginning", async () => {
    const response = await ask(api, `/meters/${HOUSE}/consumption?to=${START}`);
    expect(body(response)).toMatchObject({ status: 400, field: "from" });
  });

  it("is a method that is not offered, with those that are", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "TRACE", "get", "PROPFIND", ""]) {
      const response = await ask(api, readings, { method });
      expect([method, response.status, response.headers.allow]).toEqual([method, 405, "GET, HEAD, OPTIONS"]);
    }
  });

  it("is a media type that is not offered", async () => {
    for (const accept of ["image/png", "application/xml, text/html;q=0.9", "application/json;q=0", "text/csv;q=5"]) {
      expect(await refusal("/health", { headers: { accept } })).toEqual([406, "METERMAN_UNSUPPORTED"]);
    }
    for (const accept of ["", "*/*", "application/*", "text/html, */*;q=0.1", "APPLICATION/JSON; charset=utf-8"]) {
      expect((await ask(api, "/health", { headers: { accept } })).status).toBe(200);
    }
    expect(await refusal("/health", { headers: { accept: "text/csv" } })).toEqual([406, "METERMAN_UNSUPPORTED"]);
  });

  it("is an address longer than 2048 characters", async () => {
    expect(await refusal(`${readings}?cursor=${"a".repeat(2048)}`)).toEqual([414, "METERMAN_TOO_LARGE"]);
    expect(await refusal(`/${"a".repeat(2048)}`)).toEqual([414, "METERMAN_TOO_LARGE"]);
  });

  it("never repeats what was sent", async () => {
    const response = await ask(api, `${readings}?from=<script>`, { headers: { accept: "text/html, */*" } });
    expect(response.text).not.toContain("script");
  });
});

describe("the rate limit", () => {
  it("lets a burst through, then as many as the clock gives back, for each caller by itself", async () => {
    let now = NOW;
    const limited = createApi(ports({ now: () => now }), { rateLimit: { burst: 3, perSecond: 2, callers: 2 } });
    const status = async (remote: string) => (await ask(limited, "/meters", { remote })).status;
    expect([await status("::1"), await status("::1"), await status("::1"), await status("::1")]).toEqual([
      200, 200, 200, 429,
    ]);
    expect(await status("127.0.0.1")).toBe(200);
    now += 1;
    expect([await status("::1"), await status("::1"), await status("::1")]).toEqual([200, 200, 429]);
    now -= 100;
    const refused = await ask(limited, "/meters", { remote: "::1" });
    expect([refused.status, refused.headers["retry-after"], body(refused).code]).toEqual([
      429,
      "5",
      "METERMAN_TOO_MANY",
    ]);
  });

  it("remembers a bounded number of callers", async () => {
    const limited = createApi(ports(), { rateLimit: { burst: 1, perSecond: 0, callers: 2 } });
    const status = async (remote: string) => (await ask(limited, "/meters", { remote })).status;
    expect([await status("127.0.0.1"), await status("127.0.0.2"), await status("127.0.0.3")]).toEqual([200, 200, 200]);
    expect([await status("127.0.0.3"), await status("127.0.0.1")]).toEqual([429, 200]);
  });
});

describe("a fault in meterman", () => {
  it("is a 500 that tells the caller nothing, and the log everything", async () => {
    const broken = { ...house(), directory: { list: () => [], find: () => undefined } };
    broken.directory.list = () => {
      throw new Error("secret detail");
    };
    const response = await ask(createApi(ports({ store: broken })), "/meters");
    expect([response.status, body(response).code]).toEqual([500, "METERMAN_INTERNAL"]);
    expect(response.text).not.toContain("secret detail");
    expect(FAULTS.at(-1)?.message).toBe("secret detail");
  });
});
