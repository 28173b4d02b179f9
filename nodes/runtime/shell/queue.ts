/**
 * Runs jobs one after the other: Node-RED does not serialise inputs, and a ledger needs their order.
 * A job that throws does not stop the next.
 */
export class SerialQueue {
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  get waiting(): number {
    return this.#waiting;
  }

  push(job: () => Promise<void> | void): Promise<void> {
    this.#waiting += 1;
    const run = this.#tail.then(job);
    this.#tail = run.then(
      () => {
        this.#waiting -= 1;
      },
      () => {
        this.#waiting -= 1;
      },
    );
    return run;
  }

  /** Resolves when everything pushed so far has run. */
  idle(): Promise<void> {
    return this.#tail;
  }
}
