import { setTimeout as sleep } from "node:timers/promises";
import { planRepair, type Repair, type Series, type StatisticsRow } from "../../../home-assistant/index.ts";
import { type EpochSeconds, epochSeconds, failed, type MeterId, ok, type Result } from "../../../model/index.ts";
import type { OpenStore } from "../../services.ts";
import type { Recorder } from "./recorder.ts";
import { firstHour, truthFrom } from "./truth.ts";

/** So many rows go into one import: a message of some 40 kB. */
export const BATCH = 500;
/** A recorder that purges or writes to a slow card lets orders wait. */
const CARRIED_OUT_MS = 60_000;
const LOOK_MS = 250;
/** An order that was not seen to be carried out in its time may still be: a second one would count twice. */
const ORDERED_MS = 3_600_000;
const STEPS = 8;
const SAME_WH = 0.5;
const NO_SERIES: Series = { anchor: null, hours: [], tail: null };

export interface Errand {
  readonly meter: MeterId;
  readonly entity: string;
  readonly from: EpochSeconds;
  readonly history: boolean;
  /** Version of Home Assistant. */
  readonly version: string;
}

/** What was done. `waiting`: not all of it could be, ask again after the next 5-minute run. */
export interface Mended {
  readonly hours: number;
  readonly adjustedWh: number;
  readonly waiting: boolean;
}

export interface Progress {
  /** Rows that were read back so far, of those that are written. */
  rows(done: number, total: number): void;
  /** True once nobody wants it any more. */
  stopped(): boolean;
}

/** Makes the hours of Home Assistant say what the store says: plans a step, carries it out, reads it back, plans anew. */
export class Mender {
  readonly #recorder: Recorder;
  readonly #store: OpenStore;
  readonly #carriedOutMs: number;
  /** Relative orders that were not seen to be carried out, with what the counter was off by before. */
  readonly #open = new Map<string, { readonly offset: number; readonly until: number }>();

  constructor(recorder: Recorder, store: OpenStore, carriedOutMs = CARRIED_OUT_MS) {
    this.#recorder = recorder;
    this.#store = store;
    this.#carriedOutMs = carriedOutMs;
  }

  /** On a new connection, some seconds after it: what was in the queue is carried out, or went with Home Assistant. */
  forget(): void {
    this.#open.clear();
  }

  /**
   * @returns METERMAN_HA_STATISTICS when it was not done, METERMAN_UNSUPPORTED without a recorder, METERMAN_HA_AUTH,
   * METERMAN_HA_UNREACHABLE, METERMAN_HA_CALL, METERMAN_UNKNOWN_METER
   */
  async mend(errand: Errand, progress: Progress): Promise<Result<Mended>> {
    const { entity, history } = errand;
    let hours = 0;
    let adjustedWh = 0;
    for (let step = 0; step < STEPS && !progress.stopped(); step += 1) {
      const found = await this.#plan(errand);
      if (!found.ok) return found;
      const { repair, series } = found.value;
      if (repair.kind === "nothing") return ok({ hours, adjustedWh, waiting: repair.waiting });
      // A series without a tail begins at 0 again; history before it would then be a fall.
      if (history && series.tail === null) return ok({ hours, adjustedWh, waiting: true });
      if (repair.kind === "adjust") {
        const adjusted = await this.#adjust(errand, repair, series.tail, progress);
        if (!adjusted.ok) return adjusted;
        adjustedWh += repair.wh;
      } else {
        const imported = await this.#import(errand, repair.rows, progress);
        if (!imported.ok) return imported;
        hours += repair.rows.length;
      }
    }
    const why = progress.stopped() ? "it was stopped before it was done" : "something else changes it at the same time";
    return failed("METERMAN_HA_STATISTICS", `the statistics of ${entity} are not right yet: ${why}`);
  }

