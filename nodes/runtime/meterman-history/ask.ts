import {
  type Adjustment,
  type Consumption,
  type DeviceSnapshot,
  type EpochSeconds,
  type Failure,
  failed,
  type MeterEvent,
  type MeterSummary,
  never,
  ok,
  parseEventsQuery,
  parseReadingsQuery,
  parseSpan,
  type QueryDefaults,
  type ReadingRow,
  type Result,
} from "../../model/index.ts";
import { correctedDirectory } from "../meterman-store/corrected.ts";
import type { OpenStore } from "../services.ts";
import { type Message, parser } from "../shell/index.ts";

export const QUERIES = ["readings", "consumption", "events", "meters", "adjustments", "snapshots"] as const;
export type QueryKind = (typeof QUERIES)[number];

/** A query as a message has it: the fields are looked at closely where they are used. */
interface Ask {
  readonly query?: QueryKind;
  readonly [field: string]: unknown;
}

const TIME = { type: ["string", "number"] } as const;
const parseAsk = parser<Ask>(
  {
    type: "object",
    additionalProperties: false,
    properties: {
      query: { enum: QUERIES },
      meter: { type: "string" },
      from: TIME,
      to: TIME,
      resolution: { type: "string" },
      zone: { type: "string" },
      limit: { type: "number" },
      cursor: { type: ["string", "null"] },
    },
  },
  "METERMAN_BAD_QUERY",
);

export interface Defaults {
  readonly query: QueryKind;
  readonly meter: string;
  readonly resolution: string;
  /** Length of the span when a message does not say from when. */
  readonly spanS: number;
  readonly zone: string;
}

export interface Answer {
  readonly query: QueryKind;
  readonly payload: Consumption | readonly (ReadingRow | MeterEvent | MeterSummary | Adjustment | DeviceSnapshot)[];
  /** The cursor of the next page. */
  readonly next: string | null;
}

/** @param message `topic` may name the query; a `payload` that is no object, such as a timestamp, asks for the defaults */
export async function answer(
  message: Message,
  defaults: Defaults,
  store: OpenStore,
  now: EpochSeconds,
): Promise<Result<Answer>> {
  const ask = parseAsk(fieldsOf(message.payload));
  if (!ask.ok) return explain(ask.error);
  const { query: kind, ...given } = ask.value;
  const query = kind ?? QUERIES.find((name) => name === message.topic) ?? defaults.query;
  const base: QueryDefaults = { now, spanS: defaults.spanS, zone: defaults.zone };
  const known = defaults.meter === "" ? base : { ...base, meter: defaults.meter };
  switch (query) {
    case "readings": {
      const parsed = parseReadingsQuery({ resolution: defaults.resolution, ...given }, known);
      const page = parsed.ok ? await store.archive.readings(parsed.value) : parsed;
      return page.ok ? ok({ query, payload: page.value.items, next: page.value.next }) : page;
    }
    case "events": {
      const parsed = parseEventsQuery(given, known);
      const page = parsed.ok ? await store.archive.events(parsed.value) : parsed;
      return page.ok ? ok({ query, payload: page.value.items, next: page.value.next }) : page;
    }
    case "consumption": {
      const span = parseSpan(given, known);
      if (!span.ok) return span;
      const used = await store.archive.consumption(span.value.meter, span.value.from, span.value.to);
      return used.ok ? ok({ query, payload: used.value, next: null }) : used;
    }
    case "meters": {
      const { list } = correctedDirectory(store.directory, store.adjustments);
      return ok({ query, payload: list(now), next: null });
    }
    case "adjustments": {
      const parsed = parseEventsQuery(given, known);
      if (!parsed.ok) return parsed;
      const { meter, from: _from, to: _to, ...paging } = parsed.value;
      const page = await store.adjustments.adjustments(meter, paging);
      return page.ok ? ok({ query, payload: page.value.items, next: page.value.next }) : page;
    }
    case "snapshots": {
      const parsed = parseEventsQuery(given, known);
      if (!parsed.ok) return parsed;
      const { meter: device, ...span } = parsed.value;
      const page = await store.archive.snapshots({ device, ...span });
      return page.ok ? ok({ query, payload: page.value.items, next: page.value.next }) : page;
    }
    default:
      return never(query);
  }
}

function fieldsOf(payload: unknown): object {
  return typeof payload === "object" && payload !== null ? payload : {};
}

function explain({ message, field }: Failure): Result<never> {
  const what = "a query is {query, meter, from, to, resolution, zone, limit, cursor}, each of them optional";
  return failed("METERMAN_BAD_QUERY", `${message}; ${what}`, field);
}
