import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as immediate } from "node:timers/promises";
import RED from "node-red";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newToken, type Token } from "../../nodes/api/index.ts";
import { epochSeconds, type MeterId } from "../../nodes/model/index.ts";
import type { StoreService } from "../../nodes/runtime/services.ts";
import { House } from "../support/house.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** Gateway, meter, store and API in a real Node-RED; the test is the gateway at the other end of the line. */
const METER = "0.0.1.1.2";
const now = () => Math.floor(Date.now() / 1000);
const { secret, ...made } = newToken(new Uint8Array(32).fill(5), epochSeconds(1_783_000_000));
const token: Token = { ...made, name: "phone", scopes: ["read", "control"] };

let folder: string;
let red: NodeRed;
let house: House;
let answered = 0;

const flow = (): FlowNode[] => [
  { id: "tab", type: "tab", label: "t" },
  { id: "store", type: "meterman-store", name: "", folder, zone: "UTC", flushS: 1 },
  { ...{ id: "gw", type: "meterman-gateway", z: "tab", name: "Cellar", network: "0.0.1.1", silentAfterS: 300 }, ...gw },
  { ...{ id: "meter", type: "meterman-meter", z: "tab", name: "", store: "store", meters: [] }, wires: [[], [], []] },
  { id: "api", type: "meterman-api", z: "tab", name: "", store: "store", tokens: [token], wires: [] },
  { id: "sink", type: "junction", z: "tab", wires: [[]] },
];
const gw = { diagnostics: "none", wires: [["meter"], ["sink"], ["sink"]] };

const headers = { authorization: `Bearer ${secret}` };
const fetched = (path: string, more: RequestInit = {}) =>
  fetch(`${red.url}/meterman/api/v1${path}`, { headers, ...more });
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
const get = async (path: string): Promise<any> => (await fetched(path)).json();
const say = (line: string) => red.inject("gw", { payload: `${line}\r\n` });

