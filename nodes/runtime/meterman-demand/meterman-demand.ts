import { setImmediate as immediate } from "node:timers/promises";
import {
  type Demand,
  type DemandEvent,
  type DemandInput,
  demandState,
  type Ignored,
  metersOf,
  noDemand,
  rebuildDemand,
  stepDemand,
} from "../../demand/index.ts";
import { failed, type MeterId, ok, type Result } from "../../model/index.ts";
import { defineNode, type Running, type Shell } from "../shell/index.ts";
import { config, type DemandSettings } from "./config.ts";
import { parseInput } from "./input.ts";
import { words } from "./words.ts";

const TICK_S = 5;
/** A flow that invents ids must not fill the memory. */
const MAX_METERS = 256;

function run(shell: Shell<DemandSettings>): Running {
  const settings = shell.config;
  let demand: Demand = noDemand;
  /** Meters whose past has been asked for. */
  const known = new Set<MeterId>();
  const ignored: Record<Ignored, number> = { "other-meter": 0, duplicate: 0, "too-late": 0, future: 0 };

  /** The past of meters that are new here, from the store: a restart must not make the month begin anew. */
  async function rebuild(meters: readonly MeterId[]): Promise<void> {
    const unknown = meters.filter((meter) => !known.has(meter));
    if (unknown.length === 0) return;
    for (const meter of unknown) known.add(meter);
    if (settings.store === "") return;
    shell.status("busy", "reading the store…");
    const rebuilt = await fromStore();
    if (rebuilt.ok) demand = { ...rebuilt.value, meters: new Map([...demand.meters, ...rebuilt.value.meters]) };
    else shell.report({ ...rebuilt.error, message: `the month's peaks begin anew: ${rebuilt.error.message}` });
  }

  async function fromStore(): Promise<Result<Demand>> {
    const store = await shell.service(settings.store, "store")?.ready;
    if (store === undefined) return failed("METERMAN_NO_STORE", "its store is missing or disabled");
    if (!store.ok) return failed("METERMAN_NO_STORE", store.error.message);
    try {
      return await rebuildDemand(store.value.archive, [...known], settings, shell.now(), () => immediate());
    } catch (thrown) {
      // A store that closes meanwhile, or a disk that fails, must not end Node-RED.
      return failed("METERMAN_NO_STORE", thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  function tell(event: DemandEvent): void {
    switch (event.kind) {
      case "window":
        shell.send(1, { topic: "window", payload: event.window });
        break;
      case "peak":
        shell.send(1, { topic: "peak", payload: event.peak });
        break;
      case "ignored":
        if (event.why === "too-late" && ignored["too-late"] === 0) {
          shell.log("a reading is too old to change a window; further ones are only counted");
        }
        ignored[event.why] += 1;
        break;
      default:
    }
  }

  function step(input: DemandInput): readonly DemandEvent[] {
    const next = stepDemand(demand, input, settings, shell.now());
    demand = next.demand;
    for (const event of next.events) tell(event);
    return next.events;
  }

  function show(): void {
    const state = demandState(demand, settings, shell.now());
    shell.status(...words(state));
    shell.send(0, { topic: "demand", node: { id: shell.id, name: shell.node.name ?? "" }, payload: state });
  }

  const started = rebuild(settings.meters).then(show);
  shell.every(TICK_S, async () => {
    await started;
    step({ kind: "tick" });
    show();
  });
  return {
    async input(message) {
      await started;
      const input = parseInput(message);
      if (!input.ok) return input;
      const meter = input.value.kind === "reading" ? input.value.reading.meter : input.value.meter;
      if (settings.meters.length === 0 && !known.has(meter)) {
        if (known.size >= MAX_METERS) {
          return failed("METERMAN_METER_LIMIT", "more meters than are summed: name those that count in the settings");
        }
        await rebuild([meter]);
      }
      const { windowStart } = demandState(demand, settings, shell.now());
      const events = step(input.value);
      // A past that is played back closes windows, but says nothing about the one that is open now.
      const touches = input.value.kind === "power" || input.value.reading.end > windowStart;
      if (touches && events.some((event) => event.kind !== "ignored")) show();
      return ok(undefined);
    },
    health: () => ({
      ...demandState(demand, settings, shell.now()),
      tariff: settings.tariff.name,
      windowMinutes: settings.tariff.windowMinutes,
      summed: metersOf(demand, settings).length,
      ignored: { ...ignored },
    }),
  };
}

export default defineNode({ type: "meterman-demand", config, start: run });
