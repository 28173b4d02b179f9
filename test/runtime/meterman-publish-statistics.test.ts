import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { epochSeconds, failed, ok } from "../../nodes/model/index.ts";
import { Mender } from "../../nodes/runtime/meterman-publish/statistics/mend.ts";
import { Recorder } from "../../nodes/runtime/meterman-publish/statistics/recorder.ts";
import { Statistics } from "../../nodes/runtime/meterman-publish/statistics/statistics.ts";
import { firstHour, truthFrom } from "../../nodes/runtime/meterman-publish/statistics/truth.ts";
import type { Message } from "../../nodes/runtime/shell/index.ts";
import { Clock, HOUSE, must, newFolder, open } from "../store/support.ts";
import { until } from "../support/product.ts";
import { Counted, ENTITY, RecorderBench } from "./statistics-bench.ts";

const START = 1_783_000_800 - (1_783_000_800 % 3600);
const HOUR_S = 3600;
const at = (hour: number, minute = 0) => START + hour * HOUR_S + minute * 60;

let clock: Clock;
let counted: Counted;
let bench: RecorderBench;
beforeEach(async () => {
  clock = new Clock();
  clock.at = START;
  counted = new Counted((await open(await newFolder(), clock)).store);
  bench = new RecorderBench(START);
});

/** Time passes for the store and for Home Assistant, which hears the total at once. */
async function pass(seconds: number, energy = 0): Promise<void> {
  if (energy > 0) await counted.use(energy, clock.at, clock.at + 60);
  bench.model.say(counted.lifetimeWh / 1000);
  bench.model.advance(seconds);
  clock.at += seconds;
}
const bars = () => [...bench.model.bars().values()];

describe("energy of the store for statistics", () => {
  it("is the energy of the hours of UTC and the total with all of it", async () => {
    await counted.use(100, at(0, 50), at(1, 10));
    await counted.use(40, at(2), at(2, 5));
    const truth = must(await truthFrom(counted.open, HOUSE, epochSeconds(at(1))));
    expect([...truth.hours]).toEqual([
      [at(1), 50],
      [at(2), 40],
    ]);
    expect(truth.lifetimeWh).toBe(140);
    expect(must(await firstHour(counted.open, HOUSE))).toBe(at(0));
  });

  it("is read again when something came in between", async () => {
    await counted.use(100, at(0), at(0, 10));
    let reads = 0;
    const readings: typeof counted.open.archive.readings = async (query) => {
      const page = await counted.open.archive.readings(query);
      reads += 1;
      if (reads === 1) await counted.use(7, at(0, 10), at(0, 20));
      return page;
    };
    const truth = must(
      await truthFrom({ ...counted.open, archive: { ...counted.open.archive, readings } }, HOUSE, epochSeconds(at(0))),
    );
    expect(truth).toEqual({ hours: new Map([[at(0), 107]]), lifetimeWh: 107 });
    expect(reads).toBe(2);
  });
});

describe("a correction of statistics", () => {
  const errand = (from = at(0)) => {
    return { meter: HOUSE, entity: ENTITY, from: epochSeconds(from), history: false, version: "2026.11.0" };
  };
  const quiet = { rows: () => undefined, stopped: () => false };

  it("is ordered once, however often it is asked for before it was seen to be carried out", async () => {
    await pass(HOUR_S, 500);
    await pass(HOUR_S, 300);
    await pass(600, 20);
    // The first hour misses what came before the sensor's first state: one relative correction.
    bench.swallows.add("recorder/adjust_sum_statistics");
    const mender = new Mender(new Recorder(bench.service), counted.open, 300);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await mender.mend(errand(), quiet)).toMatchObject({
        ok: false,
        error: { code: "METERMAN_HA_STATISTICS" },
      });
    }
    expect(bench.count("adjust_sum_statistics")).toBe(1);
    bench.swallows.clear();
    mender.forget();
    const mended = must(await mender.mend(errand(), quiet));
    expect(mended.adjustedWh).toBeCloseTo(500, 6);
    expect(bench.count("adjust_sum_statistics")).toBe(2);
    expect(bars()).toEqual([500, 300]);
    expect(must(await mender.mend(errand(), quiet))).toEqual({ hours: 0, adjustedWh: 0, waiting: false });
  });

  it("fails in words when an import does not show up", async () => {
    await pass(HOUR_S, 500);
    await pass(HOUR_S, 300);
    await pass(600, 20);
    await counted.use(80, at(0, 30), at(0, 31));
    await pass(600);
    bench.swallows.add("recorder/import_statistics");
    const mender = new Mender(new Recorder(bench.service), counted.open, 300);
    const mended = await mender.mend(errand(), quiet);
    expect(mended).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("not to be seen within 0.3 s") },
    });
  });

  it("waits while Home Assistant does not record", async () => {
    bench.refuses.set("recorder/info", ok({ recording: false, migration_in_progress: false }) as never);
    const mended = await new Mender(new Recorder(bench.service), counted.open, 300).mend(errand(), quiet);
    expect(mended).toMatchObject({ ok: false, error: { message: expect.stringContaining("paused") } });
    expect(bench.count("import_statistics")).toBe(0);
  });
});

