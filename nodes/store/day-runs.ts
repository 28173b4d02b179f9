import { compareRows, endOf, expand, extend, type Row, type Run, type Span } from "./run.ts";

/**
 * What has arrived for one meter and one UTC day since its day document was written: rows to add, and spans whose
 * older rows go. Rows are few bytes each while they arrive in order; what arrives out of order waits in `#loose`.
 */
export class DayRuns {
  readonly removes: Span[] = [];
  #runs: Run[] = [];
  #loose: Row[] = [];
  #reach = 0;

  add(row: Row): void {
    this.#reach = Math.max(this.#reach, row.end);
    const last = this.#runs.at(-1);
    if (last === undefined || isBehind(row.start, row.end, endOf(last))) extend(this.#runs, row);
    else this.#loose.push(row);
  }

  remove(span: Span): void {
    this.removes.push(span);
    const rows = this.rows();
    const kept = rows.filter((row) => !within(row, span));
    if (kept.length < rows.length) this.#runs = pack(kept);
  }

  /** Sorted, each reading once. The caller must not change them. */
  runs(): readonly Run[] {
    if (this.#loose.length > 0) {
      this.#runs = pack(unique([...expand(this.#runs), ...this.#loose]));
      this.#loose = [];
    }
    return this.#runs;
  }

  rows(): Row[] {
    return expand(this.runs());
  }

  /** No reading reaches further. */
  get reach(): number {
    return this.#reach;
  }

  get count(): number {
    let count = this.#loose.length;
    for (const run of this.#runs) count += run.wh.length;
    return count;
  }
}

/** Such a reading cannot be there already; one without duration could. */
function isBehind(start: number, end: number, latest: number): boolean {
  return start > latest || (start === latest && end > start);
}

function within(row: Row, span: Span): boolean {
  return row.start >= span.start && row.end <= span.end && row.start < (span.until ?? Number.POSITIVE_INFINITY);
}

function pack(rows: readonly Row[]): Run[] {
  const runs: Run[] = [];
  for (const row of rows) extend(runs, row);
  return runs;
}

/**
 * Sorted, and of rows with the same key only the last: the same reading written twice. Two readings of the same times
 * differ in lifetime or register, unless they have no energy: none is lost when a clock was set back.
 */
function unique(rows: Row[]): Row[] {
  rows.sort(compareRows);
  return rows.filter((row, i) => {
    const next = rows[i + 1];
    return next === undefined || compareRows(row, next) !== 0;
  });
}

/** The day as it is with everything that arrived later laid over it, oldest layer first. */
export function fold(base: readonly Run[], layers: readonly DayRuns[]): readonly Run[] {
  let folded = base;
  for (const layer of layers) {
    const added = layer.runs();
    const [first] = added;
    if (folded.length === 0) folded = added;
    else if (first === undefined && layer.removes.length === 0) continue;
    else if (layer.removes.length === 0 && first !== undefined && isBehind(first.t0, endOf(first), latestEnd(folded))) {
      folded = [...folded, ...added];
    } else {
      const kept = expand(folded).filter((row) => !layer.removes.some((span) => within(row, span)));
      folded = pack(unique([...kept, ...expand(added)]));
    }
  }
  return folded;
}

function latestEnd(runs: readonly Run[]): number {
  let latest = 0;
  for (const run of runs) latest = Math.max(latest, endOf(run));
  return latest;
}
