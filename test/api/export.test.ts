import { describe, expect, it } from "vitest";
import { createApi } from "../../nodes/api/index.ts";
import { type Archive, failed } from "../../nodes/model/index.ts";
import { meter, written } from "./meters.ts";
import { ownStore } from "./own-store.ts";
import { type Asked, ask, body, expectAnswer, FAULTS, HOUSE, NOW, ports, START } from "./world.ts";

const OTHER = meter("0.0.1.1.3");
const { archive, store } = await ownStore(HOUSE, OTHER);
const api = createApi(ports({ store: archive }));
const READINGS = `/meters/${HOUSE}/readings`;
const SPAN = `from=${START}&to=${START + 45_000}`;

const accept = (type: string): Asked => ({ headers: { accept: type } });
const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => ({ ...JSON.parse(line) }));
const adjust = async (value: object) => {
  const sent = { method: "POST", body: JSON.stringify(value), headers: { "content-type": "application/json" } };
  const response = await ask(api, `/meters/${HOUSE}/adjustments`, sent);
  expect([value, response.status, response.text]).toEqual([value, 201, expect.any(String)]);
  return body(response);
};
const undo = async (n: number) => {
  const sent = { method: "POST", body: '{"why":"a test"}', headers: { "content-type": "application/json" } };
  expect((await ask(api, `/meters/${HOUSE}/adjustments/${n}/undo`, sent)).status).toBe(200);
};

