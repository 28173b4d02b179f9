import {
  type Choice,
  decide,
  EMPTY_PLAN,
  evolveAll,
  type Identity,
  identityOf,
  type Path,
  type Plan,
  type PlanEvent,
  type PlanInput,
  type Say,
  type SensorKey,
  type WantedPath,
} from "../../home-assistant/index.ts";
import { type EpochSeconds, type Failure, failed, type MeterId } from "../../model/index.ts";
import type { HomeAssistantStatus } from "../services.ts";
import { carryOut } from "./carry.ts";
import type { Kept } from "./memory.ts";
import { type Means, Ways } from "./ways.ts";

/** What the publisher tells the node around it. */
export interface Audience {
  now(): EpochSeconds;
  published(say: Say): void;
  failed(say: Say, failure: Failure): void;
  /** Home Assistant has nothing of this device any more, as the user wished. */
  removed(device: MeterId): void;
  /** Status, choice, failure or plan may be different now. */
  changed(): void;
  /** Something was thrown, which is a fault of ours. Where nobody waits for it, it would end Node-RED. */
  fault(thrown: unknown): void;
}

/**
 * Who publishes through the same connection or broker. Two nodes may have the same meter, as with one store chosen in
 * both. All publish nodes are in one bundle, so a variable is enough.
 */
const publishers = new WeakMap<object, Set<Publisher>>();

/** Carries the plan out: says what is due on the present path, and remembers what was refused. */
export class Publisher {
  readonly #means: Means;
  readonly #audience: Audience;
  readonly #ways: Ways;
  #plan: Plan;
  #saying = false;
  /** Something came in while the last pass was under way. */
  #again = false;
  /** A pass is to begin in this turn of the event loop, with everything that comes until then. */
  #woken = false;
  #closed = false;
  #closing: Promise<void> | undefined;
  readonly #peers: Set<Publisher>;
  /** Counts the choices: what was begun before the last one is dropped. */
  #turn = 0;
  #lastPath: Path | null;
  failure: Failure | undefined;

  /** @param earlier what an earlier run left */
  constructor(means: Means, wanted: WantedPath, audience: Audience, earlier?: Kept) {
    this.#means = means;
    this.#audience = audience;
    const end = means.service ?? means.broker?.node ?? this;
    this.#peers = (publishers.get(end) ?? new Set()).add(this);
    publishers.set(end, this.#peers);
    this.#lastPath = earlier?.path ?? null;
    // Without a connection nothing can be taken out.
    const left = means.service === undefined ? null : this.#lastPath;
    this.#plan = { ...EMPTY_PLAN, removed: earlier?.removed ?? new Set(), earlier: left };
    this.#ways = new Ways(means, wanted, {
      chosen: (choice) => {
        this.#turn += 1;
        this.failure = undefined;
        this.#lastPath = choice?.path ?? this.#lastPath;
        this.give({ kind: "path", path: choice?.path ?? null });
        audience.changed();
      },
      born: () => void this.give({ kind: "birth" }),
    });
  }

  get plan(): Plan {
    return this.#plan;
  }
  get path(): Path | null {
    return this.#plan.path;
  }
  /** What the next run has to know. */
  get kept(): Kept {
    return { removed: this.#plan.removed, path: this.#lastPath };
  }
  /** Of the connection to Home Assistant. */
  get status(): HomeAssistantStatus {
    return this.#ways.status;
  }
  get choice(): Choice | undefined {
    return this.#ways.choice;
  }

  /** The meters that Home Assistant was told of. */
  meters(): readonly { readonly id: MeterId; readonly name: string }[] {
    return [...this.#plan.devices].flatMap(([id, { kind, name, told }]) =>
      kind === "meter" && told.announced !== null ? [{ id, name }] : [],
    );
  }

  /** How a sensor is found in Home Assistant; undefined while there is no path. */
  identity(meter: MeterId, key: SensorKey): Identity | undefined {
    return this.path === null ? undefined : identityOf(this.path, meter, key);
  }

  start(): void {
    this.#ways.start();
  }

  /** What there is to publish through may have changed. */
  look(): void {
    this.#ways.look();
  }

  /** Takes news, and says what follows from it as soon as the present pass is through. */
  give(input: PlanInput): readonly PlanEvent[] {
    const events = this.#take(input);
    if (!this.#woken) setImmediate(() => this.#say().catch((thrown) => this.#audience.fault(thrown)));
    this.#woken = true;
    return events;
  }

  /** To be called about every second: time alone makes things due. */
  tick(): Promise<void> {
    return this.#say();
  }

  /**
   * The last words: every device that was announced is unavailable from now on, save those that another node goes on
   * with. They leave before it returns.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed = true;
    this.#ways.stop();
    this.#peers.delete(this);
    const says = this.#take({ kind: "close" }).flatMap((event) => (event.kind === "said" ? [event.say] : []));
    const last = says.filter(({ about, path }) => ![...this.#peers].some((peer) => peer.#speaksFor(about.id, path)));
    await Promise.all(last.map((say) => this.#carryOut(say)));
  }

  #speaksFor(device: MeterId, path: Path): boolean {
    return path === this.path && this.#plan.devices.get(device)?.told.online === true;
  }

  #take(input: PlanInput): readonly PlanEvent[] {
    const events = decide(this.#plan, input, this.#audience.now());
    this.#plan = evolveAll(this.#plan, events);
    for (const event of events) if (event.kind === "removed") this.#audience.removed(event.device);
    return events;
  }

  /** One pass after the other: an older energy must not overtake a newer one. */
  async #say(): Promise<void> {
    this.#woken = false;
    this.#again = true;
    if (this.#saying) return;
    this.#saying = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#pass();
        if (![...this.#plan.devices.values()].some(({ failures }) => failures > 0)) this.failure = undefined;
        this.#audience.changed();
      }
    } finally {
      this.#saying = false;
    }
  }

  async #pass(): Promise<void> {
    const turn = this.#turn;
    const refused = new Set<MeterId>();
    for (const event of this.#take({ kind: "tick" })) {
      if (event.kind !== "said") continue;
      const { say } = event;
      const isPresent = turn === this.#turn && !this.#closed;
      const done = isPresent && !refused.has(say.about.id) && (await this.#carryOut(say));
      if (!done) refused.add(say.about.id);
      // On another path, or the same anew, nothing counts as said; what was to be withdrawn still is.
      if (turn === this.#turn || say.kind === "withdraw") this.#take({ kind: "outcome", say, ok: done });
    }
  }

  async #carryOut(say: Say): Promise<boolean> {
    // What is thrown is said again, too.
    const answer = await carryOut(this.#means, say, this.#ways.version).catch((thrown: unknown) =>
      failed("METERMAN_INTERNAL", String(thrown)),
    );
    if (answer.ok) {
      this.#audience.published(say);
      return true;
    }
    // A line that dropped is not a refusal: the plan says everything again on the next one.
    if (answer.error.code !== "METERMAN_HA_UNREACHABLE") {
      this.failure = answer.error;
      this.#audience.failed(say, answer.error);
    }
    return false;
  }
}
