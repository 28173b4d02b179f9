import type { GatewayReport, LiveHub, LiveItem, MeterId } from "../model/index.ts";

/** What a listener gets, and until when. */
export interface LiveSource {
  readonly hub: LiveHub;
  /** Only what is about this meter. */
  readonly meter: MeterId | undefined;
  gateways(): readonly GatewayReport[];
  /** The name that a person gave the meter, if any. */
  nameOf(meter: MeterId): string | undefined;
  /** Ends the stream. */
  readonly stopped: AbortSignal;
}

export const MAX_LISTENERS = 32;
/** So often something is sent: a proxy that hears nothing for a minute hangs up. */
const HEARTBEAT_MS = 15_000;
/** A listener that does not keep up is dropped: what happens now is worth nothing later. */
const MAX_WAITING = 500;
const MAX_WAIT_MS = 60_000;

const listening = new WeakMap<LiveHub, number>();
export const listenersOf = (hub: LiveHub) => listening.get(hub) ?? 0;

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of one listener. It costs nothing
 * until the first piece is asked for, and nothing after it was ended by either side.
 */
export class LiveStream implements AsyncIterableIterator<string> {
  readonly #source: LiveSource;
  readonly #waiting: string[] = [];
  readonly #gateways = new Map<string, string>();
  #wake: (() => void) | undefined;
  #stop: (() => void) | undefined;
  /** When the reader last took what was there. */
  #tookAt = 0;
  #state: "new" | "open" | "ended" | "dropped" = "new";

  constructor(source: LiveSource) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<string>> {
    if (this.#state === "new") this.#open();
    while (this.#waiting.length === 0 && this.#state === "open") {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#state === "dropped") throw new Error("this listener did not keep up");
    if (this.#waiting.length === 0) return { done: true, value: undefined };
    this.#tookAt = performance.now();
    return { done: false, value: this.#waiting.splice(0).join("") };
  }

  async return(): Promise<IteratorResult<string>> {
    this.#waiting.length = 0;
    this.#end("ended");
    return { done: true, value: undefined };
  }

  #open(): void {
    const { hub, stopped } = this.#source;
    this.#state = "open";
    this.#tookAt = performance.now();
    if (stopped.aborted || listenersOf(hub) >= MAX_LISTENERS) {
      this.#end("ended");
      return;
    }
    listening.set(hub, listenersOf(hub) + 1);
    const end = () => this.#end("ended");
    const stopListening = hub.listen((item) => this.#hear(item));
    const beat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    stopped.addEventListener("abort", end);
    this.#stop = () => {
      stopListening();
      clearInterval(beat);
      stopped.removeEventListener("abort", end);
      listening.set(hub, listenersOf(hub) - 1);
    };
    // A browser that lost the line waits so long before it asks again.
    this.#give("retry: 5000\n\n");
    this.#tellGateways();
  }

  #end(state: "ended" | "dropped"): void {
    if (this.#state === "new" || this.#state === "open") this.#state = state;
    this.#stop?.();
    this.#stop = undefined;
    this.#wake?.();
  }

  #give(text: string): void {
    const isBehind = this.#waiting.length > 0 && performance.now() - this.#tookAt > MAX_WAIT_MS;
    if (isBehind || this.#waiting.length >= MAX_WAITING) {
      this.#waiting.length = 0;
      this.#end("dropped");
      return;
    }
    this.#waiting.push(text);
    this.#wake?.();
  }

  #beat(): void {
    this.#give(": still here\n\n");
    this.#tellGateways();
  }

  #hear(item: LiveItem): void {
    const { meter } = this.#source;
    if (meter !== undefined && meterOf(item) !== meter) return;
    this.#give(eventText(item.type, this.#dataOf(item)));
  }

  #dataOf(item: LiveItem): object {
    if (item.type === "reading") return item.reading;
    if (item.type === "event") return item.event;
    const { type: _, ...rest } = item;
    return "name" in rest ? { ...rest, name: this.#source.nameOf(rest.meter) ?? rest.name } : rest;
  }

  /** Gateways tell nothing by themselves: those that changed since the last look are told. */
  #tellGateways(): void {
    const { meter } = this.#source;
    for (const report of this.#source.gateways()) {
      if (meter !== undefined && !report.meters.includes(meter)) continue;
      const text = eventText("gateway", report);
      if (this.#gateways.get(report.node) === text || this.#state !== "open") continue;
      this.#gateways.set(report.node, text);
      this.#give(text);
    }
  }
}

function meterOf(item: LiveItem): MeterId {
  if (item.type === "reading") return item.reading.meter;
  return item.type === "event" ? item.event.meter : item.meter;
}

/** JSON has no line ends of its own, so one line holds all of it. */
function eventText(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
