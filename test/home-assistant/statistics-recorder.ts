import { HOUR_S, type Repair, type Series, type StatisticsRow, startOfHour } from "../../nodes/home-assistant/index.ts";
import { type EpochSeconds, epochSeconds } from "../../nodes/model/index.ts";

const STEP_S = 300;
const KEEP_S = 10 * 86_400;
const BOOKED_AFTER_S = 10;

interface Row {
  state: number;
  sum: number;
}

/**
 * Home Assistant's recorder as far as one `total_increasing` sensor goes, in kWh: what compile_statistics,
 * compile_missing_statistics, import_statistics, adjust_statistics and purge do to its rows.
 */
export class RecorderModel {
  #now: number;
  #up = true;
  /** What the sensor said and when; null while it is unavailable. */
  #states: { at: number; state: number | null }[] = [];
  #lastRun: number;
  readonly short = new Map<number, Row>();
  readonly long = new Map<number, Row>();
  /** Bookings that failed because somebody had written the hour before. */
  conflicts = 0;

  constructor(now: number) {
    this.#now = now;
    this.#lastRun = Math.floor(now / STEP_S) * STEP_S - STEP_S;
  }

  get now(): EpochSeconds {
    return epochSeconds(this.#now);
  }

  /** Heard at once while it runs, and from the broker after its start otherwise. */
  say(state: number | null): void {
    if (this.#up) this.#states.push({ at: this.#now, state });
  }

  advance(seconds: number): void {
    const end = this.#now + seconds;
    while (this.#up) {
      const run = this.#lastRun + 2 * STEP_S + BOOKED_AFTER_S;
      if (run > end) break;
      this.#now = run;
      this.#compile(this.#lastRun + STEP_S);
    }
    this.#now = end;
  }

  stop(): void {
    this.#up = false;
  }

  /** @param state what the broker kept for it */
  start(state: number | null): void {
    if (this.#up) return;
    const last = Math.floor(this.#now / STEP_S) * STEP_S;
    this.#lastRun = Math.max(this.#lastRun, startOfHour(this.#now - KEEP_S) - STEP_S);
    while (this.#lastRun + STEP_S < last) this.#compile(this.#lastRun + STEP_S);
    this.#up = true;
    this.say(state);
  }

  purge(): void {
    for (const start of [...this.short.keys()]) if (start < this.#now - KEEP_S) this.short.delete(start);
  }

  carryOut(repair: Repair): void {
    if (repair.kind === "adjust") {
      for (const table of [this.short, this.long]) {
        for (const [start, row] of table) if (start >= repair.start) row.sum += repair.wh / 1000;
      }
    }
    if (repair.kind === "import") {
      for (const row of repair.rows) this.long.set(row.start, { state: row.stateWh / 1000, sum: row.sumWh / 1000 });
    }
  }

  /** As it is read for the hours from `from` on. */
  series(from: number): Series {
    const rows = [...this.long].sort(([a], [b]) => a - b).map(([start, row]) => inWh(start, row));
    const anchor = rows.findLast(({ start }) => start < from) ?? null;
    const newest = this.#newest();
    return {
      anchor,
      hours: rows.filter(({ start }) => start >= from),
      tail: newest === undefined ? null : inWh(...newest),
    };
  }

  /** What the dashboard shows: Wh of each hour. */
  bars(): Map<EpochSeconds, number> {
    let before = 0;
    const rows = [...this.long].sort(([a], [b]) => a - b);
    return new Map(
      rows.map(([start, { sum }]) => {
        const bar = Math.round((sum - before) * 1000) || 0;
        before = sum;
        return [epochSeconds(start), bar];
      }),
    );
  }

  #compile(start: number): void {
    this.#lastRun = start;
    const end = start + STEP_S;
    const at = this.#states.findLast((entry) => entry.at < start);
    const within = this.#states.filter((entry) => entry.at >= start && entry.at < end);
    const states = [at, ...within].flatMap((entry) => entry?.state ?? []);
    if (states.length > 0) this.short.set(start, sumUp(this.#newest()?.[1], states));
    if (end % HOUR_S !== 0) return;
    const hour = end - HOUR_S;
    const last = this.#newest();
    this.#states = this.#states.slice(-50);
    if (last === undefined || last[0] < hour) return;
    if (this.long.has(hour)) this.conflicts += 1;
    else this.long.set(hour, { ...last[1] });
  }

  #newest(): [number, Row] | undefined {
    for (let start = this.#lastRun; start >= this.#now - 2 * KEEP_S; start -= STEP_S) {
      const row = this.short.get(start);
      if (row !== undefined) return [start, row];
    }
    return undefined;
  }
}

function sumUp(latest: Row | undefined, states: readonly number[]): Row {
  let old = latest?.state ?? states[0] ?? 0;
  let sum = latest?.sum ?? 0;
  let state = old;
  for (const next of states) {
    if (next < 0.9 * state) {
      sum += state - old;
      old = 0;
    }
    state = next;
  }
  return { state, sum: sum + state - old };
}

function inWh(start: number, { state, sum }: Row): StatisticsRow {
  return { start: epochSeconds(start), stateWh: state * 1000, sumWh: sum * 1000 };
}
