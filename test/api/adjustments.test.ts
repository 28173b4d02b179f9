import { describe, expect, it } from "vitest";
import { createApi, newToken, type Scope } from "../../nodes/api/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { Trail } from "./trail.ts";
import { type Asked, ask, body, expectAnswer, HOUSE, house, NOW, ports, START } from "./world.ts";

const PATH = `/meters/${HOUSE}/adjustments`;
const why = "the node was off";

function bench(options: Parameters<typeof createApi>[1] = {}) {
  const trail = new Trail();
  const api = createApi(ports({ store: { ...house(), adjustments: trail } }), options);
  const send = (text: string, asked: Asked = {}, query = "", path = PATH) =>
    ask(api, `${path}${query}`, {
      method: "POST",
      body: text,
      ...asked,
      headers: { "content-type": "application/json", ...asked.headers },
    });
  return { trail, api, send, post: (value: unknown, asked?: Asked) => send(JSON.stringify(value), asked) };
}

const csv = { headers: { "content-type": "text/csv; charset=utf-8" } };

describe("a correction over REST", () => {
  it("reaches the store as it was meant, whatever its kind and however its times are written", async () => {
    const { trail, post } = bench();
    const from = START;
    const to = START + 3600;
    // The store is in Europe/Oslo: 15:46:45 there is 13:46:45Z.
    const cases: [object, object][] = [
      [
        { kind: "delete", from, to },
        { from, to },
      ],
      [
        { kind: "delete", from: "2026-07-02T13:46:45Z", to: "2026-07-02T16:46:45+02:00", lift: true },
        { from, to, lift: true },
      ],
      [
        { kind: "generate", from: "2026-07-02T15:46:45", to, wh: 900 },
        { from, to, wh: 900 },
      ],
      [
        { kind: "generate", from, to, wh: 0, stepS: 60, likeDays: 7, lift: false },
        { from, to, wh: 0, stepS: 60, likeDays: 7, lift: false },
      ],
      [
        { kind: "rebase", at: from, registerWh: 0 },
        { at: from, registerWh: 0 },
      ],
      [
        { kind: "check", at: String(from), displayWh: 412_000 },
        { at: from, displayWh: 412_000 },
      ],
      [
        { kind: "lift", from, wh: -250 },
        { from, wh: -250 },
      ],
      [
        { kind: "lift", from, to, wh: 250 },
        { from, to, wh: 250 },
      ],
      [{ kind: "merge", source: "0.0.1.1.3" }, { source: "0.0.1.1.3" }],
      [
        { kind: "merge", source: "0.0.1.1.3", until: to },
        { source: "0.0.1.1.3", until: to },
      ],
      [{ kind: "rename", name: "  Rue de l’Été 5 🏠 " }, { name: "Rue de l’Été 5 🏠" }],
    ];
    for (const [asked, wanted] of cases) {
      const response = await post({ why, ...asked });
      expect([asked, response.status, response.text]).toEqual([asked, 201, expect.any(String)]);
      expectAnswer("/meters/{meter}/adjustments", body(response), "post", 201);
      expect(trail.asked.at(-1)).toEqual({
        meter: HOUSE,
        request: { kind: Reflect.get(asked, "kind"), ...wanted },
        author: { who: "this machine", why },
        dryRun: false,
      });
    }
  });

  it("brings readings as JSON, in our notation and in that of the original server", async () => {
    const { trail, post } = bench();
    const rows = [
      {
        start: START,
        end: "2026-07-02T15:47:00",
        wh: 5,
        registerWh: 10,
        amps: 4.5,
        source: "pulses",
        quality: ["late"],
      },
      { when_start: START + 15, entry_interval_length: 15, entry_value: 6, meter_value: 16 },
    ];
    expect((await post({ kind: "upload", why, rows, mode: "fill", lift: true })).status).toBe(201);
    expect(trail.asked[0]?.request).toEqual({
      kind: "upload",
      mode: "fill",
      lift: true,
      rows: [
        { start: START, end: START + 15, wh: 5, registerWh: 10, amps: 4.5, source: "pulses", quality: ["late"] },
        { start: START + 15, end: START + 30, wh: 6, registerWh: 16 },
      ],
    });
  });

  it("brings readings as CSV and as NDJSON, with the rest in the address", async () => {
    const { trail, send } = bench();
    const text = `start,end,wh\r\n${START},${START + 15},5\r\n2026-07-02T15:47:00,${START + 30},6\r\n`;
    const query = `?why=${encodeURIComponent("  the logger's own file ")}&mode=fill&lift=true`;
    expect((await send(text, csv, query)).status).toBe(201);
    const rows = [
      { start: START, end: START + 15, wh: 5 },
      { start: START + 15, end: START + 30, wh: 6 },
    ];
    expect(trail.asked[0]).toEqual({
      meter: HOUSE,
      request: { kind: "upload", rows, mode: "fill", lift: true },
      author: { who: "this machine", why: "the logger's own file" },
      dryRun: false,
    });
    const lines = rows.map((row) => JSON.stringify({ type: "reading", ...row })).join("\n");
    const ndjson = { headers: { "content-type": "application/x-ndjson" } };
    const dry = await send(
      `{"type":"meterman-export","version":1}\n${lines}\n{"type":"end","readings":2,"events":0,"adjustments":0}\n`,
      ndjson,
      "?why=a&dryRun=true",
    );
    expect([dry.status, trail.asked[1]?.request, trail.asked[1]?.dryRun]).toEqual([
      200,
      { kind: "upload", rows, mode: "replace", lift: false },
      true,
    ]);
  });

  it("tells of a dry run what it would do, with 200 and no record", async () => {
    const { trail, post } = bench();
    const response = await post({ kind: "delete", from: START, to: NOW, why, dryRun: true });
    expect(response.status).toBe(200);
    expectAnswer("/meters/{meter}/adjustments", body(response), "post", 200);
    expect(body(response).adjustment).toBeNull();
    expect([trail.asked[0]?.dryRun, trail.made]).toEqual([true, []]);
  });

  it("keeps the name of the token as who did it, and takes the scope adjust", async () => {
    const made = (name: string, fill: number, ...scopes: Scope[]) => {
      const { secret, ...rest } = newToken(new Uint8Array(32).fill(fill), epochSeconds(NOW));
      return { token: { ...rest, name, scopes }, headers: { authorization: `Bearer ${secret}` } };
    };
    const anna = made("Anna's phone", 1, "adjust");
    const nameless = made("", 2, "adjust");
    const reader = made("reader", 3, "read", "control");
    const { trail, post } = bench({ tokens: [anna.token, nameless.token, reader.token] });
    const rename = { kind: "rename", name: "x", why };
    expect((await post(rename, { headers: anna.headers })).status).toBe(201);
    expect((await post(rename, { headers: nameless.headers })).status).toBe(201);
    expect(trail.asked.map(({ author }) => author.who)).toEqual(["Anna's phone", `token ${nameless.token.id}`]);
    const refused = await post(rename, { headers: reader.headers });
    expect([refused.status, body(refused).code]).toEqual([403, "METERMAN_FORBIDDEN"]);
    expect((await post(rename)).status).toBe(401);
    expect(trail.asked).toHaveLength(2);
  });

  it("that contradicts what is there is a 409, in the store's words", async () => {
    const { trail, post } = bench();
    const codes = { METERMAN_ADJUSTMENT_REFUSED: 409, METERMAN_UNKNOWN_METER: 404, METERMAN_TOO_LARGE: 413 } as const;
    for (const [code, status] of Object.entries(codes)) {
      trail.refusal = { code: code as keyof typeof codes, message: "it overlaps correction 3: undo that first" };
      const response = await post({ kind: "rename", name: "x", why });
      expect([response.status, body(response).code, body(response).detail]).toEqual([
        status,
        code,
        trail.refusal.message,
      ]);
    }
  });
});

