import type { Adjustment } from "../../../../model/index.ts";
import type { App, Span } from "../app.ts";
import { eventMarks, type Mark } from "./marks.ts";
import { askAdjustments, askEnergy, askEvents } from "./questions.ts";

/** For more meters than this the sum of the rows must do. */
const EXACT_METERS = 6;

/** What comes after the lines: exact energy, rebases and corrections. Asked for when the chart has come to rest. */
export class Extras {
  readonly #app: App;
  readonly #changed: () => void;
  readonly #energy = new Map<string, { readonly wh: number | null; readonly isOld: boolean }>();
  readonly #trails = new Map<string, readonly Adjustment[]>();
  #events: { meters: string; span: Span; marks: readonly Mark[] } | null = null;
  #stop = new AbortController();

  constructor(app: App, changed: () => void) {
    this.#app = app;
    this.#changed = changed;
  }

  /** Wh of the meters together, exact; undefined while that is not known. */
  energy(meters: readonly string[], span: Span): number | undefined {
    let sum = 0;
    for (const meter of meters) {
      const one = this.#energy.get(keyOf(meter, span))?.wh ?? null;
      if (one === null) return undefined;
      sum += one;
    }
    return meters.length === 0 ? undefined : sum;
  }

  adjustments(meters: readonly string[]): readonly Adjustment[] {
    return meters.flatMap((meter) => this.#trails.get(meter) ?? []);
  }

  get rebases(): readonly Mark[] {
    return this.#events?.marks ?? [];
  }

  /** @param spans each of which is summed up */
  async ask(meters: readonly string[], shown: Span, spans: readonly Span[]): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const few = meters.slice(0, EXACT_METERS);
    await Promise.all([
      ...spans.flatMap((span) => (meters.length > EXACT_METERS ? [] : few.map((one) => this.#sum(one, span, signal)))),
      ...meters.map((meter) => this.#trail(meter, signal)),
      this.#rebases(few, shown, signal),
    ]);
    if (!signal.aborted) this.#changed();
  }

  /** Sums of the meter may not be what they were: they are asked for again, and shown until then. */
  spoil(meter: string, trailToo: boolean): void {
    for (const [key, { wh }] of this.#energy) {
      if (key.startsWith(`${meter} `)) this.#energy.set(key, { wh, isOld: true });
    }
    if (trailToo) this.#trails.delete(meter);
    if (trailToo) this.#events = null;
  }

  clear(): void {
    this.#stop.abort();
    this.#energy.clear();
    this.#trails.clear();
    this.#events = null;
  }

  async #sum(meter: string, span: Span, signal: AbortSignal): Promise<void> {
    const key = keyOf(meter, span);
    if (this.#energy.get(key)?.isOld === false || span.to <= span.from) return;
    const wh = await askEnergy(this.#app, meter, span, signal);
    if (signal.aborted) return;
    if (this.#energy.size > 500) this.#energy.clear();
    this.#energy.set(key, { wh, isOld: false });
  }

  async #trail(meter: string, signal: AbortSignal): Promise<void> {
    if (this.#trails.has(meter)) return;
    const trail = await askAdjustments(this.#app, meter, signal);
    if (!signal.aborted) this.#trails.set(meter, trail);
  }

  async #rebases(meters: readonly string[], shown: Span, signal: AbortSignal): Promise<void> {
    const key = meters.join(",");
    const isThere =
      this.#events?.meters === key && this.#events.span.from <= shown.from && this.#events.span.to >= shown.to;
    if (isThere) return;
    const more = (shown.to - shown.from) / 2;
    const span = { from: Math.max(0, shown.from - more), to: shown.to + more };
    const found = await Promise.all(meters.map((meter) => askEvents(this.#app, meter, span, signal)));
    if (!signal.aborted) this.#events = { meters: key, span, marks: found.flatMap(eventMarks) };
  }
}

function keyOf(meter: string, { from, to }: Span): string {
  return `${meter} ${Math.round(from)} ${Math.round(to)}`;
}
