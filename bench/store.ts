import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { epochSeconds, type LedgerWrite, type MeterId, type Reading } from "../nodes/model/index.ts";
import type { Store } from "../nodes/store/index.ts";
import { makeDisk } from "./store-disk.ts";
import { DAY, households, METERS, memoryOf, nextDay, openAt, START, timed } from "./store-load.ts";
import { OneDocument, type Peer, Raw, Sqlite } from "./store-peers.ts";

/**
 * The store beside its peers on the machine it runs on: SQLite as Node brings it (WAL, synchronous=FULL), lowdb with one
 * document, and a raw append. Ratios against the goals; figures of one run only.
 */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly [detail: string]: unknown;
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const round = (value: number, digits = 2) => Number(value.toPrecision(digits + 1));

function goal(name: string, ours: number, theirs: number, limit: number): Measurement {
  const ratio = round(ours / theirs);
  return { name, value: ratio, unit: "ratio", goal: limit, met: ratio <= limit };
}

function units(readings: readonly Reading[]): LedgerWrite[] {
  const byMeter = new Map<MeterId, Reading[]>();
  for (const reading of readings) {
    const own = byMeter.get(reading.meter);
    if (own === undefined) byMeter.set(reading.meter, [reading]);
    else own.push(reading);
  }
  return [...byMeter].map(([meter, own]) => ({ meter, readings: own, events: [], memory: memoryOf(own.at(-1)) }));
}

async function writeThrough(store: Store, readings: readonly Reading[]): Promise<void> {
  const done = units(readings).map((unit) => store.append(unit));
  await store.flush();
  await Promise.all(done);
}

/** Batches of all meters in turn: four readings each make the minute's 72. */
function* batches(count: number, size: number): Generator<Reading[]> {
  const homes = households();
  const each = Math.ceil(size / homes.length);
  for (let i = 0; i < count; i += 1) yield homes.flatMap((home) => home.many(each)).slice(0, size);
}

async function wear(quick: boolean): Promise<Measurement[]> {
  const minutes = quick ? 240 : 1440;
  const perReading = new Map<string, number>();
  let how = "";
  const run = async (name: string, make: (folder: string) => Promise<{ write: Peer["write"]; end: () => unknown }>) => {
    const disk = makeDisk(512);
    how = disk.how;
    const { write, end } = await make(disk.folder);
    const before = disk.written();
    for (const batch of batches(minutes, 72)) await write(batch);
    await end();
    perReading.set(name, (disk.written() - before) / (minutes * 72));
    disk.remove();
    say(`wear ${name}: ${round(perReading.get(name) ?? 0)} B/reading`);
  };
  await run("store", async (folder) => {
    const clock = { at: START - 2 * DAY };
    const store = await openAt(folder, clock);
    // Two days before, so that there is a journal file to be used again, as on every day but the first two.
    for (const back of [2, 1]) {
      for (const batch of batches(minutes, 72))
        await writeThrough(
          store,
          batch.map((one) => earlier(one, back)),
        );
      await nextDay(store, clock, START - (back - 1) * DAY);
    }
    return {
      write: (batch) => writeThrough(store, batch),
      end: async () => {
        await nextDay(store, clock, START + DAY);
        await store.close();
      },
    };
  });
  for (const key of ["meter", "time"] as const) {
    await run(`sqlite by ${key}`, async (folder) => {
      const peer = new Sqlite(folder, key);
      return { write: (batch) => peer.write(batch), end: () => peer.close() };
    });
  }
  await run("raw append", async (folder) => {
    const peer = new Raw(folder, minutes * 72 * 16);
    return { write: (batch) => peer.write(batch), end: () => peer.close() };
  });
  const of = (name: string) => perReading.get(name) ?? Number.NaN;
  return [
    ...[...perReading].map(([name, value]) => {
      return { name: `device bytes per reading, ${name}`, value: round(value), unit: "B/reading", minutes, how };
    }),
    goal("wear / sqlite by meter", of("store"), of("sqlite by meter"), 1 / 20),
    goal("wear / sqlite by time", of("store"), of("sqlite by time"), 1 / 4.5),
    goal("wear / raw append", of("store"), of("raw append"), 1.35),
  ];
}

function earlier(reading: Reading, days: number): Reading {
  return { ...reading, start: epochSeconds(reading.start - days * DAY), end: epochSeconds(reading.end - days * DAY) };
}

