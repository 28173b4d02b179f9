import type { App, Span } from "../app.ts";
import { askFirst } from "./questions.ts";

/** Where the readings of the shown meters begin: what "All" means. */
export class Beginning {
  readonly #app: App;
  #meters = "";
  #first: number | null = null;

  constructor(app: App) {
    this.#app = app;
  }

  async find(meters: readonly string[], found: () => void): Promise<void> {
    const key = meters.join(",");
    if (this.#meters === key) return;
    this.#meters = key;
    this.#first = null;
    const all = (await Promise.all(meters.map((meter) => askFirst(this.#app, meter)))).filter((at) => at !== null);
    if (this.#meters !== key) return;
    this.#first = all.length === 0 ? null : Math.min(...all);
    found();
  }

  forget(): void {
    this.#meters = "";
  }

  /** null while it is not known. */
  all(now: number): Span | null {
    return this.#first === null ? null : { from: this.#first, to: now };
  }

  isAll({ from }: Span): boolean {
    return this.#first !== null && Math.abs(from - this.#first) < 1;
  }
}
