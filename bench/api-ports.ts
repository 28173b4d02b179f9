import type { ApiPorts, OpenArchive } from "../nodes/api/index.ts";
import { type EpochSeconds, failed, ok } from "../nodes/model/index.ts";
import type { Store } from "../nodes/store/index.ts";

/** What the router asks of the rest: an archive, and nothing else that a bench of readings needs. */
export function benchPorts(
  now: EpochSeconds,
  { archive, store, knows }: Pick<OpenArchive, "archive" | "knows"> & { store: Store },
): ApiPorts {
  const none = () => failed("METERMAN_NOT_FOUND", "not in this bench");
  const open: OpenArchive = {
    archive,
    knows,
    adjustments: store,
    directory: { list: () => [], find: () => undefined },
    live: { tell: () => undefined, listen: () => () => undefined },
    zone: "Europe/Oslo",
    health: () => ({}),
  };
  return {
    now: () => now,
    store: () => ok(open),
    nodes: () => [],
    gateways: () => [],
    command: none,
    outcome: () => undefined,
    stopped: new AbortController().signal,
    addToEnergyDashboard: async () => none(),
    demands: () => [],
    sheds: () => [],
    overrideLoad: none,
    setDryRun: none,
    fault: ({ message }) => process.stderr.write(`${message}\n`),
  };
}
