import type { Absence, HomeAssistantConfig } from "../home-assistant/index.ts";
import type {
  Adjustments,
  Archive,
  ChangeListener,
  CommandReport,
  DemandReport,
  Directory,
  EnergyAnswer,
  EnergyRequest,
  EpochSeconds,
  GatewayReport,
  Journal,
  Json,
  LiveHub,
  LoadWish,
  MeterId,
  MeterSummary,
  Result,
  ShedReport,
} from "../model/index.ts";

/**
 * What config nodes offer to the nodes that refer to them, found with `shell.service(id)`. Bundles share no module
 * state: services travel as objects on the config node, so everything here is an interface.
 */

/** Answers for the meters it owns; a meter node registers itself as one. */
export interface MeterSource {
  list(now: EpochSeconds): readonly MeterSummary[];
}

export interface LiveDirectory extends Directory {
  /** Makes `source` the only keeper of this meter's account. Fails with METERMAN_METER_TAKEN. */
  claim(meter: MeterId, source: MeterSource): Result<void>;
  /** Gives back every meter that `source` claimed. */
  release(source: MeterSource): void;
}

export interface OpenStore {
  readonly journal: Journal;
  readonly archive: Archive;
  readonly directory: LiveDirectory;
  readonly adjustments: Adjustments;
  /** What the meter nodes of this store tell now. */
  readonly live: LiveHub;
  /** Makes what was appended durable now: a node that closes must not leave its successor an older memory. */
  flush(): Promise<void>;
  /** The listener hears of every durable change of a meter's energy. @returns how to stop listening */
  onChanged(listener: ChangeListener): () => void;
  /** Figures of the store for GET health: pending, last flush, quarantined parts, … */
  health(): { readonly [key: string]: Json };
}

export interface StoreService {
  readonly kind: "store";
  /** IANA zone of local days and months. */
  readonly zone: string;
  /** Settles once the folder is open or could not be opened; never rejects. */
  readonly ready: Promise<Result<OpenStore>>;
}

export interface EntityState {
  readonly entity: string;
  /** null while `absent` says why there is none. */
  readonly state: string | null;
  readonly absent: Absence | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** How the connection to Home Assistant stands. `refused` lasts until the settings change. */
export type HomeAssistantStatus =
  | { readonly kind: "unconfigured" }
  /** `why` is there once an attempt has failed. */
  | { readonly kind: "connecting"; readonly why?: string }
  /** Connected, but Home Assistant is not RUNNING yet. */
  | { readonly kind: "starting" }
  /** `admin`: whether the token's user is an administrator; null if that is not told. Only they may publish. */
  | { readonly kind: "ready"; readonly config: HomeAssistantConfig; readonly admin: boolean | null }
  /** `why` says what to do. */
  | { readonly kind: "refused"; readonly why: string };

/** Nothing here ever rejects, and nothing waits longer than the node's timeout. */
export interface HomeAssistantService {
  readonly kind: "home-assistant";
  /** The listener hears the present status at once, and `ready` once per connection. */
  onStatus(listener: (status: HomeAssistantStatus) => void): () => void;
  /** One websocket command, `{type, …}`; its `result`. */
  request(message: { readonly type: string; readonly [key: string]: Json }): Promise<Result<unknown>>;
  /** A websocket subscription that is made anew on every connection. A refused one stays silent. */
  subscribe(
    message: { readonly type: string; readonly [key: string]: Json },
    listener: (event: unknown) => void,
  ): () => void;
  /**
   * One REST call below the address of Home Assistant; any answer but 2xx is a failure. Only while ready, and what
   * changes something only for an administrator: refused calls count as failed logins, and may end in a ban.
   */
  rest(method: "GET" | "POST" | "DELETE", path: string, body?: Json): Promise<Result<unknown>>;
  /** Follows one entity: the listener hears `state: null` at once unless ready, its state, and null when the connection drops. */
  watch(entity: string, listener: (state: EntityState) => void): () => void;
  /** Calls a service. Success means only that Home Assistant took the call: look at the state. */
  call(domain: string, service: string, data: Json, entity?: string): Promise<Result<void>>;
}

/** What a publish node does on request, for the editor and the REST API. */
export interface PublishService {
  readonly kind: "publish";
  /** The meters that Home Assistant was told of. */
  meters(): readonly { readonly id: MeterId; readonly name: string }[];
  /** Never rejects; see EnergyDashboard. */
  addToEnergyDashboard(request: EnergyRequest): Promise<Result<EnergyAnswer>>;
  /**
   * Puts the hours that the store has (from `from` on, or all) into Home Assistant's statistics. Settles when they were
   * read back; never rejects. See Statistics.
   */
  importHistory(meter: MeterId, from?: EpochSeconds): Promise<Result<{ readonly hours: number }>>;
}

/** How a demand node sees its window, months and last day, for the REST API and the page. */
export interface DemandService {
  readonly kind: "demand";
  report(): DemandReport;
}

/** What a shed node tells and does on request. A failure says what to do; nothing has changed then. */
export interface ShedService {
  readonly kind: "shed";
  report(): ShedReport;
  /** @param forS seconds that the wish holds; null: until the next one. METERMAN_NOT_FOUND for an unknown load */
  override(load: string, mode: LoadWish, forS: number | null): Result<void>;
  setDryRun(on: boolean): Result<void>;
}

/** One radio gateway: what it says of itself, and commands to its nodes. */
export interface GatewayService {
  readonly kind: "gateway";
  report(): GatewayReport;
  /**
   * Hands a command to the session. METERMAN_COMMAND_INVALID or METERMAN_TOO_MANY when it is not taken.
   * @param topic `set-register`, `set-interval`, `set-led`, `poll-faster`, `snapshot`, `set-time`
   * @returns the id to ask for the outcome with
   */
  command(topic: string, payload: unknown): Result<string>;
  /** What became of a command; undefined for an id that is none, or too old. */
  outcome(id: string): CommandReport | undefined;
}

export type Service =
  | GatewayService
  | StoreService
  | HomeAssistantService
  | PublishService
  | DemandService
  | ShedService;
