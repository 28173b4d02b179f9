import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kwh, topics, uniqueId } from "../../nodes/home-assistant/index.ts";
import { epochSeconds, type LedgerWrite, type MeterSummary, wh } from "../../nodes/model/index.ts";
import { Link } from "../../nodes/runtime/meterman-home-assistant/link.ts";
import { Rest } from "../../nodes/runtime/meterman-home-assistant/rest.ts";
import { connectedService, Traffic } from "../../nodes/runtime/meterman-home-assistant/service.ts";
import { resolveTarget } from "../../nodes/runtime/meterman-home-assistant/target.ts";
import { Registry } from "../../nodes/runtime/meterman-publish/registry.ts";
import { Statistics } from "../../nodes/runtime/meterman-publish/statistics/statistics.ts";
import type { LiveDirectory, OpenStore } from "../../nodes/runtime/services.ts";
import type { Message } from "../../nodes/runtime/shell/index.ts";
import { openStore, type Store } from "../../nodes/store/index.ts";
import { HOUSE, must, reading } from "../store/support.ts";
import type { HomeAssistant } from "../support/hass/home-assistant.ts";
import { pause, until } from "../support/product.ts";

export const HOUR_S = 3600;
export const METER = HOUSE;
/** Pauses of the product are shortened by this, so that a test does not wait for what only spares Home Assistant. */
const HASTE = 8;
const IDENTITY = { platform: "mqtt", uniqueId: uniqueId(HOUSE, "energy") } as const;

/** One meter with its real store, published to a real Home Assistant by hand, and the statistics under test. */
export class House {
  readonly ha: HomeAssistant;
  readonly messages: Message[] = [];
  readonly failures: string[] = [];
  #store!: Store;
  #folder = "";
  #link!: Link;
  #rest!: Rest;
  #registry!: Registry;
  statistics!: Statistics;
  #lifetimeWh = 0;
  #timers = new Set<NodeJS.Timeout>();

  constructor(ha: HomeAssistant) {
    this.ha = ha;
  }

  get now(): number {
    return Math.floor(this.ha.clock.now() / 1000);
  }

  get lifetimeWh(): number {
    return this.#lifetimeWh;
  }

