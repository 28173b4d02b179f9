import type {
  Adjustments,
  Archive,
  CommandReport,
  DemandReport,
  Directory,
  DisplayDrift,
  EnergyAnswer,
  EnergyRequest,
  EpochSeconds,
  GatewayReport,
  Json,
  LiveHub,
  LoadWish,
  MeterHealth,
  MeterId,
  Result,
  ShedReport,
} from "../model/index.ts";

/** A request as far as this room looks at it. Nothing here is decoded or trusted yet. */
export interface ApiRequest {
  readonly method: string;
  /** What follows `/meterman/api/v1`, still percent-encoded: `/meters/0.0.1.1.2/readings`. */
  readonly path: string;
  /** What follows the question mark, still percent-encoded; empty when there is none. */
  readonly query: string;
  /** Names in lower case, as node:http gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Address of the other end of the connection; undefined once it has gone. */
  readonly remote: string | undefined;
  /** `1.1`, as it was sent. */
  readonly httpVersion?: string;
  /**
   * The body as text, read when asked for and not before. METERMAN_TOO_LARGE when it is longer than `limitBytes`,
   * METERMAN_BAD_MESSAGE when it does not arrive whole and in time.
   */
  body(limitBytes: number): Promise<Result<string>>;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for HEAD, 204 and 304. An iterable that throws must break the connection: half an answer is none. */
  readonly body: string | AsyncIterable<string>;
}

export interface NodeHealth {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly status: { readonly kind: "ok" | "busy" | "warn" | "error" | "idle"; readonly text: string };
  readonly health: Json;
}

export interface MeterHealthRow {
  readonly id: MeterId;
  readonly name: string;
  readonly health: MeterHealth;
  /** How its count compares with its display; null before anybody typed that in twice. */
  readonly display: DisplayDrift | null;
}

export interface OpenArchive {
  readonly archive: Archive;
  readonly adjustments: Adjustments;
  readonly directory: Directory;
  readonly live: LiveHub;
  /** Whether that meter was ever heard, now or by an earlier flow. */
  knows(meter: MeterId): boolean;
  /** IANA zone of local days, and of times without offset. */
  readonly zone: string;
  /** Figures for GET health. */
  health(): { readonly [key: string]: Json };
}

/** What the API asks of the rest of meterman. */
export interface ApiPorts {
  now(): EpochSeconds;
  /** The open store, or in words why there is none (yet). */
  store(): Result<OpenArchive>;
  /** Every meterman node that runs. */
  nodes(): readonly NodeHealth[];
  /** Has the publish node of that meter put it into Home Assistant's Energy dashboard. */
  addToEnergyDashboard(request: EnergyRequest): Promise<Result<EnergyAnswer>>;
  /** How every demand node sees its window now. */
  demands(): readonly DemandReport[];
  /** How every shed node sees its loads now. */
  sheds(): readonly ShedReport[];
  /** What a shed node does for a person; METERMAN_NOT_FOUND when there is no such node or load. */
  overrideLoad(shed: string, load: string, wish: LoadWish, forS: number | null): Result<void>;
  setDryRun(shed: string, on: boolean): Result<void>;
  /** How every gateway node sees its gateway now. */
  gateways(): readonly GatewayReport[];
  /**
   * Hands a command to the gateway node that hears the meter: METERMAN_GATEWAY_SILENT when none does,
   * METERMAN_COMMAND_INVALID, METERMAN_TOO_MANY.
   * @param topic and `fields` as in a message to that node
   */
  command(meter: MeterId, topic: string, fields: object): Result<CommandReport>;
  /** What became of a command. */
  outcome(id: string): CommandReport | undefined;
  /** Aborts when the API closes: whoever still listens must not hold it up. */
  readonly stopped: AbortSignal;
  /** Told of faults in meterman itself; the caller over HTTP learns only that there was one. */
  fault(error: Error): void;
}

/** The first value of a header, undefined when it was not sent. */
export function header(request: ApiRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" || value === undefined ? value : value[0];
}
