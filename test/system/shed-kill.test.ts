import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { DecisionReport, ShedReport } from "../../nodes/model/index.ts";
import { load, QUICK, row } from "../runtime/meterman-shed-bench.ts";
import { Product, pause, until } from "../support/product.ts";

/** What a crash leaves of a load that was switched off: the product as a process of its own that is killed. */
let product: Product | undefined;
afterEach(() => product?.remove());

const now = () => Math.floor(Date.now() / 1000);

/** Another load in each round: one that was just switched is left in peace for a while. */
const ROUNDS = [
  { name: "boiler", delayMs: 0 },
  { name: "pool", delayMs: 15 },
  { name: "sauna", delayMs: null },
];

function flow(decisions: string): object[] {
  const on = { z: "tab", x: 1, y: 1 };
  const split = "for (const one of msg.payload) node.send(one); return null";
  // No load is asked twice within a test, however slow the machine is.
  const shed = { ...QUICK, responseS: 600, loads: ROUNDS.map(({ name }) => row(name)) };
  const file = { filename: decisions, filenameType: "str", appendNewline: true, overwriteFile: "false" };
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "store", type: "meterman-store", name: "", folder: "", zone: "", flushS: 10 },
    { id: "api", type: "meterman-api", ...on, name: "", store: "store", wires: [] },
    { id: "tell", type: "http in", ...on, url: "/tell", method: "post", wires: [["split", "answer"]] },
    { id: "split", type: "function", ...on, func: split, wires: [["shed"]] },
    { id: "answer", type: "http response", ...on, statusCode: "204", wires: [] },
    { id: "shed", type: "meterman-shed", ...on, ...shed, wires: [["file"], []] },
    { id: "file", type: "file", ...on, ...file, wires: [[]] },
  ];
}

function demand(powerWatts: number): object {
  const at = now();
  const figures = { usedWh: 100, bridgedWh: 0, limitWatts: 2500, certainBreak: false, powerWatts };
  const unknown = { projectedWatts: null, allowedWatts: null, peakWatts: null };
  const times = { at, windowStart: at - 300, windowEnd: at + 600, remainingS: 600, coveredUntil: at, coverage: 1 };
  const rest = { meters: ["0.0.1.1.2"], stale: false, ageS: 0, counts: true, onPeak: false };
  return { topic: "demand", payload: { ...figures, ...unknown, ...times, ...rest } };
}

it("a load that was told to go off is never forgotten, whenever Node-RED is killed, and comes back", async () => {
  const running = await Product.create();
  product = running;
  const file = join(running.folder, "decisions");
  await running.lay(flow(file));
  /** Decisions that have left the node. */
  const told = (): DecisionReport[] =>
    existsSync(file)
      ? readFileSync(file, "utf8")
          .split("\n")
          .filter((line) => line.endsWith("}"))
          .map((line) => JSON.parse(line))
      : [];
  const tell = async (...messages: object[]) => {
    const headers = { "content-type": "application/json" };
    await fetch(`${running.url}/tell`, { method: "POST", headers, body: JSON.stringify(messages) });
  };
  const report = async (): Promise<ShedReport> => (await running.get("/demand")).shed[0];
  const held = (of: ShedReport) => of.loads.flatMap((one) => (one.held === null ? [] : [one.name]));

  await running.start();
  for (const { name, delayMs } of ROUNDS) {
    const before = told().length;
    await tell(load(name, true), demand(4500));
    if (delayMs === null) await until("the decision", () => told().length > before);
    else await pause(delayMs);
    await running.kill("SIGKILL");

    const off = told().length > before;
    await running.start();
    const after = await report();
    // It may have been killed before it told anybody, or remember what it was just going to tell; what it told, it must know.
    if (off) expect(held(after)).toEqual([name]);
    const known = after.decisions.map((one) => JSON.stringify(one));
    for (const one of told()) expect(known).toContain(JSON.stringify(one));
    expect(new Set(known).size).toBe(known.length);
    if (held(after).length > 0) {
      await tell(load(name, false), demand(300));
      await until("it to be given back", async () => told().at(-1)?.rule === "restore");
      await tell(load(name, true));
      await until("the end", async () => held(await report()).length === 0);
    }
  }
  expect(told().map(({ rule }) => rule)).toEqual(expect.arrayContaining(["limit", "restore"]));
}, 120_000);
