import type { NodeAPI } from "node-red";

/** Why a node ends: to be made anew (a deploy, a stop), because somebody disabled it or its tab, or because it was deleted. */
export type Ending = "restart" | "disabled" | "deleted";

/**
 * ⚠ To Node-RED a node is removed also when it is disabled, and when it moved to another tab while its own was deleted:
 * what such a node remembers is still wanted. The flow that is being deployed says what has become of it.
 * @param removed what Node-RED says
 */
export function endingOf({ nodes }: Pick<NodeAPI, "nodes">, id: string, removed: boolean): Ending {
  if (!removed) return "restart";
  let z: unknown;
  let ending: Ending = "deleted";
  nodes.eachNode((one) => {
    if (one.id !== id) return;
    z = one.z;
    ending = Reflect.get(one, "d") === true ? "disabled" : "restart";
  });
  nodes.eachNode((one) => {
    if (ending === "restart" && one.id === z && Reflect.get(one, "disabled") === true) ending = "disabled";
  });
  return ending;
}
