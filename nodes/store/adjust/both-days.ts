import { expand } from "../run.ts";
import type { Days, DayView } from "../views.ts";
import { runsOf } from "./rows.ts";

/** The readings of two sources side by side. */
export class BothDays implements Days {
  readonly #one: Days;
  readonly #other: Days;

  constructor(one: Days, other: Days) {
    this.#one = one;
    this.#other = other;
  }

  stamp(day: number): string {
    return `${this.#one.stamp(day)} + ${this.#other.stamp(day)}`;
  }

  async days(from: number, to: number): Promise<readonly DayView[]> {
    const [views, others] = [await this.#one.days(from, to), await this.#other.days(from, to)];
    if (others.length === 0) return views;
    const days = new Map(views.map((view) => [view.day, view]));
    for (const other of others) {
      const view = days.get(other.day);
      days.set(other.day, view === undefined ? other : joined(view, other));
    }
    return [...days.values()].sort((a, b) => a.day - b.day);
  }
}

function joined(one: DayView, other: DayView): DayView {
  return {
    day: one.day,
    whole: undefined,
    reach: Math.max(one.reach, other.reach),
    isOpen: one.isOpen || other.isOpen,
    runs: async () => runsOf([...expand(await one.runs()), ...expand(await other.runs())]),
  };
}
