/** For whoever measures: when something was first seen, and how long a move took until all of it was there. */
export class Stopwatch {
  #movedMs: number | null = null;
  #isPainted = false;

  /** The reader moved the chart. */
  moved(): void {
    this.#movedMs ??= performance.now();
  }

  /** @param isWhole everything is there, and as fine as can be shown */
  drawn(isWhole: boolean, isSomething: boolean): void {
    if (isSomething && !this.#isPainted) performance.mark("meterman:first-paint");
    this.#isPainted ||= isSomething;
    if (!isWhole || this.#movedMs === null) return;
    performance.measure("meterman:zoom", { start: this.#movedMs, end: performance.now() });
    this.#movedMs = null;
  }
}
