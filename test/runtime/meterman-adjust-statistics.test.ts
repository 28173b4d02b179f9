import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AdjustmentRequest, epochSeconds, ok, wh } from "../../nodes/model/index.ts";
import { Statistics } from "../../nodes/runtime/meterman-publish/statistics/statistics.ts";
import type { Store } from "../../nodes/store/index.ts";
import { Clock, HOUSE, must, newFolder, open } from "../store/support.ts";
import { until } from "../support/product.ts";
import { Counted, ENTITY, RecorderBench } from "./statistics-bench.ts";

/** Corrections of the store on their way into Home Assistant's long-term statistics, with its recorder imitated. */
const START = 1_783_000_800 - (1_783_000_800 % 3600);
const HOUR_S = 3600;
const at = (hour: number, minute = 0) => epochSeconds(START + hour * HOUR_S + minute * 60);
const author = { who: "Ann", why: "as on the bill" };

let clock: Clock;
let store: Store;
let counted: Counted;
let bench: RecorderBench;
let statistics: Statistics;
const timers = new Set<NodeJS.Timeout>();
const failures: string[] = [];

beforeEach(async () => {
  failures.length = 0;
  clock = new Clock();
  clock.at = START;
  ({ store } = await open(await newFolder(), clock));
  counted = new Counted(store);
  bench = new RecorderBench(START);
  statistics = new Statistics({
    service: bench.service,
    store: Promise.resolve(ok(counted.open)),
    meters: () => [{ id: HOUSE }],
    entityOf: async () => ok(ENTITY),
    now: () => epochSeconds(clock.at),
    after: (delayS, job) => void timers.add(setTimeout(job, delayS * 10)),
    every(periodS, job) {
      const timer = setInterval(job, periodS * 10);
      timers.add(timer);
      return () => clearInterval(timer);
    },
    send: () => undefined,
    report: (failure) => void failures.push(failure.message),
    changed: () => undefined,
  });
  statistics.start();
});
afterEach(async () => {
  await statistics.close();
  for (const timer of timers) clearTimeout(timer);
  timers.clear();
});

async function pass(seconds: number, energy = 0): Promise<void> {
  if (energy > 0) await counted.use(energy, clock.at, clock.at + 60);
  bench.model.say(counted.lifetimeWh / 1000);
  bench.model.advance(seconds);
  clock.at += seconds;
}
const bars = () => [...bench.model.bars().values()];
const right = (...expected: number[]) => until(`hours of ${expected}`, () => `${bars()}` === `${expected}`, 10_000);
const adjust = async (request: AdjustmentRequest) =>
  must(await store.adjust(HOUSE, request, author)).adjustment?.n ?? 0;
const undo = async (n: number) => must(await store.undo(HOUSE, n, author));

/** Three hours that Home Assistant has right, and some of the fourth. */
async function threeHours(): Promise<void> {
  for (const energy of [500, 300, 400]) await pass(HOUR_S, energy);
  await pass(900, 60);
  bench.connected();
  await right(500, 300, 400);
}

describe("hours in Home Assistant", () => {
  it("follow a correction of an hour that is over, and its undoing", async () => {
    await threeHours();
    const n = await adjust({ kind: "delete", from: at(1), to: at(2) });
    await right(500, 0, 400);
    await undo(n);
    await right(500, 300, 400);
    expect(failures).toEqual([]);
  });

  it("follow energy that was brought, over several hours", async () => {
    await threeHours();
    const rows = [{ start: at(0, 30), end: at(1, 30), wh: wh(1000) }];
    const n = await adjust({ kind: "upload", rows });
    // The 300 Wh lay in the first minutes of the second hour.
    await right(1000, 500, 400);
    await undo(n);
    await right(500, 300, 400);
  });

  it("go on from there: what is counted later is in its own hour", async () => {
    await threeHours();
    await adjust({ kind: "generate", from: at(2), to: at(3), wh: wh(100) });
    await right(500, 300, 100);
    await pass(HOUR_S - 900, 40);
    await pass(600, 5);
    bench.booked();
    await right(500, 300, 100, 100);
  });

  it("that runs now are right once they are over", async () => {
    await threeHours();
    await adjust({ kind: "generate", from: at(3), to: at(3, 10), wh: wh(7) });
    await pass(HOUR_S - 900, 40);
    await pass(600, 5);
    bench.booked();
    await right(500, 300, 400, 47);
  });

  it("are left alone by a shift of registers and a new name", async () => {
    await threeHours();
    const orders = bench.count("import_statistics") + bench.count("adjust_sum_statistics");
    await adjust({ kind: "lift", from: at(1), wh: 5000 });
    await adjust({ kind: "rename", name: "Cellar" });
    statistics.repair(HOUSE, at(0));
    await until("a look", () => JSON.stringify(statistics.health()).includes('"working":0,"waiting":0'));
    expect(bars()).toEqual([500, 300, 400]);
    expect(bench.count("import_statistics") + bench.count("adjust_sum_statistics")).toBe(orders);
  });
});
