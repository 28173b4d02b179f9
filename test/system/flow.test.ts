import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RED from "node-red";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFlow } from "../support/examples.ts";
import { type NodeRed, startNodeRed } from "../support/node-red.ts";

/** The flow of `npm start` as it ships, with the simulated gateway: what scripts/start.mjs makes of it. */
const DAY_S = 86_400;
const flow = readFlow("flows/flows.json").map((node) => (/^mm-serial-/.test(node.id) ? { ...node, d: true } : node));
/** Each half of the key is a leak too. */
const SECRET = /CHANGE_ME|ME_PLEASE/;

let red: NodeRed;
let data: string;
const statuses: { id: string; fill?: string; text?: string }[] = [];
const startedAt = Math.floor(Date.now() / 1000);

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "meterman-flow-"));
  process.env.METERMAN_DATA = data;
  process.env.METERMAN_SERIAL = "";
  RED.events.on("node-status", (event: { id: string; status: object }) =>
    statuses.push({ id: event.id, ...event.status }),
  );
  red = await startNodeRed({ flow });
});
afterAll(async () => {
  await red.stop();
  await rm(data, { recursive: true, force: true });
});

const get = async (path: string) => (await fetch(`${red.url}/meterman/api/v1/${path}`)).json();
const energy = async (meter: string) => (await get(`meters/${meter}/consumption?from=${startedAt - DAY_S}`)).wh;
const hasCounted = (one: { lifetimeWh: number }) => one.lifetimeWh > 0;
let played = 0;
const status = (id: string) => red.status(id)?.text ?? "";

/** Everything a message holds, bytes as characters. */
function textOf(value: unknown): string {
  const seen = new Set<unknown>();
  return JSON.stringify(value, (key, one) => {
    if (key === "req" || key === "res" || seen.has(one)) return undefined;
    if (one?.type === "Buffer" && Array.isArray(one.data)) return Buffer.from(one.data).toString("latin1");
    if (typeof one === "object" && one !== null) seen.add(one);
    return one;
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("the flow of npm start", () => {
  it("plays a day and goes on in real time, with all meters on disk and readings over REST", async () => {
    await red.until("real time", () => /^3 meters · real time · -?\d+ W$/.test(status("mm-simulator")), 40_000);
    const updates = red.from("mm-gateway").filter(({ topic }) => topic === "update");
    const times = updates.map(({ payload }) => payload.baseTime);
    expect(Math.min(...times)).toBeLessThan(startedAt - DAY_S + 300);
    expect(Math.max(...times)).toBeGreaterThan(startedAt - 300);
    const meters = await red.until("the meters on disk", async () => {
      const { items } = await get("meters");
      return items.length === 3 && items.slice(0, 2).every(hasCounted) && items;
    });
    expect(meters).toMatchObject([
      { id: "0.0.1.1.2", name: "House", power: { known: true } },
      { id: "0.0.1.1.3", name: "Garden pump", power: { known: true } },
      { id: "0.0.1.1.4", name: "Solar feed-in", power: { known: true } },
    ]);
    const readings = await get(`meters/0.0.1.1.2/readings?from=${startedAt - DAY_S}&limit=10000`);
    expect(readings.items.length).toBeGreaterThan((DAY_S / 15) * 0.9);
    played = await energy("0.0.1.1.2");
  });

  it("shows power below the nodes, and the demand of the open window", async () => {
    expect(status("mm-meter")).toMatch(/^3 meters · [\d.]+ k?W$/);
    const projected = /^\d+\.\d of 3\.0 kW projected · \d+ (min|s) left$/;
    await red.until("the demand below its node", () => projected.test(status("mm-demand")));
    expect(red.from("mm-demand").at(-1)).toMatchObject({
      topic: "demand",
      payload: { meters: ["0.0.1.1.2"], limitWatts: 3000, stale: false },
    });
    await red.until("the loads at the shed node", () => /kW$/.test(status("mm-shed")));
    expect(status("mm-shed")).not.toMatch(/unknown|stale/);
    expect(status("mm-publish")).toMatch(/not configured/i);
  });

  it("lets the simulated car come home, and does as it is asked: no charging", async () => {
    const car = () => red.from("mm-simulator", 1).findLast(({ payload }) => payload.load === "ev")?.payload;
    red.inject("mm-try-car", {});
    await red.until("the car to charge", () => car()?.watts > 1000, 30_000);
    red.inject("mm-try-off", {});
    await red.until("the override among the decisions", () =>
      red.from("mm-shed").some(({ payload }) => payload.load === "ev" && payload.rule === "override"),
    );
    await red.until("the car to stop", () => car()?.level === 0 && car()?.watts === 0, 60_000);
    red.inject("mm-try-auto", {});
  }, 100_000);

  it("answers the button of the history", async () => {
    red.inject("mm-ask", {});
    const answer = await red.until("the hours", () => red.from("mm-history").at(-1));
    expect(answer.payload.length).toBeGreaterThanOrEqual(2);
  });

  it("keeps the radio key to itself, also when lines are spliced", async () => {
    const lines = () => red.from("mm-simulator").map(({ payload }) => payload.toString("latin1"));
    red.inject("mm-simulator", { topic: "fault", payload: { kind: "splice", share: 0.5 } });
    for (let i = 0; i < 100; i += 1) red.inject("mm-simulator", { payload: Buffer.from("S>G:GGWSNAP\r") });
    await red.until("the key on the line", () => SECRET.test(lines().join("")));
    red.inject("mm-simulator", { topic: "fault", payload: { kind: "splice", share: 0 } });
    const snapshot = "G>S:GWSNAP;1,1783000000,398,1783000060,DEBUG,CHANGE_ME_PLEASE,0.0.1.1,19";
    const note = "G>S:GMSG;2,GMSG,BOOT v10. Flags: 1 R_FLG 0xC0 UN";
    const cuts = [...snapshot].flatMap((_, at) => [
      snapshot.slice(0, at) + note,
      note.slice(0, at) + snapshot,
      note + snapshot.slice(at),
      `DEBUG: Got ${snapshot.slice(at)}`,
    ]);
    red.inject("mm-gateway", { payload: Buffer.from(cuts.map((line) => `${line}\r\n`).join("")) });
    red.inject("mm-snap", {});
    await red.until("the rejections", () => red.from("mm-gateway", 2).some(({ topic }) => topic === "rejected"));
    // Until what was learnt of it is on disk too.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const bearers = red.sent.filter(({ msg }) => SECRET.test(textOf(msg))).map(({ id, port }) => `${id} ${port}`);
    expect([...new Set(bearers)], "nothing but the wire itself").toEqual(["mm-simulator 0"]);
    expect(red.logs.filter(({ text }) => SECRET.test(text))).toEqual([]);
    expect(statuses.filter((one) => SECRET.test(JSON.stringify(one)))).toEqual([]);
    const answers = [await get("health"), await get("meters"), await get("meters/0.0.1.1.2/events")];
    expect(answers.filter((one) => SECRET.test(JSON.stringify(one)))).toEqual([]);
    const files = [...filesBelow(data), ...filesBelow(red.userDir)];
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => SECRET.test(readFileSync(file, "latin1")))).toEqual([]);
  });

  it("goes on counting", async () => {
    expect(played).toBeGreaterThan(1000);
    // A minute's readings come once a minute.
    await red.until("more energy", async () => (await energy("0.0.1.1.2")) > played, 120_000);
  }, 150_000);

  it("was never red, and logged no error", () => {
    expect(statuses.filter(({ fill }) => fill === "red")).toEqual([]);
    expect(red.logs.filter(({ level }) => level <= 20)).toEqual([]);
  });
});
