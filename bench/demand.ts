/**
 * A year of a household under demand management: how much lower the month's peaks are, what that costs its people, and
 * how plain rules do with the same meter and the same loads. Ends with an error when a rule that withholds as much
 * energy reaches a lower peak, or when the engine is too slow. `--days=14` is a short form that shows that it runs: it asks
 * for the speed only.
 */
import { Worker } from "node:worker_threads";
import {
  type Ourselves,
  PLAIN,
  type Plain,
  type Result,
  type Span,
  type Spec,
  type Task,
  WORDS,
} from "./demand-managers.ts";
import { PROFILES, type Profile } from "./demand-profiles.ts";
import { round, say } from "./store-common.ts";

const YEAR = 365;
const GOAL_SPEED = 20_000;
const MARGIN_W = 100;
/** The limit is looked for in steps of this, on a week of each season. */
const STEP_W = 50;
const SEASONS: readonly Span[] = [
  [0, 7],
  [91, 7],
  [182, 7],
  [273, 7],
];
const days = Number(process.argv.find((flag) => flag.startsWith("--days="))?.slice(7) ?? YEAR);
const all: readonly Span[] = [[0, days]];
const sample = days < YEAR ? all : SEASONS;

/** Two houses live at the same time, more wait. */
class Pool {
  readonly #idle: Worker[] = [];
  readonly #waiting: { readonly task: Task; readonly done: (result: Result) => void }[] = [];
  readonly #done = new Map<number, (result: Result) => void>();
  readonly #workers: Worker[];
  #last = 0;

  constructor(size: number) {
    this.#workers = Array.from({ length: size }, () => new Worker(new URL("./demand-worker.ts", import.meta.url)));
    for (const worker of this.#workers) {
      this.#idle.push(worker);
      worker.on("message", ({ id, result }: { id: number; result: Result }) => {
        this.#done.get(id)?.(result);
        this.#done.delete(id);
        this.#idle.push(worker);
        this.#next();
      });
    }
  }

  run(profile: string, spec: Spec, spans: readonly Span[]): Promise<Result> {
    return new Promise((done) => {
      this.#waiting.push({ task: { profile, spec, spans }, done });
      this.#next();
    });
  }

