import {
  type Adjustments,
  type Directory,
  epochSeconds,
  failed,
  type LedgerWrite,
  type MeterEvent,
  type MeterId,
  type MeterSummary,
  ok,
  parseMeterId,
  watts,
  wh,
} from "../../nodes/model/index.ts";

/** An id that is known to be good. */
export function meter(text: string): MeterId {
  const parsed = parseMeterId(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

/** What a ledger writes for `count` readings of 5 Wh in 15 s, one after the other; `before` were written earlier. */
export function written(id: MeterId, start: number, count: number, before = 0, events: MeterEvent[] = []): LedgerWrite {
  const readings = Array.from({ length: count }, (_, index) => ({
    meter: id,
    start: epochSeconds(start + index * 15),
    end: epochSeconds(start + index * 15 + 15),
    wh: wh(5),
    watts: watts(1200),
    registerWh: wh(5 * (before + index + 1)),
    lifetimeWh: wh(5 * (before + index + 1)),
    source: "interval" as const,
    quality: [],
  }));
  return { meter: id, readings, events, memory: { count: before + count } };
}

export function directory(...known: readonly MeterSummary[]): Directory {
  return { list: () => known, find: (id) => known.find((summary) => summary.id === id) };
}

export function summary(id: MeterId, name: string): MeterSummary {
  return {
    id,
    name,
    lifetimeWh: wh(812_400),
    registerWh: wh(412_400),
    power: { known: true, watts: watts(600), at: epochSeconds(1_783_000_120) },
    lastHeard: epochSeconds(1_783_000_119),
    health: {
      lastHeard: epochSeconds(1_783_000_119),
      dark: false,
      batteryMv: 2900,
      reboots: 0,
      warnings: [],
      troubles: [],
    },
  };
}

/** Where nothing is corrected, and nothing can be. */
export const UNADJUSTED: Adjustments = {
  adjust: async () => failed("METERMAN_UNKNOWN_METER", "none"),
  undo: async () => failed("METERMAN_NOT_FOUND", "none"),
  adjustments: async () => ok({ items: [], next: null }),
  nameOf: () => undefined,
  mergedInto: () => undefined,
  registerOf: (_, register) => register,
};
