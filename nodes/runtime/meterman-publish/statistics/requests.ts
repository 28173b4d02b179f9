import {
  type EpochSeconds,
  type Failure,
  failed,
  type Json,
  type MeterId,
  ok,
  parseMeterId,
  parseTime,
  type Result,
} from "../../../model/index.ts";
import type { HomeAssistantService, OpenStore, PublishService } from "../../services.ts";
import { type Message, parser, type Shell, type StatusKind } from "../../shell/index.ts";
import type { Publisher } from "../publisher.ts";
import type { Registry } from "../registry.ts";
import { Statistics } from "./statistics.ts";

const NO_PATH = failed("METERMAN_HA_ENTITY", "nothing is published at the moment");
const NO_STORE = failed(
  "METERMAN_NO_STORE",
  "statistics are made of what is stored: choose the store in the publish node",
);
const NO_CONNECTION = failed(
  "METERMAN_HA_UNREACHABLE",
  "statistics need a connection to Home Assistant: choose one in the publish node",
);
const NOT_PUBLISHED = failed("METERMAN_UNKNOWN_METER", "no meter with that id is published to Home Assistant", "meter");

interface Wish {
  readonly meter: string;
  readonly from?: string | number;
}
const wishOf = parser<Wish>(
  {
    type: "object",
    required: ["meter"],
    properties: { meter: { type: "string" }, from: { type: ["string", "number"] } },
  },
  "METERMAN_BAD_MESSAGE",
);

export interface StatisticsRequests {
  /** For messages with topic "history" or "repair": undefined for every other message. Answers go to output 1. */
  input(message: Message): Result<unknown> | undefined;
  readonly importHistory: PublishService["importHistory"];
  /** The status of the node, with what there is to say about statistics. */
  over(shown: readonly [StatusKind, string]): readonly [StatusKind, string];
  close(): Promise<void>;
  health(): Json;
}

/** The statistics of a publish node: kept right by themselves where it has a store, and what may be asked for by message. */
export function statisticsRequests(
  { now, after, every, send, report }: Pick<Shell<unknown>, "now" | "after" | "every" | "send" | "report">,
  publisher: Publisher,
  connection: { readonly service: HomeAssistantService; readonly registry: Registry } | undefined,
  store: Promise<Result<OpenStore>> | undefined,
  changed: () => void,
): StatisticsRequests {
  const missing = connection === undefined ? NO_CONNECTION : NO_STORE;
  const statistics =
    connection === undefined || store === undefined
      ? undefined
      : new Statistics({
          ...{ service: connection.service, store, now, every, report, changed },
          meters: () => publisher.meters(),
          async entityOf(meter) {
            const identity = publisher.identity(meter, "energy");
            return identity === undefined ? NO_PATH : connection.registry.find(identity);
          },
          after: (delayS, job) => void after(delayS, job),
          send: (message) => send(0, message),
        });
  statistics?.start();

  const importHistory = async (meter: MeterId, from?: EpochSeconds): Promise<Result<{ readonly hours: number }>> => {
    if (statistics === undefined) return missing;
    if (!publisher.meters().some(({ id }) => id === meter)) return NOT_PUBLISHED;
    const imported = await statistics.importHistory(meter, from);
    if (!imported.ok) tell(meter, imported.error);
    return imported;
  };
  const tell = (meter: MeterId, { code, message }: Failure) => {
    send(0, { topic: "history", payload: { meter, state: "failed", code, reason: message } });
  };
  return {
    importHistory,
    input({ topic, payload }) {
      if (topic !== "history" && topic !== "repair") return undefined;
      const wish = parseWish(payload);
      if (!wish.ok) return wish;
      if (statistics === undefined) return missing;
      const { meter, from } = wish.value;
      if (topic === "repair") statistics.repair(meter, from);
      // Years of hours take their time, and readings must not wait for them.
      else void importHistory(meter, from).then((imported) => imported.ok || report(imported.error));
      return ok(undefined);
    },
    over(shown) {
      if (statistics === undefined || shown[0] !== "ok") return shown;
      if (statistics.words !== undefined) return ["busy", statistics.words];
      return statistics.failure === undefined ? shown : ["warn", statistics.failure.message];
    },
    close: async () => statistics?.close(),
    health: () => statistics?.health() ?? null,
  };
}

function parseWish(payload: unknown): Result<{ readonly meter: MeterId; readonly from?: EpochSeconds }> {
  const wish = wishOf(payload);
  if (!wish.ok) return wish;
  const meter = parseMeterId(wish.value.meter);
  if (!meter.ok) return meter;
  if (wish.value.from === undefined) return ok({ meter: meter.value });
  const from = parseTime(wish.value.from);
  return from.ok
    ? ok({ meter: meter.value, from: from.value })
    : failed("METERMAN_BAD_MESSAGE", from.error.message, "from");
}
