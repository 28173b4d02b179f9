import {
  epochSeconds,
  failed,
  type Json,
  type LedgerWrite,
  type MeterSummary,
  ok,
  type Result,
  wh,
} from "../../nodes/model/index.ts";
import type {
  HomeAssistantService,
  HomeAssistantStatus,
  LiveDirectory,
  OpenStore,
} from "../../nodes/runtime/services.ts";
import type { Store } from "../../nodes/store/index.ts";
import { RecorderModel } from "../home-assistant/statistics-recorder.ts";
import { HOUSE, reading } from "../store/support.ts";

export const ENTITY = "sensor.house_energy";
type Command = { readonly type: string; readonly [key: string]: Json };
type Row = { state: number; sum: number };

/** A Home Assistant that answers what its statistics are asked with, by the model of its recorder. */
export class RecorderBench {
  readonly model: RecorderModel;
  readonly commands: string[] = [];
  /** The connection drops with the import after so many. */
  importsLeft = Number.POSITIVE_INFINITY;
  /** A fault of the code that talks to it. */
  broken = false;
  /** What it takes but never carries out. */
  swallows = new Set<string>();
  refuses = new Map<string, Result<never>>();
  #statusListener: (status: HomeAssistantStatus) => void = () => undefined;
  #booked: () => void = () => undefined;

  constructor(now: number) {
    this.model = new RecorderModel(now);
  }

  connected(admin = true): void {
    const config = { version: "2026.11.0", state: "RUNNING", components: ["recorder"] };
    this.#statusListener({ kind: "ready", admin, config });
  }

  lost(): void {
    this.#statusListener({ kind: "connecting" });
  }

  /** The event after each 5-minute run. */
  booked(): void {
    this.#booked();
  }

  count(type: string): number {
    return this.commands.filter((one) => one === `recorder/${type}`).length;
  }

  readonly service: HomeAssistantService = {
    kind: "home-assistant",
    onStatus: (listener) => {
      this.#statusListener = listener;
      return () => undefined;
    },
    subscribe: (_message, listener) => {
      this.#booked = () => listener({});
      return () => undefined;
    },
    request: async (message) => this.#answer(message as Command),
    rest: async () => ok(this.model.now + 0.25),
    watch: () => () => undefined,
    call: async () => failed("METERMAN_HA_CALL", "no"),
  };

  #answer(command: Command): Result<unknown> {
    if (this.broken) throw new Error("a fault");
    this.commands.push(command.type);
    const refusal = this.refuses.get(command.type);
    if (refusal !== undefined) return refusal;
    if (this.swallows.has(command.type)) return ok(null);
    switch (command.type) {
      case "recorder/info":
        return ok({ recording: true, migration_in_progress: false, backlog: 0 });
      case "recorder/get_statistics_metadata":
        return ok([{ statistic_id: ENTITY, statistics_unit_of_measurement: "kWh", has_sum: true }]);
      case "recorder/statistics_during_period":
        return ok({ [ENTITY]: this.#rows(command) });
      case "recorder/adjust_sum_statistics": {
        const start = epochSeconds(Date.parse(String(command.start_time)) / 1000);
        const energy = Number(command.adjustment) * 1000;
        this.model.carryOut({ kind: "adjust", start, wh: energy, waiting: false });
        return ok(null);
      }
      case "recorder/import_statistics": {
        if (this.importsLeft <= 0) {
          this.lost();
          return failed("METERMAN_HA_UNREACHABLE", "there is no connection to Home Assistant");
        }
        this.importsLeft -= 1;
        const rows = (command.stats as { start: string; state: number; sum: number }[]).map((row) => ({
          start: epochSeconds(Date.parse(row.start) / 1000),
          stateWh: row.state * 1000,
          sumWh: row.sum * 1000,
        }));
        this.model.carryOut({ kind: "import", rows, waiting: false });
        return ok(null);
      }
      default:
        return failed("METERMAN_UNSUPPORTED", "Unknown command.");
    }
  }

  #rows(command: Command): object[] {
    const table: Map<number, Row> = command.period === "hour" ? this.model.long : this.model.short;
    const from = Date.parse(String(command.start_time)) / 1000;
    const to = command.end_time === undefined ? Number.POSITIVE_INFINITY : Date.parse(String(command.end_time)) / 1000;
    return [...table]
      .filter(([start]) => start >= from && start < to)
      .sort(([a], [b]) => a - b)
      .map(([start, row]) => ({ start: start * 1000, ...row }));
  }
}

/** A real store with the directory of a meter node that counts one meter. */
export class Counted {
  readonly open: OpenStore;
  readonly #store: Store;
  lifetimeWh = 0;

  constructor(store: Store) {
    this.#store = store;
    const find = () => ({ id: HOUSE, lifetimeWh: wh(this.lifetimeWh) }) as MeterSummary;
    this.open = {
      ...{ journal: store, archive: store, adjustments: store, directory: { find } as unknown as LiveDirectory },
      live: { tell: () => undefined, listen: () => () => undefined },
      ...{ flush: () => store.flush(), health: () => store.health() },
      onChanged: (listener) => store.onChanged(listener),
    };
  }

  async use(energy: number, start: number, end: number): Promise<void> {
    const total = this.lifetimeWh + energy;
    const one = reading(HOUSE, start, end, energy, 400_000 + total, total);
    const unit: LedgerWrite = { meter: HOUSE, readings: [one], events: [], memory: { total } };
    const written = this.#store.append(unit).then(() => {
      this.lifetimeWh = total;
    });
    await this.#store.flush();
    await written;
  }
}