describe("the statistics of a publish node", () => {
  const messages: Message[] = [];
  const failures: string[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let statistics: Statistics;

  beforeEach(() => {
    messages.length = 0;
    failures.length = 0;
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
      send: (message) => void messages.push(message),
      report: (failure) => void failures.push(failure.code),
      changed: () => undefined,
    });
    statistics.start();
  });
  afterEach(async () => {
    await statistics.close();
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  });
  const isResting = () => JSON.stringify(statistics.health()).includes('"working":0,"waiting":1');
  const right = (...expected: number[]) => until(`hours of ${expected}`, () => `${bars()}` === `${expected}`, 10_000);

  it("are made right on connecting, and after each change of an hour that is over", async () => {
    await pass(HOUR_S, 500);
    await pass(HOUR_S, 300);
    await counted.use(70, at(0, 30), at(0, 40));
    await pass(600);
    bench.connected();
    await right(570, 300);
    await until("the first report", () => messages.length === 1);
    await counted.use(30, at(1, 30), at(1, 40));
    await pass(1);
    await right(570, 330);
    await until("the second report", () => messages.length === 2);
    expect(messages[1]).toEqual({
      topic: "repaired",
      payload: { meter: HOUSE, entity: ENTITY, from: at(1), hours: 1, adjustedWh: 0 },
    });
    expect(failures).toEqual([]);
  });

  it("answer whoever asks for a repair, also when nothing was wrong", async () => {
    await pass(2 * HOUR_S + 600, 500);
    bench.connected();
    statistics.repair(HOUSE, epochSeconds(at(0)));
    await until("the answer to the first", () => messages.length === 1);
    statistics.repair(HOUSE, epochSeconds(at(0)));
    await until("the answer to the second", () => messages.length === 2);
    expect(messages[1]).toMatchObject({ topic: "repaired", payload: { meter: HOUSE, hours: 0, adjustedWh: 0 } });
  });

  it("wait for Home Assistant to book an hour", async () => {
    await pass(HOUR_S + 20, 500);
    bench.connected();
    await right(500);
    await pass(HOUR_S - 20, 300);
    await counted.use(8, at(1, 59), at(2));
    await pass(3);
    await until("a look", () => isResting());
    expect(bars()).toEqual([500]);
    await pass(20);
    bench.booked();
    await right(500, 308);
    expect(bench.model.conflicts).toBe(0);
  });

  it("are left alone for a token without rights, which is said once", async () => {
    bench.connected(false);
    await until("the refusal", () => failures.length > 0);
    bench.booked();
    expect(await statistics.importHistory(HOUSE)).toMatchObject({ ok: false, error: { code: "METERMAN_HA_AUTH" } });
    expect(failures).toEqual(["METERMAN_HA_AUTH"]);
    expect(bench.count("info")).toBe(0);
  });

  it("are left alone without a recorder, which is said once", async () => {
    const unknown = failed("METERMAN_UNSUPPORTED", "Unknown command.");
    for (const type of ["info", "get_statistics_metadata"]) bench.refuses.set(`recorder/${type}`, unknown);
    bench.connected();
    await until("the words", () => failures.length > 0);
    bench.booked();
    await pass(HOUR_S, 1);
    await until("more looks", () => statistics.failure?.message.includes("without its recorder") === true);
    expect(failures).toEqual(["METERMAN_UNSUPPORTED"]);
    expect(messages.filter(({ topic }) => topic === "failed")).toHaveLength(1);
  });

  it("go on with a history where it was interrupted, and settle it when it is complete", async () => {
    const many = 1200;
    for (let hour = -many; hour < 0; hour += 1) await counted.use(10, at(hour), at(hour, 30));
    await pass(HOUR_S, 500);
    await pass(600, 60);
    bench.connected();
    await right(500);
    const corrections = bench.count("adjust_sum_statistics");
    bench.importsLeft = 1;
    const asked = statistics.importHistory(HOUSE);
    await until("the first rows", () => bench.model.long.size === 501);
    await until("the end of the first attempt", isResting);
    bench.importsLeft = 10;
    bench.connected();
    expect(await asked).toMatchObject({ ok: true, value: { waiting: false } });
    expect(bars()).toEqual([...new Array(many).fill(10), 500]);
    const states = messages.filter(({ topic }) => topic === "history").map(({ payload }) => payload);
    expect(states.at(-1)).toMatchObject({ state: "complete" });
    expect(bench.count("adjust_sum_statistics")).toBe(corrections + 1);
  });

  it("report a fault of their own, and go on", async () => {
    await pass(HOUR_S, 500);
    await pass(600, 60);
    bench.broken = true;
    bench.connected();
    await until("the report", () => failures.length > 0);
    expect(failures).toEqual(["METERMAN_INTERNAL"]);
    bench.broken = false;
    statistics.repair(HOUSE);
    await right(500);
  });

  it("refuse a history while there is no connection", async () => {
    expect(await statistics.importHistory(HOUSE)).toMatchObject({
      ok: false,
      error: { code: "METERMAN_HA_UNREACHABLE" },
    });
  });
});
