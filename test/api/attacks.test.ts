import { describe, expect, it } from "vitest";
import { type ApiRequest, createApi, newToken } from "../../nodes/api/index.ts";
import { epochSeconds, failed, ok } from "../../nodes/model/index.ts";
import { directory, meter, summary } from "./meters.ts";
import { ownStore } from "./own-store.ts";
import { type Asked, ask, body, FAULTS, HOUSE, NOW, ports, START } from "./world.ts";

/** Every request here is hostile or broken. None may write, end in a fault, or show a secret. */
const own = await ownStore(HOUSE);
/** Of a meter whose name is a formula. */
const EVIL = meter("evil");
const evil = await ownStore(EVIL);
const { secret, ...rest } = newToken(new Uint8Array(32).fill(9), epochSeconds(NOW));
const token = { ...rest, name: "keeper", scopes: ["read", "adjust"] as const };
const fast = { burst: 1e9, perSecond: 1e9, callers: 10 };
const api = createApi(ports({ store: own.archive }), { tokens: [token], rateLimit: fast });
const open = createApi(ports({ store: own.archive }), { rateLimit: fast });
const PATH = `/meters/${HOUSE}/adjustments`;
const RENAME = '{"kind":"rename","name":"Mine","why":"because"}';
const json = { "content-type": "application/json" };
const bearer = { authorization: `Bearer ${secret}` };

/** Asks, and gives the status of the refusal; what is in the folder must not change by it. */
async function refused(url: string, asked: Asked = {}, on = api): Promise<number> {
  const before = await own.fingerprint();
  const response = await ask(on, url, asked);
  expect(await own.fingerprint()).toBe(before);
  expect(FAULTS).toEqual([]);
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.status).toBeLessThan(500);
  const all = response.text + JSON.stringify(response.headers);
  for (const hidden of [secret, token.hash, own.folder]) expect(all).not.toContain(hidden);
  return response.status;
}

const post = (text: string, headers = {}): Asked => ({
  method: "POST",
  body: text,
  headers: { ...json, ...bearer, ...headers },
});

describe("paths", () => {
  it("lead nowhere but to what the document names", async () => {
    const ids = [
      "..",
      "%2e%2e",
      "..%2f..%2f..%2fetc%2fpasswd",
      "%252e%252e",
      "a%00b",
      "%c0%ae%c0%ae",
      "%ff",
      "a%5cb",
      "C%3A",
    ];
    const names = [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "a%0d%0aset-cookie:x",
      "\u202e",
      "💣",
      "%",
    ];
    for (const id of [...ids, ...names]) {
      for (const path of [`/meters/${id}/export`, `/meters/${id}/adjustments`, `/meters/${HOUSE}/${id}`, `/${id}`]) {
        expect([400, 404]).toContain(await refused(path, { headers: bearer }));
      }
      expect([400, 404]).toContain(await refused(`/meters/${id}/adjustments`, post('{"kind":"rename","name":"x"}')));
      expect([400, 404]).toContain(await refused(`/meters/${HOUSE}/adjustments/${id}/undo`, post('{"why":"x"}')));
    }
  });

  it("of an upload make no folder for an id that is none", async () => {
    const upload = { kind: "upload", why: "x", rows: [{ start: START, end: START + 15, wh: 1 }] };
    for (const id of ["..", "%2e%2e%2fx", "a%2fb", "__proto__", "constructor", "x.", ".x", "-", "a".repeat(65), "ä"]) {
      expect(await refused(`/meters/${id}/adjustments`, post(JSON.stringify(upload)))).toBe(400);
    }
    const merge = { kind: "merge", why: "x", source: "../../x" };
    expect(await refused(PATH, post(JSON.stringify(merge)))).toBe(400);
  });
});

