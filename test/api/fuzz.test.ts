import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ApiResponse, createApi, newToken } from "../../nodes/api/index.ts";
import { epochSeconds, ok } from "../../nodes/model/index.ts";
import { ask, body, DOCUMENT, expectAnswer, expectShape, FAULTS, HOUSE, ports, START } from "./world.ts";

const { secret, ...rest } = newToken(new Uint8Array(32).fill(3), epochSeconds(START));
const api = createApi(ports(), {
  rateLimit: { burst: 1e9, perSecond: 1e9, callers: 10 },
  tokens: [{ ...rest, name: "control", scopes: ["read", "control"] }],
});
/** Mostly the token, so that most of it gets past the door. */
const authorization = fc.oneof(
  { weight: 6, arbitrary: fc.constant(`Bearer ${secret}`) },
  fc.constantFrom("Bearer", "Bearer x", "Basic YTpi", `Bearer ${secret} ${secret}`, `bearer ${secret}`),
  fc.string(),
);
const nasty = fc.constantFrom(
  ...[
    "__proto__",
    "constructor",
    "toString",
    "..",
    "%2e%2e",
    "%2F",
    "%",
    "%zz",
    "%00",
    "%ff",
    "\u0000",
    "",
    "é",
    "=",
    "&",
  ],
  ...[
    "-1",
    "0",
    "1e309",
    "NaN",
    "Infinity",
    "9007199254740993",
    "1783000005",
    "[]",
    "{}",
    "null",
    "'",
    '"',
    "<x>",
    "a".repeat(70),
  ],
);
const words = fc.oneof(
  nasty,
  fc.string({ maxLength: 12 }),
  fc.constantFrom("meters", "readings", "health", HOUSE, "events", "demand", "shed", "overrides"),
);
const knownPath = fc.constantFrom(...Object.keys(Object(DOCUMENT.paths)));
const path = fc.oneof(
  fc.tuple(knownPath, words).map(([route, id]) => route.replace(/\{\w+\}/, id === "" ? HOUSE : id)),
  knownPath.map((route) => route.replace("{meter}", HOUSE).replace("{shed}", "shed").replace("{n}", "1")),
  knownPath.map((route) => route.replace("{gateway}", "0.0.1.1.1").replace("{id}", "command-0")),
  fc.array(words, { maxLength: 5 }).map((segments) => `/${segments.join("/")}`),
);
const name = fc.oneof(fc.constantFrom("from", "to", "limit", "cursor", "zone", "resolution", "from[]"), words);
const value = fc.oneof(
  words,
  fc.integer({ min: START - 1000, max: START + 1000 }).map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom("raw", "hour", "Europe/Berlin", "1783000005~1783000065~WzFd", "10"),
);
const query = fc
  .array(fc.tuple(name, value), { maxLength: 5 })
  .map((pairs) => pairs.map((pair) => pair.join("=")).join("&"));
const method = fc.oneof(
  { weight: 4, arbitrary: fc.constant("GET") },
  fc.constantFrom("HEAD", "OPTIONS", "POST", "DELETE"),
  fc.string(),
);
const sentBody = fc.oneof(
  fc.constantFrom('{"as":"grid"}', '{"as":"device","as":"x"}', '{"as":["grid"]}', '{"__proto__":1}', "[]", "null", "{"),
  fc.constantFrom('{"load":"boiler","mode":"on","forS":60}', '{"load":"car","mode":"auto"}', '{"on":true}', '{"on":0}'),
  fc.json(),
  fc.string(),
);
const headers = fc.dictionary(
  fc.constantFrom("accept", "content-type", "if-none-match", "origin", "host", "x-forwarded-for", "__proto__"),
  fc.oneof(
    fc.string(),
    fc.constantFrom(
      "*/*",
      "text/csv",
      "application/x-ndjson",
      "application/json",
      "*",
      "localhost",
      ",;q=,",
      "text/csv;q=0.1,*/*",
    ),
  ),
  { maxKeys: 2 },
);

/** The route of the document that a path belongs to. */
function routeOf(asked: string): string {
  return (
    Object.keys(Object(DOCUMENT.paths)).find((route) =>
      new RegExp(`^${route.replace(/\{\w+\}/, "[^/]+")}$`).test(asked),
    ) ?? ""
  );
}

function check(method: string, path: string, response: ApiResponse): void {
  expect(response.status).toBeLessThan(500);
  const type = response.headers["content-type"] ?? "";
  if (typeof response.body !== "string") expect(type).toMatch(/^(text\/(csv|event-stream)|application\/x-ndjson);/);
  else if (method === "HEAD" || response.status === 204 || response.status === 304) expect(response.body).toBe("");
  else if (response.status >= 300) {
    expect(type).toBe("application/problem+json");
    expectShape("Problem", body({ text: response.body }));
  } else if (type === "application/json")
    expectAnswer(routeOf(path), body({ text: response.body }), method === "POST" ? "post" : "get", response.status);
  else if (type.startsWith("text/csv")) expect(response.body).toMatch(/\r\n$/);
  else expect([type.split(";")[0], response.body]).toEqual(["application/x-ndjson", expect.stringMatching(/^$|\n$/)]);
}

describe("whatever is asked", () => {
  it("is answered without a fault, as the document says", async () => {
    const seen = new Set<number>();
    const property = fc.asyncProperty(
      method,
      path,
      query,
      headers,
      authorization,
      sentBody,
      async (method, path, query, headers, authorization, text) => {
        const sent = { host: "localhost", "content-type": "application/json", authorization, ...headers };
        const response = await api({ method, path, query, headers: sent, remote: "::1", body: async () => ok(text) });
        seen.add(response.status);
        check(method, path, response);
      },
    );
    await fc.assert(property, { numRuns: 3000 });
    expect(FAULTS).toEqual([]);
    for (const status of [200, 204, 400, 401, 404, 405, 406, 429]) expect(seen).toContain(status);
  });

  it("keeps a problem's shape when random bytes come as a URL", async () => {
    const property = fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (url) => {
      const response = await ask(api, url, { headers: { authorization: `Bearer ${secret}` } });
      expect(response.status).toBeLessThan(500);
    });
    await fc.assert(property, { numRuns: 1000 });
  });
});