describe("NDJSON of readings", () => {
  it("is every reading whole, a line each, in one stream", async () => {
    const response = await ask(api, `${READINGS}?${SPAN}`, accept("application/x-ndjson"));
    expect(response.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
    const lines = linesOf(response.text);
    expect(lines).toHaveLength(3000);
    const page = body(await ask(api, `${READINGS}?${SPAN}&limit=10`));
    expect(lines.slice(0, 10)).toEqual(page.items);
    expect(lines.map(({ start }) => start)).toEqual(Array.from({ length: 3000 }, (_, at) => START + 15 * at));
  });

  it("is one page when a limit is set, with a link to the next", async () => {
    const response = await ask(api, `${READINGS}?${SPAN}&limit=2`, accept("application/x-ndjson"));
    expect(linesOf(response.text)).toHaveLength(2);
    expect(response.headers.link).toMatch(/^<\?from=.*cursor=.*>; rel="next"$/);
  });
});

describe("the resolution that fits", () => {
  const auto = async (more: string) => body(await ask(api, `${READINGS}?resolution=auto&${more}`));
  const rows = (answer: Record<string, unknown>): unknown[] => (Array.isArray(answer.items) ? answer.items : []);

  it("is the finest that has no more rows than asked for, and its rows are those of asking for it", async () => {
    // 3000 readings of 15 s: 750 minutes and a bit, 50 quarter hours, 12 hours, one day.
    for (const [points, resolution] of [
      [5000, "raw"],
      [3000, "raw"],
      [2999, "1m"],
      [1000, "1m"],
      [751, "1m"],
      [750, "15m"],
      [100, "15m"],
    ] as const) {
      const answer = await auto(`${SPAN}&points=${points}`);
      expectAnswer("/meters/{meter}/readings", answer);
      expect([points, answer.resolution, answer.next]).toEqual([points, resolution, null]);
      const asked = body(await ask(api, `${READINGS}?${SPAN}&resolution=${resolution}&limit=10000`));
      expect(answer.items).toEqual(asked.items);
      expect(rows(answer).length).toBeLessThanOrEqual(points);
    }
  });

  it("is told by the rows there are, not by the length of the span", async () => {
    const answer = await auto(`from=1577836800&to=${NOW}&points=1000`);
    expect([answer.resolution, rows(answer).length]).toEqual(["1m", 751]);
    const century = await auto("from=0&to=4102444800&points=100");
    expect([century.resolution, rows(century).length]).toEqual(["15m", 51]);
  });

  it("is 1000 rows when nothing is said, and raw where there is nothing", async () => {
    expect((await auto(SPAN)).resolution).toBe("1m");
    expect(await auto(`from=${START - 1000}&to=${START}`)).toMatchObject({ resolution: "raw", items: [] });
  });

  it("has no pages", async () => {
    for (const more of ["limit=10", `cursor=${START}~${NOW}~WzFd`]) {
      const response = await ask(api, `${READINGS}?resolution=auto&${SPAN}&${more}`);
      expect([response.status, body(response).field]).toEqual([400, "resolution"]);
    }
    const pointless = await ask(api, `${READINGS}?points=100`);
    expect([pointless.status, body(pointless).field]).toEqual([400, "points"]);
  });
});

describe("an export", () => {
  it("has all of a meter, and says at its end how much there is", async () => {
    await adjust({ kind: "rename", name: "Cellar", why: "=the old name was wrong" });
    const response = await ask(api, `/meters/${HOUSE}/export`);
    expect(response.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
    expect(response.headers["cache-control"]).toBe("no-store");
    const lines = linesOf(response.text);
    expect(lines[0]).toEqual({
      type: "meterman-export",
      version: 1,
      meter: HOUSE,
      name: "Cellar",
      zone: "Europe/Oslo",
      from: 0,
      to: NOW,
      at: NOW,
    });
    expect(lines[1]).toEqual({
      type: "reading",
      start: START,
      end: START + 15,
      wh: 5,
      registerWh: 5,
      source: "interval",
      quality: [],
    });
    const trail = body(await ask(api, `/meters/${HOUSE}/adjustments`)).items;
    expect(lines.filter(({ type }) => type === "adjustment").map(({ type: _, ...rest }) => rest)).toEqual(trail);
    const kinds = lines.map(({ type }) => type);
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect(lines.at(-1)).toEqual({
      type: "end",
      readings: count("reading"),
      events: count("event"),
      adjustments: count("adjustment"),
    });
    expect(count("reading")).toBe(3000);
  });

  it("is one table as CSV, where nothing is a formula", async () => {
    const response = await ask(api, `/meters/${HOUSE}/export?${SPAN}`, accept("text/csv"));
    expect(response.headers["content-type"]).toBe("text/csv; charset=utf-8; header=present");
    const lines = response.text.trimEnd().split("\r\n");
    expect(lines[0]).toMatch(/^record,start,end,/);
    expect(new Set(lines.slice(1).map((line) => line.split(",")[0]))).toEqual(new Set(["reading", "adjustment"]));
    expect(response.text).toContain(",'=the old name was wrong,");
  });

  it("comes back by an upload, reading for reading", async () => {
    const text = (await ask(api, `/meters/${HOUSE}/export?${SPAN}`)).text;
    const table = (await ask(api, `/meters/${HOUSE}/export?${SPAN}`, accept("text/csv"))).text;
    for (const [type, sent] of [
      ["application/x-ndjson", text],
      ["text/csv", table],
    ] as const) {
      const headers = { "content-type": type };
      const dry = await ask(api, "/meters/new/adjustments?why=moved&dryRun=true", {
        method: "POST",
        body: sent,
        headers,
      });
      expect([dry.status, body(dry).preview]).toMatchObject([
        200,
        { readingsBefore: 0, readingsAfter: 3000, afterWh: 15_000 },
      ]);
    }
    expect(store.meters()).not.toContain("new");
  });

  it("asks only for its span, and in words when that makes no sense", async () => {
    const some = linesOf((await ask(api, `/meters/${HOUSE}/export?from=${START}&to=${START + 30}`)).text);
    expect(some.filter(({ type }) => type === "reading")).toHaveLength(2);
    const local = linesOf((await ask(api, `/meters/${HOUSE}/export?from=2026-07-02T15:46:45&to=${NOW}`)).text);
    expect(local[0]?.from).toBe(START);
    for (const query of ["from=2&to=1", "from=x", "limit=1", "resolution=raw"]) {
      expect([query, (await ask(api, `/meters/${HOUSE}/export?${query}`)).status]).toEqual([query, 400]);
    }
    expect((await ask(api, `/meters/${HOUSE}/export`, accept("application/json"))).status).toBe(406);
  });

  it("costs nothing for HEAD, and breaks off when the store fails: its end is missing then", async () => {
    const head = await ask(api, `/meters/${HOUSE}/export`, { method: "HEAD" });
    expect([head.status, head.text]).toEqual([200, ""]);
    const events: Archive["events"] = async () => failed("METERMAN_STORE_DAMAGED", "a file is unreadable");
    const broken = createApi(ports({ store: { ...archive, archive: { ...archive.archive, events } } }));
    await expect(ask(broken, `/meters/${HOUSE}/export`)).rejects.toThrow("METERMAN_STORE_DAMAGED");
    expect(FAULTS.pop()?.message).toContain("METERMAN_STORE_DAMAGED");
  });
});

describe("a closed day that was corrected", () => {
  const url = `${READINGS}?${SPAN}&resolution=hour`;
  const tag = async (path = url) => (await ask(api, path)).headers.etag ?? "";

  it("gets another ETag, and its own again when the correction is undone", async () => {
    const urls = [
      url,
      `${READINGS}?${SPAN}`,
      `/meters/${HOUSE}/consumption?${SPAN}`,
      `${READINGS}?${SPAN}&resolution=auto`,
    ];
    const before = await Promise.all(urls.map(tag));
    for (const tagged of before) expect(tagged).not.toBe("");
    const gone = { kind: "delete", from: START + 3600, to: START + 7200, why: "a test" };
    const { adjustment } = await adjust(gone);
    for (const [at, path] of urls.entries()) {
      const response = await ask(api, path, { headers: { "if-none-match": before[at] } });
      expect([path, response.status, response.headers.etag === before[at]]).toEqual([path, 200, false]);
    }
    await undo(Number(Reflect.get(Object(adjustment), "n")));
    expect(await Promise.all(urls.map(tag))).toEqual(before);
    for (const [at, path] of urls.entries()) {
      expect((await ask(api, path, { headers: { "if-none-match": before[at] } })).status).toBe(304);
    }
  });

  it("keeps its ETag through a dry run, and through a correction of another meter", async () => {
    const before = await tag();
    const sent = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "delete", from: START, to: NOW, why: "a test", dryRun: true }),
    };
    const dry = await ask(api, `/meters/${HOUSE}/adjustments`, sent);
    expect([dry.status, body(dry).preview]).toMatchObject([200, { beforeWh: 15_000, afterWh: 0, readingsAfter: 0 }]);
    const other = { ...sent, body: sent.body.replace(',"dryRun":true', "") };
    expect((await ask(api, `/meters/${OTHER}/adjustments`, other)).status).toBe(201);
    expect(await tag()).toBe(before);
  });

  it("is late data in nothing: what arrives beside it still counts", async () => {
    const durable = store.append(written(HOUSE, START - 150, 10, 3000));
    await store.flush();
    await durable;
    const answer = body(await ask(api, `${READINGS}?from=${START - 150}&to=${START + 15}`));
    expect(answer.items).toHaveLength(11);
  });
});
