import { DAY_S } from "../day.ts";
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
    const days = new Map(views.map((view) => [view.day, view]));
    for (const other of others) {
      const view = days.get(other.day) ?? (await unlisted(this.#one, other.day, from));
      days.set(other.day, view === undefined ? other : joined(view, other));
    }
    const both = new Set(others.map(({ day }) => day));
    for (const view of views) {
      const other = both.has(view.day) ? undefined : await unlisted(this.#other, view.day, from);
      if (other !== undefined) days.set(view.day, joined(view, other));
    }
    return [...days.values()].sort((a, b) => a.day - b.day);
  }
}

/** An earlier day that only one of the two lists, as it reaches into the span: a day is told whole or not at all. */
async function unlisted(source: Days, day: number, from: number): Promise<DayView | undefined> {
  if (day * DAY_S >= from) return undefined;
  return (await source.days(day * DAY_S, (day + 1) * DAY_S)).find((view) => view.day === day);
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