describe("parameters", () => {
  it("that stand there twice, or are none, are refused", async () => {
    const csv = post("start,end,wh\n1,2,3\n", { "content-type": "text/csv" });
    for (const query of [
      "why=a&why=b",
      "why=a&dryRun=true&dryRun=false",
      "why=a&dryRun[]=true",
      "why=a&__proto__[dryRun]=true",
      "why=a&constructor=1",
      "why[]=a",
      "why=a%00",
      "why=a%0d%0ax-evil:1",
      "why=%ff",
      "why=a&mode=__proto__",
      `why=${"a".repeat(501)}`,
      `why=${"a".repeat(3000)}`,
    ]) {
      expect([query, [400, 414].includes(await refused(`${PATH}?${query}`, csv))]).toEqual([query, true]);
    }
    for (const query of [
      "points=1e3&resolution=auto",
      "points=99&resolution=auto",
      "points=5001&resolution=auto",
      "points=200",
    ]) {
      expect([query, await refused(`/meters/${HOUSE}/readings?${query}`, { headers: bearer })]).toEqual([query, 400]);
    }
    for (const cursor of ["..", "W10", "bnVsbA", "e30", "WzFlMzA4XQ", "9".repeat(400), "a".repeat(401)]) {
      expect([cursor, await refused(`${PATH}?cursor=${cursor}`, { headers: bearer })]).toEqual([cursor, 400]);
    }
  });

  it("that are huge numbers are refused, in the address and in a body", async () => {
    for (const number of ["1e309", "-1e309", "9".repeat(400), "99999999999999999999", "0x7f", "1e308", "-0.1", "NaN"]) {
      for (const text of [
        `{"kind":"generate","why":"x","from":${START},"to":${NOW},"wh":${number}}`,
        `{"kind":"delete","why":"x","from":${number},"to":${NOW}}`,
        `{"kind":"upload","why":"x","rows":[{"start":${START},"end":${NOW},"wh":${number}}]}`,
        `{"kind":"lift","why":"x","from":${START},"wh":${number}.5}`,
      ]) {
        expect([text.slice(0, 90), await refused(PATH, post(text))]).toEqual([text.slice(0, 90), 400]);
      }
      expect(await refused(`/meters/${HOUSE}/export?from=${number}`, { headers: bearer })).toBe(400);
    }
  });
});

describe("bodies", () => {
  it("with keys that every object has change no object", async () => {
    for (const text of [
      '{"__proto__":{"isAdmin":true},"kind":"rename","name":"x","why":"y"}',
      '{"constructor":{"prototype":{"isAdmin":true}},"kind":"rename","name":"x","why":"y"}',
      '{"kind":"__proto__","why":"y"}',
      '{"kind":"upload","why":"y","rows":[{"__proto__":{"start":1,"end":2,"wh":3}}]}',
      '{"kind":"upload","why":"y","rows":{"length":1,"0":{"start":1,"end":2,"wh":3}}}',
    ]) {
      expect([text, await refused(PATH, post(text))]).toEqual([text, 400]);
    }
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });

  it("nested a hundred thousand deep are refused like any other", async () => {
    const deep = (left: string, right: string) => left.repeat(100_000) + right.repeat(100_000);
    for (const value of [deep("[", "]"), deep('{"a":', "}"), deep("[", "")]) {
      for (const text of [
        value,
        `{"kind":"delete","why":"x","from":${value},"to":1}`,
        `{"kind":"upload","why":"x","rows":[${value}]}`,
      ]) {
        expect(await refused(PATH, post(text))).toBe(400);
      }
      const lines = post(`${value}\n`, { "content-type": "application/x-ndjson" });
      expect(await refused(`${PATH}?why=x`, lines)).toBe(400);
    }
  });

  it("as CSV, with one line of a megabyte or a quote that never ends, are refused in little time and space", async () => {
    const long = "x".repeat(1_000_000);
    for (const text of [
      long,
      `start,end,wh\n"${long}`,
      `start,end,wh\n${long}`,
      `${",".repeat(1_000_000)}\n`,
      `"start""end`,
      "\u0000",
    ]) {
      expect(await refused(`${PATH}?why=x`, post(text, { "content-type": "text/csv" }))).toBe(400);
    }
  });

  it("that do not arrive, or say that they are far too long, are refused", async () => {
    const request = (body: ApiRequest["body"], headers = {}): ApiRequest => ({
      method: "POST",
      path: PATH,
      query: "",
      headers: { host: "localhost", ...json, ...bearer, ...headers },
      remote: "::1",
      body,
    });
    const broken = async () => failed("METERMAN_BAD_MESSAGE", "the body did not arrive in time");
    expect((await api(request(broken))).status).toBe(400);
    let wasRead = false;
    const unread = async () => {
      wasRead = true;
      return ok(RENAME);
    };
    for (const length of ["8388609", "99999999999999999999", "1e99", "Infinity"]) {
      expect((await api(request(unread, { "content-length": length }))).status).toBe(413);
    }
    expect(wasRead).toBe(false);
    const coded = await api(request(unread, { "content-encoding": "gzip" }));
    expect([coded.status, wasRead]).toEqual([415, false]);
  });
});

