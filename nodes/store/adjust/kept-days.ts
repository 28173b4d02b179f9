import { dayOf } from "../day.ts";
import { type Roll, rollOf } from "../roll.ts";
import type { Run } from "../run.ts";
import type { Days, DayView } from "../views.ts";

/** Roll-ups of so many days per meter; a kilobyte or two each. */
const MOST = 2000;
/** Answers, and readings of days, that are remembered: what is asked for, and what the search for a rebase looks at. */
const LATEST = 4;

interface Kept {
  readonly stamp: string;
  readonly roll: Roll;
}

/** Roll-ups of days that had to be read because they meet an edge of a correction; those asked for last are kept. */
export class RollShelf {
  readonly #kept = new Map<string, Kept>();
  #levels = 0;

  /** A name for the days of one level, never given again. */
  level(): number {
    this.#levels += 1;
    return this.#levels;
  }

  find(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
  }
}

/** Remembers what was read of days that no roll-up tells, as long as nothing below changes. */
export class KeptDays implements Days {
  readonly #inner: Days;
  readonly #shelf: RollShelf;
  readonly #level: number;
  readonly #runs = new Map<number, { readonly stamp: string; readonly runs: Promise<readonly Run[]> }>();
  readonly #answers = new Map<string, { readonly stamp: string; readonly views: Promise<readonly DayView[]> }>();

  constructor(inner: Days, shelf: RollShelf) {
    this.#inner = inner;
    this.#shelf = shelf;
    this.#level = shelf.level();
  }

  stamp(day: number): string {
    return this.#inner.stamp(day);
  }

  async days(from: number, to: number): Promise<readonly DayView[]> {
    const views = await this.#asked(from, to);
    return views.map((view) => (view.whole === undefined ? this.#remembered(view) : view));
  }

  /** Each level asks the one below twice; without a memory the lowest of many would be asked without end. */
  #asked(from: number, to: number): Promise<readonly DayView[]> {
    const key = `${from} ${to}`;
    const stamp = this.stamp(Number.POSITIVE_INFINITY);
    const known = this.#answers.get(key);
    if (known?.stamp === stamp) return known.views;
    const views = this.#inner.days(from, to);
    views.catch(() => this.#answers.delete(key));
    remember(this.#answers, key, { stamp, views });
    return views;
  }

  #remembered(view: DayView): DayView {
    const { day } = view;
    const key = `${this.#level}/${day}`;
    // A rebase that comes where a reading of the day still goes on cuts it.
    const seen = Math.max(day, dayOf(view.reach));
    const stamp = this.stamp(seen);
    const kept = this.#shelf.find(key);
    const roll = kept?.stamp === stamp ? kept.roll : undefined;
    const runs = async (): Promise<readonly Run[]> => {
      const known = this.#runs.get(day);
      if (known?.stamp === stamp) return known.runs;
      const found = view.runs();
      found.catch(() => this.#runs.delete(day));
      remember(this.#runs, day, { stamp, runs: found });
      const rows = await found;
      if (roll === undefined && !view.isOpen && this.stamp(seen) === stamp) {
        this.#shelf.keep(key, { stamp, roll: rollOf(day, rows) });
      }
      return rows;
    };
    return { ...view, whole: roll, reach: roll?.maxEnd ?? view.reach, runs };
  }
}

function remember<K, V>(latest: Map<K, V>, key: K, value: V): void {
  latest.delete(key);
  latest.set(key, value);
  for (const oldest of latest.keys()) {
    if (latest.size <= LATEST) break;
    latest.delete(oldest);
  }
}