describe("what a correction must be", () => {
  it("is told with the field that is wrong and what to write there", async () => {
    const { trail, post } = bench();
    const gone = { kind: "delete", why, from: START, to: NOW };
    const rows = [{ start: START, end: START + 15, wh: 5 }];
    const cases: [unknown, string | undefined, RegExp][] = [
      [{ why }, "kind", /kind must be one of delete, upload, generate, rebase, lift, merge, rename, check/],
      [{ kind: "burn", why }, "kind", /kind must be one of delete/],
      [{ kind: "constructor", why }, "kind", /kind must be one of delete/],
      [{ kind: ["delete"], why }, "kind", /kind must be one of delete/],
      [{ ...gone, why: undefined }, "why", /why is missing: it is why it is done/],
      [{ ...gone, why: "   " }, "why", /1 to 500 characters on one line/],
      [{ ...gone, why: "a\nb" }, "why", /on one line/],
      [{ ...gone, why: "\u0000" }, "why", /on one line/],
      [{ ...gone, why: "a".repeat(501) }, "why", /1 to 500/],
      [{ ...gone, from: undefined }, "from", /from is missing: it is a time/],
      [{ ...gone, from: "yesterday" }, "from", /from must be a time as epoch/],
      [{ ...gone, from: "2026-13-01" }, "from", /from must be a time as epoch/],
      [{ ...gone, from: -1 }, "from", /from must be a time/],
      [{ ...gone, to: 1e300 }, "to", /to must be a time/],
      [{ ...gone, to: null }, "to", /to must be a time/],
      [{ ...gone, dryRun: "yes" }, "dryRun", /dryRun must be true or false/],
      [{ ...gone, lift: 1 }, "lift", /lift must be true or false/],
      [{ ...gone, wh: 5 }, undefined, /the body takes kind, why, dryRun, from, to, lift/],
      [{ kind: "generate", why, from: START, to: NOW, wh: 1.5 }, "wh", /a whole number of watt-hours/],
      [{ kind: "generate", why, from: START, to: NOW, wh: -1 }, "wh", /not below 0/],
      [{ kind: "generate", why, from: START, to: NOW, wh: 1e14 }, "wh", /a whole number of watt-hours/],
      [{ kind: "generate", why, from: START, to: NOW, wh: 1, stepS: 0 }, "stepS", /1 to 86400/],
      [{ kind: "rebase", why, at: START, registerWh: "5" }, "registerWh", /a whole number of watt-hours/],
      [{ kind: "merge", why, source: "../x" }, "source", /a meter id/],
      [{ kind: "merge", why, source: "constructor" }, "source", /a meter id/],
      [{ kind: "rename", why, name: " " }, "name", /1 to 100 characters/],
      [{ kind: "upload", why }, "rows", /rows is missing: it is a list of readings/],
      [{ kind: "upload", why, rows: [] }, "rows", /at least one/],
      [{ kind: "upload", why, rows: [7] }, "rows.0", /rows.0 must be an object/],
      [{ kind: "upload", why, rows, mode: "merge" }, "mode", /replace .* or fill/],
      [{ kind: "upload", why, rows: [...rows, { start: START, end: START - 1, wh: 5 }] }, undefined, /row 2: end must/],
      [{ kind: "upload", why, rows: [{ start: START, end: NOW }] }, undefined, /row 1: wh .* is missing/],
    ];
    for (const [asked, field, words] of cases) {
      const response = await post(asked);
      const answer = body(response);
      expect([asked, response.status, answer.field, answer.detail]).toEqual([
        asked,
        400,
        field,
        expect.stringMatching(words),
      ]);
    }
    expect(trail.asked).toEqual([]);
  });

  it("has no field that every object inherits", async () => {
    const { trail, send } = bench();
    for (const text of [
      `{"kind":"rename","name":"x","why":"y","__proto__":{"dryRun":true}}`,
      `{"kind":"rename","name":"x","why":"y","constructor":1}`,
      `{"__proto__":{"kind":"rename","name":"x","why":"y"}}`,
      `{"kind":"rename","__proto__":{"name":"x"},"why":"y"}`,
    ]) {
      expect([text, (await send(text)).status]).toEqual([text, 400]);
    }
    expect(trail.asked).toEqual([]);
    expect(Reflect.get({}, "dryRun")).toBeUndefined();
  });

  it("is a JSON object, however it is broken or nested", async () => {
    const { trail, send } = bench();
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    for (const text of ["", "[]", "null", "7", '"x"', "{", "\u0000", '{"kind":"rename"}{}', deep, `{"kind":${deep}}`]) {
      const response = await send(text);
      expect([response.status, String(body(response).code)]).toEqual([
        400,
        expect.stringMatching(/METERMAN_BAD_(MESSAGE|QUERY)/),
      ]);
    }
    expect(trail.asked).toEqual([]);
  });

  it("is not cut in two: what stands in the body does not stand in the address, too", async () => {
    const { send, trail } = bench();
    const text = JSON.stringify({ kind: "rename", name: "x", why });
    for (const query of ["?dryRun=true", "?why=x", "?lift=false", "?mode=fill"]) {
      expect([query, (await send(text, {}, query)).status]).toEqual([query, 400]);
    }
    expect(trail.asked).toEqual([]);
  });

  it("says why, and where a text is wrong, never what it holds", async () => {
    const { send, trail } = bench();
    const good = `start,end,wh\n${START},${START + 15},5\n`;
    for (const [query, field] of [
      ["", "why"],
      ["?why=", "why"],
      ["?why=%0a", "why"],
      ["?why=x&mode=both", "mode"],
      ["?why=x&lift=1", "lift"],
      ["?why=x&dryRun=yes", "dryRun"],
      ["?why=x&kind=delete", undefined],
    ] as const) {
      const response = await send(good, csv, query);
      expect([query, response.status, body(response).field]).toEqual([query, 400, field]);
    }
    const wrong = await send(`${good}secret,${START},5\n`, csv, "?why=x");
    expect([wrong.status, body(wrong).detail]).toEqual([400, expect.stringMatching(/line 3: start must be a time/)]);
    expect(wrong.text).not.toContain("secret");
    expect(trail.asked).toEqual([]);
  });

  it("comes in a media type, charset and coding that is offered", async () => {
    const { send, trail } = bench();
    const text = JSON.stringify({ kind: "rename", name: "x", why });
    for (const headers of [
      { "content-type": undefined },
      { "content-type": "text/plain" },
      { "content-type": "application/x-www-form-urlencoded" },
      { "content-type": "multipart/form-data; boundary=x" },
      { "content-type": "application/json; charset=utf-16" },
      { "content-type": "application/jsonp" },
      { "content-encoding": "gzip" },
      { "content-encoding": "br, identity" },
    ]) {
      const response = await send(text, { headers });
      expect([headers, response.status, body(response).code]).toEqual([headers, 415, "METERMAN_UNSUPPORTED"]);
    }
    expect(trail.asked).toEqual([]);
    for (const type of ["application/json", 'APPLICATION/JSON; charset="UTF-8"', "application/json;charset=utf8"]) {
      expect((await send(text, { headers: { "content-type": type, "content-encoding": "identity" } })).status).toBe(
        201,
      );
    }
  });

  it("is no longer than it may be, and a long one is not even read", async () => {
    const { send } = bench();
    const headers = { "content-length": String(8 * 1024 * 1024 + 1) };
    const response = await send("{}", { headers });
    expect([response.status, body(response).code, body(response).detail]).toEqual([
      413,
      "METERMAN_TOO_LARGE",
      expect.stringMatching(/split it, or use meterman import/),
    ]);
    const undo = await send("{}", { headers: { "content-length": "16385" } }, "", `${PATH}/1/undo`);
    expect([undo.status, body(undo).code]).toEqual([413, "METERMAN_TOO_LARGE"]);
  });
});

