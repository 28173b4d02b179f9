import { setTimeout as sleep } from "node:timers/promises";
import { atLeast, CONFIG_SCHEMA, type HomeAssistantConfig } from "../../home-assistant/index.ts";
import type { Result } from "../../model/index.ts";
import type { HomeAssistantStatus } from "../services.ts";
import { parser } from "../shell/index.ts";
import { type Command, DOWN, Session } from "./session.ts";
import type { Target } from "./target.ts";

const config = parser<HomeAssistantConfig>(CONFIG_SCHEMA, "METERMAN_HA_CALL");
const user = parser<{ readonly is_admin: boolean }>(
  { type: "object", required: ["is_admin"], properties: { is_admin: { type: "boolean" } } },
  "METERMAN_HA_CALL",
);
/** Before, MQTT knew no devices with several components. */
const OLDEST = [2025, 1] as const;
const LONGEST_PAUSE_MS = 10_000;
const RUNNING_POLL_MS = 500;

interface Subscription {
  readonly command: Command;
  readonly hear: (event: unknown) => void;
  /** The session it was last asked of, so that it is asked once. */
  session: Session | undefined;
  stop: (() => void) | undefined;
}

/**
 * Keeps one session alive: connects, waits until Home Assistant is RUNNING, makes every subscription, and begins anew
 * when the session ends. A refused token ends it for good: Home Assistant bans addresses that keep trying.
 */
export class Link {
  readonly #target: Target;
  readonly #log: (text: string) => void;
  readonly #firstPauseMs: number;
  readonly #listeners = new Set<(status: HomeAssistantStatus) => void>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #stopped = new AbortController();
  #session: Session | undefined;
  #status: HomeAssistantStatus = { kind: "connecting" };
  #done: Promise<void> = Promise.resolve();

  /** @param firstPauseMs between the end of a session and the next attempt; doubles with every failure */
  constructor(target: Target, log: (text: string) => void, firstPauseMs = 1000) {
    this.#target = target;
    this.#log = log;
    this.#firstPauseMs = firstPauseMs;
  }

  get status(): HomeAssistantStatus {
    return this.#status;
  }

  start(): void {
    // Nothing in there throws but a fault of ours; it must be seen, and must not end Node-RED.
    this.#done = this.#run().catch((thrown: unknown) => this.#log(`connection loop: ${String(thrown)}`));
  }

  /** Ends it for good. Nobody hears of that: who listened is closing as well. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#status = { kind: "connecting" };
    this.#session?.close("closed");
    // An address that swallows packets would hold up Node-RED's stop; what still opens is closed at once.
    await Promise.race([this.#done, sleep(500)]);
  }

  onStatus(listener: (status: HomeAssistantStatus) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#status);
    return () => void this.#listeners.delete(listener);
  }

  /** Only while ready: before, Home Assistant may not know its own services yet. */
  request(command: Command): Promise<Result<unknown>> {
    if (this.#session === undefined || this.#status.kind !== "ready") return Promise.resolve(DOWN);
    return this.#session.request(command);
  }

  subscribe(command: Command, hear: (event: unknown) => void): () => void {
    const subscription: Subscription = { command, hear, session: undefined, stop: undefined };
    this.#subscriptions.add(subscription);
    if (this.#status.kind === "ready") void this.#subscribe(subscription);
    return () => {
      this.#subscriptions.delete(subscription);
      subscription.stop?.();
    };
  }

  #set(status: HomeAssistantStatus): void {
    if (this.#stopped.signal.aborted) return;
    this.#status = status;
    // One of them may end another.
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) this.#safely(() => listener(status));
    }
  }

  /** A listener that throws must not take the connection of all others with it. */
  #safely(job: () => void): void {
    try {
      job();
    } catch (thrown) {
      this.#log(`a listener failed: ${String(thrown)}`);
    }
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      const opened = await Session.open(this.#target);
      if (!opened.ok && opened.error.code === "METERMAN_HA_AUTH") {
        this.#set({ kind: "refused", why: opened.error.message });
        return;
      }
      let why = opened.ok ? "" : opened.error.message;
      if (opened.ok) {
        this.#session = opened.value;
        if (this.#stopped.signal.aborted) opened.value.close("closed");
        if (await this.#begin(opened.value)) failures = 0;
        why = await opened.value.ended;
        this.#session = undefined;
        for (const subscription of this.#subscriptions) subscription.stop = undefined;
      }
      if (this.#stopped.signal.aborted) return;
      this.#set({ kind: "connecting", why });
      const pauseMs = Math.min(LONGEST_PAUSE_MS, this.#firstPauseMs * 2 ** Math.min(failures, 10));
      failures += 1;
      await this.#pause(pauseMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  /** True once Home Assistant is RUNNING, false when the session ended before. */
  async #begin(session: Session): Promise<boolean> {
    for (;;) {
      const answer = await session.request({ type: "get_config" });
      const known = answer.ok ? config(answer.value) : answer;
      if (!known.ok) {
        session.close(known.error.message);
        return false;
      }
      if (!atLeast(known.value.version, ...OLDEST)) {
        session.close(`Home Assistant ${known.value.version} is too old: update it to ${OLDEST.join(".")} or newer`);
        return false;
      }
      if (known.value.state === "RUNNING") {
        const asked = await session.request({ type: "auth/current_user" });
        // What ended meanwhile was never ready.
        if (session.over) return false;
        const who = asked.ok ? user(asked.value) : asked;
        this.#set({ kind: "ready", config: known.value, admin: who.ok ? who.value.is_admin : null });
        for (const subscription of [...this.#subscriptions]) void this.#subscribe(subscription);
        return true;
      }
      if (this.#status.kind !== "starting") this.#set({ kind: "starting" });
      await Promise.race([this.#pause(RUNNING_POLL_MS), session.ended]);
    }
  }

  async #subscribe(subscription: Subscription): Promise<void> {
    const session = this.#session;
    if (session === undefined || subscription.session === session) return;
    subscription.session = session;
    const made = await session.subscribe(subscription.command, (event) =>
      this.#safely(() => {
        if (this.#subscriptions.has(subscription)) subscription.hear(event);
      }),
    );
    if (made.ok) {
      if (this.#subscriptions.has(subscription) && this.#session === session) subscription.stop = made.value;
      else made.value();
    } else if (this.#session === session) this.#log(`${subscription.command.type}: ${made.error.message}`);
  }
}
