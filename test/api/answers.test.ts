import { describe, expect, it } from "vitest";
import { createApi } from "../../nodes/api/index.ts";
import { type Archive, epochSeconds, ok, wh } from "../../nodes/model/index.ts";
import { directory, meter, written } from "./meters.ts";
import { ask, body, DOCUMENT, expectAnswer, expectShape, HOUSE, house, NOW, ports, START, STORE } from "./world.ts";

const api = createApi(ports());

describe("what the API answers", () => {
  it("lists no meter as an empty page", async () => {
    const empty = { ...house(), directory: directory() };
    const response = await ask(createApi(ports({ store: empty })), "/meters");
    expect(response.status).toBe(200);
    expect(JSON.parse(response.text)).toMatchObject({ items: [], next: null });
  });

  it("lists meters with energy, power and last contact", async () => {
    const answer = body(await ask(api, "/meters"));
    expectAnswer("/meters", answer);
    expect(answer).toMatchObject({
      items: [
        {
          id: "0.0.1.1.2",
          name: "House",
          lifetimeWh: 812_400,
          registerWh: 412_400,
          power: { known: true, watts: 600, at: 1_783_000_120 },
          lastHeard: 1_783_000_119,
        },
      ],
      next: null,
    });
  });

  it("answers for one meter, and 404 for one that was never heard", async () => {
    const found = await ask(api, `/meters/${HOUSE}`);
    expectAnswer("/meters/{meter}", body(found));
    const missing = await ask(api, "/meters/0.0.1.1.9");
    expect(missing.status).toBe(404);
    expect(body(missing)).toMatchObject({ code: "METERMAN_UNKNOWN_METER", field: "meter" });
  });

  it("gives readings in the agreed shape, with the span in both notations", async () => {
    const answer = body(await ask(api, `/meters/${HOUSE}/readings?from=2026-07-02T13:46:45Z&to=${START + 30}`));
    expectAnswer("/meters/{meter}/readings", answer);
    expect(answer).toMatchObject({ fromIso: "2026-07-02T13:46:45Z", toIso: "2026-07-02T13:47:15Z", next: null });
    expect(answer.items).toMatchObject([
      { start: START, end: START + 15, wh: 5, watts: 1200, registerWh: 5, source: "interval", quality: [] },
      { start: START + 15, end: START + 30 },
    ]);
  });

  it("understands an offset whose plus is not encoded", async () => {
    const answer = body(await ask(api, `/meters/${HOUSE}/readings?from=2026-07-02T15:46:45+02:00&to=${START + 30}`));
    expect(answer.from).toBe(START);
  });

  it("takes a time without offset as local time", async () => {
    for (const [zone, hours] of [
      ["", 2],
      ["&zone=UTC", 0],
    ] as const) {
      const answer = body(await ask(api, `/meters/${HOUSE}/readings?from=2026-07-02T00:00&to=2026-07-03${zone}`));
      expect(answer.from).toBe(Date.UTC(2026, 6, 2) / 1000 - hours * 3600);
    }
  });

  it("gives every reading once when paged through", async () => {
    const starts: unknown[] = [];
    let url = `/meters/${HOUSE}/readings?from=${START}&to=${START + 15 * 95}&limit=10`;
    const base = url;
    for (let pages = 0; url !== "" && pages < 20; pages += 1) {
      const response = await ask(api, url);
      const answer = body(response);
      for (const item of Array.isArray(answer.items) ? answer.items : []) starts.push(item.start);
      url = typeof answer.next === "string" ? `${base}&cursor=${encodeURIComponent(answer.next)}` : "";
      const link = response.headers.link;
      expect(link).toBe(url === "" ? undefined : `<?${url.split("?")[1]}>; rel="next"`);
    }
    expect(starts).toEqual(Array.from({ length: 95 }, (_, index) => START + 15 * index));
  });

  it("keeps to the span of the first page while time goes on", async () => {
    let now = NOW;
    const moving = createApi(ports({ now: () => now }));
    const url = `/meters/${HOUSE}/readings?resolution=hour&limit=5`;
    const first = body(await ask(moving, url));
    now += 7000;
    const second = body(await ask(moving, `${url}&cursor=${first.next}`));
    expect([second.from, second.to]).toEqual([NOW - 86_400, NOW]);
    expect(second.items).not.toEqual(first.items);
  });

  it("gives the consumption of a span", async () => {
    const answer = body(await ask(api, `/meters/${HOUSE}/consumption?from=1577836800&to=1900000000`));
    expectAnswer("/meters/{meter}/consumption", answer);
    expect(answer).toMatchObject({ from: 1_577_836_800, to: 1_900_000_000, wh: 60_000 });
    expect(answer.parts).toEqual([{ start: START, end: START + 180_000, wh: 60_000, source: "interval" }]);
  });

  it("takes neighbouring parts together when a register falls all the time: no endless answer, no Wh lost", async () => {
    const part = (i: number) => ({ start: epochSeconds(START + i), end: epochSeconds(START + i + 1), wh: wh(i % 3) });
    const parts = Array.from({ length: 20_001 }, (_, i) => ({ ...part(i), source: "interval" as const }));
    const sum = parts.reduce((total, one) => total + one.wh, 0);
    const archive: Archive = {
      readings: (query) => STORE.readings(query),
      events: (query) => STORE.events(query),
      snapshots: (query) => STORE.snapshots(query),
      consumption: async (_, from, to) => ok({ from, to, wh: wh(sum), parts }),
    };
    const falling = createApi(ports({ store: { ...house(), archive } }));
    const answer = body(await ask(falling, `/meters/${HOUSE}/consumption?from=${START}`));
    expectAnswer("/meters/{meter}/consumption", answer);
    const told = answer.parts as { start: number; end: number; wh: number }[];
    expect(told.length).toBeLessThanOrEqual(1000);
    expect(told.reduce((total, one) => total + one.wh, 0)).toBe(sum);
    expect([told[0]?.start, told.at(-1)?.end]).toEqual([START, START + 20_001]);
  });

  it("gives events with their own fields", async () => {
    const answer = body(await ask(api, `/meters/${HOUSE}/events?from=${START}`));
    expectAnswer("/meters/{meter}/events", answer);
    expect(answer.items).toEqual([{ meter: HOUSE, at: START + 60, kind: "text", text: "=1+1" }]);
  });

  it("answers HEAD like GET without a body, and OPTIONS with what is allowed", async () => {
    const get = await ask(api, "/meters");
    const head = await ask(api, "/meters", { method: "HEAD" });
    expect(head.text).toBe("");
    expect(head.headers).toEqual(get.headers);
    const options = await ask(api, "/meters", { method: "OPTIONS" });
    expect([options.status, options.headers.allow, options.text]).toEqual([204, "GET, HEAD, OPTIONS", ""]);
  });
});

