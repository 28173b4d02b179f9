import { type EpochSeconds, epochSeconds, type Failure, type MeterId, type Result } from "../../../model/index.ts";
import type { Mended } from "./mend.ts";

/** A meter whose hours are to be looked at from `from` on. */
export interface Task {
  readonly from: EpochSeconds;
  readonly history: History | undefined;
  /** Somebody asked, and is told also that nothing was wrong. */
  readonly asked?: boolean;
}

/** Somebody waits for hours before the first one of Home Assistant. */
export interface History {
  readonly since: EpochSeconds;
  settle(result: Result<Mended>): void;
}

/** What is to be done, at most one task for each meter. Those that rest wait for Home Assistant to get further. */
export class Tasks {
  readonly #ripe = new Map<MeterId, Task>();
  readonly #resting = new Map<MeterId, Task>();

  get size(): number {
    return this.#ripe.size + this.#resting.size;
  }

  add(meter: MeterId, task: Task): void {
    const known = this.#ripe.get(meter) ?? this.#resting.get(meter);
    this.#resting.delete(meter);
    this.#ripe.set(meter, known === undefined ? task : both(known, task));
  }

  /** Puts back what could not be done yet. */
  rest(meter: MeterId, task: Task): void {
    const newer = this.#ripe.get(meter);
    if (newer === undefined) this.#resting.set(meter, task);
    else this.#ripe.set(meter, both(task, newer));
  }

  wake(): void {
    for (const [meter, task] of [...this.#resting]) this.add(meter, task);
  }

  take(): readonly (readonly [MeterId, Task])[] {
    const taken = [...this.#ripe];
    this.#ripe.clear();
    return taken;
  }

  /** Gives up histories that were asked for before `limit`; what they have brought so far is kept right. */
  giveUp(limit: EpochSeconds, failure: Failure): void {
    for (const tasks of [this.#ripe, this.#resting]) {
      for (const [meter, { from, history }] of tasks) {
        if (history === undefined || history.since >= limit) continue;
        tasks.set(meter, { from, history: undefined });
        history.settle({ ok: false, error: failure });
      }
    }
  }
}

function both(first: Task, second: Task): Task {
  const from = epochSeconds(Math.min(first.from, second.from));
  const asked = first.asked === true || second.asked === true;
  if (first.history === undefined || second.history === undefined) {
    return { from, history: first.history ?? second.history, asked };
  }
  const [one, other] = [first.history, second.history];
  const settle = (result: Result<Mended>) => {
    one.settle(result);
    other.settle(result);
  };
  return { from, history: { since: other.since, settle }, asked };
}
