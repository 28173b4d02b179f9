import type { Decision, ShedEvent } from "../../demand/index.ts";
import type { Shell } from "../shell/index.ts";
import type { ShedSettings } from "./config.ts";
import type { EntityLoads } from "./loads.ts";

export function recordOf(decision: ShedEvent & { kind: "decision" }): Decision {
  const { kind: _, dropW: __, ...record } = decision;
  return record;
}

/** Says what has happened on the outputs of the node, to Catch nodes and to the log, and carries decisions out. */
export function tell(event: ShedEvent, shell: Shell<ShedSettings>, loads: EntityLoads): void {
  switch (event.kind) {
    case "decision":
      carryOut(recordOf(event), shell, loads);
      break;
    case "unresponsive":
      shell.report({ code: "METERMAN_LOAD_UNRESPONSIVE", message: loads.whyDeaf(event.load) });
      shell.send(1, { topic: "unresponsive", payload: { load: event.load, until: event.until } });
      break;
    case "stale":
      if (event.since !== null) {
        const message = `nothing fresh is heard of ${event.name}: what is shed stays shed until it is`;
        shell.report({ code: "METERMAN_DEMAND_STALE", message });
      }
      shell.send(1, { topic: "stale", payload: { since: event.since, limit: event.name } });
      break;
    case "stuck":
      if (event.reason !== null) {
        shell.report({ code: "METERMAN_LOAD_HELD", message: `${event.load} is still held: ${event.reason}` });
      }
      break;
    case "released":
      shell.send(1, { topic: "released", payload: { load: event.load, reason: event.reason } });
      break;
    case "stopped":
      shell.log("shedding saves nothing: no more is shed in this window");
      shell.send(1, { topic: "stopped", payload: { until: event.until } });
      break;
    default:
  }
}

function carryOut(decision: Decision, shell: Shell<ShedSettings>, loads: EntityLoads): void {
  // A dry run must not reach whatever is wired to the first output.
  if (decision.dryRun) {
    shell.send(1, { topic: "dry-run", payload: decision });
    return;
  }
  shell.send(0, { topic: decision.load, payload: decision });
  loads.command(decision);
}
