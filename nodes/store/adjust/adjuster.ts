import {
  type Adjustment,
  type AdjustmentOutcome,
  type AdjustmentRequest,
  type Adjustments,
  type Author,
  type EpochSeconds,
  epochSeconds,
  failed,
  type MeterId,
  ok,
  type Page,
  type Result,
  type Wh,
  wh,
} from "../../model/index.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { wordsOf } from "../files.ts";
import { Serial } from "../serial.ts";
import { adopt, isAdopted } from "./adopt.ts";
import type { Desk } from "./desk.ts";
import { planOf } from "./plan.ts";
import { previewOf } from "./preview.ts";
import type { Kept } from "./shapes.ts";
import type { Trail } from "./trail.ts";

/** Lines of one trail: decades of a busy owner, and still read in a moment. */
const MAX_RECORDS = 10_000;
/** Corrections that every question has to look at. */
const MAX_CHANGES = 500;
const PAGE = 1000;
/** Of a sheet that is never written. */
const NO_SHEET = 0;

export interface AdjusterParts {
  readonly desk: Desk;
  /** IANA zone of hours of the day. */
  readonly zone: string;
  readonly now: () => EpochSeconds;
  readonly isKnown: (meter: MeterId) => Promise<boolean>;
  readonly isClosed: () => boolean;
  readonly tell: (meter: MeterId, from: EpochSeconds) => void;
}

export class Adjuster implements Adjustments {
  readonly #parts: AdjusterParts;
  /** One at a time: a merge looks at several trails. */
  readonly #serial = new Serial();

  constructor(parts: AdjusterParts) {
    this.#parts = parts;
  }

  adjust(
    meter: MeterId,
    request: AdjustmentRequest,
    author: Author,
    options: { readonly dryRun?: boolean } = {},
  ): Promise<Result<AdjustmentOutcome>> {
    return this.#next(() => this.#adjust(meter, request, author, options.dryRun === true));
  }