describe("uploads", () => {
  it("are taken four at once, and further ones when there is room again", async () => {
    const { trail, post, api } = bench();
    let go = () => {};
    trail.wait = new Promise((resolve) => {
      go = resolve;
    });
    const rename = { kind: "rename", name: "x", why };
    const first = [post(rename), post(rename), post(rename), post(rename)];
    const fifth = await post(rename);
    expect([fifth.status, body(fifth).code, fifth.headers["retry-after"]]).toEqual([429, "METERMAN_TOO_MANY", "5"]);
    expect((await ask(api, PATH)).status).toBe(200);
    go();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect((await post(rename)).status).toBe(201);
  });
});

describe("the trail", () => {
  it("is listed page by page, in JSON, CSV and NDJSON", async () => {
    const { api, post } = bench();
    for (const name of ["one", "two", "three"]) await post({ kind: "rename", name, why: `=cmd("${name}")` });
    const first = body(await ask(api, `${PATH}?limit=2`));
    expectAnswer("/meters/{meter}/adjustments", first);
    const second = body(await ask(api, `${PATH}?limit=2&cursor=${first.next}`));
    const items = [first.items, second.items].flat();
    expect(items).toMatchObject([1, 2, 3].map((n) => ({ n, kind: "rename", who: "this machine", undone: null })));
    expect(second.next).toBeNull();
    const table = await ask(api, PATH, { headers: { accept: "text/csv" } });
    const [heading, row] = table.text.split("\r\n");
    expect(heading).toBe("n,kind,at,atIso,from,to,changeWh,readings,who,why,details,undoneAt,undoneWho,undoneWhy");
    expect(row).toContain(`,this machine,"'=cmd(""one"")",{},`);
    const lines = await ask(api, PATH, { headers: { accept: "application/x-ndjson" } });
    expect(
      lines.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(items);
  });

  it("says what was undone, by whom and why", async () => {
    const { send, post } = bench();
    await post({ kind: "rename", name: "one", why });
    const undo = (n: string, text: string) => send(text, {}, "", `${PATH}/${n}/undo`);
    const response = await undo("1", '{"why":"a mistake"}');
    expect(response.status).toBe(200);
    expectAnswer("/meters/{meter}/adjustments/{n}/undo", body(response), "post");
    expect(body(response).adjustment).toMatchObject({ n: 1, undone: { who: "this machine", why: "a mistake" } });
    expect((await undo("2", '{"why":"x"}')).status).toBe(404);
    for (const n of ["0", "-1", "1.0", "1e0", "one", "__proto__", "9999999999"]) {
      expect([n, (await undo(n, '{"why":"x"}')).status]).toEqual([n, 400]);
    }
    for (const text of ["{}", '{"why":" "}', '{"why":7}', '{"why":"x","n":1}', '{"why":"x","__proto__":1}']) {
      expect([text, (await undo("1", text)).status]).toEqual([text, 400]);
    }
  });

  it("is of a meter that was heard", async () => {
    const { api, send } = bench();
    for (const path of ["/meters/0.0.1.1.99/adjustments", "/meters/0.0.1.1.99/export"]) {
      expect([path, (await ask(api, path)).status]).toEqual([path, 404]);
    }
    expect((await send('{"why":"x"}', {}, "", "/meters/0.0.1.1.99/adjustments/1/undo")).status).toBe(404);
  });
});
