import type { HomeAssistant } from "../test/support/hass/home-assistant.ts";
import { until } from "../test/support/product.ts";

/** Entity ids of the meters' sensors, from the registry of Home Assistant. */
export class Ids {
  readonly #entities: ReadonlyMap<string, string>;

  private constructor(entities: ReadonlyMap<string, string>) {
    this.#entities = entities;
  }

  /** Waits until every node has both sensors, with a value. */
  static ready(hass: HomeAssistant, nodes: readonly number[]): Promise<Ids> {
    return until("the sensors of all meters", async () => {
      const entries: { unique_id: string; entity_id: string }[] = await hass.request({
        type: "config/entity_registry/list",
      });
      const ids = new Ids(new Map(entries.map(({ unique_id, entity_id }) => [unique_id, entity_id])));
      const states = new Map((await hass.states()).map(({ entity_id, state }) => [entity_id, state]));
      const isThere = (node: number, sensor: string) => Number(states.get(ids.of(node, sensor)) ?? "") > 0;
      return nodes.every((node) => isThere(node, "power") && isThere(node, "energy")) ? ids : undefined;
    });
  }

  /** @param sensor `power` or `energy` */
  of(node: number, sensor: string): string {
    return this.#entities.get(`meterman_0_0_1_1_${node}_${sensor}`) ?? "";
  }
}
