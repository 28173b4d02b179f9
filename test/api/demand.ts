import { type ApiPorts, unknownShed } from "../../nodes/api/index.ts";
import { type DemandReport, epochSeconds, failed, ok, type ShedReport } from "../../nodes/model/index.ts";
import { meter } from "./meters.ts";

/** 2026-11-18T17:23:20Z: 500 s into a quarter hour. */
export const AT = 1_795_022_600;
const START = AT - 500;

/** A house of one Belgian meter that is on its way over its limit. */
export function demandReport(more: Partial<DemandReport> = {}): DemandReport {
  return {
    id: "demand",
    name: "House",
    tariff: "belgium",
    rules: ["the highest quarter hour of the month", "at least 2.5 kW"],
    zone: "Europe/Brussels",
    windowS: 900,
    stepS: 900,
    target: "limit",
    phase: null,
    meters: [meter("0.0.1.1.2")],
    at: epochSeconds(AT),
    windowStart: epochSeconds(START),
    windowEnd: epochSeconds(START + 900),
    remainingS: 400,
    usedWh: 412,
    bridgedWh: 0,
    coverage: 1,
    powerWatts: 3650,
    projectedWatts: 3270,
    limitWatts: 3000,
    allowedWatts: 3042,
    isFixed: false,
    certainBreak: false,
    stale: false,
    ageS: 4,
    counts: true,
    onPeak: true,
    price: { perKwh: 0.31, currency: "EUR" },
    adds: { watts: 120, charge: { amount: 6.5, currency: "EUR" } },
    months: [
      {
        period: "2026-11",
        final: false,
        figureWatts: 3150,
        billedWatts: 3150,
        candidates: [{ start: epochSeconds(START - 86_400), watts: 3150 }],
        charge: { amount: 14.23, currency: "EUR" },
        energyWh: 212_400,
        energyCharge: { amount: 61.2, currency: "EUR" },
      },
    ],
    windows: Array.from({ length: 95 }, (_, index) => {
      const start = epochSeconds(START - (95 - index) * 900);
      const watts = 800 + 40 * index;
      return {
        start,
        end: epochSeconds(start + 900),
        wh: watts / 4,
        watts,
        coverage: index === 40 ? 0.5 : 1,
        counts: true,
        candidate: index === 94,
      };
    }),
    ...more,
  };
}

export function shedReport(more: Partial<ShedReport> = {}): ShedReport {
  return {
    id: "shed",
    name: "Loads",
    at: epochSeconds(AT),
    dryRun: false,
    demands: ["demand"],
    refused: null,
    staleSince: null,
    stoppedUntil: null,
    loads: [
      {
        name: "boiler",
        kind: "switch",
        levels: [0, 1],
        level: 0,
        watts: 0,
        powerW: 2000,
        priority: 1,
        critical: false,
        phases: [],
        surplus: false,
        held: { fromLevel: 1, level: 0, since: epochSeconds(AT - 200), rule: "need", dryRun: false },
        override: null,
        trouble: null,
        why: "off since 18:20: 270 W had to go",
      },
      {
        name: "car",
        kind: "modulating",
        levels: [0, 6, 10, 16],
        level: 10,
        watts: 2300,
        powerW: 2300,
        priority: 2,
        critical: false,
        phases: ["L1"],
        surplus: false,
        held: null,
        override: { mode: "on", until: epochSeconds(AT + 1800) },
        trouble: null,
        why: "on by hand until 18:53",
      },
    ],
    decisions: [
      {
        time: epochSeconds(AT - 200),
        load: "boiler",
        action: "off",
        level: 0,
        rule: "need",
        limit: "House",
        reason: "270 W too much",
        formula: "powerW − allowedW = needW",
        inputs: { powerW: 5650, allowedW: 3042, needW: 2608, unknownW: null },
        dryRun: false,
      },
    ],
    alarms: [],
    ...more,
  };
}

/** Demand and shed nodes that keep what they are told. */
export class DemandWorld {
  demands: readonly DemandReport[] = [demandReport()];
  sheds: readonly ShedReport[] = [shedReport()];
  readonly told: unknown[] = [];

  ports(): Pick<ApiPorts, "demands" | "sheds" | "overrideLoad" | "setDryRun"> {
    const find = (id: string) => this.sheds.find((shed) => shed.id === id);
    return {
      demands: () => this.demands,
      sheds: () => this.sheds,
      overrideLoad: (id, load, wish, forS) => {
        const shed = find(id);
        if (shed === undefined) return unknownShed();
        if (!shed.loads.some(({ name }) => name === load)) return failed("METERMAN_NOT_FOUND", "no such load", "load");
        this.told.push({ shed: id, load, wish, forS });
        return ok(undefined);
      },
      setDryRun: (id, on) => {
        if (find(id) === undefined) return unknownShed();
        this.sheds = this.sheds.map((shed) => (shed.id === id ? { ...shed, dryRun: on } : shed));
        this.told.push({ shed: id, dryRun: on });
        return ok(undefined);
      },
    };
  }
}