describe("health", () => {
  const node = { id: "a", type: "meterman-gateway", name: "", health: { lines: 4 } };

  it("is ok when everything is", async () => {
    const world = { nodes: [{ ...node, status: { kind: "ok" as const, text: "" } }] };
    const answer = body(await ask(createApi(ports(world)), "/health"));
    expectAnswer("/health", answer);
    expect(answer).toMatchObject({ status: "ok", time: NOW, store: { open: true, pending: 3 }, nodes: world.nodes });
    expect(answer.meters).toMatchObject([{ id: HOUSE, name: "House", health: { batteryMv: 2900 } }]);
  });

  it("is degraded when a node complains", async () => {
    const world = { nodes: [{ ...node, status: { kind: "warn" as const, text: "silent" } }] };
    expect(body(await ask(createApi(ports(world)), "/health")).status).toBe("degraded");
  });

  it("is down without a store and says why, where the rest answers 503", async () => {
    const closed = createApi(ports({ store: { code: "METERMAN_NO_STORE", message: "the store is being opened" } }));
    const health = await ask(closed, "/health");
    expect(health.status).toBe(200);
    expectAnswer("/health", body(health));
    expect(body(health)).toMatchObject({ status: "down", store: { open: false, detail: "the store is being opened" } });
    const meters = await ask(closed, "/meters");
    expect(meters.status).toBe(503);
    expect(meters.headers["retry-after"]).toBe("5");
    expect(body(meters)).toMatchObject({ code: "METERMAN_NO_STORE", detail: "the store is being opened" });
  });
});

describe("closed days", () => {
  const closed = `/meters/${HOUSE}/readings?from=${START}&to=${START + 600}`;
  const open = `/meters/${HOUSE}/readings?from=${START}&to=${NOW}`;

  it("carry a strong ETag, and 304 spares the body when nothing changed", async () => {
    const first = await ask(api, closed);
    const etag = first.headers.etag ?? "";
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(first.headers["cache-control"]).toBe("private, no-cache");
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await ask(api, closed, { headers: { "if-none-match": sent } });
      expect([again.status, again.text, again.headers.etag]).toEqual([304, "", etag]);
    }
    expect((await ask(api, closed, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  });

  it("get another ETag when late data changed them", async () => {
    const early = `/meters/${HOUSE}/readings?from=${START - 600}&to=${START + 600}`;
    const before = await ask(api, early);
    const late = written(HOUSE, START - 15, 1, 12_000);
    const durable = STORE.append(late);
    await STORE.flush();
    await durable;
    const after = await ask(api, early, { headers: { "if-none-match": before.headers.etag } });
    expect(after.status).toBe(200);
    expect(after.headers.etag).not.toBe(before.headers.etag);
  });

  it("are not today: an answer that may still grow is not kept", async () => {
    const response = await ask(api, open, { headers: { "if-none-match": "*" } });
    expect([response.status, response.headers.etag, response.headers["cache-control"]]).toEqual([
      200,
      undefined,
      "no-store",
    ]);
  });
});

describe("the OpenAPI document", () => {
  it("is served, is a schema in itself, and names every path", async () => {
    const response = await ask(api, "/openapi.json");
    expectAnswer("/openapi.json", body(response));
    expect(DOCUMENT.openapi).toBe("3.1.0");
    expect(Object.keys(Object(DOCUMENT.paths))).toEqual([
      "/meters",
      "/meters/{meter}",
      "/meters/{meter}/readings",
      "/meters/{meter}/consumption",
      "/meters/{meter}/events",
      "/meters/{meter}/export",
      "/meters/{meter}/adjustments",
      "/meters/{meter}/adjustments/{n}/undo",
      "/meters/{meter}/energy-dashboard",
      "/demand",
      "/demand/{shed}/overrides",
      "/demand/{shed}/dry-run",
      "/gateways",
      "/gateways/{gateway}",
      "/gateways/{gateway}/snapshots",
      "/meters/{meter}/snapshots",
      "/meters/{meter}/commands",
      "/commands/{id}",
      "/live",
      "/health",
      "/openapi.json",
    ]);
    for (const name of Object.keys(Object(Object(DOCUMENT.components).schemas))) {
      expect(() => expectShape(name, undefined)).toThrow();
    }
  });

  it("refuses an answer that has lost a field", () => {
    const power = { known: false, since: epochSeconds(START) };
    expect(() => expectShape("Meter", { id: meter("x"), name: "", power })).toThrow();
  });
});
