import type { EpochSeconds, Failure, MeterId, Result } from "../../../model/index.ts";
import type { HomeAssistantService, OpenStore } from "../../services.ts";
import type { Message } from "../../shell/index.ts";

/** What the node gives to its statistics. */
export interface StatisticsParts {
  readonly service: HomeAssistantService;
  readonly store: Promise<Result<OpenStore>>;
  /** The meters that Home Assistant was told of. */
  meters(): readonly { readonly id: MeterId }[];
  /** Entity id of a meter's energy now. METERMAN_HA_ENTITY when there is none. */
  entityOf(meter: MeterId): Promise<Result<string>>;
  now(): EpochSeconds;
  after(delayS: number, job: () => void): void;
  every(periodS: number, job: () => void): () => void;
  send(message: Message): void;
  report(failure: Failure): void;
  /** `words`, `failure` or `health()` may be different now. */
  changed(): void;
}

/** When statistics are looked at. */
export const PACE = {
  /** What is looked at on each new connection: Home Assistant keeps its own detail as long. */
  windowS: 10 * 86_400,
  /** Home Assistant catches up with the hours it missed right after its start. */
  afterReadyS: 10,
  /** More changes follow a first one. */
  afterChangeS: 15,
  /** The readings of an hour's last seconds are on disk by then, and Home Assistant has booked the hour. */
  afterHourS: 120,
  tickS: 20,
  /** Home Assistant counts a new sensor after five minutes; what was not counted by then will not be. */
  historyWaitS: 1200,
} as const;
