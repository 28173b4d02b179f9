import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { epochSeconds } from "../nodes/model/index.ts";
import type { Store } from "../nodes/store/index.ts";
import { goal, type Measurement, round, say, writeThrough } from "./store-common.ts";
import { DAY, households, METERS, memoryOf, nextDay, openAt, START, timed } from "./store-load.ts";
import { Sqlite } from "./store-peers.ts";

/** One meter-year through the front door, copied for the other meters; SQLite gets the one year. */
export async function years(quick: boolean): Promise<Measurement[]> {
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
