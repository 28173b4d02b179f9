import {
  type Adjustment,
  type AdjustmentRequest,
  type Adjustments,
  type Author,
  epochSeconds,
  type Failure,
  failed,
  type MeterId,
  ok,
} from "../../nodes/model/index.ts";
import { NOW } from "./world.ts";

interface Asked {
  readonly meter: MeterId;
  readonly request: AdjustmentRequest;
  readonly author: Author;
  readonly dryRun: boolean;
}

/** A trail that takes everything, remembers what it was asked, and changes nothing. */
export class Trail implements Adjustments {
  readonly asked: Asked[] = [];
  readonly made: Adjustment[] = [];
  /** What every request is refused with. */
  refusal: Failure | undefined;
  /** What every request waits for. */
  wait: Promise<void> = Promise.resolve();

  readonly adjust: Adjustments["adjust"] = async (meter, request, author, { dryRun = false } = {}) => {
    await this.wait;
    if (this.refusal !== undefined) return { ok: false, error: this.refusal };
    this.asked.push({ meter, request, author, dryRun });
    const span = { from: epochSeconds(NOW - 60), to: epochSeconds(NOW) };
    const figures = { beforeWh: 0, afterWh: 0, readingsBefore: 0, readingsAfter: 0, leftOut: [] };
    const preview = { kind: request.kind, ...span, ...figures };
    if (dryRun) return ok({ adjustment: null, preview });
    const n = this.made.length + 1;
    const always = { n, meter, kind: request.kind, ...author, at: epochSeconds(NOW), ...span };
    const adjustment: Adjustment = { ...always, changeWh: 0, readings: 0, details: {}, undone: null };
    this.made.push(adjustment);
    return ok({ adjustment, preview });
  };

  readonly adjustments: Adjustments["adjustments"] = async (_, { limit = 100, cursor = "0" } = {}) => {
    const end = Number(cursor) + limit;
    return ok({ items: this.made.slice(Number(cursor), end), next: end < this.made.length ? String(end) : null });
  };

  readonly undo: Adjustments["undo"] = async (_, n, author) => {
    const found = this.made[n - 1];
    if (found === undefined) return failed("METERMAN_NOT_FOUND", "no correction has that number", "n");
    const undone = { ...found, undone: { ...author, at: epochSeconds(NOW) } };
    this.made[n - 1] = undone;
    return ok(undone);
  };

  nameOf(): undefined {}
  mergedInto(): undefined {}
  readonly registerOf: Adjustments["registerOf"] = (_, register) => register;
}