async function speed(quick: boolean): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "meterman-bench-"));
  const found: Measurement[] = [];
  const rates = new Map<string, number>();
  for (const size of [72, 1000]) {
    const count = quick ? 100 : 400;
    const clock = { at: START };
    const store = await openAt(join(folder, `store-${size}`), clock);
    const sqlite = new Sqlite(folder, "time");
    const document = new OneDocument(folder);
    document.fill(households().flatMap((home) => home.many(5760)));
    const peers: { name: string; count: number; write: (batch: Reading[]) => unknown }[] = [
      { name: "store", count, write: (batch) => writeThrough(store, batch) },
      { name: "sqlite by time", count, write: (batch) => sqlite.write(batch) },
      { name: "lowdb, one document of a day", count: 5, write: (batch) => document.write(batch) },
    ];
    // Everyone has files that are there already, and warm code.
    for (const back of [2, 1]) {
      for (const { count: rounds, write } of peers.slice(0, 2)) {
        for (const batch of batches(rounds, size)) await write(batch.map((one) => earlier(one, back)));
      }
      await nextDay(store, clock, START + (2 - back) * DAY);
    }
    for (const { name, count: rounds, write } of peers) {
      const all = [...batches(rounds, size)];
      const started = performance.now();
      for (const batch of all) await write(batch);
      const rate = (rounds * size * 1000) / (performance.now() - started);
      rates.set(`${name} ${size}`, rate);
      found.push({ name: `durable readings, ${name}, batches of ${size}`, value: round(rate), unit: "readings/s" });
    }
    await store.close();
    const open = await timed(5, async () => (await openAt(join(folder, `store-${size}`), clock)).close());
    const name = `open and close with ${count * size} readings in the journal`;
    found.push({ name, value: round(open), unit: "ms" });
    sqlite.close();
    rmSync(sqlite.path);
  }
  rmSync(folder, { recursive: true });
  for (const size of [72, 1000]) {
    const ratio = round((rates.get(`store ${size}`) ?? 0) / (rates.get(`sqlite by time ${size}`) ?? 1));
    found.push({
      name: `durable readings/s over sqlite, batches of ${size}`,
      value: ratio,
      unit: "ratio",
      goal: 2,
      met: ratio >= 2,
    });
  }
  return found;
}

/** One meter-year through the front door, copied for the other meters; SQLite gets the one year. */
async function years(quick: boolean): Promise<Measurement[]> {
  const days = quick ? 60 : 365;
  const folder = mkdtempSync(join(tmpdir(), "meterman-bench-"));
  const data = join(folder, "store");
  const clock = { at: START };
  let store = await openAt(data, clock);
  const sqlite = new Sqlite(folder, "meter", "OFF");
  const [home] = households();
  if (home === undefined) throw new Error("no household");
  for (let day = 0; day < days; day += 1) {
    const readings = home.many(5760);
    await writeThrough(store, readings);
    sqlite.write(readings);
    if (day % 30 === 29) {
      await nextDay(store, clock, home.at);
      say(`years: ${day + 1} days`);
    }
  }
  await nextDay(store, clock, home.at);
  await Promise.all([
    ...METERS.map((meter) => store.append({ meter, readings: [], events: [], memory: memoryOf(undefined) })),
    store.flush(),
  ]);
  await store.close();
  for (const meter of METERS.slice(1))
    cpSync(join(data, "m", METERS[0] ?? ""), join(data, "m", meter), { recursive: true });
  sqlite.rollUp();
  sqlite.close();
  const count = days * 5760;
  const bytes = readdirSync(join(data, "m", home.meter)).map(
    (name) => statSync(join(data, "m", home.meter, name)).size,
  );
  const atRest = bytes.reduce((sum, size) => sum + size, 0) / count;
  const atRestSqlite = statSync(sqlite.path).size / count;
  let open = 0;
  let openSqlite = 0;
  // Opening alone is timed: closing is another matter.
  await store.close();
  for (let i = 0; i < 9; i += 1) {
    const started = performance.now();
    store = await openAt(data, clock);
    open = i === 0 ? Number.POSITIVE_INFINITY : Math.min(open, performance.now() - started);
    await store.close();
    const restarted = performance.now();
    const one = new Sqlite(folder, "meter");
    one.db.prepare("SELECT MAX(start) FROM reading WHERE meter = 2").get();
    openSqlite = i === 0 ? Number.POSITIVE_INFINITY : Math.min(openSqlite, performance.now() - restarted);
    one.close();
  }
  store = await openAt(data, clock);
  const found: Measurement[] = [
    {
      name: "bytes at rest, store",
      value: round(atRest),
      unit: "B/reading",
      goal: 4,
      met: atRest <= 4.05,
      of: "days and roll-ups",
    },
    {
      name: "bytes at rest, sqlite by meter",
      value: round(atRestSqlite),
      unit: "B/reading",
      of: "with half-hour sums",
    },
    { name: `open with ${18 * days} meter-days, store`, value: round(open), unit: "ms" },
    { name: `open with ${days} meter-days, sqlite`, value: round(openSqlite), unit: "ms" },
    goal("open / sqlite", open, openSqlite, 2),
    ...(await queries(store, new Sqlite(folder, "meter"), days)),
  ];
  await store.close();
  rmSync(folder, { recursive: true });
  return found;
}

