import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Demand,
  type DemandConfig,
  type DemandEvent,
  noDemand,
  plainTariff,
  stepDemand,
  type Tariff,
  type Window,
} from "../../nodes/demand/index.ts";
import {
  epochSeconds,
  type MeterId,
  parseMeterId,
  type Quality,
  type Reading,
  type Source,
  watts,
  wh,
} from "../../nodes/model/index.ts";

export const data = (name: string) => readFileSync(join(import.meta.dirname, "..", "data", name), "utf8");

export function meter(text: string): MeterId {
  const parsed = parseMeterId(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
export const HOUSE = meter("0.0.1.1.2");

export function reading(
  start: number,
  end: number,
  energy: number,
  more: { meter?: MeterId; source?: Source; quality?: Quality[] } = {},
): Reading {
  return {
    meter: more.meter ?? HOUSE,
    start: epochSeconds(start),
    end: epochSeconds(end),
    wh: wh(energy),
    watts: watts(end > start ? (energy * 3600) / (end - start) : 0),
    registerWh: wh(0),
    lifetimeWh: wh(0),
    source: more.source ?? "interval",
    quality: more.quality ?? [],
  };
}

export function config(tariff: Tariff = plainTariff(15, "Europe/Brussels"), more: Partial<DemandConfig> = {}) {
  const whole = { exportMeters: [], phase: null, target: "limit" } as const;
  return {
    meters: [],
    ...whole,
    tariff,
    limitW: null,
    followPeak: false,
    staleAfterS: 300,
    ...more,
  } satisfies DemandConfig;
}

/** Feeds readings as a played-back past: the server's clock is far ahead. */
export class Run {
  demand: Demand = noDemand;
  readonly events: DemandEvent[] = [];
  readonly config: DemandConfig;
  constructor(settings: DemandConfig) {
    this.config = settings;
  }
  read(one: Reading, now: number = Math.max(one.end, this.demand.newest)): this {
    return this.#step({ kind: "reading", reading: one }, now);
  }
  power(watt: number, at: number, id: MeterId = HOUSE): this {
    return this.#step(
      { kind: "power", meter: id, power: { known: true, watts: watts(watt), at: epochSeconds(at) } },
      at,
    );
  }
  lost(at: number, id: MeterId = HOUSE): this {
    return this.#step({ kind: "power", meter: id, power: { known: false, since: epochSeconds(at) } }, at);
  }
  tick(now: number): this {
    return this.#step({ kind: "tick" }, now);
  }
  #step(input: Parameters<typeof stepDemand>[1], now: number): this {
    const { demand, events } = stepDemand(this.demand, input, this.config, epochSeconds(now));
    this.demand = demand;
    this.events.push(...events);
    return this;
  }
  get windows(): Window[] {
    return this.events.flatMap((event) => (event.kind === "window" ? [event.window] : []));
  }
  get peaks() {
    return this.events.flatMap((event) => (event.kind === "peak" ? [event.peak] : []));
  }
  get ignored() {
    return this.events.flatMap((event) => (event.kind === "ignored" ? [event.why] : []));
  }
}

export const at = (iso: string) => Date.parse(iso) / 1000;

/** The hourly values of the Norwegian household. */
export function elhub(): Reading[] {
  return data("elhub_april.csv")
    .replace(/^\uFEFF/, "")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(";"))
    .map(([from = "", to = "", , volume = ""]) =>
      reading(at(from), at(to), Math.round(Number(volume.replace(",", ".")) * 1000)),
    );
}

/** The half hours of the Queensland household. Local time is UTC+10 all year. */
export function nem12(): Reading[] {
  return data("nem12.csv")
    .split(/\r?\n/)
    .filter((line) => line.startsWith("300,"))
    .flatMap((line) => {
      const fields = line.split(",");
      const day = fields[1] ?? "";
      const start = at(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00+10:00`);
      return fields
        .slice(2, 50)
        .map((kwh, i) => reading(start + i * 1800, start + (i + 1) * 1800, Math.round(Number(kwh) * 1000)));
    });
}

/** Two days of a French household at one minute, as whole Wh whose sum follows the measured energy. */
export function uci(): Reading[] {
  const rows = data("uci-household-2007-02-01-02.txt").trim().split(/\r?\n/).slice(1);
  let exact = 0;
  let given = 0;
  return rows.map((row, i) => {
    exact += (Number(row.split(";")[2]) * 1000) / 60;
    const energy = Math.round(exact) - given;
    given += energy;
    const start = at("2007-02-01T00:00:00Z") + i * 60;
    return reading(start, start + 60, energy);
  });
}
