import { setImmediate as immediate } from "node:timers/promises";
import { type Demand, demandFromLedger, noDemand, type Past, rebuildDemand } from "../../demand/index.ts";
import { epochSeconds, type Failure, failed, type MeterId, ok, type Result } from "../../model/index.ts";
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

/** Where the past of `meters` is read from. METERMAN_NO_STORE with what is missing. */
export async function pastOf(shell: Shell<DemandSettings>, meters: readonly MeterId[]): Promise<Result<Past>> {
  const store = await shell.service(shell.config.store, "store")?.ready;
  if (store === undefined) return failed("METERMAN_NO_STORE", "its store is missing or disabled");
  if (!store.ok) return failed("METERMAN_NO_STORE", store.error.message);
  const { archive } = store.value;
  const corrected = new Map<MeterId, number>();
  for (const meter of meters) corrected.set(meter, await correctedWh(store.value, meter));
  const breathe = async () => void (await immediate());
  const rest = { meters, config: shell.config, now: shell.now(), breathe };
  return ok({ archive, ...rest, correctedWh: (meter) => corrected.get(meter) ?? 0 });
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
    return past.ok ? rebuildDemand(past.value, kept) : past;
  });
}
