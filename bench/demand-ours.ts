import {
  type DemandConfig,
  demandState,
  noDemand,
  noShedding,
  plainTariff,
  type ShedConfig,
  type ShedInput,
  stepDemand,
  stepShed,
} from "../nodes/demand/index.ts";
import { epochSeconds, type Reading, watts } from "../nodes/model/index.ts";
import { type Command, LOADS, type Manager, METER, ZONE } from "./demand-world.ts";

/** What an owner would set. */
export interface OurSetting {
  readonly limitW: number;
  readonly marginW: number;
  readonly windowMinutes: 15 | 60;
}

const SOURCE = { id: "demand", name: "demand" };

/** The demand node and the shed node without Node-RED, with the settings that both have from the start. */
export class Ours implements Manager {
  readonly #config: DemandConfig;
  readonly #shed: ShedConfig;
  #demand = noDemand;
  #state;

  constructor({ limitW, marginW, windowMinutes }: OurSetting, from: number) {
    this.#config = {
      ...{ meters: [METER], exportMeters: [], phase: null, target: "limit", tariff: plainTariff(windowMinutes, ZONE) },
      ...{ limitW, followPeak: true, staleAfterS: 300 },
    };
    this.#shed = {
      ...{ loads: LOADS, marginW, hysteresisW: 200, holdS: 120, staggerS: 120, confirmS: 30, responseS: 60 },
      ...{ maxPerPass: 2, demandTimeoutS: 120, dryRun: false },
    };
    this.#state = noShedding(epochSeconds(from));
  }

  hear(reading: Reading, powerW: number | null, now: number, command: Command): void {
    const at = epochSeconds(now);
    const power =
      powerW === null
        ? ({ known: false, since: null } as const)
        : ({ known: true, watts: watts(powerW), at: reading.end } as const);
    this.#demand = stepDemand(this.#demand, { kind: "reading", reading }, this.#config, at).demand;
    this.#demand = stepDemand(this.#demand, { kind: "power", meter: METER, power }, this.#config, at).demand;
    this.#tell(now, command);
  }

  load(name: string, level: number, watts: number, now: number, command: Command): void {
    this.#step({ kind: "load", load: name, level, watts }, now, command);
  }

  tick(now: number, command: Command): void {
    this.#demand = stepDemand(this.#demand, { kind: "tick" }, this.#config, epochSeconds(now)).demand;
    this.#tell(now, command);
  }

  #tell(now: number, command: Command): void {
    const state = demandState(this.#demand, this.#config, epochSeconds(now));
    this.#step({ kind: "demand", source: SOURCE, state }, now, command);
  }

  #step(input: ShedInput, now: number, command: Command): void {
    const { state, events } = stepShed(this.#state, input, this.#shed, epochSeconds(now));
    this.#state = state;
    for (const event of events) {
      if (event.kind === "decision" && !event.dryRun) command(event.load, event.level);
    }
  }
}
