import type { EpochSeconds, Failure, MeterId, Result } from "../../model/index.ts";
import type { HomeAssistantService, OpenStore } from "../services.ts";
import type { Message } from "../shell/index.ts";

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