  #next(): void {
    const worker = this.#idle.pop();
    const job = worker === undefined ? undefined : this.#waiting.shift();
    if (worker === undefined) return;
    if (job === undefined) {
      this.#idle.push(worker);
      return;
    }
    this.#last += 1;
    this.#done.set(this.#last, job.done);
    worker.postMessage({ id: this.#last, task: job.task });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

const pool = new Pool(2);
let isMet = true;
let engineDays = 0;
let engineS = 0;

function print(measurement: object & { readonly met?: boolean }): void {
  if (measurement.met === false) isMet = false;
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

function printHouse(profile: string, words: string, result: Result, more: object = {}): void {
  const { quarterW, hourW, highestW, days: lived, tookS, ...felt } = result;
  const figures = Object.fromEntries(Object.entries(felt).map(([name, value]) => [name, Math.round(value)]));
  print({
    ...{ name: `${profile}: month's peak, ${words}`, value: Math.round(quarterW), unit: "W", ...more },
    ...{ highestW: Math.round(highestW), hourW: Math.round(hourW), ...figures },
    ...{ timesRealTime: round((lived * 86_400) / tookS) },
  });
}

const samples = new Map<string, Promise<Result>>();

function sampleOf(name: string, spec: Ourselves): Promise<Result> {
  const key = `${name} ${spec.windowMinutes} ${spec.limitW}`;
  const known = samples.get(key) ?? pool.run(name, spec, sample);
  samples.set(key, known);
  return known;
}

/** The lowest limit that withholds no more than `budgetKWh` on the sample, by halving. */
async function limitFor(name: string, profile: Profile, windowMinutes: 15 | 60, budgetKWh: number): Promise<number> {
  let low = Math.floor((0.8 * profile.limitW) / STEP_W);
  let high = Math.ceil((1.4 * profile.limitW) / STEP_W);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const spec = { kind: "ours", limitW: middle * STEP_W, marginW: MARGIN_W, windowMinutes } as const;
    const { withheldKWh } = await sampleOf(name, spec);
    if (withheldKWh <= budgetKWh) high = middle;
    else low = middle;
  }
  return high * STEP_W;
}

interface Rival {
  readonly kind: Plain;
  readonly result: Result;
  readonly sampled: Result;
}

/** Our year at a setting that withholds no more than a rival: that of the sample, a little higher if need be. */
async function ourYear(name: string, profile: Profile, windowMinutes: 15 | 60, rival: Rival) {
  let limitW = await limitFor(name, profile, windowMinutes, 0.98 * rival.sampled.withheldKWh);
  for (let tries = 1; ; tries += 1) {
    const spec: Ourselves = { kind: "ours", limitW, marginW: MARGIN_W, windowMinutes };
    const result = await pool.run(name, spec, all);
    engineDays += result.days;
    engineS += result.tookS;
    if (result.withheldKWh <= rival.result.withheldKWh || tries === 3) return { spec, result };
    limitW += 2 * STEP_W;
  }
}

function compare(name: string, by: "quarterW" | "hourW", rival: Rival, ours: Result, spec: Ourselves): void {
  const what = by === "quarterW" ? "quarter-hour" : "clock hour";
  const peak = ours[by] / rival.result[by];
  const withheld = ours.withheldKWh / rival.result.withheldKWh;
  print({
    ...{
      name: `${name}: month's peak ${what}, ours to the ${WORDS[rival.kind]}`,
      value: round(peak, 3),
      unit: "ratio",
    },
    ...{ withheldRatio: round(withheld, 3) },
    ...(days < YEAR || by === "hourW" ? {} : { goal: "< 1, withholding no more", met: peak < 1 && withheld <= 1 }),
    ...{ limitW: spec.limitW, marginW: spec.marginW, windowMinutes: spec.windowMinutes },
  });
}

async function measure(name: string, profile: Profile): Promise<void> {
  const free = await pool.run(name, { kind: "free" }, all);
  printHouse(profile.name, "nobody interferes", free);
  const rivals = await Promise.all(
    PLAIN.map(async (kind): Promise<Rival> => {
      const spec = { kind, limitW: profile.limitW };
      const [result, sampled] = await Promise.all([pool.run(name, spec, all), pool.run(name, spec, sample)]);
      return { kind, result, sampled };
    }),
  );
  for (const { kind, result } of rivals) printHouse(profile.name, WORDS[kind], result, { limitW: profile.limitW });
  // A setting that withholds less than the most sparing rule and is lower than all beats the others as well.
  let open = [...rivals].sort((a, b) => a.result.withheldKWh - b.result.withheldKWh);
  while (open[0] !== undefined) {
    const first = open[0];
    const { spec, result } = await ourYear(name, profile, 15, first);
    const words = `ours, withholding no more than the ${WORDS[first.kind]}`;
    printHouse(profile.name, words, result, { limitW: spec.limitW, marginW: spec.marginW });
    const beaten = open.filter((one) => one === first || result.quarterW < one.result.quarterW);
    for (const rival of beaten) compare(profile.name, "quarterW", rival, result, spec);
    open = open.filter((one) => !beaten.includes(one));
  }
  // The rule of the hour was made for tariffs by the hour: how ours does there is told, too.
  const hour = rivals.find(({ kind }) => kind === "hour");
  if (hour === undefined) return;
  const { spec, result } = await ourYear(name, profile, 60, hour);
  const words = "ours with windows of an hour, withholding no more than the estimate of the clock hour";
  printHouse(profile.name, words, result, { limitW: spec.limitW, marginW: spec.marginW });
  compare(profile.name, "hourW", hour, result, spec);
}

const began = performance.now();
await Promise.all(Object.entries(PROFILES).map(([name, profile]) => measure(name, profile)));
await pool.close();
const speed = (engineDays * 86_400) / engineS;
print({
  ...{ name: "engine and household, each on one core", value: round(speed), unit: "× real time" },
  ...{ goal: GOAL_SPEED, met: speed >= GOAL_SPEED },
});
say(`demand: ${Math.round((performance.now() - began) / 1000)} s`);
process.exitCode = isMet ? 0 : 1;
