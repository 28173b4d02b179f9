import { BOOKED_EVENT, HOUR_S, startOfHour } from "../../../home-assistant/index.ts";
import {
  type EpochSeconds,
  epochSeconds,
  type Failure,
  failed,
  type Json,
  type MeterId,
  type Result,
} from "../../../model/index.ts";
import type { HomeAssistantService, HomeAssistantStatus } from "../../services.ts";
import { SerialQueue } from "../../shell/index.ts";
import { type Mended, Mender } from "./mend.ts";
import { PACE, type StatisticsParts } from "./parts.ts";
import { Recorder } from "./recorder.ts";
import { type Task, Tasks } from "./tasks.ts";

/** One job at a time for each Home Assistant, whichever node of this bundle asks: two would correct the same twice. */
const queues = new WeakMap<HomeAssistantService, SerialQueue>();

/** Keeps Home Assistant's long-term statistics like the store: decides when to look at which hours. */
export class Statistics {
  readonly #parts: StatisticsParts;
  readonly #queue: SerialQueue;
  readonly #stops: (() => void)[] = [];
  readonly #tasks = new Tasks();
  /** Looked at on this connection. */
  readonly #checked = new Set<MeterId>();
  #hour = startOfHour(0);
  #mender: Mender | undefined;
  /** null while there is no connection. */
  #version: string | null = null;
  /** Home Assistant has caught up with what it missed. */
  #caughtUp = false;
  #status: HomeAssistantStatus | undefined;
  /** A pass is to come for what has changed. */
  #gathering = false;
  #closed = false;
  #running: Promise<void> = Promise.resolve();
  #repairedHours = 0;
  /** Why nothing can be repaired on this connection. */
  #off: Failure | undefined;
  /** Of the last job. */
  failure: Failure | undefined;
  /** For the status of the node, while there is something to say. */
  words: string | undefined;

