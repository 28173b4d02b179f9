import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Product } from "../product.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** Entities of the bench in the place of the simulated loads, so that shedding drives Home Assistant. */
const ENTITIES: Readonly<Record<string, string>> = {
  pool: "switch.pool_pump",
  ev: "light.terrace",
  boiler: "switch.slow_pump",
};

type FlowNode = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/**
 * Gives `product` the shipped flow, with loads that are Home Assistant's and are shed from 500 W on. Every output,
 * error and status is written to its log as well.
 * @param change the last word about each node
 */
export async function moveIn(
  product: Product,
  change: (node: FlowNode) => FlowNode = (node) => node,
  more: readonly FlowNode[] = [],
): Promise<void> {
  const shipped: FlowNode[] = JSON.parse(await readFile(join(root, "flows", "flows.json"), "utf8"));
  const debug = {
    type: "debug",
    z: "mm-tab",
    active: true,
    tosidebar: true,
    console: true,
    complete: "true",
    wires: [],
  };
  const flow = shipped.map((node) => {
    if (node.type === "debug") return { ...node, ...debug };
    if (node.type === "meterman-demand") return { ...node, limitW: "500" };
    if (node.type !== "meterman-shed") return node;
    // The bench's car is a lamp, which knows no amps.
    const plain = { kind: "switch", levels: "", ratedW: "2000" };
    const loads = (node.loads as { name: string }[])
      .filter(({ name }) => name in ENTITIES)
      .map((load) => ({ ...load, ...plain, entity: ENTITIES[load.name] }));
    return { ...node, homeAssistant: "mm-ha", staggerS: 5, confirmS: 5, responseS: 10, loads };
  });
  const watchers = [
    { id: "t-catch", type: "catch", z: "mm-tab", scope: null, uncaught: false, wires: [["t-errors"]] },
    { id: "t-errors", ...debug, name: "errors" },
    { id: "t-status", type: "status", z: "mm-tab", scope: null, wires: [["t-statuses"]] },
    { id: "t-statuses", ...debug, name: "statuses" },
  ];
  const user = join(product.folder, "user");
  await mkdir(user, { recursive: true });
  await writeFile(join(user, "flows.json"), JSON.stringify([...flow, ...watchers, ...more].map(change)));
}
