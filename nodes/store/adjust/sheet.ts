import { DAY_S, dayOf, monthOf } from "../day.ts";
import { breathe } from "../files.ts";
import type { MeterFiles } from "../meter-files.ts";
import { type Roll, rollOf } from "../roll.ts";
import { extend, type Row, type Run } from "../run.ts";
import type { Days, DayView } from "../views.ts";

/** Readings that somebody brought, by UTC day: sorted, and none overlaps another. */
export class Sheet implements Days {
  readonly #runs: ReadonlyMap<number, readonly Run[]>;
  readonly #rolls: ReadonlyMap<number, Roll>;

  private constructor(runs: ReadonlyMap<number, readonly Run[]>, rolls: ReadonlyMap<number, Roll>) {
    this.#runs = runs;
    this.#rolls = rolls;
  }

  /** Other work has its turn between two days. @param rows sorted */
  static async of(rows: Iterable<Row>): Promise<Sheet> {
    const runs = new Map<number, Run[]>();
    for (const row of rows) {
      const day = dayOf(row.start);
      const list = runs.get(day);
      if (list !== undefined) extend(list, row);
      else {
        extend(addTo(runs, day), row);
        await breathe();
      }
    }
    const rolls = new Map<number, Roll>();
    for (const [day, list] of runs) {
      rolls.set(day, rollOf(day, list));
      await breathe();
    }
    return new Sheet(runs, rolls);
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
