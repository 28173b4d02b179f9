import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi } from "../../nodes/api/index.ts";
import { type Adjustments, epochSeconds, type LiveItem, watts } from "../../nodes/model/index.ts";
import { GatewayWorld, gatewayReport, liveHub } from "./gateways.ts";
import { meter, UNADJUSTED } from "./meters.ts";
import { ask, HOUSE, house, ports } from "./world.ts";

const OTHER = meter("0.0.1.1.3");
const power = (of = HOUSE, at = 1): LiveItem => {
  return { type: "power", meter: of, name: "House", power: { known: true, watts: watts(600), at: epochSeconds(at) } };
};

function world(adjustments: Adjustments = UNADJUSTED) {
  const hub = liveHub();
  const gateways = new GatewayWorld();
  gateways.reports.length = 0;
  const api = createApi(ports({ store: { ...house(), adjustments, live: hub }, gateways }));
  const asked = (query = "", method = "GET") =>
    api({
      ...{ method, path: "/live", query, headers: { host: "localhost", accept: "text/event-stream" }, remote: "::1" },
      body: async () => ({ ok: true, value: "" }),
    });
  const listen = async (query = "") => {
    const response = await asked(query);
    if (typeof response.body === "string") throw new Error(`${response.status}: ${response.body}`);
    const stream = response.body[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await stream.next();
      return done === true ? undefined : String(value);
    };
    return { next, stream, response };
  };
  return { hub, gateways, api, asked, listen };
}
type Listener = Awaited<ReturnType<ReturnType<typeof world>["listen"]>>;
const leave = ({ stream }: Listener) => stream.return?.();

afterEach(() => void vi.useRealTimers());

describe("what happens now", () => {
  it("is told as server-sent events, in order, each one JSON", async () => {
    const { hub, listen } = world();
    const { next, response, stream } = await listen();
    expect(response.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
    });
    expect(await next()).toBe("retry: 5000\n\n");
    const waiting = next();
    hub.tell(power());
    hub.tell({ type: "adjusted", meter: HOUSE, from: 5 });
    hub.tell({ type: "event", event: { meter: HOUSE, at: epochSeconds(9), kind: "text", text: "a\nb" } });
    const [one, two, three, end] = `${await waiting}`.split("\n\n");
    expect(one).toMatch(/^event: power\ndata: \{[^\n]*\}$/);
    expect(JSON.parse(String(one?.split("data: ")[1]))).toEqual({
      ...{ meter: HOUSE, name: "House", power: { known: true, watts: 600, at: 1 } },
    });
    expect(two).toBe(`event: adjusted\ndata: {"meter":"${HOUSE}","from":5}`);
    expect(three).toMatch(/^event: event\ndata: .*"a\\nb"\}$/);
    expect(end).toBe("");
    await leave({ next, response, stream });
  });

  it("names a meter as people do now", async () => {
    const { hub, listen } = world({ ...UNADJUSTED, nameOf: (id) => (id === HOUSE ? "Cellar" : undefined) });
    const listener = await listen();
    await listener.next();
    hub.tell(power());
    expect(await listener.next()).toContain('"name":"Cellar"');
    hub.tell(power(OTHER));
    expect(await listener.next()).toContain('"name":"House"');
    await leave(listener);
  });

  it("tells of one meter when asked to, and is 404 for one that was never heard", async () => {
    const { hub, listen, asked } = world();
    const listener = await listen(`meter=${HOUSE}`);
    await listener.next();
    hub.tell(power(OTHER));
    hub.tell(power(HOUSE, 7));
    expect(await listener.next()).toMatch(/"at":7/);
    await leave(listener);
    expect((await asked("meter=0.0.1.1.99")).status).toBe(404);
    expect((await asked("meter=..")).status).toBe(400);
  });

  it("costs nothing until it is read, and nothing after the caller has gone", async () => {
    const { hub, listen, asked } = world();
    await asked("", "HEAD");
    await listen();
    expect(hub.count).toBe(0);
    const listener = await listen();
    await listener.next();
    expect(hub.count).toBe(1);
    const pending = listener.next();
    await leave(listener);
    expect([hub.count, await pending, await listener.next()]).toEqual([0, undefined, undefined]);
  });

  it("has room for 32 listeners", async () => {
    const { listen, asked } = world();
    const listeners = await Promise.all(Array.from({ length: 32 }, () => listen()));
    for (const { next } of listeners) await next();
    const refused = await asked();
    expect([refused.status, JSON.parse(String(refused.body)).code]).toEqual([429, "METERMAN_TOO_MANY"]);
    await leave(listeners[0] as Listener);
    const again = await listen();
    expect(await again.next()).toMatch(/^retry/);
    for (const listener of [...listeners, again]) await leave(listener);
  });

  it("cuts off whoever does not keep up, and nobody else", async () => {
    const { hub, listen } = world();
    const [slow, quick] = [await listen(), await listen()];
    await slow.next();
    await quick.next();
    for (let i = 0; i < 600; i += 1) {
      hub.tell(power(HOUSE, i));
      expect(await quick.next()).toContain(`"at":${i}`);
    }
    expect(hub.count).toBe(1);
    await expect(slow.next()).rejects.toThrow("did not keep up");
    await leave(quick);
    expect(hub.count).toBe(0);
  });

  it("sends a sign of life, and a gateway that has something new to tell", async () => {
    vi.useFakeTimers();
    const { gateways, listen } = world();
    gateways.reports.push(gatewayReport());
    const listener = await listen();
    expect(await listener.next()).toMatch(/^retry: 5000\n\nevent: gateway\ndata: \{"id":"0\.0\.1\.1\.1"/);
    const quiet = listener.next();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await quiet).toBe(": still here\n\n");
    gateways.reports[0] = gatewayReport({ silent: true });
    const news = listener.next();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await news).toMatch(/^: still here\n\nevent: gateway\n.*"silent":true/);
    await leave(listener);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("cuts off a listener that takes nothing for minutes, though little happens", async () => {
    vi.useFakeTimers();
    const { hub, listen } = world();
    const listener = await listen();
    await listener.next();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(hub.count).toBe(0);
    await expect(listener.next()).rejects.toThrow("did not keep up");
  });

  it("is told for hours to whoever takes it, also when there is always something", async () => {
    vi.useFakeTimers();
    await vi.advanceTimersByTimeAsync(600_000);
    const { hub, gateways, listen } = world();
    gateways.reports.push(gatewayReport());
    const listener = await listen();
    expect(await listener.next()).toContain("event: gateway");
    for (let minute = 0; minute < 200; minute += 1) {
      hub.tell(power(HOUSE, minute));
      expect(await listener.next()).toContain(`"at":${minute}`);
      hub.tell(power(OTHER, minute));
      // Nothing comes for a minute but signs of life, and these are taken late.
      await vi.advanceTimersByTimeAsync(50_000);
      expect(await listener.next()).toContain("still here");
    }
    await leave(listener);
  });

  it("ends when the API closes", async () => {
    const { hub, gateways, listen } = world();
    const listener = await listen();
    await listener.next();
    const pending = listener.next();
    gateways.stop.abort();
    expect([await pending, hub.count]).toEqual([undefined, 0]);
    expect(await (await listen()).next()).toBeUndefined();
  });

  it("cannot be asked for as anything else", async () => {
    const { api } = world();
    expect((await ask(api, "/live", { headers: { accept: "application/json" } })).status).toBe(406);
  });
});
