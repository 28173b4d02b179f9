import {
  type Choice,
  COMPONENT_EVENT_SCHEMA,
  CONFIG_SCHEMA,
  type ComponentEvent,
  choosePath,
  decide,
  EMPTY_PLAN,
  evolve,
  type HomeAssistantConfig,
  type HomeAssistantServices,
  type Plan,
  type PlanEvent,
  type PlanInput,
  type Request,
  type Say,
  SERVICES_SCHEMA,
  STRATEGIES,
  TOPIC_EVENT_SCHEMA,
  type TopicEvent,
  type WantedPath,
} from "../../home-assistant/index.ts";
import { type EpochSeconds, type Failure, ok, type Result } from "../../model/index.ts";
import type { HomeAssistantService, HomeAssistantStatus } from "../services.ts";
import { parser } from "../shell/index.ts";

const BIRTH_TOPIC = "homeassistant/status";
const configOf = parser<HomeAssistantConfig>(CONFIG_SCHEMA, "METERMAN_HA_CALL");
const servicesOf = parser<HomeAssistantServices>(SERVICES_SCHEMA, "METERMAN_HA_CALL");
const topicEvent = parser<TopicEvent>(TOPIC_EVENT_SCHEMA, "METERMAN_HA_CALL");
const componentEvent = parser<ComponentEvent>(COMPONENT_EVENT_SCHEMA, "METERMAN_HA_CALL");

/** What the publisher tells the node around it. */
export interface Audience {
  now(): EpochSeconds;
  published(say: Say): void;
  failed(say: Say, failure: Failure): void;
  /** Status, choice, failure or plan may be different now. */
  changed(): void;
}

const nothing = () => undefined;

/** Carries the plan out: chooses the path of each connection, says what is due, and remembers what was refused. */
export class Publisher {
  readonly #service: HomeAssistantService;
  readonly #wanted: WantedPath;
  readonly #audience: Audience;
  #stopService: () => void = nothing;
  #stopBirths: () => void = nothing;
  #plan: Plan = EMPTY_PLAN;
  #choosing = false;
  #saying = false;
  #closed = false;
  /** Counts the choices: what was begun before the last one is dropped. */
  #turn = 0;
  #version = "";
  status: HomeAssistantStatus = { kind: "connecting" };
  /** undefined until Home Assistant has been asked on this connection. */
  choice: Choice | undefined;
  failure: Failure | undefined;

  constructor(service: HomeAssistantService, wanted: WantedPath, audience: Audience) {
    this.#service = service;
    this.#wanted = wanted;
    this.#audience = audience;
  }

  get plan(): Plan {
    return this.#plan;
  }

  start(): void {
    const stopStatus = this.#service.onStatus((status) => {
      this.status = status;
      this.#take(undefined);
    });
    // MQTT that is set up while we run is better than what we fell back to.
    const loaded = { type: "subscribe_events", event_type: "component_loaded" };
    const stopLoaded = this.#service.subscribe(loaded, (event) => {
      const parsed = componentEvent(event);
      if (parsed.ok && parsed.value.data.component === "mqtt") this.#take(undefined);
    });
    this.#stopService = () => {
      stopStatus();
      stopLoaded();
    };
  }

  give(input: PlanInput): readonly PlanEvent[] {
    const events = decide(this.#plan, input, this.#audience.now());
    for (const event of events) this.#plan = evolve(this.#plan, event);
    return events;
  }

  /** To be called every second or so: asks for the path where none is chosen, says what is due. */
  async tick(): Promise<void> {
    if (this.#closed) return;
    if (this.status.kind === "ready" && this.choice === undefined) await this.#choose();
    await this.#say();
    if (![...this.#plan.meters.values()].some((meter) => meter.failures > 0) && this.choice !== undefined) {
      this.failure = undefined;
    }
    this.#audience.changed();
  }

  /** The last words: every meter that was announced is unavailable from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopService();
    this.#stopBirths();
    const says = this.give({ kind: "close" }).flatMap((event) => (event.kind === "said" ? [event.say] : []));
    await Promise.all(says.map((say) => this.#carryOut(say)));
  }

  async #choose(): Promise<void> {
    if (this.#choosing) return;
    this.#choosing = true;
    const turn = this.#turn;
    const [first, second] = await Promise.all([
      this.#service.request({ type: "get_config" }),
      this.#service.request({ type: "get_services" }),
    ]);
    this.#choosing = false;
    if (turn !== this.#turn || this.#closed) return;
    const config = first.ok ? configOf(first.value) : first;
    const known = second.ok ? servicesOf(second.value) : second;
    if (!config.ok) this.failure = config.error;
    else this.#take(choosePath(this.#wanted, config.value, known.ok ? known.value : null), config.value.version);
  }

  #take(choice: Choice | undefined, version = ""): void {
    this.#turn += 1;
    this.choice = choice;
    this.#version = version;
    this.#stopBirths();
    this.#stopBirths = nothing;
    this.give({ kind: "path", path: choice?.path ?? null });
    if (choice?.path === "mqtt") {
      this.#stopBirths = this.#service.subscribe({ type: "mqtt/subscribe", topic: BIRTH_TOPIC }, (event) => {
        const parsed = topicEvent(event);
        if (parsed.ok && parsed.value.payload === "online") this.give({ kind: "birth" });
      });
    }
    this.#audience.changed();
  }

  /** One after the other: an older energy must not overtake a newer one. */
  async #say(): Promise<void> {
    if (this.#saying) return;
    this.#saying = true;
    const turn = this.#turn;
    const refused = new Set<string>();
    try {
      for (const event of this.give({ kind: "tick" })) {
        if (event.kind !== "said") continue;
        if (turn !== this.#turn || this.#closed) break;
        const { say } = event;
        const done = !refused.has(say.meter) && (await this.#carryOut(say));
        if (!done) refused.add(say.meter);
        this.give({ kind: "outcome", say, ok: done });
      }
    } finally {
      this.#saying = false;
    }
  }

  async #carryOut(say: Say): Promise<boolean> {
    for (const request of STRATEGIES[say.path].requests(say, this.#version)) {
      const answer = await this.#send(request);
      if (answer.ok) continue;
      // A line that dropped is not a refusal: the plan says everything again on the next one.
      if (answer.error.code !== "METERMAN_HA_UNREACHABLE") {
        this.failure = answer.error;
        this.#audience.failed(say, answer.error);
      }
      return false;
    }
    this.#audience.published(say);
    return true;
  }

  async #send(request: Request): Promise<Result<unknown>> {
    if (request.kind === "publish") return this.#service.call("mqtt", "publish", request.data);
    const answer = await this.#service.rest(request.method, request.path, request.body);
    const gone = !answer.ok && answer.error.code === "METERMAN_NOT_FOUND" && request.method === "DELETE";
    return gone ? ok(null) : answer;
  }
}