  /** First what Home Assistant has, then the store: so whatever Home Assistant counted is in the total. */
  async #plan({ meter, entity, from, history }: Errand): Promise<Result<{ repair: Repair; series: Series }>> {
    const now = await this.#recorder.now();
    if (!now.ok) return now;
    const first = await firstHour(this.#store, meter);
    if (!first.ok) return first;
    const floor = first.value;
    if (floor === undefined) return ok({ repair: { kind: "nothing", waiting: false }, series: NO_SERIES });
    const series = await this.#recorder.series(entity, from, floor, now.value);
    if (!series.ok) return series;
    const { anchor, hours } = series.value;
    const earliest = history ? Math.max(from, floor) : (hours[0]?.start ?? now.value);
    const begin = anchor === null ? earliest : anchor.start + 3600;
    const truth = await truthFrom(this.#store, meter, epochSeconds(begin));
    if (!truth.ok) return truth;
    const damaged = this.#store.health().damagedParts !== 0;
    const repair = planRepair(truth.value, series.value, { now: now.value, history, damaged });
    return ok({ repair, series: series.value });
  }

  async #adjust(
    { entity, version }: Errand,
    step: Extract<Repair, { kind: "adjust" }>,
    tail: StatisticsRow | null,
    progress: Progress,
  ): Promise<Result<void>> {
    const offset = offsetOf(tail);
    const open = this.#open.get(entity);
    if (open !== undefined && Math.abs(open.offset - offset) < SAME_WH && performance.now() < open.until) {
      return failed(
        "METERMAN_HA_STATISTICS",
        `Home Assistant has not carried out the last correction of ${entity} yet`,
      );
    }
    this.#open.set(entity, { offset, until: performance.now() + ORDERED_MS });
    const ordered = await this.#recorder.order(entity, step, version);
    if (!ordered.ok) return ordered;
    return this.#seen(entity, progress, async () => {
      const now = await this.#recorder.now();
      if (!now.ok) return now;
      const found = await this.#recorder.tail(entity, step.start, now.value);
      if (!found.ok) return found;
      if (found.value === null || Math.abs(offsetOf(found.value) - offset) < SAME_WH) return ok(false);
      this.#open.delete(entity);
      return ok(true);
    });
  }

  async #import(
    { entity, version }: Errand,
    rows: Extract<Repair, { kind: "import" }>["rows"],
    progress: Progress,
  ): Promise<Result<void>> {
    for (let done = 0; done < rows.length && !progress.stopped(); done += BATCH) {
      progress.rows(done, rows.length);
      const batch = rows.slice(done, done + BATCH);
      const [first, last] = [batch[0], batch.at(-1)];
      if (first === undefined || last === undefined) break;
      const ordered = await this.#recorder.order(entity, { kind: "import", rows: batch, waiting: false }, version);
      if (!ordered.ok) return ordered;
      const seen = await this.#seen(entity, progress, async () => {
        const found = await this.#recorder.rows(entity, "hour", first.start, epochSeconds(last.start + 3600));
        if (!found.ok) return found;
        const sums = new Map(found.value.map(({ start, sumWh }) => [start, sumWh]));
        return ok(batch.every(({ start, sumWh }) => Math.abs((sums.get(start) ?? Number.NaN) - sumWh) < SAME_WH));
      });
      if (!seen.ok) return seen;
      progress.rows(done + batch.length, rows.length);
    }
    return ok(undefined);
  }

  /** Looks until it is so. */
  async #seen(entity: string, progress: Progress, look: () => Promise<Result<boolean>>): Promise<Result<void>> {
    const deadline = performance.now() + this.#carriedOutMs;
    for (;;) {
      const seen = await look();
      if (!seen.ok) return seen;
      if (seen.value) return ok(undefined);
      if (performance.now() > deadline || progress.stopped()) break;
      await sleep(LOOK_MS);
    }
    const limit = this.#carriedOutMs / 1000;
    const words = `Home Assistant's recorder took a correction of ${entity}, but it was not to be seen within ${limit} s`;
    return failed("METERMAN_HA_STATISTICS", words);
  }
}

/** What the total is ahead of the counter by: the same for every row that continues the one before. */
function offsetOf(tail: StatisticsRow | null): number {
  return tail === null ? Number.NaN : tail.sumWh - (tail.stateWh ?? Number.NaN);
}