describe("other pages in the user's browser", () => {
  it("can neither correct nor read, though this machine may without a token", async () => {
    const evil = { origin: "https://evil.example", "content-type": "application/json" };
    const plain = { "content-type": "text/plain" };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const cases: [Asked, number][] = [
      [{ method: "POST", body: RENAME, headers: evil }, 403],
      [{ method: "POST", body: RENAME, headers: { ...evil, origin: "null" } }, 403],
      [{ method: "POST", body: RENAME, headers: { ...json, origin: "http://localhost:9999" } }, 403],
      [{ method: "POST", body: RENAME, headers: { ...json, host: "rebound.example" } }, 403],
      [{ method: "POST", body: RENAME, headers: { ...json, host: "localhost.evil.example:1880" } }, 403],
      [{ method: "POST", body: RENAME, headers: { ...json, "sec-fetch-site": "cross-site" } }, 403],
      [{ method: "POST", body: RENAME, headers: { ...json, "sec-fetch-site": "same-site" } }, 403],
      // What a form or a request without preflight can send.
      [{ method: "POST", body: RENAME, headers: plain }, 415],
      [{ method: "POST", body: `${RENAME}=`, headers: form }, 415],
      [{ method: "POST", body: RENAME, headers: { "content-type": "multipart/form-data; boundary=a" } }, 415],
      [{ method: "POST", body: RENAME, headers: {} }, 415],
      [{ method: "OPTIONS", headers: { ...evil, "access-control-request-method": "POST" } }, 403],
      [{ headers: { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" } }, 403],
      [{ headers: { "sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe" } }, 403],
    ];
    for (const [asked, status] of cases) expect([asked, await refused(PATH, asked, open)]).toEqual([asked, status]);
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" };
    expect((await ask(open, PATH, { headers: link })).status).toBe(200);
    expect((await ask(open, PATH, { headers: { "sec-fetch-site": "same-origin" } })).status).toBe(200);
  });
});

describe("who guesses tokens", () => {
  it("is slowed down, learns nothing, and locks nobody out", async () => {
    let now = NOW;
    const guarded = createApi(ports({ store: own.archive, now: () => now }), { tokens: [token] });
    const guess = (at: number) => ({ ...post(RENAME), headers: { ...json, authorization: `Bearer mm_${at}` } });
    const statuses = new Map<number, number>();
    for (let at = 0; at < 200; at += 1) {
      if (at % 20 === 0) now += 1;
      const status = await refused(PATH, guess(at), guarded);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(statuses.get(401)).toBeLessThanOrEqual(30);
    expect(statuses.get(429)).toBeGreaterThanOrEqual(170);
    expect((await ask(guarded, PATH, { headers: bearer })).status).toBe(200);
  });

  it("gets the same answer however near the guess is", async () => {
    const texts = new Set<string>();
    for (const near of ["mm_", secret.slice(0, -1), `${secret}x`, secret.toUpperCase(), token.hash, token.id]) {
      const response = await ask(api, PATH, { headers: { authorization: `Bearer ${near}` } });
      texts.add(response.status + response.text);
    }
    expect(texts.size).toBe(1);
    expect(await refused(`${PATH}?token=${secret.slice(3)}`)).toBe(401);
  });
});

describe("what people write", () => {
  it("is never run by a spreadsheet, and never a header", async () => {
    const formula = '=HYPERLINK("http://evil")\u2028, @SUM(A1)';
    const id = EVIL;
    const named = { ...evil.archive, directory: directory(summary(id, formula)) };
    const house = createApi(ports({ store: named }), { rateLimit: fast });
    const send = (value: object) =>
      ask(house, `/meters/${id}/adjustments`, { method: "POST", body: JSON.stringify(value), headers: json });
    expect((await send({ kind: "rename", name: formula, why: formula })).status).toBe(201);
    expect((await send({ kind: "rename", name: "x\r\nset-cookie: a=b", why: "x" })).status).toBe(400);
    for (const path of [`/meters/${id}/adjustments`, `/meters/${id}/export`, "/meters"]) {
      const { text, headers } = await ask(house, path, { headers: { accept: "text/csv" } });
      expect(text).toContain(`"'=HYPERLINK(""http://evil"")`);
      for (const cell of text.split(/[,\r\n]/)) expect(cell).not.toMatch(/^"?[=+@\t]/);
      expect(JSON.stringify(headers)).not.toContain("HYPERLINK");
    }
    const listed = body(await ask(house, `/meters/${id}/adjustments`));
    expect(listed.items).toMatchObject([{ why: formula, details: { name: formula } }]);
  });
});
