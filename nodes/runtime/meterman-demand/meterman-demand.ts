import {
  type DemandEvent,
  type DemandInput,
  demandLedgerOf,
  demandState,
  gridOf,
  type Ignored,
  metersOf,
  reportOf,
  stepDemand,
} from "../../demand/index.ts";
import { failed, type MeterId, ok } from "../../model/index.ts";
import { defineNode, houseFolder, type Running, type Shell } from "../shell/index.ts";
import { config, type DemandSettings } from "./config.ts";
import { Follower } from "./follow.ts";
import { parseInput } from "./input.ts";
import { Keeper } from "./keeper.ts";
import { fromStore, recall } from "./past.ts";
import { SavedDemand } from "./saved.ts";
import { words } from "./words.ts";

const TICK_S = 5;
const COARSE_S = 300;
/** A flow that invents ids must not fill the memory. */
const MAX_METERS = 256;

function run(shell: Shell<DemandSettings>): Running {
  const settings = shell.config;
  const saved = new SavedDemand(houseFolder(shell.RED), shell.id);
  const keeper = new Keeper(saved, shell.report);
  const recalled = recall(shell, saved);
  let demand = recalled.demand;
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
    const rebuilt = await fromStore(shell, [...known], demand);
    if (rebuilt.ok) demand = rebuilt.value;
    else
      shell.report({
        ...rebuilt.error,
        message: `the month's past is not read from the store: ${rebuilt.error.message}`,
      });
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
    if (next.events.length > 0)
      keeper.note(next.events.some(({ kind }) => kind === "peak" || (kind === "window" && isCoarse)));
    return next.events;
  }

  function show(): void {
    const state = demandState(demand, settings, shell.now());
    shell.status(...words(state));
    shell.send(0, { topic: "demand", node: { id: shell.id, name: shell.node.name ?? "" }, payload: state });
  }

  /** Windows that slide close each minute or so: a card would wear out. */
  const isCoarse = gridOf(settings.tariff).stepS >= COARSE_S;
  const ledger = () => demandLedgerOf(demand, settings);
  const { failure } = recalled;
  // Catch nodes hear it only when the flow runs.
  if (failure !== undefined) shell.after(0, () => shell.report(failure));
  const follower = new Follower(shell, {
    demand: () => demand,
    meters: () => [...known],
    adopt(next) {
      demand = next.demand;
      for (const event of next.events) tell(event);
      keeper.note(true);
      show();
    },
  });
  const started = rebuild([...settings.meters, ...settings.exportMeters, ...demand.meters.keys()])
    .then(() => void follower.start())
    .then(show);
  shell.every(TICK_S, async () => {
    await started;
    step({ kind: "tick" });
    show();
    await keeper.due(shell.now(), ledger);
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
      if (input.value.kind === "reading") follower.hear(input.value.reading);
      // A past that is played back closes windows, but says nothing about the one that is open now.
      const touches = input.value.kind === "power" || input.value.reading.end > windowStart;
      if (touches && events.some((event) => event.kind !== "ignored")) show();
      return ok(undefined);
    },
    async close(ending) {
      follower.close();
      await started;
      if (ending === "deleted") await keeper.idle().then(() => saved.remove());
      else await keeper.close(shell.now(), ledger);
    },
    service: {
      kind: "demand",
      report: () => ({ id: shell.id, name: shell.node.name ?? "", ...reportOf(demand, settings, shell.now()) }),
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
