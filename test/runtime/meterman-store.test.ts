import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RED from "node-red";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochSeconds, parseMeterId } from "../../nodes/model/index.ts";
import type { MeterSource, OpenStore, StoreService } from "../../nodes/runtime/services.ts";
import { HOUSE, must, reading, unit } from "../store/support.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

let folder: string;
let nodeRed: NodeRed;
const storeNode = (more: object = {}): FlowNode => {
  return { id: "store", type: "meterman-store", name: "", folder, zone: "Europe/Oslo", flushS: 1, ...more };
};
const flow = (more: object = {}): FlowNode[] => [{ id: "tab", type: "tab", label: "test" }, storeNode(more)];

function service(): StoreService {
  const node: unknown = (RED.nodes as unknown as { getNode(id: string): unknown }).getNode("store");
  return (node as { service: StoreService }).service;
}

async function opened(): Promise<OpenStore> {
  return must(await service().ready);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-store-"));
  nodeRed = await startNodeRed({ flow: flow() });
});

afterAll(async () => {
  await nodeRed.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the store node", () => {
  it("opens its folder and shows it", async () => {
    const { archive, health } = await opened();
    expect(service().zone).toBe("Europe/Oslo");
    expect(nodeRed.status("store")?.text).toBe(folder);
    expect(existsSync(join(folder, "lock"))).toBe(true);
    expect(health()).toMatchObject({ pendingReadings: 0, writing: "ok" });
    const nothing = { meter: HOUSE, from: epochSeconds(0), to: epochSeconds(1), resolution: "raw" } as const;
    expect(await archive.readings(nothing)).toEqual({ ok: true, value: { items: [], next: null } });
  });

  it("writes by itself, every so many seconds", async () => {
    const { journal } = await opened();
    await journal.append(unit([reading(HOUSE, 1_783_000_005, 1_783_000_020, 5, 405, 5)], { memory: { now: 1 } }));
    expect(journal.memory(HOUSE)).toEqual({ now: 1 });
  });

  it("has everything again after a deploy, also what was waiting when the deploy came", async () => {
    const before = await opened();
    const late = before.journal.append(unit([reading(HOUSE, 1_783_000_020, 1_783_000_035, 6, 411, 11)]));
    await nodeRed.deploy(flow({ flushS: 60 }));
    await late;
    const after = await opened();
    const query = { meter: HOUSE, from: epochSeconds(1_783_000_000), to: epochSeconds(1_783_001_000) };
    const page = must(await after.archive.readings({ ...query, resolution: "raw" }));
    expect(page.items.map((row) => row.wh)).toEqual([5, 6]);
    expect(must(await after.archive.consumption(query.meter, query.from, query.to)).wh).toBe(11);
    expect(after).not.toBe(before);
  });

  it("lets one node keep a meter and says who else tries", async () => {
    const { directory } = await opened();
    const meter = must(parseMeterId("gpio-1"));
    const summary = {
      id: meter,
      name: "GPIO",
      lifetimeWh: 5,
      registerWh: null,
      power: { known: false, since: null },
      lastHeard: null,
      health: { lastHeard: null, dark: false, reboots: 0, warnings: [] },
    };
    const source = { list: () => [summary] } as unknown as MeterSource;
    const other: MeterSource = { list: () => [] };
    const now = epochSeconds(1_783_000_000);
    expect(directory.claim(meter, source).ok).toBe(true);
    expect(directory.claim(meter, source).ok).toBe(true);
    expect(directory.claim(meter, other)).toMatchObject({ error: { code: "METERMAN_METER_TAKEN" } });
    expect(directory.find(meter, now)?.name).toBe("GPIO");
    expect(directory.list(now).map(({ id }) => id)).toEqual(["gpio-1"]);
    directory.release(source);
    expect(directory.list(now)).toEqual([]);
    expect(directory.claim(meter, other).ok).toBe(true);
  });

  it("says in plain words that a newer version wrote the folder, and leaves it alone", async () => {
    const newer = join(folder, "newer");
    await mkdir(newer);
    await writeFile(join(newer, "format.json"), '{"format":"meterman-store","version":9}\n');
    await nodeRed.deploy(flow({ folder: newer }));
    const result = await service().ready;
    expect(result).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_FORMAT" } });
    expect(nodeRed.status("store")?.text).toMatch(/format 9.*update meterman/);
    expect(existsSync(join(newer, "lock"))).toBe(false);
    expect(nodeRed.logs.filter(({ text }) => text.includes("METERMAN_STORE_FORMAT"))).toHaveLength(1);
  });

  it("takes ~ for the home folder", async () => {
    const home = process.env.HOME;
    process.env.HOME = folder;
    await nodeRed.deploy(flow({ folder: "~/readings" }));
    await opened();
    expect(nodeRed.status("store")?.text).toBe(join(folder, "readings"));
    process.env.HOME = home;
  });

  it("refuses a time zone that does not exist", async () => {
    await nodeRed.deploy(flow({ zone: "Mars/Olympus" }));
    expect(nodeRed.status("store")?.text).toMatch(/Mars\/Olympus.*IANA/);
    expect(service()).toBeUndefined();
  });

  it("uses METERMAN_DATA when no folder is set, and gives the folder free in the end", async () => {
    const elsewhere = join(folder, "elsewhere");
    process.env.METERMAN_DATA = elsewhere;
    await nodeRed.deploy(flow({ folder: "" }));
    await opened();
    expect(existsSync(join(elsewhere, "lock"))).toBe(true);
    delete process.env.METERMAN_DATA;
    await nodeRed.deploy(flow({ folder: "below" }));
    await opened();
    expect(existsSync(join(elsewhere, "lock"))).toBe(false);
    expect(existsSync(join(nodeRed.userDir, "below", "journal"))).toBe(true);
  });
});
