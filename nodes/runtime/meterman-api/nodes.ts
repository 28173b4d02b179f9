import type { NodeAPI } from "node-red";
import type { NodeHealth } from "../../api/index.ts";
import type { Json } from "../../model/index.ts";
import type { NodeReport } from "../shell/index.ts";

/** Every running node of this package. Nodes inside a subflow are not listed by Node-RED, and so not here. */
export function nodesOf(RED: NodeAPI): NodeHealth[] {
  const found: NodeHealth[] = [];
  RED.nodes.eachNode(({ id }) => {
    const report: unknown = Reflect.get(Object(RED.nodes.getNode(id)), "meterman");
    if (!isReport(report)) return;
    const { type, name, status } = report;
    found.push({ id, type, name: name ?? "", status, health: healthOf(report) });
  });
  return found;
}

function isReport(value: unknown): value is NodeReport {
  return typeof value === "object" && value !== null && "health" in value && typeof value.health === "function";
}

/** One node that cannot tell its figures must not hide those of the others. */
function healthOf(report: NodeReport): Json {
  try {
    return report.health();
  } catch (thrown) {
    return { fault: thrown instanceof Error ? thrown.message : "unknown" };
  }
}
