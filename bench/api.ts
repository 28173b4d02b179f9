import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { fillHouse } from "./api-house.ts";
import { goal, type Measurement, round, say } from "./store-common.ts";
import { DAY, METERS, START } from "./store-load.ts";

/**
 * Load on the REST API: 30 days by the hour of a random meter and month, 18 meter-years on disk, readings coming in
 * meanwhile; the same router over SQLite beside it. `--quick`: 90 days and short runs.
 */
const CONNECTIONS = 10;
const quick = process.argv.includes("--quick");
const days = quick ? 90 : 365;
const seconds = quick ? 4 : 15;

interface Written {
  readonly acknowledged: number;
  readonly wh: number;
  readonly found: number;
  readonly foundWh: number;
}

interface Run {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly bad: number;
  readonly written: Written;
}

async function told<T>(child: ChildProcess, name: string): Promise<T> {
  for (;;) {
    const [message] = (await once(child, "message")) as [Record<string, unknown>];
    if (name in message) return message[name] as T;
  }
}

async function measure(kind: string, folder: string): Promise<Run> {
  const child = fork(join(import.meta.dirname, "api-server.ts"), [kind, folder, String(days)]);
  const port = await told<number>(child, "port");
  const requests = Array.from({ length: 200 }, (_, i) => {
    const from = START + ((i * 37) % (days - 31)) * DAY;
    const meter = METERS[(i * 7) % METERS.length];
    return { path: `/meterman/api/v1/meters/${meter}/readings?resolution=hour&from=${from}&to=${from + 30 * DAY}` };
  });
  const url = `http://127.0.0.1:${port}`;
  const load = (duration: number) => autocannon({ url, connections: CONNECTIONS, duration, requests });
  await load(2);
  child.send("ingest");
  const result = await load(seconds);
  child.send("stop");
  const written = await told<Written>(child, "written");
  await once(child, "exit");
  const { requests: rate, latency } = result;
  return { perSecond: rate.average, p50: latency.p50, p99: latency.p99, bad: result.non2xx + result.errors, written };
}

const folder = mkdtempSync(join(tmpdir(), "meterman-bench-"));
const found: Measurement[] = [];
try {
  await fillHouse(folder, days);
  const runs: Record<string, Run> = {};
  for (const kind of ["store", "sqlite"]) {
    say(`api: ${kind}`);
    const run = await measure(kind, folder);
    runs[kind] = run;
    const { acknowledged, wh, found: back, foundWh } = run.written;
    const isWhole = back === acknowledged && foundWh === wh;
    found.push(
      { name: `30 d hourly over HTTP, ${kind}`, value: round(run.perSecond), unit: "requests/s", days },
      { name: `30 d hourly over HTTP, ${kind}, median`, value: run.p50, unit: "ms" },
      { name: `30 d hourly over HTTP, ${kind}, p99`, value: run.p99, unit: "ms" },
      {
        name: `readings lost meanwhile, ${kind}`,
        value: acknowledged - back,
        unit: "readings",
        acknowledged,
        met: isWhole,
      },
      { name: `answers but 200, ${kind}`, value: run.bad, unit: "answers", met: run.bad === 0 },
    );
  }
  const { store, sqlite } = runs;
  if (store !== undefined && sqlite !== undefined) {
    found.push({
      name: "requests/s over sqlite",
      value: round(store.perSecond / sqlite.perSecond),
      unit: "ratio",
      goal: 1,
      met: store.perSecond >= sqlite.perSecond,
    });
    found.push(goal("p99 / sqlite", store.p99, sqlite.p99, 1));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const one of found) console.log(JSON.stringify(one));
if (found.some(({ met, unit }) => met === false && unit !== "ratio")) process.exitCode = 1;