  constructor(parts: StatisticsParts) {
    this.#parts = parts;
    this.#queue = queues.get(parts.service) ?? new SerialQueue();
    queues.set(parts.service, this.#queue);
  }

  start(): void {
    const { service, store, every } = this.#parts;
    const booked = { type: "subscribe_events", event_type: BOOKED_EVENT };
    this.#stops.push(
      service.onStatus((status) => this.#connected(status)),
      service.subscribe(booked, () => this.#wake(1)),
      every(PACE.tickS, () => this.#tick()),
    );
    void store.then((opened) => {
      if (!opened.ok || this.#closed) return;
      this.#mender = new Mender(new Recorder(service), opened.value);
      this.#stops.push(opened.value.onChanged((meter, from) => this.#changed(meter, from)));
    });
  }

  /** Looks at the hours of a meter from `from` on, soon. */
  repair(meter: MeterId, from = epochSeconds(this.#parts.now() - PACE.windowS)): void {
    this.#tasks.add(meter, { from: startOfHour(from), history: undefined, asked: true });
    this.#parts.after(0, () => this.#pass());
  }

  /**
   * Puts the hours that the store has from `from` on before those of Home Assistant. Settles when they were read back.
   * @returns METERMAN_HA_STATISTICS when Home Assistant does not count the sensor, METERMAN_HA_UNREACHABLE, METERMAN_HA_AUTH
   */
  importHistory(meter: MeterId, from = epochSeconds(0)): Promise<Result<Mended>> {
    if (this.#off !== undefined) return Promise.resolve({ ok: false, error: this.#off });
    if (this.#version === null) {
      return Promise.resolve(failed("METERMAN_HA_UNREACHABLE", "there is no connection to Home Assistant"));
    }
    return new Promise((resolve) => {
      this.#tasks.add(meter, { from: startOfHour(from), history: { since: this.#parts.now(), settle: resolve } });
      this.#parts.after(0, () => this.#pass());
    });
  }

  health(): Json {
    const why = (this.#off ?? this.failure)?.message ?? null;
    return { repairedHours: this.#repairedHours, working: this.#queue.waiting, waiting: this.#tasks.size, why };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    await this.#running;
    const stopped = { code: "METERMAN_HA_STATISTICS", message: "the node was stopped; ask again" } as const;
    this.#tasks.giveUp(epochSeconds(Number.POSITIVE_INFINITY), stopped);
  }

  #connected(status: HomeAssistantStatus): void {
    this.#status = status;
    this.#caughtUp = false;
    this.#version = status.kind === "ready" ? status.config.version : null;
    if (status.kind !== "ready") return;
    this.#off = undefined;
    if (status.admin === false) {
      const message = "statistics are left alone: the token's user is no administrator";
      this.#turnOff({ code: "METERMAN_HA_AUTH", message });
    }
    this.#checked.clear();
    this.#mender?.forget();
    this.#parts.after(PACE.afterReadyS, () => {
      // A connection that was lost and made again meanwhile has its own turn.
      if (status === this.#status) this.#caughtUp = true;
      this.#wake(0);
    });
  }

  /** What comes in the hour in which it was used is counted right by Home Assistant itself. */
  #changed(meter: MeterId, from: EpochSeconds): void {
    if (from >= startOfHour(this.#parts.now())) return;
    this.#tasks.add(meter, { from: startOfHour(from), history: undefined });
    if (this.#gathering) return;
    this.#gathering = true;
    this.#parts.after(PACE.afterChangeS, () => {
      this.#gathering = false;
      this.#pass();
    });
  }

  #tick(): void {
    const now = this.#parts.now();
    this.#giveUp(epochSeconds(now - PACE.historyWaitS));
    if (this.#version === null) return;
    const hour = startOfHour(now - PACE.afterHourS);
    const isNew = hour !== this.#hour;
    this.#hour = hour;
    for (const { id } of this.#parts.meters()) {
      const backS = this.#checked.has(id) ? 2 * HOUR_S : PACE.windowS;
      if (isNew || backS === PACE.windowS) {
        this.#tasks.add(id, { from: startOfHour(now - backS), history: undefined });
      }
      this.#checked.add(id);
    }
    this.#pass();
  }

  #wake(delayS: number): void {
    this.#parts.after(delayS, () => {
      this.#tasks.wake();
      this.#tick();
    });
  }

  #pass(): void {
    if (!this.#caughtUp || this.#off !== undefined || this.#mender === undefined) return;
    for (const [meter, task] of this.#tasks.take()) {
      void this.#queue.push(() => {
        // Nobody waits for it: what is thrown would end Node-RED.
        this.#running = this.#run(meter, task).catch((thrown: unknown) => {
          this.#tell({ code: "METERMAN_INTERNAL", message: `statistics: ${String(thrown)}` });
        });
        return this.#running;
      });
    }
  }

  async #run(meter: MeterId, task: Task): Promise<void> {
    const version = this.#version;
    const isOver = () => this.#closed || this.#version === null;
    const entity = isOver() ? undefined : await this.#parts.entityOf(meter);
    // A sensor that is not there yet comes.
    if (this.#mender === undefined || version === null || !entity?.ok) return this.#tasks.rest(meter, task);
    const about = { meter, entity: entity.value };
    const errand = { ...about, from: task.from, history: task.history !== undefined, version };
    const rows = (done: number, total: number) => {
      if (task.history !== undefined) this.#progress({ ...about, done, total });
    };
    const mended = await this.#mender.mend(errand, { rows, stopped: isOver });
    this.words = undefined;
    const isOthers = !mended.ok && mended.error.code === "METERMAN_UNKNOWN_METER";
    if (isOthers) task.history?.settle(mended);
    else if (!mended.ok || mended.value.waiting) this.#tasks.rest(meter, task);
    if (mended.ok) this.#mended(about, task, mended.value);
    else if (!isOver()) this.#failed(mended.error);
    this.#parts.changed();
  }

  #mended(
    about: { readonly meter: MeterId; readonly entity: string },
    { from, history, asked }: Task,
    mended: Mended,
  ): void {
    this.failure = undefined;
    const { hours, adjustedWh, waiting } = mended;
    this.#repairedHours += hours;
    if (hours > 0 || adjustedWh !== 0 || (asked === true && !waiting)) {
      this.#parts.send({ topic: "repaired", payload: { ...about, from, hours, adjustedWh: Math.round(adjustedWh) } });
    }
    if (history === undefined || waiting) return;
    this.#parts.send({ topic: "history", payload: { ...about, state: "complete", done: hours, total: hours } });
    history.settle({ ok: true, value: mended });
  }

  #failed(failure: Failure): void {
    // A line that dropped mends itself; the meters of another store are no business of this one.
    if (failure.code === "METERMAN_HA_UNREACHABLE" || failure.code === "METERMAN_UNKNOWN_METER") return;
    if (failure.code === "METERMAN_HA_AUTH") this.#turnOff(failure);
    else if (failure.code === "METERMAN_UNSUPPORTED") {
      this.#turnOff({ ...failure, message: "statistics are left alone: Home Assistant runs without its recorder" });
    } else this.#tell(failure);
  }

  #turnOff(failure: Failure): void {
    this.#off = failure;
    this.#tell(failure);
    this.#giveUp(epochSeconds(Number.POSITIVE_INFINITY));
  }

  /** What lasts is said once. */
  #tell(failure: Failure): void {
    const isNew = this.failure?.message !== failure.message;
    this.failure = failure;
    if (!isNew) return;
    this.#parts.report(failure);
    this.#parts.send({ topic: "failed", payload: { what: "statistics", code: failure.code, reason: failure.message } });
  }

  #giveUp(limit: EpochSeconds): void {
    const why = this.failure?.message ?? "Home Assistant does not count this meter now: is the meter heard?";
    const failure = { code: "METERMAN_HA_STATISTICS", message: `the history was not completed: ${why}` } as const;
    this.#tasks.giveUp(limit, failure);
  }

  #progress(payload: {
    readonly meter: MeterId;
    readonly entity: string;
    readonly done: number;
    readonly total: number;
  }) {
    this.#parts.send({ topic: "history", payload: { ...payload, state: "importing" } });
    this.words = `history of ${payload.meter}: ${payload.done} of ${payload.total} hours`;
    this.#parts.changed();
  }
}
