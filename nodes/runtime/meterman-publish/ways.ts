import {
  type Choice,
  COMPANION_EVENT_SCHEMA,
  CONFIG_SCHEMA,
  type CompanionEvent,
  type ConfigEntry,
  choosePath,
  ENTRIES_SCHEMA,
  ENTRY_CHANGES_SCHEMA,
  type EntryChanges,
  type HomeAssistantConfig,
  TOPIC_EVENT_SCHEMA,
  type TopicEvent,
  type WantedPath,
} from "../../home-assistant/index.ts";
import type { Result } from "../../model/index.ts";
import type { HomeAssistantService, HomeAssistantStatus } from "../services.ts";
import { type Parser, parser } from "../shell/index.ts";
import type { Broker } from "./broker.ts";

/** Longer than Home Assistant takes to reload an integration. */
const RELOAD_MS = 5000;
const BIRTH_TOPIC = "homeassistant/status";
const configOf = parser<HomeAssistantConfig>(CONFIG_SCHEMA, "METERMAN_HA_CALL");
const entriesOf = parser<readonly ConfigEntry[]>(ENTRIES_SCHEMA, "METERMAN_HA_CALL");
const entryChanges = parser<EntryChanges>(ENTRY_CHANGES_SCHEMA, "METERMAN_HA_CALL");
const topicEvent = parser<TopicEvent>(TOPIC_EVENT_SCHEMA, "METERMAN_HA_CALL");
const companionEvent = parser<CompanionEvent>(COMPANION_EVENT_SCHEMA, "METERMAN_HA_CALL");
const versionOf = parser<string>({ type: "string", maxLength: 64 }, "METERMAN_HA_CALL");

function known<T>(parse: Parser<T>, answer: Result<unknown> | undefined): T | null {
  const parsed = answer?.ok ? parse(answer.value) : undefined;
  return parsed?.ok ? parsed.value : null;
}

/** What there is to publish through. */
export interface Means {
  readonly service: HomeAssistantService | undefined;
  readonly broker: Broker | undefined;
}

/** What the choice is told to. */
export interface Follower {
  /** Another path, or the same on a new connection; Home Assistant may have forgotten everything. */
  chosen(choice: Choice | undefined): void;
  /** Home Assistant's end of the path has begun anew. */
  born(): void;
}

/** Chooses the path of each connection, and hears when it has to be chosen anew. */
export class Ways {
  readonly #means: Means;
  readonly #wanted: WantedPath;
  readonly #follower: Follower;
  readonly #stops: (() => void)[] = [];
  #stopBirths: (() => void) | undefined;
  /** Counts the choices: what was begun before the last one is dropped. */
  #turn = 0;
  #asking = false;
  #stopped = false;
  #later: NodeJS.Timeout | undefined;
  status: HomeAssistantStatus = { kind: "unconfigured" };
  /** undefined until it is known what there is. */
  choice: Choice | undefined;

  constructor(means: Means, wanted: WantedPath, follower: Follower) {
    this.#means = means;
    this.#wanted = wanted;
    this.#follower = follower;
  }

  /** Of Home Assistant, as far as it is known. */
  get version(): string | null {
    return this.status.kind === "ready" ? this.status.config.version : null;
  }

  start(): void {
    const { service, broker } = this.#means;
    broker?.listen(BIRTH_TOPIC, (payload) => this.#hear(payload));
    if (service === undefined) {
      this.look();
      return;
    }
    this.#stops.push(
      service.onStatus((status) => {
        this.status = status;
        // The broker goes its own way: it keeps what is said while Home Assistant is away.
        if (this.choice?.path !== "broker") this.#take(undefined);
        this.look();
      }),
      service.subscribe({ type: "config_entries/subscribe" }, (event) => this.#changed(event)),
      service.subscribe({ type: "subscribe_events", event_type: "nodered" }, (event) => {
        const parsed = companionEvent(event);
        if (!parsed.ok) return;
        if (parsed.value.data.type === "loaded" && this.choice?.path === "companion") this.#follower.born();
        else this.look();
      }),
    );
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#later);
    for (const stop of this.#stops) stop();
    this.#stopBirths?.();
  }

  /** What is set up while we run may be better than what we fell back to; what is reloaded is back in a moment. */
  #changed(event: unknown): void {
    const parsed = entryChanges(event);
    const ours = parsed.ok ? parsed.value.filter(({ entry }) => ["mqtt", "nodered"].includes(entry.domain)) : [];
    const changes = ours.filter(({ type }) => type !== null);
    if (changes.length === 0) return;
    clearTimeout(this.#later);
    const isThere = changes.some(({ entry }) => entry.state === "loaded");
    this.#later = setTimeout(() => this.look(), isThere ? 0 : RELOAD_MS);
  }

  /** Looks what there is now, and takes the best of it. */
  look(): void {
    void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    const { broker } = this.#means;
    const { status } = this;
    const own = broker === undefined ? null : { connected: broker.connected() };
    const offers = { broker: own, config: null, admin: null, mqtt: null, companion: null };
    if (this.#wanted === "broker" || (this.#wanted === "auto" && own !== null)) {
      this.#consider(choosePath(this.#wanted, offers));
      return;
    }
    if (status.kind !== "ready" || this.#asking) return;
    const turn = this.#turn;
    this.#asking = true;
    const [config, entries, companion] = await Promise.all([
      this.#means.service?.request({ type: "get_config" }),
      this.#means.service?.request({ type: "config_entries/get", domain: "mqtt" }),
      this.#means.service?.request({ type: "nodered/version" }),
    ]);
    this.#asking = false;
    if (this.#stopped) return;
    if (turn !== this.#turn) {
      this.look();
      return;
    }
    const found = {
      config: known(configOf, config) ?? status.config,
      mqtt: known(entriesOf, entries),
      companion: known(versionOf, companion),
    };
    this.#consider(choosePath(this.#wanted, { ...offers, ...found, admin: status.admin }));
  }

  #consider(choice: Choice | undefined): void {
    if (choice?.path !== this.choice?.path || choice?.why !== this.choice?.why) this.#take(choice);
  }

  #take(choice: Choice | undefined): void {
    this.#turn += 1;
    this.choice = choice;
    this.#stopBirths?.();
    this.#stopBirths = undefined;
    this.#follower.chosen(choice);
    if (choice?.path !== "mqtt") return;
    this.#stopBirths = this.#means.service?.subscribe({ type: "mqtt/subscribe", topic: BIRTH_TOPIC }, (event) => {
      const parsed = topicEvent(event);
      if (parsed.ok) this.#hear(parsed.value.payload);
    });
  }

  #hear(payload: string): void {
    if (payload === "online" && (this.choice?.path === "mqtt" || this.choice?.path === "broker")) this.#follower.born();
  }
}
