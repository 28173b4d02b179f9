import type { MeterId } from "../../../model/index.ts";
import { ask, type Got, headersOf, send, type Trouble } from "../parts/client.ts";
import { askToken, type ScopeWords } from "../parts/dialogs.ts";
import { keepToken, keptToken } from "../parts/keep.ts";
import type { App, House, LiveNews, Scope, Span } from "./app.ts";
import { Live } from "./live.ts";
import { go, routeOf } from "./route.ts";

/** Without a stream of what happens now the page asks this often; with one it only makes sure. */
const POLL_MS = { alone: 3000, live: 20_000 };
const SCOPES: ScopeWords = [
  ["read", "shows this page"],
  ["adjust", "corrects readings"],
  ["control", "sends commands to nodes"],
];

/** Keeps the token, the list of meters and the connection: the only file of the page's shell that holds state. */
export class Session implements App {
  readonly #voice: HTMLElement | null;
  readonly #liveListeners = new Set<(item: LiveNews) => void>();
  readonly #houseListeners = new Set<() => void>();
  readonly #live: Live;
  #token = keptToken();
  #house: House | null = null;
  #skewS = 0;
  #asked = 0;
  #askedMs = 0;
  #goodMs = 0;
  /** Why there is no fresh list of meters. */
  trouble: Trouble | null = null;
  #shown: ReturnType<App["shown"]> = null;

  constructor(voice: HTMLElement | null) {
    this.#voice = voice;
    const headers = () => ({ headers: headersOf(this.#token, "text/event-stream") });
    this.#live = new Live(
      (signal) => send("live", { ...headers(), signal }, true),
      (item) => this.#hear(item),
    );
  }

  start(): void {
    void this.refresh();
    this.#live.start();
    // There are few places for listeners: a page that nobody looks at gives its own back.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#live.stop();
      else this.#live.start();
    });
    setInterval(() => {
      const age = performance.now() - this.#askedMs;
      if (!document.hidden && age > (this.isLive ? POLL_MS.live : POLL_MS.alone) - 100) void this.refresh();
    }, 1000);
  }

  get isLive(): boolean {
    return this.#live.isOpen;
  }

  /** Seconds since the list of meters came. */
  get ageS(): number {
    return (performance.now() - this.#goodMs) / 1000;
  }

  get hasToken(): boolean {
    return this.#token !== null;
  }

  house(): House | null {
    return this.#house;
  }

  now(): number {
    return deviceNow() + this.#skewS;
  }

  shown() {
    return this.#shown;
  }

  showing(meters: readonly MeterId[], span: Span): void {
    this.#shown = { meters, span };
  }

  get<T>(path: string, is: (value: unknown) => value is T, signal?: AbortSignal): Promise<Got<T>> {
    return ask(path, { headers: headersOf(this.#token), ...(signal === undefined ? {} : { signal }) }, is);
  }

  post<T>(path: string, fields: object, is: (value: unknown) => value is T): Promise<Got<T>> {
    const headers = { ...headersOf(this.#token), "content-type": "application/json" };
    return ask(path, { method: "POST", body: JSON.stringify(fields), headers }, is);
  }

  send(path: string, init: RequestInit): Promise<Got<Response>> {
    const headers = new Headers(init.headers);
    if (this.#token !== null) headers.set("authorization", `Bearer ${this.#token}`);
    return send(path, { ...init, headers });
  }

  may(scope: Scope): boolean {
    return this.#house?.scopes.includes(scope) ?? false;
  }

  async askToken(scope: Scope): Promise<boolean> {
    const wish = await askToken(this.hasToken, SCOPES);
    if (wish !== null) {
      this.#token = wish.token;
      keepToken(wish.token, wish.onDevice);
      this.#house = null;
      this.trouble = null;
      await this.refresh();
      this.#live.start();
    }
    return this.may(scope);
  }

  announce(text: string): void {
    if (this.#voice !== null) this.#voice.textContent = text;
  }

  onLive(listener: (item: LiveNews) => void): () => void {
    this.#liveListeners.add(listener);
    return () => this.#liveListeners.delete(listener);
  }

  onHouse(listener: () => void): () => void {
    this.#houseListeners.add(listener);
    return () => this.#houseListeners.delete(listener);
  }

  route = routeOf;
  go = go;

  correct(meter: MeterId, from: number, to: number): void {
    go("corrections", new URLSearchParams({ meter, from: String(Math.floor(from)), to: String(Math.ceil(to)) }));
  }

  async refresh(): Promise<void> {
    const mine = ++this.#asked;
    this.#askedMs = performance.now();
    const got = await this.get("meters", isHouse);
    // The answer to an earlier question, or to a token that was changed meanwhile, says nothing.
    if (mine !== this.#asked) return;
    this.trouble = got.ok ? null : got.trouble;
    if (got.ok) {
      this.#house = got.value;
      this.#goodMs = performance.now();
      const skewS = got.value.now - deviceNow();
      // The server tells whole seconds: a little more or less is no other time.
      if (Math.abs(skewS - this.#skewS) > 1.5) this.#skewS = skewS;
    } else if (got.trouble.kind === "refused") this.#house = null;
    this.#changed();
  }

  #hear(item: LiveNews): void {
    if (item.type === "power" && this.#house !== null) {
      const { meter, power } = item;
      const items = this.#house.items.map((one) => (one.id === meter ? { ...one, power } : one));
      this.#house = { ...this.#house, items };
      this.#changed();
    }
    for (const listener of this.#liveListeners) listener(item);
  }

  #changed(): void {
    for (const listener of this.#houseListeners) listener();
  }
}

/** Epoch seconds by this device, whose clock may be wrong. */
function deviceNow(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}

function isHouse(value: unknown): value is House {
  const { items, zone, scopes } = Object(value) as Partial<House>;
  return Array.isArray(items) && typeof zone === "string" && Array.isArray(scopes);
}
