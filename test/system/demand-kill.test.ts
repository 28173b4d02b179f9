import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { DemandReport } from "../../nodes/model/index.ts";
import { House } from "../support/house.ts";
import { Product, until } from "../support/product.ts";

/** What a crash leaves of the open window and the month: the product as a process of its own that is killed. */
let product: Product | undefined;
afterEach(() => product?.remove());

const now = () => Math.floor(Date.now() / 1000);
/** At the beginning of a month of UTC a clock that is behind: the hours before must be of the same month. */
const ZONE = new Date().getUTCDate() === 1 && new Date().getUTCHours() < 6 ? "Etc/GMT+12" : "UTC";
const NODES = ["stored", "alone"] as const;

function flow(): object[] {
  const on = { z: "tab", x: 1, y: 1 };
  const demand = { type: "meterman-demand", ...on, zone: ZONE, windowMinutes: 60, limitW: "", wires: [[], []] };
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "store", type: "meterman-store", name: "", folder: "", zone: ZONE, flushS: 1 },
    { id: "api", type: "meterman-api", ...on, name: "", store: "store", wires: [] },
    { id: "feed", type: "http in", ...on, url: "/feed", method: "post", wires: [["lines", "answer"]] },
    {
      id: "lines",
      type: "function",
      ...on,
      func: "msg.payload = Buffer.from(msg.payload.lines); return msg",
      wires: [["gateway"]],
    },
    { id: "answer", type: "http response", ...on, statusCode: "204", wires: [] },
    { id: "gateway", type: "meterman-gateway", ...on, name: "", network: "0.0.1.1", wires: [["meter"], [], []] },
    {
      id: "meter",
      type: "meterman-meter",
      ...on,
      name: "",
      store: "store",
      meters: [],
      others: true,
      wires: [[...NODES], [], []],
    },
    { id: "stored", ...demand, store: "store" },
    { id: "alone", ...demand, store: "" },
  ];
}

it("a kill loses neither the month's peak nor the open window, with a store and without", async () => {
  const running = await Product.create();
  product = running;
  await running.lay(flow());
  await running.start();

  const feed = async (lines: string) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${running.url}/feed`, { method: "POST", headers, body: JSON.stringify({ lines }) });
    expect(answer.status).toBe(204);
  };
  const report = async (id: string): Promise<DemandReport> => {
    const { demand }: { demand: DemandReport[] } = await running.get("/demand");
    const found = demand.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no report of ${id}`);
    return found;
  };
  /** All the energy that a node knows of: closed windows and the open one. */
  const total = async (id: string) => {
    const { windows, usedWh } = await report(id);
    return windows.reduce((sum, { wh }) => sum + wh, usedWh);
  };
  const fed = (wh: number) =>
    until(`${wh} Wh`, async () => (await Promise.all(NODES.map(total))).every((sum) => sum === wh), 20_000).catch(
      async (reason) => {
        throw new Error(`${reason.message}; it is ${await Promise.all(NODES.map(total))}`);
      },
    );
  const peak = async (id: string) => (await report(id)).months[0]?.figureWatts;
  const crash = async () => {
    await running.kill("SIGKILL");
    await running.start();
  };

  const hour = Math.floor(now() / 3600) * 3600;
  const house = new House(2, hour - 7200);
  await feed(house.use(3600, 1500) + house.use(3600, 2400) + house.use(20, 18_000));
  // The first second of a meter's account has no reading before it.
  await until("the peak", async () => (await peak("alone")) === 2400 && (await total("alone")) > 3900);
  const first = await total("alone");
  await fed(first);
  const kept = join(running.folder, "data", "meterman-demand-alone.json");
  await until(
    "the file",
    () =>
      readFile(kept, "utf8").then(
        (text) => text.includes(String(hour)),
        () => false,
      ),
    30_000,
  );

  await crash();
  for (const id of NODES) expect([id, await total(id), await peak(id)]).toEqual([id, first, 2400]);

  // Killed again before what was just heard can be in the file: the meter's count brings it back.
  await feed(house.use(20, 18_000));
  await fed(first + 100);
  await crash();
  expect(await total("stored")).toBe(first + 100);
  await feed(house.use(20, 18_000));
  await fed(first + 200);
  for (const id of NODES) expect([id, await peak(id)]).toEqual([id, 2400]);
});
