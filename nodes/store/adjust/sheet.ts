import { DAY_S, dayOf, monthOf } from "../day.ts";
import type { MeterFiles } from "../meter-files.ts";
import { type Roll, rollOf } from "../roll.ts";
import { extend, type Row, type Run } from "../run.ts";
import type { Days, DayView } from "../views.ts";

/** Readings that somebody brought, by UTC day: sorted, and none overlaps another. */
export class Sheet implements Days {
  readonly #runs: ReadonlyMap<number, readonly Run[]>;
  readonly #rolls = new Map<number, Roll>();

  private constructor(runs: ReadonlyMap<number, readonly Run[]>) {
    this.#runs = runs;
    for (const [day, list] of runs) this.#rolls.set(day, rollOf(day, list));
  }

  /** @param rows sorted */
  static of(rows: Iterable<Row>): Sheet {
    const runs = new Map<number, Run[]>();
    for (const row of rows) {
      const day = dayOf(row.start);
      const list = runs.get(day);
      if (list === undefined) extend(addTo(runs, day), row);
      else extend(list, row);
    }
    return new Sheet(runs);
  }

  async days(from: number, to: number): Promise<readonly DayView[]> {
    const views: DayView[] = [];
    for (const [day, whole] of this.#rolls) {
      if (day * DAY_S >= to || (whole.maxEnd < from && (day + 1) * DAY_S <= from)) continue;
      const runs = this.#runs.get(day) ?? [];
      views.push({ day, whole, reach: whole.maxEnd, isOpen: false, runs: async () => runs });
    }
    return views;
  }

  stamp(): string {
    return "";
  }

  /** Makes all of it durable, month by month. */
  async write(files: MeterFiles): Promise<void> {
    const months = new Map<string, Map<number, readonly Run[]>>();
    for (const [day, runs] of this.#runs) {
      const month = monthOf(day);
      const days = months.get(month) ?? new Map<number, readonly Run[]>();
      months.set(month, days.set(day, runs));
    }
    for (const [month, days] of months) await files.append(month, days);
  }
}

function addTo(runs: Map<number, Run[]>, day: number): Run[] {
  const list: Run[] = [];
  runs.set(day, list);
  return list;
}
