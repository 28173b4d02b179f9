import type { GatewayReport, MeterEvent, Reading } from "../../../model/index.ts";
import { type Got, isObject } from "../parts/client.ts";
import { eventReader, type StreamEvent } from "../parts/stream.ts";
import type { LiveNews } from "./app.ts";

/** The server says something every 15 s; silence of twice that is a dead connection. */
const SILENCE_MS = 35_000;
const AGAIN_MS = [1000, 2000, 5000, 15_000];

/** Reads GET live for as long as the page is open, and begins anew when it ends. */
export class Live {
  readonly #open: (signal: AbortSignal) => Promise<Got<Response>>;
  readonly #tell: (item: LiveNews) => void;
  #stop = new AbortController();
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether a stream is open: else somebody must ask from time to time. */
  isOpen = false;

  constructor(open: (signal: AbortSignal) => Promise<Got<Response>>, tell: (item: LiveNews) => void) {
    this.#open = open;
    this.#tell = tell;
  }

  /** Begins, or begins anew with another token. */
  start(): void {
    this.stop();
    void this.#run(this.#stop);
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#stop = new AbortController();
    this.isOpen = false;
  }

  async #run(stop: AbortController): Promise<void> {
    const got = await this.#open(stop.signal);
    if (stop !== this.#stop) return;
    if (got.ok && got.value.body !== null) {
      this.isOpen = true;
      this.#failures = 0;
      await this.#read(got.value.body, stop).catch(() => undefined);
    }
    if (stop !== this.#stop) return;
    this.isOpen = false;
    // Who may not listen will not be let in by asking again; another token begins anew.
    if (!got.ok && got.trouble.kind === "refused") return;
    const wait = AGAIN_MS[Math.min(this.#failures, AGAIN_MS.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.start(), wait);
  }

  async #read(body: ReadableStream<Uint8Array>, stop: AbortController): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
    const take = eventReader();
    for (;;) {
      const silence = setTimeout(() => stop.abort(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      for (const event of take(value)) {
        const item = liveItem(event);
        if (item !== undefined) this.#tell(item);
      }
    }
  }
}

/** The server names the kind of item in the event, and sends the rest of it as JSON. */
export function liveItem({ name, data }: StreamEvent): LiveNews | undefined {
  const value = parsed(data);
  if (value === undefined) return undefined;
  if (name === "reading") return { type: name, reading: value as Reading };
  if (name === "event") return { type: name, event: value as MeterEvent };
  if (name === "gateway") return { type: name, gateway: value as GatewayReport };
  if (name === "power" || name === "adjusted") return { type: name, ...value } as LiveNews;
  return undefined;
}

function parsed(data: string): object | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
