import type { Trouble } from "../../parts/client.ts";
import type { App, Span } from "../app.ts";
import { type Chunk, Chunks, covers, type Want } from "./chunks.ts";
import { askRows } from "./questions.ts";
import { loadedSpan, rankOf, resolutionFor } from "./resolution.ts";

/** What has changed is asked for again this often at most; of a coarse chart one more reading is not seen. */
const AGAIN_MS = { fine: 5000, coarse: 30_000 };
const AFTER_TROUBLE_MS = 3000;

interface Open {
  readonly span: Span;
  readonly want: Want;
  readonly stop: AbortController;
}

/** Keeps what is shown loaded: one question per line at a time, and none that nobody waits for any more. */
export class Loader {
  readonly chunks = new Chunks();
  readonly #app: App;
  readonly #changed: () => void;
  readonly #open = new Map<string, Open>();
  readonly #asked = new Map<string, number>();
  readonly #failed = new Map<string, number>();
  /** Why the last question had no answer. */
  trouble: Trouble | null = null;

  constructor(app: App, changed: () => void) {
    this.#app = app;
    this.#changed = changed;
  }

  /** @returns whether everything is there, and as fine as can be shown. Questions of lines that are gone are given up. */
  want(wants: ReadonlyMap<string, Want>, zone: string): boolean {
    for (const [key, { stop }] of this.#open) {
      if (wants.has(key)) continue;
      stop.abort();
      this.#open.delete(key);
    }
    return [...wants].map(([key, want]) => this.#ensure(key, want, zone)).every((is) => is);
  }

  /** @param isUrgent somebody corrected it: shown as soon as can be */
  spoil(meter: string, from: number, isUrgent: boolean): void {
    this.chunks.spoil(meter, from);
    if (isUrgent) this.#asked.clear();
  }

  clear(): void {
    for (const { stop } of this.#open.values()) stop.abort();
    this.#open.clear();
    this.#failed.clear();
    this.chunks.clear();
  }

  #ensure(key: string, want: Want, zone: string): boolean {
    const found = this.chunks.find(want);
    const open = this.#open.get(key);
    if (found?.isEnough === true) {
      const isFine = rankOf(found.chunk.resolution) < rankOf("15m");
      const rest = performance.now() - (this.#asked.get(key) ?? Number.NEGATIVE_INFINITY);
      const isDue = rest > (isFine ? AGAIN_MS.fine : AGAIN_MS.coarse);
      if (found.chunk.stale && open === undefined && isDue) this.#ask(key, want, zone);
      return true;
    }
    if (open !== undefined && covers(open.span, want.span) && isAsFine(open.want, want)) return false;
    const failed = this.#failed.get(key) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - failed > AFTER_TROUBLE_MS) this.#ask(key, want, zone);
    return false;
  }

  #ask(key: string, want: Want, zone: string): void {
    this.#open.get(key)?.stop.abort();
    const stop = new AbortController();
    const guess = want.resolution ?? resolutionFor(want.span, want.points);
    const open = { span: loadedSpan(want.span, guess, zone), want, stop };
    this.#open.set(key, open);
    this.#asked.set(key, performance.now());
    void askRows(this.#app, want, zone, stop.signal).then((got) => {
      if (this.#open.get(key) !== open) return;
      this.#open.delete(key);
      if (got.ok) this.#take(key, got.value);
      else if (got.trouble.kind !== "stopped") {
        this.trouble = got.trouble;
        this.#failed.set(key, performance.now());
      }
      this.#changed();
    });
  }

  #take(key: string, chunk: Chunk): void {
    this.trouble = null;
    this.#failed.delete(key);
    this.chunks.put(chunk);
  }
}

function isAsFine(open: Want, want: Want): boolean {
  if (open.meter !== want.meter || open.resolution !== want.resolution) return false;
  const density = ({ points, span }: Want) => points / (span.to - span.from);
  return density(open) >= density(want) * 0.99;
}
