import type { NodeAPI } from "node-red";
import type { EpochSeconds } from "../../model/index.ts";

/** A shed node that acts. */
export interface Claimant {
  readonly id: string;
  readonly name: string;
  /** Since when it has acted, also before a restart. */
  readonly since: EpochSeconds;
}

/** Who has something that another one wants, and what: `meter 0.0.1.1.2`. */
export interface Rival {
  readonly owner: Claimant;
  readonly key: string;
}

/** All shed nodes of a Node-RED are of one bundle, and Node-RED gives a bundle one API object. */
const houses = new WeakMap<NodeAPI, Map<string, Claimant>>();

/**
 * Who acts on which meter and entity: two engines that hear the same meter would each shed for the whole need and give
 * back what the other one shed. The one that has acted longest stays, whatever order a restart makes the nodes in.
 */
export class Claims {
  readonly #RED: NodeAPI;
  readonly #owners: Map<string, Claimant>;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
    this.#owners = houses.get(RED) ?? new Map();
    houses.set(RED, this.#owners);
  }

  /** Who keeps `mine` from having all of `keys`; null when nobody does. */
  rival(mine: Claimant, keys: readonly string[]): Rival | null {
    for (const key of keys) {
      const owner = this.#owners.get(key);
      if (owner !== undefined && owner.id !== mine.id && owner.since <= mine.since) return { owner, key };
    }
    return null;
  }

  /**
   * Makes `keys`, and nothing else, those of `mine`. One that began later loses them, and learns it at its next call.
   * @returns null, or the rival; then nothing is of `mine`
   */
  take(mine: Claimant, keys: readonly string[]): Rival | null {
    const rival = this.rival(mine, keys);
    this.release(mine.id);
    if (rival === null) for (const key of keys) this.#owners.set(key, mine);
    return rival;
  }

  release(id: string): void {
    for (const [key, owner] of this.#owners) if (owner.id === id) this.#owners.delete(key);
  }

  /**
   * Takes from nodes that do not exist any more, or cannot work with their settings, what was theirs. To be called after a deploy: in the middle of one, a
   * node that is only made anew is away for a moment, and must not lose its house to another.
   */
  sweep(): void {
    const works = (id: string) => Reflect.get(Object(this.#RED.nodes.getNode(id)), "service") !== undefined;
    for (const { id } of [...this.#owners.values()]) if (!works(id)) this.release(id);
  }
}