  async open(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "meterman-statistics-"));
    this.#store = must(
      await openStore({ folder: this.#folder, zone: "Europe/Oslo", now: () => epochSeconds(this.now) }),
    );
    this.connect();
  }

  /** As Node-RED starts: everything but the store is new. */
  connect(): void {
    const target = must(
      resolveTarget({ url: this.ha.url, addon: false, selfSigned: false, timeoutS: 10 }, this.ha.token, {}),
    );
    if (target === null) throw new Error("no target");
    this.#link = new Link(target, () => undefined, 200);
    this.#rest = new Rest(target);
    const service = connectedService(this.#link, this.#rest, new Traffic());
    this.#registry = new Registry(service);
    const store = this.#openStore();
    this.statistics = new Statistics({
      service,
      store: Promise.resolve({ ok: true, value: store }),
      meters: () => [{ id: HOUSE }],
      entityOf: () => this.#registry.find(IDENTITY),
      now: () => epochSeconds(this.now),
      after: (delayS, job) => void this.#timers.add(setTimeout(job, (delayS * 1000) / HASTE)),
      every: (periodS, job) => {
        const timer = setInterval(job, (periodS * 1000) / HASTE);
        this.#timers.add(timer);
        return () => clearInterval(timer);
      },
      send: (message) => void this.messages.push(message),
      report: (failure) => void this.failures.push(`${failure.code}: ${failure.message}`),
      changed: () => undefined,
    });
    this.statistics.start();
    this.#link.start();
  }

  connected(): Promise<unknown> {
    return until("the connection", () => this.#link.status.kind === "ready");
  }

  async disconnect(): Promise<void> {
    await this.statistics.close();
    this.#registry.close();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#link.stop();
    this.#rest.close();
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.#store.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #openStore(): OpenStore {
    const directory: Pick<LiveDirectory, "find"> = {
      find: () => ({ id: HOUSE, lifetimeWh: wh(this.#lifetimeWh) }) as MeterSummary,
    };
    const store = this.#store;
    return {
      ...{ journal: store, archive: store, adjustments: store, directory: directory as LiveDirectory },
      live: { tell: () => undefined, listen: () => () => undefined },
      ...{ flush: () => store.flush(), health: () => store.health() },
      onChanged: (listener) => store.onChanged(listener),
    };
  }

  /** Energy of a span, on disk and in the total; said to Home Assistant with `say`. */
  async use(energy: number, start: number, end: number): Promise<void> {
    await this.write({ energy, start, end, lifetime: energy });
  }

  /** Corrects what was stored of a span; the total, which never falls, stays. */
  async correct(energy: number, start: number, end: number): Promise<void> {
    await this.write({ energy, start, end, lifetime: 0, replaces: true });
  }

  async write(of: { energy: number; start: number; end: number; lifetime: number; replaces?: boolean }): Promise<void> {
    const { energy, start, end, lifetime, replaces = false } = of;
    this.#lifetimeWh += lifetime;
    const total = this.#lifetimeWh;
    const unit: LedgerWrite = {
      ...{ meter: HOUSE, events: [], memory: { lifetimeWh: total } },
      readings: [reading(HOUSE, start, end, energy, 400_000 + total, total)],
      ...(replaces ? { replaces: [{ start: epochSeconds(start), end: epochSeconds(end) }] } : {}),
    };
    const written = this.#store.append(unit);
    await this.#store.flush();
    await written;
  }

  async announce(): Promise<void> {
    const discovery = {
      device: { identifiers: ["meterman_test"], name: "House" },
      origin: { name: "test" },
      components: {
        energy: {
          ...{ platform: "sensor", unique_id: IDENTITY.uniqueId, device_class: "energy", unit_of_measurement: "kWh" },
          ...{ state_class: "total_increasing", state_topic: topics(HOUSE).state("energy") },
          ...{ availability_topic: topics(HOUSE).availability },
        },
      },
    };
    await this.#publish(topics(HOUSE).config, JSON.stringify(discovery));
    await pause(500);
    await this.online(true);
  }

  online(isOnline: boolean): Promise<unknown> {
    return this.#publish(topics(HOUSE).availability, isOnline ? "online" : "offline");
  }

  /** Publishes the total and waits until Home Assistant shows it. */
  async say(): Promise<void> {
    const state = kwh(wh(this.#lifetimeWh));
    await this.#publish(topics(HOUSE).state("energy"), state);
    const entity = await this.entity();
    await until(`${entity} to be ${state}`, async () => (await this.ha.state(entity))?.state === state);
  }

  #publish(topic: string, payload: string): Promise<unknown> {
    return this.ha.call("mqtt", "publish", { topic, payload, retain: true, qos: 1 });
  }

  async entity(): Promise<string> {
    const entries: { unique_id: string; entity_id: string }[] = await until("the entity", async () => {
      const all = await this.ha.request({ type: "config/entity_registry/list" });
      const mine = all.filter(({ unique_id }: { unique_id: string }) => unique_id === IDENTITY.uniqueId);
      return mine.length > 0 ? mine : null;
    });
    return entries[0]?.entity_id ?? "";
  }

  /** Wh of each hour as the Energy dashboard shows them, by the hour's start. */
  async bars(entity?: string): Promise<Map<number, number>> {
    const id = entity ?? (await this.entity());
    const rows = await this.rows(id, "hour");
    return new Map(rows.map(({ start, change }) => [start / 1000, Math.round((change ?? Number.NaN) * 1000) || 0]));
  }

  async rows(id: string, period: "hour" | "5minute"): Promise<{ start: number; change: number | null; sum: number }[]> {
    const answer = await this.ha.request({
      ...{ type: "recorder/statistics_during_period", statistic_ids: [id], period, units: { energy: "kWh" } },
      ...{ start_time: "2020-01-01T00:00:00Z", types: ["change", "sum", "state"] },
    });
    return answer[id] ?? [];
  }

  /** Wh of each finished hour as the store has them. */
  async truth(from: number): Promise<Map<number, number>> {
    const present = Math.floor(this.now / HOUR_S) * HOUR_S;
    const page = must(
      await this.#store.readings({
        ...{ meter: HOUSE, from: epochSeconds(from), to: epochSeconds(present), resolution: "hour", zone: "UTC" },
      }),
    );
    return new Map(page.items.map(({ start, wh: energy }) => [start, energy]));
  }

  /** Waits until every hour from `from` on is right, and says what was wrong if it does not become so. */
  async becomesRight(from: number, limitMs = 60_000): Promise<void> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const [bars, truth] = [await this.bars(), await this.truth(from)];
      const wrong = [...truth].flatMap(([start, energy]) =>
        bars.get(start) === energy ? [] : `${new Date(start * 1000).toISOString()}: ${bars.get(start)} for ${energy}`,
      );
      const negative = [...bars].filter(([, bar]) => bar < 0);
      if (wrong.length === 0 && negative.length === 0) return;
      if (Date.now() > deadline) {
        const why = `${this.failures.join("\n")}\n${JSON.stringify(this.messages.slice(-3))}`;
        throw new Error(`hours are wrong:\n${wrong.join("\n")}\n${JSON.stringify(negative)}\n${why}`);
      }
      await pause(500);
    }
  }
}
