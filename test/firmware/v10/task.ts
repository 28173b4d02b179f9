import type { Scheduler } from "../simulator/scheduler.ts";

/** What a blocking program waits for: so many µs, or until something happens, whichever is first. */
export type Program<Result = void> = Generator<number, Result, void>;

/** Runs a program that blocks, as the loop of a small firmware does: `yield us` sleeps, and `wake` ends a sleep early. */
export class Task {
  readonly #s: Scheduler;
  readonly #program: Program;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(s: Scheduler, program: Program) {
    this.#s = s;
    this.#program = program;
    this.#resumeIn(0);
  }

  /** Something happened that the program may wait for. */
  wake(): void {
    if (!this.#stopped) this.#resumeIn(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #resumeIn(us: number): void {
    this.#cancel();
    if (us < Infinity) this.#cancel = this.#s.at(this.#s.now + us, () => this.#step());
  }

  #step(): void {
    const { done, value } = this.#program.next();
    if (!done && !this.#stopped) this.#resumeIn(value);
  }
}

/** Sleeps through whatever happens. */
export function* pause(s: Scheduler, us: number): Program {
  const until = s.now + us;
  while (s.now < until) yield until - s.now;
}
