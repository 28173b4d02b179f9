import {
  type Adjustment,
  type AdjustmentOutcome,
  type AdjustmentPreview,
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
} from "../../model/index.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { wordsOf } from "../files.ts";
import { Serial } from "../serial.ts";
import { adopt, isAdopted } from "./adopt.ts";
import type { Kept } from "./shapes.ts";
import type { Trail } from "./trail.ts";
import type { Trails } from "./trails.ts";

/** Lines of one trail: decades of a busy owner, and still read in a moment. */
const MAX_RECORDS = 10_000;
const PAGE = 1000;

export interface AdjusterParts {
  readonly trails: Trails;
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
    return this.#serial.run(() => this.#guarded(() => this.#adjust(meter, request, author, options.dryRun === true)));
  }

  async #guarded<T>(job: () => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#parts.isClosed()) return failed("METERMAN_NO_STORE", "the store is closed");
    try {
      return await job();
    } catch (thrown) {
      const what = `the correction could not be written (${wordsOf(thrown)}); nothing was changed. Is the disk full or read-only?`;
      return failed("METERMAN_STORE_WRITE", what);
    }
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
    const now = this.#parts.now();
    const preview: AdjustmentPreview = {
      kind: request.kind,
      from: null,
      to: null,
      beforeWh: 0,
      afterWh: 0,
      readingsBefore: 0,
      readingsAfter: 0,
      leftOut: [],
    };
    if (dryRun) return ok({ adjustment: null, preview });
    const trail = this.#parts.trails.of(meter);
    if (trail.next > MAX_RECORDS) {
      return failed("METERMAN_TOO_LARGE", `a meter keeps at most ${MAX_RECORDS} corrections`);
    }
    const details: Record<string, string | number | boolean> = {};
    if (request.kind === "rename") details.name = request.name;
    if (request.kind === "check") details.displayWh = request.displayWh;
    const { who, why } = author;
    const record: Kept = {
      n: trail.next,
      kind: request.kind,
      at: now,
      who,
      why,
      from: null,
      to: null,
      changeWh: 0,
      readings: 0,
      details,
      ops: [],
    };
    await trail.append(record);
    this.#parts.tell(meter, now);
    return ok({ adjustment: adjustmentOf(trail, meter, record), preview });
  }

  async adjustments(
    meter: MeterId,
    options: { limit?: number; cursor?: string } = {},
  ): Promise<Result<Page<Adjustment>>> {
    const question = `${meter} adjustments`;
    const cursor = decodeCursor(question, options.cursor, 1);
    if (!cursor.ok) return cursor;
    const limit = Math.min(options.limit ?? PAGE, MAX_RECORDS);
    const trail = this.#parts.trails.find(meter);
    if (trail === undefined) return ok({ items: [], next: null });
    const [after = 0] = cursor.value ?? [];
    const records = trail.records.filter(({ n }) => n > after).sort((a, b) => a.n - b.n);
    const items = records.slice(0, limit).map((record) => adjustmentOf(trail, meter, record));
    const last = items.at(-1);
    const isMore = records.length > limit && last !== undefined;
    return ok({ items, next: isMore ? encodeCursor(question, [last.n]) : null });
  }

  undo(meter: MeterId, n: number, author: Author): Promise<Result<Adjustment>> {
    return this.#serial.run(() => this.#guarded(() => this.#undo(meter, n, author)));
  }

  async #undo(meter: MeterId, n: number, { who, why }: Author): Promise<Result<Adjustment>> {
    const trail = this.#parts.trails.find(meter);
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
    this.#parts.tell(meter, epochSeconds(record.ops.length > 0 ? (record.from ?? now) : now));
    return ok(adjustmentOf(trail, meter, record));
  }

  /** Takes over the records of an export, see `adopt`. */
  adopt(meter: MeterId, lines: readonly object[]): Promise<Result<void>> {
    return this.#serial.run(() => this.#guarded(() => adopt(meter, this.#parts.trails.of(meter), lines)));
  }

  nameOf(meter: MeterId): string | undefined {
    return this.#parts.trails.nameOf(meter);
  }

  mergedInto(meter: MeterId): MeterId | undefined {
    return this.#parts.trails.mergedInto(meter);
  }

  registerOf(_meter: MeterId, registerWh: Wh): Wh {
    return registerWh;
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
