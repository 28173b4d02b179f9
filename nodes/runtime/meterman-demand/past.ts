import { setImmediate as immediate } from "node:timers/promises";
import { type Demand, demandFromLedger, noDemand, rebuildDemand } from "../../demand/index.ts";
import { type Failure, failed, type MeterId, type Result } from "../../model/index.ts";
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

/** The past of `meters` as the store has it, with what only `kept` knows. */
export async function fromStore(
  shell: Shell<DemandSettings>,
  meters: readonly MeterId[],
  kept: Demand,
): Promise<Result<Demand>> {
  const store = await shell.service(shell.config.store, "store")?.ready;
  if (store === undefined) return failed("METERMAN_NO_STORE", "its store is missing or disabled");
  if (!store.ok) return failed("METERMAN_NO_STORE", store.error.message);
  try {
    return await rebuildDemand(store.value.archive, meters, shell.config, shell.now(), () => immediate(), kept);
  } catch (thrown) {
    // A store that closes meanwhile, or a disk that fails, must not end Node-RED.
    return failed("METERMAN_NO_STORE", thrown instanceof Error ? thrown.message : String(thrown));
  }
}