/** Answers what the gateway node sent since, as a gateway would; SMVAL only with its ACK. */
function answer(): void {
  const sent = red.from("gw", 1).map((msg) => String(msg.payload));
  for (const line of sent.slice(answered)) {
    if (line.startsWith("S>G:STIME")) say("G>S:STIME_ACK");
    if (line.startsWith("S>G:GGWSNAP"))
      say(`G>S:GWSNAP;1,${now() - 3600},398,${now()},INFO,CHANGE_ME_PLEASE,0.0.1.1,19`);
    if (line.startsWith("S>G:GNOSNAP"))
      say(`G>S:NOSNAP;2,4495,695,680,367,${now()},-2,30,1000,${now()},5,0.00,1,100,-75`);
    if (line.startsWith("S>G:SGITR")) say("G>S:SGITR_ACK;2");
    if (line.startsWith("S>G:SMVAL")) say("G>S:SMVAL_ACK;2");
  }
  answered = sent.length;
}
function until<T>(what: string, probe: () => T | Promise<T>) {
  return red.until(what, () => {
    answer();
    return probe();
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-live-"));
  red = await startNodeRed({ flow: flow() });
  house = new House(2, now() - 600);
  await red.until("the API", () => red.status("api")?.fill === "green");
  red.inject("gw", { payload: house.use(300, 1200) });
  await until("the meter", async () => (await get("/meters")).items?.length === 1);
});
afterAll(async () => {
  await red.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Everything that a listener has heard so far. */
async function listen(query = "") {
  const stop = new AbortController();
  const response = await fetched(`/live${query}`, {
    headers: { ...headers, accept: "text/event-stream" },
    signal: stop.signal,
  });
  const heard = { text: "", ended: false, status: response.status, stop: () => stop.abort() };
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const part of response.body ?? []) heard.text += decoder.decode(part, { stream: true });
  };
  void read()
    .catch(() => undefined)
    .then(() => {
      heard.ended = true;
    });
  return heard;
}

describe("a gateway over REST", () => {
  it("tells what it said of itself, and which meters it hears", async () => {
    const told = await until("the figures", async () => {
      const { items } = await get("/gateways");
      return items[0]?.freeRamBytes !== null && items[0];
    });
    expect(told).toMatchObject({
      ...{ id: "0.0.1.1.1", node: "gw", name: "Cellar", network: "0.0.1.1", silent: false, freeRamBytes: 398 },
      ...{ txPowerDbm: 19, logLevel: "INFO", rejected: 0, rejectedPercent: 0, meters: [METER], troubles: [] },
    });
    expect(told.uptimeS).toBeGreaterThanOrEqual(3599);
    expect(Math.abs(told.clockDriftS)).toBeLessThan(5);
    expect(await get("/gateways/0.0.1.1.1")).toMatchObject({ id: "0.0.1.1.1" });
    expect((await get("/health")).gateways).toMatchObject([{ id: "0.0.1.1.1" }]);
    expect(JSON.stringify(told)).not.toContain("CHANGE_ME");
  });

  it("keeps what it and its nodes say", async () => {
    const gateway = await until("a snapshot of the gateway", async () => {
      return (await get("/gateways/0.0.1.1.1/snapshots")).items?.[0];
    });
    expect(gateway).toMatchObject({ device: "0.0.1.1.1", freeRamBytes: 398, txPowerDbm: 19 });
    const node = await until(
      "a snapshot of the node",
      async () => (await get(`/meters/${METER}/snapshots`)).items?.[0],
    );
    expect(node).toMatchObject({ device: METER, batteryMv: 4495, rssiDbm: -75 });
    // A gateway counts nothing, and is no meter.
    expect((await get("/meters")).items.map(({ id }: { id: string }) => id)).toEqual([METER]);
  });

  it("takes a command, and tells what became of it", async () => {
    const body = JSON.stringify({ command: "register", registerWh: 500 });
    const json = { ...headers, "content-type": "application/json" };
    const posted = await fetched(`/meters/${METER}/commands`, { method: "POST", headers: json, body });
    expect(posted.status).toBe(202);
    const { id, state } = await posted.json();
    expect(["queued", "sent"]).toContain(state);
    const stateOf = async () => (await get(`/commands/${id}`)).state;
    await until("the ACK", async () => (await stateOf()) === "taken");
    say(`G>S:MREB;2,MREB,${now()},500`);
    await until("the effect", async () => (await stateOf()) === "confirmed");
    expect(red.from("gw", 1).map((msg) => String(msg.payload))).toContain("S>G:SMVAL;2,500\r");
    expect((await fetched("/commands/other")).status).toBe(404);
  });
});

describe("live events over HTTP", () => {
  it("tell of readings once they are on disk, of power, and of events", async () => {
    const listener = await listen();
    expect(listener.status).toBe(200);
    await until("the beginning", () => listener.text.startsWith("retry: 5000"));
    // The node began anew with the register that was set.
    house = new House(2, now() + 1);
    red.inject("gw", { payload: `G>S:MREB;2,MREB,${now()},0\r\n${house.use(30, 1200)}` });
    await until("a reading", () => /^event: reading\ndata: \{.*"wh":10/m.test(listener.text));
    await until("power", () => /^event: power\ndata: \{.*"watts":1200/m.test(listener.text));
    await until("the rebase", () => /^event: event\ndata: \{.*"kind":"rebase"/m.test(listener.text));
    await until("the gateway", () => /^event: gateway\ndata: \{.*"id":"0.0.1.1.1"/m.test(listener.text));
    listener.stop();
  });

  it("end with a deploy, which does not wait for those who listen", async () => {
    const listeners = await Promise.all([listen(), listen(`?meter=${METER}`)]);
    await until("the beginning", () => listeners.every(({ text }) => text !== ""));
    const began = performance.now();
    await red.deploy(flow());
    expect(performance.now() - began).toBeLessThan(8000);
    await red.until("the end", () => listeners.every(({ ended }) => ended));
    await red.until("the API", () => red.status("api")?.fill === "green");
    expect((await fetched("/health")).status).toBe(200);
  });

  it("do not hold up anything when listeners vanish", async () => {
    for (let i = 0; i < 40; i += 1) {
      const listener = await listen();
      // At most 32 have room; those who left make room again.
      expect(listener.status).toBe(200);
      await red.until("the beginning", () => listener.text !== "");
      listener.stop();
    }
  });

  it("cut off a caller who does not read, and go on for the others", async () => {
    const node = (RED.nodes as unknown as { getNode(id: string): { service: StoreService } }).getNode("store");
    const store = await node.service.ready;
    if (!store.ok) throw new Error(store.error.message);
    const { live } = store.value;
    const { port } = new URL(red.url);
    const deaf = connect(Number(port), "127.0.0.1").pause();
    let isGone = false;
    deaf.on("close", () => {
      isGone = true;
    });
    const lines = ["GET /meterman/api/v1/live HTTP/1.1", "Host: localhost", `Authorization: Bearer ${secret}`, "", ""];
    deaf.write(lines.join("\r\n"));
    const other = await listen();
    await red.until("the beginning", () => other.text !== "");
    const power = { known: false, since: null } as const;
    const item = { type: "power", meter: METER as MeterId, name: "x".repeat(2000), power } as const;
    // More than the buffers of both ends of a socket hold, as fast as one who reads takes it.
    for (let turn = 0; turn < 200; turn += 1) {
      const before = other.text.length;
      for (let i = 0; i < 50; i += 1) live.tell(item);
      while (other.text.length < before + 50 * item.name.length) await immediate();
    }
    live.tell({ ...item, name: "the last" });
    await red.until("the last", () => other.text.includes("the last"));
    deaf.resume();
    await red.until("the end", () => isGone);
    other.stop();
  });
});
