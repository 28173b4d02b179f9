import { setImmediate as immediate } from "node:timers/promises";
import { type Demand, demandFromLedger, noDemand, type Past, rebuildDemand, signOf } from "../../demand/index.ts";
import {
  type Adjustments,
  epochSeconds,
  type Failure,
  failed,
  type MeterId,
  ok,
  type Result,
} from "../../model/index.ts";
import type { OpenStore } from "../services.ts";
import type { Shell } from "../shell/index.ts";
import type { DemandSettings } from "./config.ts";
import type { SavedDemand } from "./saved.ts";

/** What was kept on disk, or nothing: then with what to tell, if there was something that could not be used. */
export function recall(shell: Shell<DemandSettings>, saved: SavedDemand): { demand: Demand; failure?: Failure } {
  const loaded = saved.load();
  switch (loaded.kind) {
    case "none":
      return { demand: noDemand };
    case "unreadable": {
      const where = loaded.aside === null ? "" : `; the file is set aside as ${loaded.aside}`;
      const message = `what was kept cannot be read, the month's peaks begin anew${where}`;
      return { demand: noDemand, failure: { code: "METERMAN_STORE_DAMAGED", message } };
    }
    case "ledger": {
      const demand = demandFromLedger(loaded.ledger, shell.config, shell.now());
      if (demand === noDemand) shell.log("other meters or windows are set than before: the months begin anew");
      return { demand };
    }
    default:
      return loaded satisfies never;
  }
}

/**
 * Where the past of `meters` is read from; its `meters` are those that are read. METERMAN_NO_STORE with what is missing.
 */
export async function pastOf(shell: Shell<DemandSettings>, asked: readonly MeterId[]): Promise<Result<Past>> {
  const store = await shell.service(shell.config.store, "store")?.ready;
  if (store === undefined) return failed("METERMAN_NO_STORE", "its store is missing or disabled");
  if (!store.ok) return failed("METERMAN_NO_STORE", store.error.message);
  const { archive, adjustments } = store.value;
  const meters = asked.filter((meter) => !isShownByOther(meter, asked, shell.config, adjustments));
  const corrected = new Map<MeterId, number>();
  for (const meter of meters) corrected.set(meter, await correctedWh(store.value, meter));
  const breathe = async () => void (await immediate());
  const rest = { meters, config: shell.config, now: shell.now(), breathe };
  return ok({ archive, ...rest, correctedWh: (meter) => corrected.get(meter) ?? 0 });
}

/**
 * Whether the readings of `meter` go on as those of another one that is summed, too: they would count twice. Meters
 * that stand in the settings are summed as they stand there.
 */
function isShownByOther(
  meter: MeterId,
  meters: readonly MeterId[],
  config: DemandSettings,
  adjustments: Adjustments,
): boolean {
  if (config.meters.length > 0) return false;
  const next = (id: MeterId) => adjustments.mergedInto(id);
  for (let target = next(meter); target !== undefined; target = next(target)) {
    if (meters.includes(target) && signOf(config, target) !== 0) return true;
  }
  return false;
}

/** Demand without the accounts of those of `asked` that are not `read`. */
export function onlyRead(demand: Demand, asked: readonly MeterId[], read: readonly MeterId[]): Demand {
  const isGone = (meter: MeterId) => asked.includes(meter) && !read.includes(meter);
  return { ...demand, meters: new Map([...demand.meters].filter(([meter]) => !isGone(meter))) };
}

/** Attempts to find the count standing still: readings come every few seconds. */
const ATTEMPTS = 5;
const EVER = epochSeconds(4_102_444_800);

/** What corrections took off the energy that the meter counted: its count goes on as if there were none. */
async function correctedWh({ archive, directory, flush }: OpenStore, meter: MeterId): Promise<number> {
  const counted = async () => {
    await flush();
    // Whoever waited for that write has counted it by the next turn.
    await immediate();
    return directory.find(meter, EVER)?.lifetimeWh;
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await counted();
    if (before === undefined) break;
    const all = await archive.consumption(meter, epochSeconds(0), EVER);
    if (!all.ok) break;
    if ((await counted()) === before) return before - all.value.wh;
  }
  return 0;
}

/** What reads the past may fail with a store that closes meanwhile, or a disk: that must not end Node-RED. */
export async function guarded<T>(job: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await job();
  } catch (thrown) {
    return failed("METERMAN_NO_STORE", thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The past of `meters` as the store has it, with what only `kept` knows. */
export function fromStore(
  shell: Shell<DemandSettings>,
  meters: readonly MeterId[],
  kept: Demand,
): Promise<Result<Demand>> {
  return guarded(async () => {
    const past = await pastOf(shell, meters);
    if (!past.ok) return past;
    const known = onlyRead(kept, meters, past.value.meters);
    const rebuilt = await rebuildDemand(past.value, known);
    if (!rebuilt.ok) return rebuilt;
    return ok({ ...rebuilt.value, meters: new Map([...known.meters, ...rebuilt.value.meters]) });
  });
}