async function queries(store: Store, { db, close }: Sqlite, days: number): Promise<Measurement[]> {
  const meter = METERS[0];
  if (meter === undefined) throw new Error("no meter");
  const end = START + days * DAY;
  const ask = (from: number, to: number, resolution: "raw" | "hour" | "day") =>
    store.readings({ meter, from: epochSeconds(from), to: epochSeconds(to), resolution });
  const dayOf = (i: number) => START + ((i * 37) % (days - 31)) * DAY;
  const raw = db.prepare("SELECT * FROM reading WHERE meter = 2 AND start >= ? AND start < ? ORDER BY start");
  const sums = db.prepare(
    "SELECT start / ? AS b, SUM(wh) FROM reading WHERE meter = 2 AND start >= ? AND start < ? GROUP BY b",
  );
  const rolled = db.prepare(
    "SELECT start / ? AS b, SUM(wh) FROM half WHERE meter = 2 AND start >= ? AND start < ? GROUP BY b",
  );
  const firstYear = performance.now();
  await ask(START, end, "day");
  const cold = performance.now() - firstYear;
  const figures = {
    "day raw": [
      await timed(60, (i) => ask(dayOf(i), dayOf(i) + DAY, "raw")),
      await timed(60, (i) => raw.all(dayOf(i), dayOf(i) + DAY)),
      0,
    ],
    "30 d hourly": [
      await timed(60, (i) => ask(dayOf(i), dayOf(i) + 30 * DAY, "hour")),
      await timed(9, (i) => sums.all(3600, dayOf(i), dayOf(i) + 30 * DAY)),
      await timed(60, (i) => rolled.all(3600, dayOf(i), dayOf(i) + 30 * DAY)),
    ],
    "1 y daily": [
      await timed(60, () => ask(START, end, "day")),
      await timed(5, () => sums.all(DAY, START, end)),
      await timed(60, () => rolled.all(DAY, START, end)),
    ],
  } satisfies Record<string, number[]>;
  const consumption = await timed(60, (i) =>
    store.consumption(meter, epochSeconds(START + i * 1000), epochSeconds(end - i * 77)),
  );
  close.call({ db });
  const found: Measurement[] = [
    { name: "1 y daily the first time", value: round(cold), unit: "ms", days },
    { name: "1 y consumption with ragged ends, store", value: round(consumption), unit: "ms", days },
  ];
  for (const [name, [ours = 0, theirs = 0, withSums = 0]] of Object.entries(figures)) {
    found.push({ name: `${name}, store`, value: round(ours), unit: "ms", days });
    found.push({ name: `${name}, sqlite`, value: round(theirs), unit: "ms", days });
    if (withSums > 0)
      found.push({ name: `${name}, sqlite with half-hour sums`, value: round(withSums), unit: "ms", days });
    found.push(
      withSums > 0
        ? goal(`${name} / sqlite with sums`, ours, withSums, 1 / 4)
        : goal(`${name} / sqlite`, ours, theirs, 1 / 10),
    );
  }
  return found;
}

/** The longest that the event loop is held up at 1000 readings/s; a slow disk must not be felt. */
async function delay(quick: boolean): Promise<Measurement[]> {
  const found: Measurement[] = [];
  const p999: number[] = [];
  for (const slowMs of [0, 20]) {
    const folder = mkdtempSync(join(tmpdir(), "meterman-bench-"));
    const open = (async (path: string, flags: string) => {
      const handle = await openFile(path, flags);
      const sync = handle.datasync.bind(handle);
      handle.datasync = async () => {
        await sleep(slowMs);
        await sync();
      };
      return handle;
    }) as typeof openFile;
    const store = await openAt(folder, { at: START }, slowMs === 0 ? {} : { open });
    const feed = batches(1e9, 20);
    const flushing = setInterval(() => void store.flush(), 1000);
    const feeding = setInterval(() => {
      for (const unit of units(feed.next().value ?? [])) void store.append(unit);
    }, 20);
    await sleep(1000);
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    await sleep(quick ? 4000 : 15_000);
    histogram.disable();
    clearInterval(flushing);
    clearInterval(feeding);
    await store.close();
    rmSync(folder, { recursive: true });
    const ms = histogram.percentile(99.9) / 1e6;
    p999.push(ms);
    const max = round(histogram.max / 1e6);
    found.push({ name: `loop delay p99.9 at 1000 readings/s, sync + ${slowMs} ms`, value: round(ms), unit: "ms", max });
  }
  const [idle = 1, slow = 0] = p999;
  found.push(goal("loop delay p99.9, slow / quick disk", slow, idle, 1.5));
  return found;
}

/** @returns the measurements, part by part; `--quick` measures less, for a look, `--wear` and so on only that part */
export async function* run(
  options: { readonly quick?: boolean; readonly only?: string } = {},
): AsyncGenerator<Measurement> {
  for (const part of [wear, speed, years, delay]) {
    if (options.only !== undefined && options.only !== part.name) continue;
    say(`store: ${part.name}`);
    yield* await part(options.quick === true);
  }
}

if (import.meta.main) {
  const flags = process.argv.slice(2).map((flag) => flag.replace(/^--/, ""));
  const only = flags.find((flag) => flag !== "quick");
  const options = { quick: flags.includes("quick"), ...(only === undefined ? {} : { only }) };
  for await (const measurement of run(options)) console.log(JSON.stringify(measurement));
}