  /** What was asked before the store is closed is done. */
  #next<T>(job: () => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#parts.isClosed()) return Promise.resolve(failed("METERMAN_NO_STORE", "the store is closed"));
    return this.#serial.run(job).catch((thrown: unknown) => {
      const what = `the correction could not be written (${wordsOf(thrown)}); nothing was changed. Is the disk full or read-only?`;
      return failed("METERMAN_STORE_WRITE", what);
    });
  }

  async #adjust(
    meter: MeterId,
    request: AdjustmentRequest,
    author: Author,
    dryRun: boolean,
  ): Promise<Result<AdjustmentOutcome>> {
    if (request.kind !== "upload" && !(await this.#parts.isKnown(meter))) {
      return failed("METERMAN_UNKNOWN_METER", `no meter ${meter} has been heard`, "meter");
    }
    const { desk } = this.#parts;
    const now = this.#parts.now();
    const number = dryRun ? NO_SHEET : await desk.trails.of(meter).nextSheet();
    const planned = await planOf({ desk, meter, now, zone: this.#parts.zone, number }, request);
    if (!planned.ok) return planned;
    const plan = planned.value;
    const preview = await previewOf(desk, meter, request.kind, plan);
    if (dryRun) return ok({ adjustment: null, preview });
    if (request.kind === "upload" && plan.sheet === undefined) {
      const [first] = plan.leftOut;
      const why = first === undefined ? "there are none" : `row ${first.row}: ${first.why}`;
      return failed("METERMAN_ADJUSTMENT_REFUSED", `none of the rows counts (${why})`, "rows");
    }
    const trail = desk.trails.of(meter);
    if (trail.next > MAX_RECORDS || (plan.ops.length > 0 && trail.changes.length >= MAX_CHANGES)) {
      const what = `a meter has at most ${MAX_CHANGES} corrections of readings: undo some, or bring them in fewer, larger ones`;
      return failed("METERMAN_ADJUSTMENT_REFUSED", what);
    }
    const { who, why } = author;
    const { from, to, details, ops, readings } = plan;
    const changeWh = preview.afterWh - preview.beforeWh;
    const { kind } = request;
    const record: Kept = { n: trail.next, kind, at: now, who, why, from, to, changeWh, readings, details, ops };
    await desk.write(trail, record, plan.sheet, number);
    await this.#tell(meter, record, now);
    return ok({ adjustment: adjustmentOf(trail, meter, record), preview });
  }

  /** Others that show this meter's readings hear of it, too. It is on disk: nothing that fails here undoes it. */
  async #tell(meter: MeterId, { ops, from }: Kept, now: EpochSeconds): Promise<void> {
    const { desk, tell } = this.#parts;
    await desk.refresh(meter).catch(() => undefined);
    const first = epochSeconds(ops.length > 0 ? (from ?? now) : now);
    tell(meter, first);
    if (ops.length === 0) return;
    for (let target = this.mergedInto(meter); target !== undefined; target = this.mergedInto(target)) {
      await desk.refresh(target).catch(() => undefined);
      tell(target, first);
    }
  }

  async adjustments(
    meter: MeterId,
    options: { limit?: number; cursor?: string } = {},
  ): Promise<Result<Page<Adjustment>>> {
    const question = `${meter} adjustments`;
    const cursor = decodeCursor(question, options.cursor, 1);
    if (!cursor.ok) return cursor;
    const limit = Math.min(options.limit ?? PAGE, MAX_RECORDS);
    const trail = this.#parts.desk.trails.find(meter);
    if (trail === undefined) return ok({ items: [], next: null });
    const [after = 0] = cursor.value ?? [];
    const records = trail.records.filter(({ n }) => n > after).sort((a, b) => a.n - b.n);
    const items = records.slice(0, limit).map((record) => adjustmentOf(trail, meter, record));
    const last = items.at(-1);
    const isMore = records.length > limit && last !== undefined;
    return ok({ items, next: isMore ? encodeCursor(question, [last.n]) : null });
  }

  undo(meter: MeterId, n: number, author: Author): Promise<Result<Adjustment>> {
    return this.#next(() => this.#undo(meter, n, author));
  }

  async #undo(meter: MeterId, n: number, { who, why }: Author): Promise<Result<Adjustment>> {
    const trail = this.#parts.desk.trails.find(meter);
    const record = trail?.record(n);
    if (trail === undefined || record === undefined) {
      return failed(
        "METERMAN_NOT_FOUND",
        `meter ${meter} has no correction ${n}; the list of corrections has the numbers`,
      );
    }
    if (trail.undoneOf(n) !== null) return failed("METERMAN_BAD_QUERY", `correction ${n} is undone already`);
    if (isAdopted(record)) {
      const what = `correction ${n} came with an import, and the readings before it did not; only a backup brings these`;
      return failed("METERMAN_ADJUSTMENT_REFUSED", what);
    }
    const now = this.#parts.now();
    await trail.append({ undo: n, at: now, who, why });
    await this.#tell(meter, record, now);
    return ok(adjustmentOf(trail, meter, record));
  }

  /** Takes over the records of an export, see `adopt`. */
  adopt(meter: MeterId, lines: readonly object[]): Promise<Result<void>> {
    return this.#next(() => adopt(meter, this.#parts.desk.trails.of(meter), lines));
  }

  nameOf(meter: MeterId): string | undefined {
    return this.#parts.desk.trails.nameOf(meter);
  }

  mergedInto(meter: MeterId): MeterId | undefined {
    return this.#parts.desk.trails.mergedInto(meter);
  }

  registerOf(meter: MeterId, registerWh: Wh): Wh {
    return wh(this.#parts.desk.registerOf(meter, registerWh));
  }

  /** Resolves when nothing is being written any more. */
  settled(): Promise<void> {
    return this.#serial.run(async () => undefined);
  }
}

function adjustmentOf(trail: Trail, meter: MeterId, kept: Kept): Adjustment {
  const { n, kind, at, who, why, from, to, changeWh, readings, details } = kept;
  return {
    n,
    meter,
    kind,
    at: epochSeconds(at),
    who,
    why,
    from: from === null ? null : epochSeconds(from),
    to: to === null ? null : epochSeconds(to),
    changeWh,
    readings,
    details,
    undone: trail.undoneOf(n),
  };
}
